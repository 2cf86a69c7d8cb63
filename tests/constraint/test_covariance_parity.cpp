#include <gtest/gtest.h>

#include <limits>

#include "libmoo/constraint/covariance_parity.hpp"
#include "libmoo/constraint/demographic_parity.hpp"
#include "tests/constraint/fairness_samples.hpp"

namespace {

using moo::CovarianceParity;
using moo::Dataset;
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

TEST(CovarianceParity, ResidualIsTheCovarianceByHand) {
  const Dataset data =
      moo::test::small_data(Vector::Zero(4), "age", Vector{{20.0, 30.0, 40.0, 70.0}});
  const Matrix predictions{{0.1, 0.2, 0.4, 0.5}};
  EXPECT_NEAR(residuals_on(CovarianceParity("age"), data, predictions)(0),
              (-20 * 0.1 - 10 * 0.2 + 0 * 0.4 + 30 * 0.5) / 4, 1e-14);
}

TEST(CovarianceParity, OfABinaryColumnIsDemographicParityTimesItsVariance) {
  RandomStream random(231);
  SCOPED_TRACE("seed 231");
  const Dataset data = group_data(random, 21, 1);
  const Matrix predictions = random_predictions(random, 1, 21);
  const double share = data.column("group").mean();
  EXPECT_NEAR(
      residuals_on(CovarianceParity("group"), data, predictions)(0),
      share * (1 - share) * residuals_on(moo::DemographicParity("group"), data, predictions)(0),
      1e-15);
}

TEST(CovarianceParity, AConstantModelHasNoResidualAndAShiftChangesNothing) {
  RandomStream random(232);
  SCOPED_TRACE("seed 232");
  const Dataset data = group_data(random, 21, 1);
  const CovarianceParity rule("age");
  EXPECT_NEAR(residuals_on(rule, data, Matrix::Constant(1, 21, 0.37))(0), 0.0, 1e-14);
  const Matrix predictions = random_predictions(random, 1, 21);
  EXPECT_NEAR(residuals_on(rule, data, predictions.array() + 5.0)(0),
              residuals_on(rule, data, predictions)(0), 1e-13);
}

TEST(CovarianceParity, TurningTheColumnRoundFlipsTheSign) {
  RandomStream random(233);
  SCOPED_TRACE("seed 233");
  Dataset data = group_data(random, 21, 1);
  const Matrix predictions = random_predictions(random, 1, 21);
  const double before = residuals_on(CovarianceParity("age"), data, predictions)(0);
  data.columns["age"] = 7.0 - data.columns["age"].array();
  EXPECT_NEAR(residuals_on(CovarianceParity("age"), data, predictions)(0), -before, 1e-14);
}

TEST(CovarianceParity, OfAColumnWithItselfIsItsVariance) {
  RandomStream random(234);
  SCOPED_TRACE("seed 234");
  const Dataset data = group_data(random, 21, 1);
  const Vector age = data.column("age");
  EXPECT_NEAR(residuals_on(CovarianceParity("age"), data, age.transpose())(0),
              (age.array() - age.mean()).square().mean(), 1e-12);
}

TEST(CovarianceParity, DerivativesAgreeWithDifferences) {
  RandomStream random(235);
  SCOPED_TRACE("seed 235");
  moo::test::Worst jacobian("jacobian"), curvature("curvature");
  for (const int outputs : {1, 3}) {
    const Dataset data = group_data(random, 11, outputs);
    const auto bound = bound_to(CovarianceParity("age", outputs - 1), data);
    EXPECT_TRUE(bound->is_linear());
    moo::test::expect_derivatives_by_differences(*bound, random_predictions(random, outputs, 11),
                                                 random, jacobian, curvature);
  }
}

TEST(CovarianceParity, TrainingUnderItHasTheRightGradients) {
  RandomStream random(236);
  SCOPED_TRACE("seed 236");
  moo::test::Worst worst("training");
  moo::test::expect_training_gradients(group_data(random, 12, 1),
                                       moo::LossKind::binary_cross_entropy,
                                       {std::make_shared<CovarianceParity>("age")}, random, worst);
}

TEST(CovarianceParity, SaysWhatItIs) {
  const CovarianceParity rule("age");
  EXPECT_EQ(rule.name(), "covariance with age");
  EXPECT_EQ(rule.unit(), "age * prediction");
  EXPECT_EQ(rule.sense(), moo::Sense::equality);
}

TEST(CovarianceParity, DataItCannotBeBoundToAreRefused) {
  RandomStream random(237);
  const Dataset good = group_data(random, 8, 1);
  const CovarianceParity rule("age");
  Dataset data = good;
  data.columns["age"].setConstant(40.0);
  expect_says(complaint_of<InvalidArgument>([&] { bound_to(rule, data); }),
              {"covariance with age", "does not vary", "40", "stratified"});
  data = good;
  data.columns["age"](4) = std::numeric_limits<double>::quiet_NaN();
  expect_says(complaint_of<InvalidArgument>([&] { bound_to(rule, data); }),
              {"covariance with age", "finite", "row 4"});
  data.columns.erase("age");
  expect_says(complaint_of<InvalidArgument>([&] { bound_to(rule, data); }), {"column", "age"});
  expect_says(complaint_of<InvalidArgument>([&] { bound_to(CovarianceParity("age", -1), good); }),
              {"output", "-1"});
}

}  // namespace
