#include <gtest/gtest.h>

#include <limits>

#include "libmoo/constraint/score_moment.hpp"
#include "tests/constraint/fairness_samples.hpp"

namespace {

using moo::Dataset;
using moo::InvalidArgument;
using moo::Matrix;
using moo::RandomStream;
using moo::ScoreMoment;
using moo::Vector;
using moo::test::bound_to;
using moo::test::complaint_of;
using moo::test::expect_says;
using moo::test::group_data;
using moo::test::random_predictions;
using moo::test::residuals_on;
using Moment = ScoreMoment::Moment;

TEST(ScoreMoment, ResidualsAreMomentsLessTheirTargetsByHand) {
  const Dataset data =
      moo::test::small_data(Vector::Zero(5), "group", Vector{{1.0, 0.0, 1.0, 0.0, 1.0}});
  const Matrix predictions{{0.1, 0.2, 0.4, 0.3, 1.0}};
  EXPECT_NEAR(residuals_on(ScoreMoment(Moment::mean, 0.3), data, predictions)(0), 0.1, 1e-15);
  EXPECT_NEAR(residuals_on(ScoreMoment(Moment::variance, 0.05), data, predictions)(0), 0.05, 1e-15);
  const ScoreMoment::Options members{.member_column = "group"};
  EXPECT_NEAR(residuals_on(ScoreMoment(Moment::mean, 0.3, members), data, predictions)(0), 0.2,
              1e-15);
  EXPECT_NEAR(residuals_on(ScoreMoment(Moment::variance, 0.0, members), data, predictions)(0), 0.14,
              1e-15);
}

TEST(ScoreMoment, AConstantModelHasItsValueAsMeanAndNoVariance) {
  RandomStream random(271);
  SCOPED_TRACE("seed 271");
  const Dataset data = group_data(random, 17, 1);
  const Matrix constant = Matrix::Constant(1, 17, 0.37);
  EXPECT_NEAR(residuals_on(ScoreMoment(Moment::mean, 0.37), data, constant)(0), 0.0, 1e-15);
  EXPECT_NEAR(residuals_on(ScoreMoment(Moment::variance, 0.0), data, constant)(0), 0.0, 1e-15);
}

TEST(ScoreMoment, AShiftMovesTheMeanAndAStretchTheVariance) {
  RandomStream random(272);
  SCOPED_TRACE("seed 272");
  const Dataset data = group_data(random, 17, 1);
  const Matrix p = random_predictions(random, 1, 17);
  const ScoreMoment mean(Moment::mean, 0.0), variance(Moment::variance, 0.0);
  EXPECT_NEAR(residuals_on(mean, data, p.array() + 2.0)(0), residuals_on(mean, data, p)(0) + 2.0,
              1e-14);
  EXPECT_NEAR(residuals_on(variance, data, 3.0 * p.array() + 2.0)(0),
              9.0 * residuals_on(variance, data, p)(0), 1e-14);
}

TEST(ScoreMoment, DerivativesAgreeWithDifferences) {
  RandomStream random(273);
  SCOPED_TRACE("seed 273");
  moo::test::Worst jacobian("jacobian"), curvature("curvature");
  for (const int outputs : {1, 3}) {
    for (const auto moment : {Moment::mean, Moment::variance}) {
      for (const char* column : {"", "group"}) {
        const Dataset data = group_data(random, 11, outputs);
        const auto bound = bound_to(ScoreMoment(moment, 0.1, {column, outputs - 1}), data);
        EXPECT_EQ(bound->is_linear(), moment == Moment::mean);
        moo::test::expect_derivatives_by_differences(
            *bound, random_predictions(random, outputs, 13), random, jacobian, curvature);
      }
    }
  }
}

TEST(ScoreMoment, TrainingUnderItHasTheRightGradients) {
  RandomStream random(274);
  SCOPED_TRACE("seed 274");
  moo::test::Worst worst("training");
  const ScoreMoment::Options members{.member_column = "group"};
  moo::test::expect_training_gradients(
      group_data(random, 12, 1), moo::LossKind::binary_cross_entropy,
      {std::make_shared<ScoreMoment>(Moment::mean, 0.3),
       std::make_shared<ScoreMoment>(Moment::variance, 0.01),
       std::make_shared<ScoreMoment>(Moment::variance, 0.2, members)},
      random, worst);
}

TEST(ScoreMoment, SaysWhatItIs) {
  EXPECT_EQ(ScoreMoment(Moment::mean, 0.3).name(), "mean of predictions");
  EXPECT_EQ(ScoreMoment(Moment::mean, 0.3).unit(), "prediction");
  const ScoreMoment rule(Moment::variance, 0.3, {.member_column = "group"});
  EXPECT_EQ(rule.name(), "variance of predictions within group");
  EXPECT_EQ(rule.unit(), "prediction^2");
  EXPECT_EQ(rule.sense(), moo::Sense::equality);
}

TEST(ScoreMoment, WhatMakesNoSenseIsRefused) {
  RandomStream random(275);
  Dataset data = group_data(random, 8, 1);
  expect_says(complaint_of<InvalidArgument>([] { ScoreMoment(Moment::variance, -0.1); }),
              {"ScoreMoment", "variance >= 0", "-0.1"});
  expect_says(complaint_of<InvalidArgument>(
                  [] { ScoreMoment(Moment::mean, std::numeric_limits<double>::quiet_NaN()); }),
              {"ScoreMoment", "finite mean", "nan"});
  const ScoreMoment rule(Moment::mean, 0.3, {.member_column = "group"});
  data.columns["group"].setZero();
  expect_says(complaint_of<InvalidArgument>([&] { bound_to(rule, data); }),
              {"within group", "no row", "'group' = 1", "stratified"});
  data.columns["group"](3) = 0.5;
  expect_says(complaint_of<InvalidArgument>([&] { bound_to(rule, data); }), {"0 or 1", "row 3"});
  expect_says(complaint_of<InvalidArgument>(
                  [&] { bound_to(ScoreMoment(Moment::mean, 0.3, {.output = 3}), data); }),
              {"output", "3"});
}

}  // namespace
