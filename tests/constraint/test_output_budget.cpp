#include <gtest/gtest.h>

#include <limits>

#include "libmoo/constraint/output_budget.hpp"
#include "tests/constraint/fairness_samples.hpp"

namespace {

using moo::Dataset;
using moo::InvalidArgument;
using moo::Matrix;
using moo::OutputBudget;
using moo::RandomStream;
using moo::Vector;
using moo::test::bound_to;
using moo::test::complaint_of;
using moo::test::expect_says;
using moo::test::group_data;
using moo::test::random_predictions;
using moo::test::residuals_on;
using Basis = OutputBudget::Basis;
using Kind = OutputBudget::Kind;

TEST(OutputBudget, ResidualIsWhatIsSpentBeyondTheBudgetByHand) {
  const Dataset data =
      moo::test::small_data(Vector::Zero(4), "cost", Vector{{10.0, 20.0, 0.0, -4.0}});
  const Matrix predictions{{0.5, 0.25, 1.0, 0.5}};
  const auto residual = [&](const OutputBudget& rule) {
    return residuals_on(rule, data, predictions)(0);
  };
  EXPECT_NEAR(residual(OutputBudget(2.0)), 0.25, 1e-15);
  EXPECT_NEAR(residual(OutputBudget(0.5, {.basis = Basis::per_row})), 0.0625, 1e-15);
  EXPECT_NEAR(residual(OutputBudget(7.0, {.weight_column = "cost"})), 1.0, 1e-14);
  EXPECT_NEAR(residual(OutputBudget(7.0, {.kind = Kind::at_most, .weight_column = "cost"})), 1.0,
              1e-14);
  EXPECT_NEAR(residual(OutputBudget(7.0, {.kind = Kind::at_least, .weight_column = "cost"})), -1.0,
              1e-14);
}

TEST(OutputBudget, AConstantModelThatSpendsItHasNoResidual) {
  RandomStream random(261);
  SCOPED_TRACE("seed 261");
  const Dataset data = group_data(random, 20, 1);
  for (const auto kind : {Kind::exactly, Kind::at_most, Kind::at_least}) {
    EXPECT_NEAR(
        residuals_on(OutputBudget(7.4, {.kind = kind}), data, Matrix::Constant(1, 20, 0.37))(0),
        0.0, 1e-14);
  }
}

TEST(OutputBudget, MovingPredictionFromOneRowToAnotherChangesNothing) {
  RandomStream random(262);
  SCOPED_TRACE("seed 262");
  const Dataset data = group_data(random, 20, 1);
  Matrix predictions = random_predictions(random, 1, 20);
  const double before = residuals_on(OutputBudget(3.0), data, predictions)(0);
  predictions(0, 3) += 0.1;
  predictions(0, 11) -= 0.1;
  EXPECT_NEAR(residuals_on(OutputBudget(3.0), data, predictions)(0), before, 1e-14);
}

TEST(OutputBudget, PerRowItDoesNotDependOnHowOftenTheRowsAreThere) {
  RandomStream random(263);
  SCOPED_TRACE("seed 263");
  const Dataset data = group_data(random, 10, 1);
  std::vector<int> twice;
  for (int b = 0; b < 20; ++b) twice.push_back(b % 10);
  const Matrix predictions = random_predictions(random, 1, 10);
  const OutputBudget rule(0.4, {.basis = Basis::per_row, .weight_column = "age"});
  EXPECT_NEAR(residuals_on(rule, data, predictions)(0),
              residuals_on(rule, data.subset(twice), predictions.replicate(1, 2))(0), 1e-14);
}

TEST(OutputBudget, DerivativesAgreeWithDifferences) {
  RandomStream random(264);
  SCOPED_TRACE("seed 264");
  moo::test::Worst jacobian("jacobian"), curvature("curvature");
  for (const int outputs : {1, 3}) {
    for (const auto kind : {Kind::exactly, Kind::at_most, Kind::at_least}) {
      const Dataset data = group_data(random, 11, outputs);
      const auto bound = bound_to(
          OutputBudget(2.0, {.kind = kind, .weight_column = "age", .output = outputs - 1}), data);
      EXPECT_TRUE(bound->is_linear());
      moo::test::expect_derivatives_by_differences(*bound, random_predictions(random, outputs, 11),
                                                   random, jacobian, curvature);
    }
  }
}

TEST(OutputBudget, TrainingUnderItHasTheRightGradients) {
  RandomStream random(265);
  SCOPED_TRACE("seed 265");
  moo::test::Worst worst("training");
  const OutputBudget::Options at_most{.kind = Kind::at_most, .basis = Basis::per_row};
  const OutputBudget::Options weighted{.basis = Basis::per_row, .weight_column = "age"};
  Dataset data = group_data(random, 12, 1);
  moo::test::expect_training_gradients(
      data, moo::LossKind::binary_cross_entropy,
      {std::make_shared<OutputBudget>(0.2, at_most), std::make_shared<OutputBudget>(0.4, weighted)},
      random, worst);
}

TEST(OutputBudget, SaysWhatItIs) {
  EXPECT_EQ(OutputBudget(1.0).name(), "fixed total");
  EXPECT_EQ(OutputBudget(1.0).unit(), "prediction");
  EXPECT_EQ(OutputBudget(1.0).sense(), moo::Sense::equality);
  const OutputBudget rule(
      1.0, {.kind = Kind::at_most, .basis = Basis::per_row, .weight_column = "cost"});
  EXPECT_EQ(rule.name(), "largest mean weighted by cost");
  EXPECT_EQ(rule.unit(), "cost * prediction");
  EXPECT_EQ(rule.sense(), moo::Sense::inequality);
}

TEST(OutputBudget, WhatMakesNoSenseIsRefused) {
  RandomStream random(266);
  Dataset data = group_data(random, 8, 1);
  expect_says(
      complaint_of<InvalidArgument>([] { OutputBudget(std::numeric_limits<double>::infinity()); }),
      {"OutputBudget", "finite", "inf"});
  const OutputBudget rule(1.0, {.weight_column = "age"});
  data.columns["age"].setZero();
  expect_says(complaint_of<InvalidArgument>([&] { bound_to(rule, data); }),
              {"weighted by age", "weight other than 0", "8 rows"});
  data.columns["age"](2) = std::numeric_limits<double>::infinity();
  expect_says(complaint_of<InvalidArgument>([&] { bound_to(rule, data); }), {"finite", "row 2"});
  expect_says(
      complaint_of<InvalidArgument>([&] { bound_to(OutputBudget(1, {.output = 1}), data); }),
      {"output", "0 to 0", "1"});
}

}  // namespace
