#include <gtest/gtest.h>

#include "libmoo/constraint/demographic_parity.hpp"
#include "libmoo/constraint/equal_opportunity.hpp"
#include "tests/constraint/fairness_samples.hpp"

namespace {

using moo::Dataset;
using moo::EqualOpportunity;
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

TEST(EqualOpportunity, ResidualIsTheGapAmongRowsOfClassOneByHand) {
  const Dataset data =
      moo::test::small_data(Vector{{1, 1, 0, 1, 0, 1}}, "group", Vector{{1, 1, 1, 0, 0, 0}});
  const Matrix predictions{{0.9, 0.5, 0.1, 0.3, 0.8, 0.4}};
  const Vector residuals = residuals_on(EqualOpportunity("group"), data, predictions);
  ASSERT_EQ(residuals.size(), 1);
  EXPECT_NEAR(residuals(0), 0.7 - 0.35, 1e-15);
}

TEST(EqualOpportunity, PredictionsOfRowsOfClassZeroDoNotMatter) {
  RandomStream random(201);
  SCOPED_TRACE("seed 201");
  const Dataset data = group_data(random, 23, 1);
  Matrix predictions = random_predictions(random, 1, 23);
  const double before = residuals_on(EqualOpportunity("group"), data, predictions)(0);
  for (Eigen::Index b = 0; b < 23; ++b) {
    if (data.targets(0, b) == 0.0) predictions(0, b) = random.uniform();
  }
  EXPECT_EQ(residuals_on(EqualOpportunity("group"), data, predictions)(0), before);
}

TEST(EqualOpportunity, IsDemographicParityOnTheRowsOfClassOne) {
  RandomStream random(202);
  SCOPED_TRACE("seed 202");
  const Dataset data = group_data(random, 31, 1);
  const Matrix predictions = random_predictions(random, 1, 31);
  std::vector<int> positive;
  for (int b = 0; b < 31; ++b) {
    if (data.targets(0, b) == 1.0) positive.push_back(b);
  }
  EXPECT_NEAR(residuals_on(EqualOpportunity("group"), data, predictions)(0),
              residuals_on(moo::DemographicParity("group"), data.subset(positive),
                           predictions(Eigen::all, positive))(0),
              1e-15);
}

TEST(EqualOpportunity, ConstantAndPerfectModelsHaveNoResidual) {
  RandomStream random(203);
  SCOPED_TRACE("seed 203");
  const Dataset data = group_data(random, 29, 1);
  EXPECT_NEAR(residuals_on(EqualOpportunity("group"), data, Matrix::Constant(1, 29, 0.37))(0), 0.0,
              1e-15);
  EXPECT_NEAR(residuals_on(EqualOpportunity("group"), data, data.targets)(0), 0.0, 1e-15);
}

TEST(EqualOpportunity, SwappingTheGroupsFlipsTheSign) {
  RandomStream random(204);
  SCOPED_TRACE("seed 204");
  Dataset data = group_data(random, 19, 1);
  const Matrix predictions = random_predictions(random, 1, 19);
  const double before = residuals_on(EqualOpportunity("group"), data, predictions)(0);
  data.columns["group"] = 1.0 - data.columns["group"].array();
  EXPECT_NEAR(residuals_on(EqualOpportunity("group"), data, predictions)(0), -before, 1e-15);
}

TEST(EqualOpportunity, DerivativesAgreeWithDifferences) {
  RandomStream random(205);
  SCOPED_TRACE("seed 205");
  moo::test::Worst jacobian("jacobian"), curvature("curvature");
  for (const int outputs : {1, 3}) {
    const Dataset data = group_data(random, 11, outputs);
    const auto bound = bound_to(EqualOpportunity("group", outputs - 1), data);
    EXPECT_TRUE(bound->is_linear());
    moo::test::expect_derivatives_by_differences(*bound, random_predictions(random, outputs, 11),
                                                 random, jacobian, curvature);
  }
}

TEST(EqualOpportunity, TrainingUnderItHasTheRightGradients) {
  RandomStream random(206);
  SCOPED_TRACE("seed 206");
  moo::test::Worst worst("training");
  moo::test::expect_training_gradients(
      group_data(random, 12, 1), moo::LossKind::binary_cross_entropy,
      {std::make_shared<EqualOpportunity>("group")}, random, worst);
}

TEST(EqualOpportunity, SaysWhatItIs) {
  const EqualOpportunity rule("age");
  EXPECT_EQ(rule.name(), "equal opportunity over age");
  EXPECT_EQ(rule.unit(), "probability");
  EXPECT_EQ(rule.sense(), moo::Sense::equality);
}

TEST(EqualOpportunity, DataItCannotBeBoundToAreRefused) {
  RandomStream random(207);
  const Dataset good = group_data(random, 8, 2);
  const EqualOpportunity rule("group", 1);
  Dataset data = good;
  data.columns.erase("group");
  expect_says(complaint_of<InvalidArgument>([&] { bound_to(rule, data); }), {"column", "group"});
  data = good;
  data.columns["group"](3) = 0.5;
  expect_says(complaint_of<InvalidArgument>([&] { bound_to(rule, data); }),
              {"equal opportunity over group", "0 or 1", "row 3"});
  data = good;
  data.targets(1, 5) = 0.4;
  expect_says(complaint_of<InvalidArgument>([&] { bound_to(rule, data); }),
              {"equal opportunity over group", "target", "0 or 1", "row 5", "regression"});
  data = good;
  data.targets.row(1) = 1.0 - data.columns["group"].array().transpose();
  expect_says(complaint_of<InvalidArgument>([&] { bound_to(rule, data); }),
              {"a group has no row", "rows of class 1", "0 and", "stratified"});
  data = good;
  data.columns["group"] = Vector::Ones(9);
  expect_says(complaint_of<InvalidArgument>([&] { bound_to(rule, data); }), {"column", "8", "9"});
  expect_says(complaint_of<InvalidArgument>([&] { bound_to(EqualOpportunity("group", 2), good); }),
              {"output", "0 to 1", "2"});
}

}  // namespace
