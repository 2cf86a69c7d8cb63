#include <gtest/gtest.h>

#include "libmoo/constraint/demographic_parity.hpp"
#include "libmoo/constraint/error_parity.hpp"
#include "tests/constraint/fairness_samples.hpp"

namespace {

using moo::Dataset;
using moo::ErrorParity;
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

constexpr ErrorParity::Kind kinds[] = {ErrorParity::Kind::binary, ErrorParity::Kind::regression};

TEST(ErrorParity, ResidualIsTheGapOfErrorsByHand) {
  const Dataset data =
      moo::test::small_data(Vector{{1, 0, 1, 0, 0}}, "group", Vector{{1, 1, 0, 0, 0}});
  const Matrix predictions{{0.75, 0.5, 0.5, 1.0, 0.0}};
  EXPECT_NEAR(residuals_on(ErrorParity("group", kinds[0]), data, predictions)(0),
              0.75 / 2 - 1.5 / 3, 1e-15);
  EXPECT_NEAR(residuals_on(ErrorParity("group", kinds[1]), data, predictions)(0),
              0.3125 / 2 - 1.25 / 3, 1e-15);
}

TEST(ErrorParity, BinaryErrorIsTheDistanceToTheClass) {
  RandomStream random(221);
  SCOPED_TRACE("seed 221");
  const Dataset data = group_data(random, 25, 1);
  const Matrix predictions = random_predictions(random, 1, 25);
  const Matrix distances = (predictions - data.targets).cwiseAbs();
  EXPECT_NEAR(residuals_on(ErrorParity("group", kinds[0]), data, predictions)(0),
              residuals_on(moo::DemographicParity("group"), data, distances)(0), 1e-15);
}

TEST(ErrorParity, PerfectAndUndecidedModelsHaveNoResidual) {
  RandomStream random(222);
  SCOPED_TRACE("seed 222");
  const Dataset data = group_data(random, 25, 1);
  for (const auto kind : kinds) {
    const ErrorParity rule("group", kind);
    EXPECT_NEAR(residuals_on(rule, data, data.targets)(0), 0.0, 1e-15);
    EXPECT_NEAR(residuals_on(rule, data, Matrix::Constant(1, 25, 0.5))(0), 0.0, 1e-15);
  }
}

TEST(ErrorParity, IsPositiveWhereMembersAreServedWorse) {
  RandomStream random(223);
  SCOPED_TRACE("seed 223");
  const Dataset data = group_data(random, 25, 1);
  Matrix predictions = data.targets;
  for (Eigen::Index b = 0; b < 25; ++b) {
    if (data.column("group")(b) == 1.0) predictions(0, b) = 1.0 - data.targets(0, b);
  }
  for (const auto kind : kinds) {
    EXPECT_NEAR(residuals_on(ErrorParity("group", kind), data, predictions)(0), 1.0, 1e-14);
  }
}

TEST(ErrorParity, SwappingTheGroupsFlipsTheSign) {
  RandomStream random(224);
  SCOPED_TRACE("seed 224");
  for (const auto kind : kinds) {
    Dataset data = group_data(random, 19, 1);
    const Matrix predictions = random_predictions(random, 1, 19);
    const ErrorParity rule("group", kind);
    const double before = residuals_on(rule, data, predictions)(0);
    data.columns["group"] = 1.0 - data.columns["group"].array();
    EXPECT_NEAR(residuals_on(rule, data, predictions)(0), -before, 1e-15);
  }
}

TEST(ErrorParity, DerivativesAgreeWithDifferences) {
  RandomStream random(225);
  SCOPED_TRACE("seed 225");
  moo::test::Worst jacobian("jacobian"), curvature("curvature");
  for (const auto kind : kinds) {
    for (const int outputs : {1, 3}) {
      Dataset data = group_data(random, 11, outputs);
      if (kind == kinds[1]) data.targets = moo::test::normal_matrix(random, outputs, 11);
      const auto bound = bound_to(ErrorParity("group", kind, outputs - 1), data);
      EXPECT_EQ(bound->is_linear(), kind == kinds[0]);
      moo::test::expect_derivatives_by_differences(*bound, random_predictions(random, outputs, 14),
                                                   random, jacobian, curvature);
    }
  }
}

TEST(ErrorParity, TrainingUnderItHasTheRightGradients) {
  RandomStream random(226);
  SCOPED_TRACE("seed 226");
  moo::test::Worst worst("training");
  Dataset data = group_data(random, 12, 1);
  moo::test::expect_training_gradients(data, moo::LossKind::binary_cross_entropy,
                                       {std::make_shared<ErrorParity>("group", kinds[0])}, random,
                                       worst);
  data.targets = moo::test::normal_matrix(random, 2, 12);
  moo::test::expect_training_gradients(data, moo::LossKind::squared_error,
                                       {std::make_shared<ErrorParity>("group", kinds[1], 1)},
                                       random, worst);
}

TEST(ErrorParity, SaysWhatItIs) {
  const ErrorParity rule("age", kinds[0]);
  EXPECT_EQ(rule.name(), "error parity over age");
  EXPECT_EQ(rule.unit(), "probability");
  EXPECT_EQ(ErrorParity("age", kinds[1]).unit(), "target^2");
  EXPECT_EQ(rule.sense(), moo::Sense::equality);
}

TEST(ErrorParity, DataItCannotBeBoundToAreRefused) {
  RandomStream random(227);
  const Dataset good = group_data(random, 8, 1);
  Dataset data = good;
  data.targets(0, 6) = 0.3;
  expect_says(
      complaint_of<InvalidArgument>([&] { bound_to(ErrorParity("group", kinds[0]), data); }),
      {"error parity over group", "0 or 1", "row 6", "regression"});
  EXPECT_NE(bound_to(ErrorParity("group", kinds[1]), data), nullptr);
  for (const auto kind : kinds) {
    const ErrorParity rule("group", kind);
    data = good;
    data.columns["group"].setZero();
    expect_says(complaint_of<InvalidArgument>([&] { bound_to(rule, data); }),
                {"a group has no row", "0 and 8", "stratified"});
    data = good;
    data.columns["group"](0) = 3.0;
    expect_says(complaint_of<InvalidArgument>([&] { bound_to(rule, data); }), {"0 or 1", "row 0"});
    expect_says(
        complaint_of<InvalidArgument>([&] { bound_to(ErrorParity("group", kind, 1), good); }),
        {"output", "0 to 0", "1"});
  }
}

}  // namespace
