#pragma once

#include <string>
#include <vector>

#include "libmoo/problem/dense_problem.hpp"

namespace moo {

/// Fonseca and Fleming (1995), also known as VLMOP2: a front that is concave throughout, so that
/// weighted sums find its two ends only,
///
///     f_0 = 1 - exp(-|theta - a|^2),   f_1 = 1 - exp(-|theta + a|^2),   a = (1, ..., 1)/sqrt(n).
///
/// Pareto set: theta = t a with |t| <= 1, for every n >= 1.
class FonsecaFleming final : public DenseProblem {
 public:
  explicit FonsecaFleming(int num_variables);

  [[nodiscard]] std::string name() const override { return "fonseca_fleming"; }
  [[nodiscard]] int num_variables() const override { return num_variables_; }
  [[nodiscard]] const std::vector<ObjectiveInfo>& objectives() const override {
    return objectives_;
  }
  [[nodiscard]] Vector start(RandomStream& random) const override;

  [[nodiscard]] Vector values(ConstVectorRef theta) const override;
  [[nodiscard]] Matrix gradients(ConstVectorRef theta) const override;
  [[nodiscard]] Matrix hessian(ConstVectorRef theta, ConstVectorRef weights) const override;
  [[nodiscard]] bool has_hessian() const override { return true; }

  /// The Pareto optimum t a, t in [-1, 1].
  [[nodiscard]] Vector optimum(double t) const;

 private:
  int num_variables_;
  std::vector<ObjectiveInfo> objectives_;
};

}  // namespace moo
