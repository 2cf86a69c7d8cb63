#include <gtest/gtest.h>

#include "libmoo/constraint/equal_opportunity.hpp"
#include "libmoo/constraint/equalised_odds.hpp"
#include "tests/constraint/fairness_samples.hpp"

namespace {

using moo::Dataset;
using moo::EqualisedOdds;
using moo::InvalidArgument;
using moo::Matrix;
using moo::RandomStream;
using moo::Vector;
using moo::test::bound_to;
using moo::test::complaint_of;
using moo::test::expect_says;
using moo::test::group_data;
using moo::test::random_predictions;
using moo::test::residuals_on;

TEST(EqualisedOdds, ResidualsAreTheGapsInBothClassesByHand) {
  const Dataset data =
      moo::test::small_data(Vector{{1, 1, 0, 1, 0, 1, 0}}, "group", Vector{{1, 1, 1, 0, 0, 0, 0}});
  const Matrix predictions{{0.9, 0.5, 0.1, 0.3, 0.8, 0.4, 0.6}};
  const Vector residuals = residuals_on(EqualisedOdds("group"), data, predictions);
  ASSERT_EQ(residuals.size(), 2);
  EXPECT_NEAR(residuals(0), 0.7 - 0.35, 1e-15);
  EXPECT_NEAR(residuals(1), 0.1 - 0.7, 1e-15);
}

TEST(EqualisedOdds, FirstResidualIsEqualOpportunity) {
  RandomStream random(211);
  SCOPED_TRACE("seed 211");
  for (int output = 0; output < 2; ++output) {
    const Dataset data = group_data(random, 27, 2);
    const Matrix predictions = random_predictions(random, 2, 27);
    EXPECT_EQ(residuals_on(EqualisedOdds("group", output), data, predictions)(0),
              residuals_on(moo::EqualOpportunity("group", output), data, predictions)(0));
  }
}

TEST(EqualisedOdds, SwappingTheClassesSwapsTheResiduals) {
  RandomStream random(212);
  SCOPED_TRACE("seed 212");
  Dataset data = group_data(random, 27, 1);
  const Matrix predictions = random_predictions(random, 1, 27);
  const Vector before = residuals_on(EqualisedOdds("group"), data, predictions);
  data.targets = 1.0 - data.targets.array();
  EXPECT_EQ(residuals_on(EqualisedOdds("group"), data, predictions), before.reverse());
}

TEST(EqualisedOdds, ConstantAndPerfectModelsHaveNoResidual) {
  RandomStream random(213);
  SCOPED_TRACE("seed 213");
  const Dataset data = group_data(random, 29, 1);
  for (const Matrix& predictions : {Matrix(Matrix::Constant(1, 29, 0.37)), data.targets}) {
    EXPECT_LE(residuals_on(EqualisedOdds("group"), data, predictions).cwiseAbs().maxCoeff(), 1e-15);
  }
}

TEST(EqualisedOdds, SwappingTheGroupsFlipsTheSigns) {
  RandomStream random(214);
  SCOPED_TRACE("seed 214");
  Dataset data = group_data(random, 19, 1);
  const Matrix predictions = random_predictions(random, 1, 19);
  const Vector before = residuals_on(EqualisedOdds("group"), data, predictions);
  data.columns["group"] = 1.0 - data.columns["group"].array();
  EXPECT_LE((residuals_on(EqualisedOdds("group"), data, predictions) + before).norm(), 1e-15);
}

TEST(EqualisedOdds, DerivativesAgreeWithDifferences) {
  RandomStream random(215);
  SCOPED_TRACE("seed 215");
  moo::test::Worst jacobian("jacobian"), curvature("curvature");
  for (const int outputs : {1, 3}) {
    const Dataset data = group_data(random, 11, outputs);
    const auto bound = bound_to(EqualisedOdds("group", outputs - 1), data);
    EXPECT_TRUE(bound->is_linear());
    moo::test::expect_derivatives_by_differences(*bound, random_predictions(random, outputs, 11),
                                                 random, jacobian, curvature);
  }
}

TEST(EqualisedOdds, TrainingUnderItHasTheRightGradients) {
  RandomStream random(216);
  SCOPED_TRACE("seed 216");
  moo::test::Worst worst("training");
  moo::test::expect_training_gradients(group_data(random, 12, 1),
                                       moo::LossKind::binary_cross_entropy,
                                       {std::make_shared<EqualisedOdds>("group")}, random, worst);
}

TEST(EqualisedOdds, SaysWhatItIs) {
  const EqualisedOdds rule("age");
  EXPECT_EQ(rule.name(), "equalised odds over age");
  EXPECT_EQ(rule.unit(), "probability");
  EXPECT_EQ(rule.sense(), moo::Sense::equality);
}

TEST(EqualisedOdds, AClassThatAGroupLacksIsRefused) {
  RandomStream random(217);
  const Dataset good = group_data(random, 8, 1);
  const EqualisedOdds rule("group");
  for (const int missing : {0, 1}) {
    Dataset data = good;
    for (Eigen::Index b = 0; b < 8; ++b) {
      if (data.columns["group"](b) == 1.0) data.targets(0, b) = 1 - missing;
    }
    expect_says(complaint_of<InvalidArgument>([&] { bound_to(rule, data); }),
                {"equalised odds over group", "rows of class " + std::to_string(missing), "0 and",
                 "stratified"});
  }
  Dataset data = good;
  data.targets(0, 2) = 2.0;
  expect_says(complaint_of<InvalidArgument>([&] { bound_to(rule, data); }), {"0 or 1", "row 2"});
}

}  // namespace
