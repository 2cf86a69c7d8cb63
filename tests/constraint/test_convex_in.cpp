#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>

#include "libmoo/constraint/convex_in.hpp"
#include "tests/constraint/rule_checks.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::Dataset;
using moo::InvalidArgument;
using moo::ProbeBatch;
using moo::RandomStream;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::expect_derivatives;
using moo::test::expect_says;
using moo::test::expect_training_gradients;
using moo::test::random_data;
using moo::test::residuals_under;

using moo::Bend;
using moo::ConvexIn;

TEST(ConvexIn, AParabolaIsConvexByTwiceItsCurvatureTimesTheSquaredStep) {
  RandomStream random(331);
  SCOPED_TRACE("seed 331");
  const Dataset data = random_data(random, 9, 1);
  const auto parabola = [](const Vector& x) { return Vector{{3.0 * x(1) * x(1) - x(0)}}; };
  const Vector convex = residuals_under(ConvexIn({.input = "b", .step = 0.5}), data, parabola);
  const Vector concave =
      residuals_under(ConvexIn({.input = "b", .bend = Bend::concave, .step = 0.5}), data, parabola);
  ASSERT_EQ(convex.size(), 9);
  for (int b = 0; b < 9; ++b) {  // p(x-h) - 2 p(x) + p(x+h) = 2 * 3 h^2
    EXPECT_NEAR(convex(b), -6.0 * 0.25, 1e-13);
    EXPECT_NEAR(concave(b), 6.0 * 0.25, 1e-13);
  }
}

TEST(ConvexIn, ConvexModelsHaveNoViolationAndConcaveOnesOnEveryRow) {
  RandomStream random(332);
  SCOPED_TRACE("seed 332");
  const Dataset data = random_data(random, 20, 2);
  const ConvexIn rule({.input = "a", .step = 0.3, .output = 1});
  const auto convex = [](const Vector& x) { return Vector{{-x(0) * x(0), std::exp(x(0))}}; };
  const auto concave = [](const Vector& x) { return Vector{{x(0) * x(0), -std::exp(x(0))}}; };
  EXPECT_LT(residuals_under(rule, data, convex).maxCoeff(), 0.0);
  EXPECT_GT(residuals_under(rule, data, concave).minCoeff(), 0.0);
}

TEST(ConvexIn, AppendsOneCopyOnEitherSide) {
  RandomStream random(333);
  const Dataset data = random_data(random, 4, 1);
  ProbeBatch batch(data.inputs);
  (void)ConvexIn({.input = "c", .step = 0.25}).bind(data, batch);
  ASSERT_EQ(batch.size(), 12);
  EXPECT_LE(
      (batch.inputs().row(2).segment(4, 4) - data.inputs.row(2)).array().abs().maxCoeff() - 0.25,
      1e-15);
  EXPECT_LT(batch.inputs()(2, 4), data.inputs(2, 0));
  EXPECT_GT(batch.inputs()(2, 8), data.inputs(2, 0));
  EXPECT_EQ(batch.inputs().middleCols(4, 4).topRows(2), data.inputs.topRows(2));
  EXPECT_EQ(batch.inputs().middleCols(8, 4).topRows(2), data.inputs.topRows(2));
}

TEST(ConvexIn, DerivativesAgreeWithDifferences) {
  RandomStream random(334);
  SCOPED_TRACE("seed 334");
  const Dataset data = random_data(random, 6, 2);
  for (const Bend bend : {Bend::convex, Bend::concave}) {
    const moo::ConvexInOptions options{.input = "b", .bend = bend, .step = 0.7, .output = 1};
    expect_derivatives(ConvexIn(options), data, random);
    expect_training_gradients(std::make_shared<ConvexIn>(options), data, random);
  }
}

TEST(ConvexIn, SaysWhatItIs) {
  const ConvexIn rule({.input = "age", .bend = Bend::concave, .unit = "probability"});
  EXPECT_EQ(rule.name(), "concave in age");
  EXPECT_EQ(rule.unit(), "probability");
  EXPECT_EQ(rule.sense(), moo::Sense::inequality);
}

TEST(ConvexIn, NothingToCheckIsRefused) {
  RandomStream random(335);
  const Dataset data = random_data(random, 4, 1);
  ProbeBatch batch(data.inputs);
  expect_says(complaint_of<InvalidArgument>([] { ConvexIn({}); }), {"ConvexIn", "an input"});
  for (const double step : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(),
                            std::numeric_limits<double>::infinity()}) {
    expect_says(complaint_of<InvalidArgument>([&] { ConvexIn({.input = "a", .step = step}); }),
                {"ConvexIn", "step > 0"});
  }
  expect_says(
      complaint_of<InvalidArgument>([&] { (void)ConvexIn({.input = "age"}).bind(data, batch); }),
      {"'age'", "a, b, c"});
  expect_says(complaint_of<InvalidArgument>(
                  [&] { (void)ConvexIn({.input = "a", .output = 1}).bind(data, batch); }),
              {"convex in a", "output", "0 to 0"});
}

}  // namespace
