#pragma once

#include "libmoo/problem/reference/differentiated_problem.hpp"

namespace moo {

/// Fonseca and Fleming (1995), also known as VLMOP2: a concave front, of which weighted sums
/// find little more than its two ends,
///
///     f_0 = 1 - exp(-|theta - a|^2),   f_1 = 1 - exp(-|theta + a|^2),   a = (1, ..., 1)/sqrt(n).
///
/// Pareto set: theta = t a with |t| <= 1, for every n >= 1. The front is concave where
/// |t| < 1/sqrt(2) and slightly convex towards its ends (f_0 < 0.083 or f_1 < 0.083).
class FonsecaFleming final : public StatedProblem {
 public:
  /// Throws: InvalidArgument unless num_variables >= 1.
  explicit FonsecaFleming(int num_variables);

  [[nodiscard]] Vector start(RandomStream& random) const override;

  [[nodiscard]] Vector values(ConstVectorRef theta) const override;
  [[nodiscard]] Matrix gradients(ConstVectorRef theta) const override;
  [[nodiscard]] Matrix hessian(ConstVectorRef theta, ConstVectorRef weights) const override;
  [[nodiscard]] Matrix hessian_product(ConstVectorRef theta, ConstVectorRef weights,
                                       ConstMatrixRef directions) const override;
  [[nodiscard]] bool has_hessian() const override { return true; }

  /// The Pareto optimum t a, t in [-1, 1].
  [[nodiscard]] Vector optimum(double t) const;

 private:
  [[nodiscard]] Vector optimum(ConstVectorRef u) const override { return optimum(u(0)); }
};

}  // namespace moo
