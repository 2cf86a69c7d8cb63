#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "libmoo/constraint/path_clearance.hpp"
#include "libmoo/constraint/path_motion.hpp"
#include "tests/constraint/rule_checks.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::Ball;
using moo::BallDistance;
using moo::Dataset;
using moo::InvalidArgument;
using moo::Matrix;
using moo::PathClearance;
using moo::PathFrame;
using moo::PathMotion;
using moo::RandomStream;
using moo::SplinePath;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::expect_derivatives;
using moo::test::expect_says;
using moo::test::expect_training_gradients;
using moo::test::residuals_under;

constexpr int modes = 4;

PathFrame frame_at(Vector places) {
  return {.path = SplinePath(modes), .places = std::move(places)};
}

/// Two routes: from (0, 0) to (4, 0), and from (1, 1) up to (1, 3).
Dataset two_routes() {
  Dataset data;
  data.input_names = {"a", "b"};
  data.inputs = Matrix{{0.3, -1.0}, {0.7, 0.2}};
  data.targets = Matrix::Zero(2 * modes, 2);
  data.columns = {{"start_x", Vector{{0.0, 1.0}}},
                  {"start_y", Vector{{0.0, 1.0}}},
                  {"goal_x", Vector{{4.0, 1.0}}},
                  {"goal_y", Vector{{0.0, 3.0}}}};
  return data;
}

std::shared_ptr<const BallDistance> disc(double x, double y, double radius) {
  return std::make_shared<const BallDistance>(std::vector<Ball>{{Vector{{x, y}}, radius}});
}

/// A model with these outputs for every route.
auto constant_outputs(const Vector& y) {
  return [y](const Vector&) { return y; };
}

TEST(PathClearance, IsTheMarginLessTheDistanceOnTheStraightLine) {
  const PathClearance rule(frame_at(Vector{{0.0, 0.5, 1.0}}), disc(2.0, 1.0, 0.5), 0.2);
  const Vector r = residuals_under(rule, two_routes(), constant_outputs(Vector::Zero(2 * modes)));
  ASSERT_EQ(r.size(), 6);
  EXPECT_NEAR(r(0), 0.2 - (std::sqrt(5.0) - 0.5), 1e-12) << "start of the first";
  EXPECT_NEAR(r(1), 0.2 - 0.5, 1e-12) << "half way, below the disc";
  EXPECT_NEAR(r(4), 0.2 - (std::sqrt(2.0) - 0.5), 1e-12) << "(1, 2)";
}

TEST(PathClearance, OutputsMoveThePathInTheFrameOfItsOwnLine) {
  Vector y = Vector::Zero(2 * modes);
  y(modes) = 1.0;  // the goal, one to the left of the line
  const PathClearance rule(frame_at(Vector{{1.0}}), disc(10.0, 0.0, 1.0), 0.0);
  const Vector r = residuals_under(rule, two_routes(), constant_outputs(y));
  EXPECT_NEAR(r(0), -(std::hypot(6.0, 1.0) - 1.0), 1e-12) << "(4, 1)";
  EXPECT_NEAR(r(1), -(std::hypot(10.0, 3.0) - 1.0), 1e-12) << "left of upwards is (0, 3)";
}

TEST(PathClearance, DerivativesAgreeWithDifferences) {
  RandomStream random(812);
  SCOPED_TRACE("seed 812");
  const auto rule =
      std::make_shared<PathClearance>(frame_at(Vector{{0.1, 0.45, 0.8}}), disc(2.0, 2.0, 0.5), 0.3);
  expect_derivatives(*rule, two_routes(), random);
  expect_training_gradients(rule, two_routes(), random);
}

TEST(PathMotion, IsZeroOnTheStraightLineAndTheSplinesDerivativeElsewhere) {
  const PathFrame frame = frame_at(Vector{{0.2, 0.6}});
  Vector straight = Vector::Zero(2 * modes);
  straight(0) = 0.5;  // too far, but straight
  for (const int order : {2, 3}) {
    const PathMotion rule(frame, order);
    EXPECT_LT(residuals_under(rule, two_routes(), constant_outputs(straight)).cwiseAbs().maxCoeff(),
              1e-9);
    Vector y = straight;
    y(modes + 2) = 2.0;
    const Vector r = residuals_under(rule, two_routes(), constant_outputs(y));
    ASSERT_EQ(r.size(), 8) << "routes x places x directions";
    EXPECT_NEAR(r(0), 0.0, 1e-9) << "along";
    EXPECT_NEAR(r(1), 2.0 * frame.path.derivatives(frame.places, order)(0, 2), 1e-9) << "across";
  }
}

TEST(PathMotion, DerivativesAgreeWithDifferences) {
  RandomStream random(813);
  SCOPED_TRACE("seed 813");
  const auto rule = std::make_shared<PathMotion>(frame_at(Vector{{0.1, 0.9}}), 2);
  expect_derivatives(*rule, two_routes(), random);
  expect_training_gradients(rule, two_routes(), random);
}

TEST(PathRules, SayWhatIsWrong) {
  const PathFrame frame = frame_at(Vector{{0.5}});
  expect_says(complaint_of<InvalidArgument>([&] { PathClearance(frame, nullptr, 0.1); }),
              {"no obstacles"});
  expect_says(complaint_of<InvalidArgument>([&] { PathMotion(frame, 1); }), {"2", "jerk", "1"});
  Dataset same = two_routes();
  same.columns["goal_x"](0) = 0.0;
  const auto bind = [&](const Dataset& data) {
    moo::ProbeBatch batch(data.inputs);
    return PathMotion(frame, 2).bind(data, batch);
  };
  expect_says(complaint_of<InvalidArgument>([&] { bind(same); }), {"without a direction", "row 0"});
  Dataset few = two_routes();
  few.targets.conservativeResize(3, 2);
  expect_says(complaint_of<InvalidArgument>([&] { bind(few); }), {"outputs of a path", "8", "3"});
}

}  // namespace
