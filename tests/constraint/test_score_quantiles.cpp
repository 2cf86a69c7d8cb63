#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "libmoo/constraint/score_quantiles.hpp"
#include "tests/constraint/fairness_samples.hpp"

namespace {

using moo::Dataset;
using moo::InvalidArgument;
using moo::Matrix;
using moo::midpoint_levels;
using moo::QuantileBound;
using moo::QuantileParity;
using moo::RandomStream;
using moo::Vector;
using moo::test::bound_to;
using moo::test::complaint_of;
using moo::test::expect_says;
using moo::test::group_data;
using moo::test::random_predictions;
using moo::test::residuals_on;
using Kind = QuantileBound::Kind;

/// Predictions whose neighbours in every order are 0.01 apart or more, so that differences see one
/// linear piece.
Matrix spaced_predictions(RandomStream& random, Eigen::Index outputs, int size) {
  Matrix predictions(outputs, size);
  for (Eigen::Index o = 0; o < outputs; ++o) {
    const std::vector<int> order = random.permutation(size);
    for (int b = 0; b < size; ++b) {
      predictions(o, b) = (order[static_cast<std::size_t>(b)] + random.uniform(0.1, 0.6)) / size;
    }
  }
  return predictions;
}

TEST(QuantileParity, ResidualsAreGapsOfQuantilesByHand) {
  const Dataset data =
      moo::test::small_data(Vector::Zero(6), "group", Vector{{1.0, 0.0, 1.0, 0.0, 1.0, 0.0}});
  const Matrix predictions{{0.9, 0.2, 0.1, 0.3, 0.5, 0.7}};  // 0.1 0.5 0.9 and 0.2 0.3 0.7
  const Vector residuals =
      residuals_on(QuantileParity("group", {0.0, 0.25, 0.5, 0.9, 1.0}), data, predictions);
  ASSERT_EQ(residuals.size(), 5);
  EXPECT_LE((residuals - Vector{{-0.1, 0.3 - 0.25, 0.2, 0.82 - 0.62, 0.2}}).cwiseAbs().maxCoeff(),
            1e-15);
}

TEST(QuantileParity, ConstantModelsAndEqualDistributionsHaveNoResidual) {
  RandomStream random(281);
  SCOPED_TRACE("seed 281");
  Dataset data = group_data(random, 20, 1);
  const QuantileParity rule("group", midpoint_levels(7));
  EXPECT_LE(residuals_on(rule, data, Matrix::Constant(1, 20, 0.37)).cwiseAbs().maxCoeff(), 1e-16);
  Matrix predictions(1, 20);
  const Vector scores = random.uniform_vector(10);
  for (int b = 0; b < 20; ++b) {
    data.columns["group"](b) = b < 10 ? 1.0 : 0.0;
    predictions(0, b) = scores(b < 10 ? b : 19 - b);
  }
  EXPECT_LE(residuals_on(rule, data, predictions).cwiseAbs().maxCoeff(), 1e-16);
}

TEST(QuantileParity, SwappingTheGroupsFlipsTheSigns) {
  RandomStream random(282);
  SCOPED_TRACE("seed 282");
  Dataset data = group_data(random, 19, 1);
  const Matrix predictions = random_predictions(random, 1, 19);
  const QuantileParity rule("group", midpoint_levels(5));
  const Vector before = residuals_on(rule, data, predictions);
  data.columns["group"] = 1.0 - data.columns["group"].array();
  EXPECT_EQ(residuals_on(rule, data, predictions), -before);
}

TEST(QuantileParity, AShiftOfTheMembersIsTheResidualAtEveryLevel) {
  RandomStream random(283);
  SCOPED_TRACE("seed 283");
  const Dataset data = group_data(random, 19, 1);
  const Matrix predictions = random_predictions(random, 1, 19);
  const QuantileParity rule("group", midpoint_levels(5));
  const Matrix shifted = predictions + 0.25 * data.column("group").transpose();
  const Vector change = residuals_on(rule, data, shifted) - residuals_on(rule, data, predictions);
  EXPECT_LE((change.array() - 0.25).abs().maxCoeff(), 1e-15);
}

TEST(QuantileParity, MeanSizeAtManyMidpointsIsTheWassersteinDistance) {
  RandomStream random(284);
  SCOPED_TRACE("seed 284");
  Dataset data = group_data(random, 400, 1);
  for (int b = 0; b < 400; ++b) data.columns["group"](b) = b % 2;
  Matrix predictions(1, 400);
  std::vector<double> inside, outside;
  for (int b = 0; b < 400; ++b) {
    predictions(0, b) = b % 2 == 1 ? random.normal(0.3, 0.2) : random.normal(0.2, 0.4);
    (b % 2 == 1 ? inside : outside).push_back(predictions(0, b));
  }
  std::sort(inside.begin(), inside.end());
  std::sort(outside.begin(), outside.end());
  double distance = 0.0;  // of samples of one size: the mean distance of order statistics
  for (std::size_t k = 0; k < 200; ++k) distance += std::abs(inside[k] - outside[k]) / 200;
  const Vector residuals =
      residuals_on(QuantileParity("group", midpoint_levels(2000)), data, predictions);
  EXPECT_NEAR(residuals.cwiseAbs().mean(), distance, 0.03 * distance);  // interpolated tails
}

TEST(QuantileParity, DerivativesAgreeWithDifferences) {
  RandomStream random(285);
  SCOPED_TRACE("seed 285");
  moo::test::Worst jacobian("jacobian"), curvature("curvature");
  for (const int outputs : {1, 3}) {
    const Dataset data = group_data(random, 15, outputs);
    const auto bound =
        bound_to(QuantileParity("group", {0.0, 0.1, 0.35, 0.5, 0.77, 1.0}, outputs - 1), data);
    EXPECT_FALSE(bound->is_linear());
    moo::test::expect_derivatives_by_differences(*bound, spaced_predictions(random, outputs, 17),
                                                 random, jacobian, curvature);
  }
}

TEST(QuantileParity, DoesNotDependOnHowRowsAreOrderedAndStandsTies) {
  RandomStream random(286);
  SCOPED_TRACE("seed 286");
  const Dataset data = group_data(random, 16, 1);
  Matrix predictions = random_predictions(random, 1, 16);
  predictions = (predictions.array() * 4.0).round() / 4.0;
  const QuantileParity rule("group", midpoint_levels(4));
  const std::vector<int> order = random.permutation(16);
  EXPECT_EQ(residuals_on(rule, data, predictions),
            residuals_on(rule, data.subset(order), predictions(Eigen::all, order)));
  // A subgradient at ties still adds up to what a shift of all members does.
  const Matrix jacobian = moo::test::jacobian_of(*bound_to(rule, data), predictions);
  EXPECT_LE(((jacobian * data.column("group")).array() - 1.0).abs().maxCoeff(), 1e-15);
  EXPECT_LE(jacobian.rowwise().sum().cwiseAbs().maxCoeff(), 1e-15);
}

TEST(QuantileBound, ResidualIsTheQuantileBeyondTheBoundByHand) {
  const Dataset data =
      moo::test::small_data(Vector::Zero(5), "group", Vector{{1.0, 0.0, 1.0, 0.0, 1.0}});
  const Matrix predictions{{0.9, 0.2, 0.1, 0.3, 0.5}};
  const auto residual = [&](const QuantileBound& rule) {
    return residuals_on(rule, data, predictions)(0);
  };
  EXPECT_NEAR(residual(QuantileBound(Kind::at_most, 0.5, 0.25)), 0.05, 1e-15);
  EXPECT_NEAR(residual(QuantileBound(Kind::at_least, 0.5, 0.25)), -0.05, 1e-15);
  EXPECT_NEAR(residual(QuantileBound(Kind::at_most, 0.75, 0.2, {.member_column = "group"})), 0.5,
              1e-15);
  EXPECT_NEAR(residual(QuantileBound(Kind::at_least, 0.0, 0.2)), 0.1, 1e-15);
}

TEST(QuantileBound, DerivativesAgreeWithDifferences) {
  RandomStream random(287);
  SCOPED_TRACE("seed 287");
  moo::test::Worst jacobian("jacobian"), curvature("curvature");
  for (const auto kind : {Kind::at_most, Kind::at_least}) {
    for (const char* column : {"", "group"}) {
      const Dataset data = group_data(random, 13, 2);
      const auto bound = bound_to(QuantileBound(kind, 0.83, 0.5, {column, 1}), data);
      moo::test::expect_derivatives_by_differences(*bound, spaced_predictions(random, 2, 15),
                                                   random, jacobian, curvature);
    }
  }
}

TEST(QuantileRules, TrainingUnderThemHasTheRightGradients) {
  RandomStream random(288);
  SCOPED_TRACE("seed 288");
  moo::test::Worst worst("training");
  moo::test::expect_training_gradients(
      group_data(random, 12, 1), moo::LossKind::binary_cross_entropy,
      {std::make_shared<QuantileParity>("group", midpoint_levels(4)),
       std::make_shared<QuantileBound>(Kind::at_most, 0.9, 0.3),
       std::make_shared<QuantileBound>(Kind::at_least, 0.2, 0.6)},
      random, worst);
}

TEST(QuantileRules, SayWhatTheyAre) {
  const QuantileParity parity("age", {0.5});
  EXPECT_EQ(parity.name(), "quantile parity over age");
  EXPECT_EQ(parity.unit(), "probability");
  EXPECT_EQ(parity.sense(), moo::Sense::equality);
  const QuantileBound bound(Kind::at_most, 0.95, 0.5, {.member_column = "age"});
  EXPECT_EQ(bound.name(), "quantile 0.95 at most 0.5 within age");
  EXPECT_EQ(bound.unit(), "prediction");
  EXPECT_EQ(bound.sense(), moo::Sense::inequality);
  EXPECT_EQ(midpoint_levels(2), (std::vector<double>{0.25, 0.75}));
}

TEST(QuantileRules, WhatMakesNoSenseIsRefused) {
  RandomStream random(289);
  Dataset data = group_data(random, 8, 1);
  expect_says(complaint_of<InvalidArgument>([] { QuantileParity("group", {}); }),
              {"QuantileParity", "at least one level", "midpoint_levels"});
  expect_says(complaint_of<InvalidArgument>([] {
                QuantileParity("group", {0.5, 1.5});
              }),
              {"QuantileParity", "0 to 1", "1.5", "median"});
  expect_says(complaint_of<InvalidArgument>([] {
                QuantileBound(Kind::at_most, std::numeric_limits<double>::quiet_NaN(), 0.5);
              }),
              {"QuantileBound", "0 to 1", "nan"});
  expect_says(complaint_of<InvalidArgument>([] {
                QuantileBound(Kind::at_most, 0.5, std::numeric_limits<double>::infinity());
              }),
              {"QuantileBound", "finite", "inf"});
  expect_says(complaint_of<InvalidArgument>([] { midpoint_levels(0); }), {"midpoint_levels", "0"});
  const QuantileBound bound(Kind::at_most, 0.5, 0.5, {.member_column = "group"});
  data.columns["group"].setZero();
  expect_says(complaint_of<InvalidArgument>([&] { bound_to(bound, data); }), {"no row", "group"});
  expect_says(
      complaint_of<InvalidArgument>([&] { bound_to(QuantileParity("group", {0.5}), data); }),
      {"quantile parity over group", "a group has no row", "0 and 8"});
  expect_says(
      complaint_of<InvalidArgument>([&] { bound_to(QuantileParity("region", {0.5}), data); }),
      {"0 or 1", "region"});
  expect_says(
      complaint_of<InvalidArgument>([&] { bound_to(QuantileParity("group", {0.5}, 2), data); }),
      {"output", "2"});
}

}  // namespace
