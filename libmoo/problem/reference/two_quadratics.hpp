#pragma once

#include "libmoo/problem/reference/differentiated_problem.hpp"

namespace moo {

/// Two shifted quadratics, convex, with the front in closed form:
///
///     f_0 = 1/2 theta^T D_0 theta,   f_1 = 1/2 (theta - c)^T D_1 (theta - c),
///
/// D_0, D_1 diagonal with entries spread evenly in the logarithm over [1, condition] (in opposite
/// order), c = (1, ..., 1). For weights (1 - w, w) the minimiser is
/// theta(w) = ((1 - w) D_0 + w D_1)^{-1} w D_1 c.
class TwoQuadratics final : public StatedProblem {
 public:
  /// Throws: InvalidArgument unless num_variables >= 1 and condition >= 1.
  explicit TwoQuadratics(int num_variables, double condition = 10.0);

  [[nodiscard]] Vector start(RandomStream& random) const override;

  [[nodiscard]] Vector values(ConstVectorRef theta) const override;
  [[nodiscard]] Matrix gradients(ConstVectorRef theta) const override;
  [[nodiscard]] Matrix hessian(ConstVectorRef theta, ConstVectorRef weights) const override;
  [[nodiscard]] Matrix hessian_product(ConstVectorRef theta, ConstVectorRef weights,
                                       ConstMatrixRef directions) const override;
  [[nodiscard]] bool has_hessian() const override { return true; }

  /// The Pareto optimum for weights (1 - w, w), w in [0, 1].
  [[nodiscard]] Vector optimum(double w) const;

 private:
  TwoQuadratics(const Vector& d0, const Vector& d1);
  [[nodiscard]] Vector optimum(ConstVectorRef u) const override;

  Vector d0_;
  Vector d1_;
};

}  // namespace moo
