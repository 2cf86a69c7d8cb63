#include <gtest/gtest.h>

#include <limits>

#include "libmoo/constraint/counterfactual_fairness.hpp"
#include "tests/constraint/fairness_samples.hpp"

namespace {

using moo::CounterfactualFairness;
using moo::Dataset;
using moo::InvalidArgument;
using moo::Matrix;
using moo::ProbeBatch;
using moo::RandomStream;
using moo::Vector;
using moo::test::bound_to;
using moo::test::complaint_of;
using moo::test::expect_says;
using moo::test::group_data;
using moo::test::random_predictions;
using moo::test::residuals_of;

const CounterfactualFairness rule({{"b", 1.0, -0.5}});

TEST(CounterfactualFairness, ProbesAreTwoCopiesWithTheProtectedInputSet) {
  RandomStream random(251);
  SCOPED_TRACE("seed 251");
  const Dataset data = group_data(random, 9, 1);
  ProbeBatch batch(data.inputs);
  const auto bound = CounterfactualFairness({{"b", 1.0, -0.5}, {"c", 0.0, 2.0}}).bind(data, batch);
  EXPECT_EQ(bound->num_residuals(), 9);
  ASSERT_EQ(batch.size(), 27);
  EXPECT_EQ(batch.inputs().leftCols(9), data.inputs);
  for (const int copy : {9, 18}) {
    const Matrix inputs = batch.inputs().middleCols(copy, 9);
    EXPECT_EQ(inputs.row(0), data.inputs.row(0));
    EXPECT_EQ(inputs.row(1), Matrix::Constant(1, 9, copy == 9 ? 1.0 : -0.5));
    EXPECT_EQ(inputs.row(2), Matrix::Constant(1, 9, copy == 9 ? 0.0 : 2.0));
  }
}

TEST(CounterfactualFairness, ResidualsOfALinearModelAreItsSlopeTimesTheChange) {
  RandomStream random(252);
  SCOPED_TRACE("seed 252");
  const Dataset data = group_data(random, 9, 1);
  ProbeBatch batch(data.inputs);
  const auto bound = rule.bind(data, batch);
  const Vector residuals = residuals_of(*bound, Matrix{{0.3, 0.2, -0.7}} * batch.inputs());
  EXPECT_LE((residuals - Vector::Constant(9, 0.2 * 1.5)).cwiseAbs().maxCoeff(), 1e-15);
}

TEST(CounterfactualFairness, AModelThatDoesNotUseTheInputHasNoResidual) {
  RandomStream random(253);
  SCOPED_TRACE("seed 253");
  const Dataset data = group_data(random, 9, 1);
  ProbeBatch batch(data.inputs);
  const auto bound = rule.bind(data, batch);
  const Matrix predictions =
      batch.inputs().row(0).array().sin() * batch.inputs().row(2).array().exp();
  EXPECT_EQ(residuals_of(*bound, predictions), Vector::Zero(9));
}

TEST(CounterfactualFairness, SwappingTheValuesFlipsTheSign) {
  RandomStream random(254);
  SCOPED_TRACE("seed 254");
  const Dataset data = group_data(random, 9, 1);
  ProbeBatch batch(data.inputs), swapped(data.inputs);
  const auto bound = rule.bind(data, batch);
  const auto other = CounterfactualFairness({{"b", -0.5, 1.0}}).bind(data, swapped);
  const auto model = [](const Matrix& x) -> Matrix { return x.colwise().sum().array().tanh(); };
  EXPECT_LE(
      (residuals_of(*bound, model(batch.inputs())) + residuals_of(*other, model(swapped.inputs())))
          .cwiseAbs()
          .maxCoeff(),
      1e-15);
}

TEST(CounterfactualFairness, DerivativesAgreeWithDifferences) {
  RandomStream random(255);
  SCOPED_TRACE("seed 255");
  moo::test::Worst jacobian("jacobian"), curvature("curvature");
  for (const int outputs : {1, 3}) {
    const Dataset data = group_data(random, 8, outputs);
    const auto bound = bound_to(CounterfactualFairness({{"a", 0.0, 1.0}}, outputs - 1), data);
    EXPECT_TRUE(bound->is_linear());
    moo::test::expect_derivatives_by_differences(*bound, random_predictions(random, outputs, 26),
                                                 random, jacobian, curvature);
  }
}

TEST(CounterfactualFairness, TrainingUnderItHasTheRightGradients) {
  RandomStream random(256);
  SCOPED_TRACE("seed 256");
  moo::test::Worst worst("training");
  moo::test::expect_training_gradients(
      group_data(random, 10, 1), moo::LossKind::binary_cross_entropy,
      {std::make_shared<CounterfactualFairness>(rule)}, random, worst);
}

TEST(CounterfactualFairness, SaysWhatItIs) {
  EXPECT_EQ(CounterfactualFairness({{"b", 0, 1}, {"c", 1, 0}}).name(),
            "counterfactual fairness in b, c");
  EXPECT_EQ(rule.unit(), "probability");
  EXPECT_EQ(rule.sense(), moo::Sense::equality);
}

TEST(CounterfactualFairness, WhatMakesNoSenseIsRefused) {
  RandomStream random(257);
  const Dataset data = group_data(random, 8, 1);
  expect_says(complaint_of<InvalidArgument>([] { CounterfactualFairness({}); }),
              {"CounterfactualFairness", "nothing to change"});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const std::vector<moo::ProtectedInput>& inputs :
       {std::vector<moo::ProtectedInput>{{"b", 1, 1}},
        {{"b", nan, 1}},
        {{"b", 0, 1}, {"b", 1, 2}}}) {
    expect_says(complaint_of<InvalidArgument>([&] { CounterfactualFairness{inputs}; }),
                {"input 'b'", "two different", "standardised"});
  }
  expect_says(complaint_of<InvalidArgument>([&] {
                bound_to(CounterfactualFairness({{"group", 0, 1}}), data);
              }),
              {"group", "a"});
  expect_says(complaint_of<InvalidArgument>([&] {
                bound_to(CounterfactualFairness({{"a", 0, 1}}, 1), data);
              }),
              {"output", "1"});
}

}  // namespace
