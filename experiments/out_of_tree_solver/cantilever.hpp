#pragma once

#include "libmoo/problem/dense_problem.hpp"

/// A round steel cantilever with 1 kN at its end: mass in kg against deflection in mm, the stress
/// at most 300 MPa (Deb 2001, section 1.3). theta = (diameter / 10 mm, length / 100 mm).
class Cantilever final : public moo::DenseProblem {
 public:
  std::string name() const override { return "cantilever"; }
  int num_variables() const override { return 2; }
  const std::vector<moo::ObjectiveInfo>& objectives() const override { return objectives_; }
  const std::vector<moo::ConstraintRow>& hard_rows() const override { return rows_; }
  moo::Bounds bounds() const override {
    return {moo::Vector{{1.0, 2.0}}, moo::Vector{{5.0, 10.0}}};
  }
  moo::Vector start(moo::RandomStream& random) const override {
    return moo::Vector{{random.uniform(2.0, 4.0), random.uniform(3.0, 9.0)}};
  }
  moo::Vector values(moo::ConstVectorRef theta) const override {
    const double d = theta(0), l = theta(1), d3 = d * d * d;  // the last value is a hard row
    return moo::Vector{
        {0.06126106 * d * d * l, 3.280488 * l * l * l / (d3 * d), 3.395305 * l / d3 - 1.0}};
  }
  moo::Matrix gradients(moo::ConstVectorRef theta) const override {
    const double d = theta(0), l = theta(1), d4 = d * d * d * d;  // one column per value
    return moo::Matrix{{0.12252212 * d * l, -13.121952 * l * l * l / (d4 * d), -10.185915 * l / d4},
                       {0.06126106 * d * d, 9.841464 * l * l / d4, 3.395305 * d / d4}};
  }

 private:
  std::vector<moo::ObjectiveInfo> objectives_ = {{.name = "mass"}, {.name = "deflection"}};
  std::vector<moo::ConstraintRow> rows_ = {{.name = "stress", .group = "stress"}};
};
