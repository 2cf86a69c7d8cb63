#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "libmoo/constraint/monotone_pairs.hpp"
#include "tests/constraint/rule_samples.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::Dataset;
using moo::InvalidArgument;
using moo::Matrix;
using moo::MonotonePairs;
using moo::ProbeBatch;
using moo::RandomStream;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::expect_says;
using moo::test::random_data;
using moo::test::residuals_of;
using Direction = MonotonePairs::Direction;

/// Predictions of a model p(x) = logistic(slopes . x) at all probes, copied to every output.
Matrix predictions_of(const Vector& slopes, const ProbeBatch& batch, int outputs) {
  const Vector logits = batch.inputs().transpose() * slopes;
  return (1.0 / (1.0 + (-logits.array()).exp())).matrix().transpose().replicate(outputs, 1);
}

TEST(MonotonePairs, AModelThatRisesHasNoViolationOfRisingAndOnlyViolationsOfFalling) {
  RandomStream random(71);
  SCOPED_TRACE("seed 71");
  for (const int outputs : {1, 3}) {
    const Dataset data = random_data(random, 17, outputs);
    const Vector slopes{{0.8, 0.3, -0.5}};  // rises in a and b, falls in c
    for (const Direction direction : {Direction::rising, Direction::falling}) {
      ProbeBatch batch(data.inputs);
      const MonotonePairs rule({"a", "b"}, direction, 0.4, outputs - 1);
      const auto bound = rule.bind(data, batch);
      const Vector found = residuals_of(*bound, predictions_of(slopes, batch, outputs));
      ASSERT_EQ(found.size(), 2 * 17);
      if (direction == Direction::rising) {
        EXPECT_LT(found.maxCoeff(), 0.0);
      } else {
        EXPECT_GT(found.minCoeff(), 0.0);
      }
    }
  }
}

TEST(MonotonePairs, ResidualsAreTheFallOverOneStepPerRowAndInput) {
  RandomStream random(72);
  SCOPED_TRACE("seed 72");
  const Dataset data = random_data(random, 8, 1);
  const Vector slopes{{0.8, -0.3, -0.5}};
  const auto model = [&](const Vector& x) { return 1.0 / (1.0 + std::exp(-slopes.dot(x))); };
  ProbeBatch batch(data.inputs);
  const auto bound = MonotonePairs({"c", "a"}, Direction::rising, 0.25).bind(data, batch);
  const Vector found = residuals_of(*bound, predictions_of(slopes, batch, 1));
  int k = 0;
  for (const int input : {2, 0}) {
    for (Eigen::Index b = 0; b < 8; ++b, ++k) {
      Vector shifted = data.inputs.col(b);
      shifted(input) += 0.25;
      EXPECT_NEAR(found(k), model(data.inputs.col(b)) - model(shifted), 1e-15);
    }
  }
}

TEST(MonotonePairs, FlippingTheDirectionFlipsTheSign) {
  RandomStream random(73);
  SCOPED_TRACE("seed 73");
  const Dataset data = random_data(random, 11, 1);
  ProbeBatch rising_batch(data.inputs), falling_batch(data.inputs);
  const auto rising = MonotonePairs({"b"}, Direction::rising, 0.5).bind(data, rising_batch);
  const auto falling = MonotonePairs({"b"}, Direction::falling, 0.5).bind(data, falling_batch);
  const Matrix predictions = moo::test::normal_matrix(random, 1, rising_batch.size());
  EXPECT_EQ(residuals_of(*rising, predictions), -residuals_of(*falling, predictions));
}

TEST(MonotonePairs, OnlyShiftedCopiesAreAppended) {
  RandomStream random(74);
  SCOPED_TRACE("seed 74");
  const Dataset data = random_data(random, 11, 1);
  ProbeBatch batch(data.inputs);
  (void)MonotonePairs({"b", "c"}, Direction::rising, 0.5).bind(data, batch);
  ASSERT_EQ(batch.size(), 3 * 11);
  EXPECT_EQ(batch.inputs().leftCols(11), data.inputs);
  for (int copy = 1; copy <= 2; ++copy) {
    const Matrix shift = batch.inputs().middleCols(11 * copy, 11) - data.inputs;
    EXPECT_LE((shift.row(copy).array() - 0.5).abs().maxCoeff(), 1e-15);
    EXPECT_EQ(shift.row(0).norm() + shift.row(3 - copy).norm(), 0.0);
  }
}

TEST(MonotonePairs, JacobianAgreesWithDifferences) {
  RandomStream random(75);
  SCOPED_TRACE("seed 75");
  moo::test::Worst worst("jacobian");
  for (const int outputs : {1, 3}) {
    const Dataset data = random_data(random, 5, outputs);
    ProbeBatch batch(data.inputs);
    const auto bound =
        MonotonePairs({"a", "c"}, Direction::falling, 0.5, outputs - 1).bind(data, batch);
    EXPECT_TRUE(bound->is_linear());
    moo::test::expect_jacobian_by_differences(
        *bound, moo::test::normal_matrix(random, outputs, batch.size()), worst);
  }
}

TEST(MonotonePairs, SaysWhatItIs) {
  const MonotonePairs rule({"age", "income"}, Direction::falling, 0.5);
  EXPECT_EQ(rule.name(), "falling in age, income");
  EXPECT_EQ(rule.unit(), "probability");
  EXPECT_EQ(rule.sense(), moo::Sense::inequality);
}

TEST(MonotonePairs, NothingToCheckIsRefused) {
  expect_says(complaint_of<InvalidArgument>([] { MonotonePairs({}, Direction::rising, 0.5); }),
              {"MonotonePairs", "at least one input"});
  for (const double step : {0.0, -0.5, std::numeric_limits<double>::quiet_NaN(),
                            std::numeric_limits<double>::infinity()}) {
    expect_says(
        complaint_of<InvalidArgument>([&] { MonotonePairs({"a"}, Direction::rising, step); }),
        {"MonotonePairs", "step"});
  }
}

TEST(MonotonePairs, InputsOrOutputsTheDataDoNotHaveAreRefused) {
  RandomStream random(76);
  const Dataset data = random_data(random, 6, 2);
  ProbeBatch batch(data.inputs);
  expect_says(complaint_of<InvalidArgument>([&] {
                (void)MonotonePairs({"a", "age"}, Direction::rising, 0.5).bind(data, batch);
              }),
              {"age", "a, b, c"});
  expect_says(complaint_of<InvalidArgument>([&] {
                (void)MonotonePairs({"group"}, Direction::rising, 0.5).bind(data, batch);
              }),
              {"group", "side column"});
  for (const int output : {-1, 2}) {
    expect_says(complaint_of<InvalidArgument>([&] {
                  (void)MonotonePairs({"a"}, Direction::rising, 0.5, output).bind(data, batch);
                }),
                {"rising in a", "output", "0 to 1", std::to_string(output)});
  }
}

}  // namespace
