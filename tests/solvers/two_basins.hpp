#pragma once

#include <string>
#include <vector>

#include "libmoo/problem/dense_problem.hpp"

namespace moo::test {

/// Two basins, y near -1 and y near 1, each with a convex front of its own,
///
///     f_0 = x^2 + K (y^2 - 1)^2 + c (1 + y),   f_1 = (x - 1)^2 + K (y^2 - 1)^2 + c (1 - y).
///
/// The left basin is better for the first objective, the right one for the second, and each keeps
/// its minimum for all weights: paths of optima do not leave it, and the front has a kink where the
/// curves of the basins cross.
class TwoBasins final : public DenseProblem {
 public:
  explicit TwoBasins(double offset = 0.15, double barrier = 5.0)
      : offset_(offset), barrier_(barrier), objectives_{{.name = "f0"}, {.name = "f1"}} {}

  [[nodiscard]] std::string name() const override { return "two_basins"; }
  [[nodiscard]] int num_variables() const override { return 2; }
  [[nodiscard]] const std::vector<ObjectiveInfo>& objectives() const override {
    return objectives_;
  }
  /// Between the basins, on the ridge's side that leads each objective to its own.
  [[nodiscard]] Vector start(RandomStream&) const override {
    return (Vector(2) << 0.4, 0.0).finished();
  }
  [[nodiscard]] Vector values(ConstVectorRef theta) const override {
    const double x = theta(0);
    const double y = theta(1);
    const double wall = barrier_ * (y * y - 1.0) * (y * y - 1.0);
    return (Vector(2) << x * x + wall + offset_ * (1.0 + y),
            (x - 1.0) * (x - 1.0) + wall + offset_ * (1.0 - y))
        .finished();
  }
  [[nodiscard]] Matrix gradients(ConstVectorRef theta) const override {
    const double x = theta(0);
    const double y = theta(1);
    const double wall = 4.0 * barrier_ * y * (y * y - 1.0);
    Matrix gradients(2, 2);
    gradients << 2.0 * x, 2.0 * (x - 1.0), wall + offset_, wall - offset_;
    return gradients;
  }

 private:
  double offset_;
  double barrier_;
  std::vector<ObjectiveInfo> objectives_;
};

}  // namespace moo::test
