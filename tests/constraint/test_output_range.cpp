#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>

#include "libmoo/constraint/output_range.hpp"
#include "tests/constraint/rule_checks.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::Dataset;
using moo::InvalidArgument;
using moo::Matrix;
using moo::ProbeBatch;
using moo::RandomStream;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::expect_derivatives;
using moo::test::expect_says;
using moo::test::expect_training_gradients;
using moo::test::random_data;
using moo::test::residuals_under;

using moo::OutputRange;

/// Two outputs that depend on inputs a and b alone.
Vector model(const Vector& x) { return Vector{{x(0), 2.0 * x(1)}}; }

Dataset data_of(const Matrix& inputs, int outputs) {
  Dataset data;
  data.inputs = inputs;
  data.targets = Matrix::Zero(outputs, inputs.cols());
  data.input_names = {"a", "b"};
  return data;
}

TEST(OutputRange, ResidualsAreTheDistancesBeyondEachBound) {
  const Dataset data = data_of(Matrix{{0.5, -0.25, 3.0}, {0.0, 1.0, -1.0}}, 2);
  const OutputRange rule({.low = 0.0, .high = 1.0});
  const Vector expected{{-0.5, 0.25, -3.0, -0.5, -1.25, 2.0,  // output 0: low, high
                         0.0, -2.0, 2.0, -1.0, 1.0, -3.0}};   // output 1
  EXPECT_EQ(residuals_under(rule, data, model), expected);
  EXPECT_EQ(residuals_under(OutputRange({.high = 1.0, .outputs = {1}}), data, model),
            expected.tail(3));
}

TEST(OutputRange, AModelInsideHasNoViolationAndOneOutsideHasOnEveryRow) {
  RandomStream random(301);
  SCOPED_TRACE("seed 301");
  const Dataset data = random_data(random, 20, 2);
  const OutputRange rule({.low = -1.0, .high = 1.0});
  const auto inside = [](const Vector& x) { return Vector{{std::tanh(x(0)), std::sin(x(1))}}; };
  const auto above = [](const Vector& x) -> Vector {
    return Vector{{x(0), x(2)}}.cwiseAbs().array() + 1.001;
  };
  EXPECT_LE(residuals_under(rule, data, inside).maxCoeff(), 0.0);
  const Vector found = residuals_under(rule, data, above);
  EXPECT_EQ((found.array() > 0.0).count(), 2 * 20);
}

TEST(OutputRange, NonNegativityIsTheRangeFromZeroOn) {
  const Dataset data = data_of(Matrix{{0.5, -0.25}, {0.0, 1.0}}, 2);
  const OutputRange rule = moo::non_negativity({0}, "metres");
  EXPECT_EQ(rule.name(), "output >= 0");
  EXPECT_EQ(rule.unit(), "metres");
  EXPECT_EQ(rule.sense(), moo::Sense::inequality);
  EXPECT_EQ(residuals_under(rule, data, model), (Vector{{-0.5, 0.25}}));
}

TEST(OutputRange, AsksForNoFurtherProbes) {
  RandomStream random(302);
  const Dataset data = random_data(random, 6, 2);
  ProbeBatch batch(data.inputs);
  (void)moo::non_negativity().bind(data, batch);
  EXPECT_EQ(batch.size(), 6);
}

TEST(OutputRange, DerivativesAgreeWithDifferences) {
  RandomStream random(303);
  SCOPED_TRACE("seed 303");
  const Dataset data = random_data(random, 6, 3);
  expect_derivatives(OutputRange({.low = -0.5, .high = 0.5, .outputs = {2, 0}}), data, random);
  expect_training_gradients(
      std::make_shared<OutputRange>(moo::OutputRangeOptions{.low = -0.1, .high = 0.1}), data,
      random);
}

TEST(OutputRange, SaysWhatItIs) {
  EXPECT_EQ(OutputRange({.low = 0.0, .high = 0.5}).name(), "output in 0 to 0.5");
  EXPECT_EQ(OutputRange({.high = 0.5}).name(), "output <= 0.5");
}

TEST(OutputRange, NoRangeIsRefused) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  expect_says(complaint_of<InvalidArgument>([] { OutputRange({}); }),
              {"OutputRange", "at least one of low and high", "not given"});
  expect_says(complaint_of<InvalidArgument>([] { OutputRange({.low = 2.0, .high = 1.0}); }),
              {"low <= high", "low 2, high 1"});
  expect_says(complaint_of<InvalidArgument>([] { OutputRange({.low = nan}); }), {"finite", "nan"});
}

TEST(OutputRange, OutputsTheModelDoesNotHaveAreRefused) {
  RandomStream random(304);
  const Dataset data = random_data(random, 6, 2);
  ProbeBatch batch(data.inputs);
  expect_says(complaint_of<InvalidArgument>([&] {
                (void)moo::non_negativity({0, 2}).bind(data, batch);
              }),
              {"output >= 0", "0 to 1", "2"});
  expect_says(complaint_of<InvalidArgument>([&] {
                (void)moo::non_negativity({1, 1}).bind(data, batch);
              }),
              {"twice", "output 1"});
}

}  // namespace
