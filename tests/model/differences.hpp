#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>

#include "libmoo/base/random.hpp"
#include "libmoo/base/vector.hpp"

namespace moo::test {

/// d function / dh at h = 0 by a fourth-order central difference: error O(step^4) + O(1e-16/step).
template <class Function>
Vector difference(const Function& function, double step = 1e-3) {
  const Vector near = function(step) - function(-step);
  const Vector far = function(2.0 * step) - function(-2.0 * step);
  return (8.0 * near - far) / (12.0 * step);
}

/// |exact - reference|_inf / max(|reference|_inf, floor); NaN when an entry is NaN. The floor is
/// what the differences can resolve at best, not 1: small derivatives are checked as well.
inline double relative_error(ConstMatrixRef exact, ConstMatrixRef reference, double floor = 1e-3) {
  if (exact.hasNaN() || reference.hasNaN()) return std::numeric_limits<double>::quiet_NaN();
  return (exact - reference).cwiseAbs().maxCoeff() /
         std::max(floor, reference.cwiseAbs().maxCoeff());
}

/// The largest error seen; goes into the XML report as a property of the running test.
class Worst {
 public:
  explicit Worst(std::string name) : name_(std::move(name)) {}
  Worst(const Worst&) = delete;
  Worst& operator=(const Worst&) = delete;
  ~Worst() {
    testing::Test::RecordProperty("worst_" + name_, std::to_string(error_ * 1e15) + "e-15");
  }

  /// Expects error <= bound (a NaN is not).
  void expect(double error, double bound) {
    EXPECT_LE(error, bound) << name_;
    if (!(error <= error_)) error_ = error;
  }

 private:
  std::string name_;
  double error_ = 0.0;
};

/// A matrix of normal numbers.
inline Matrix normal_matrix(RandomStream& random, Eigen::Index rows, Eigen::Index cols,
                            double deviation = 1.0) {
  Matrix matrix(rows, cols);
  for (double& x : matrix.reshaped()) x = random.normal(0.0, deviation);
  return matrix;
}

inline std::string seed_note(std::uint64_t seed) { return "seed " + std::to_string(seed); }

}  // namespace moo::test
