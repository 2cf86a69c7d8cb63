#include <gtest/gtest.h>

#include <limits>

#include "libmoo/constraint/calibration_within_groups.hpp"
#include "tests/constraint/fairness_samples.hpp"

namespace {

using moo::CalibrationWithinGroups;
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

CalibrationWithinGroups::Options binned(std::vector<double> edges, int min_rows = 1,
                                        int output = 0) {
  return {{"score", std::move(edges)}, min_rows, output};
}

TEST(CalibrationWithinGroups, ResidualsAreMeansByHand) {
  const Dataset data =
      moo::test::small_data(Vector{{1, 0, 1, 0, 0}}, "region", Vector{{7, 2, 7, 2, 2}});
  const Matrix predictions{{0.75, 0.5, 0.5, 1.0, 0.0}};
  const Vector residuals = residuals_on(CalibrationWithinGroups("region"), data, predictions);
  ASSERT_EQ(residuals.size(), 2);
  EXPECT_NEAR(residuals(0), 0.5 - 0.0, 1e-15);
  EXPECT_NEAR(residuals(1), 0.625 - 1.0, 1e-15);
}

TEST(CalibrationWithinGroups, BinsCutTheGroupsByHand) {
  Dataset data =
      moo::test::small_data(Vector{{1, 0, 1, 0, 0, 1}}, "region", Vector{{7, 2, 7, 2, 2, 7}});
  data.columns["score"] = Vector{{0.0, 0.5, 1.0, 0.49, 0.6, 0.9}};
  const Matrix predictions{{0.75, 0.5, 0.5, 1.0, 0.0, 0.1}};
  const Vector all =
      residuals_on(CalibrationWithinGroups("region", binned({0, 0.5, 1})), data, predictions);
  ASSERT_EQ(all.size(), 4);
  EXPECT_LE((all - Vector{{1.0, 0.25, -0.25, 0.3 - 1.0}}).cwiseAbs().maxCoeff(), 1e-15);
  const Vector large =
      residuals_on(CalibrationWithinGroups("region", binned({0, 0.5, 1}, 2)), data, predictions);
  ASSERT_EQ(large.size(), 2);
  EXPECT_LE((large - Vector{{0.25, 0.3 - 1.0}}).cwiseAbs().maxCoeff(), 1e-15);
}

TEST(CalibrationWithinGroups, HoldsForThePerfectModelAndForBaseRatesOfTheCells) {
  RandomStream random(241);
  SCOPED_TRACE("seed 241");
  const Dataset data = group_data(random, 33, 1);
  const CalibrationWithinGroups rule("group");
  EXPECT_LE(residuals_on(rule, data, data.targets).cwiseAbs().maxCoeff(), 1e-15);
  EXPECT_LE(residuals_on(CalibrationWithinGroups("group", binned({0, 0.3, 1})), data, data.targets)
                .cwiseAbs()
                .maxCoeff(),
            1e-15);
  Matrix rates(1, 33);
  for (const double member : {0.0, 1.0}) {
    double ones = 0, rows = 0;
    for (Eigen::Index b = 0; b < 33; ++b) {
      if (data.column("group")(b) != member) continue;
      rows += 1;
      ones += data.targets(0, b);
    }
    for (Eigen::Index b = 0; b < 33; ++b) {
      if (data.column("group")(b) == member) rates(0, b) = ones / rows;
    }
  }
  EXPECT_LE(residuals_on(rule, data, rates).cwiseAbs().maxCoeff(), 1e-15);
}

TEST(CalibrationWithinGroups, AShiftOfAllPredictionsShiftsEveryResidual) {
  RandomStream random(242);
  SCOPED_TRACE("seed 242");
  const Dataset data = group_data(random, 33, 1);
  const Matrix predictions = random_predictions(random, 1, 33);
  const CalibrationWithinGroups rule("region", binned({0, 0.5, 1}));
  const Vector before = residuals_on(rule, data, predictions);
  const Vector after = residuals_on(rule, data, predictions.array() + 0.125);
  EXPECT_LE((after - before - Vector::Constant(before.size(), 0.125)).cwiseAbs().maxCoeff(), 1e-15);
}

TEST(CalibrationWithinGroups, SwappingTheGroupsSwapsTheResiduals) {
  RandomStream random(243);
  SCOPED_TRACE("seed 243");
  Dataset data = group_data(random, 21, 1);
  const Matrix predictions = random_predictions(random, 1, 21);
  const Vector before = residuals_on(CalibrationWithinGroups("group"), data, predictions);
  data.columns["group"] = 1.0 - data.columns["group"].array();
  EXPECT_EQ(residuals_on(CalibrationWithinGroups("group"), data, predictions), before.reverse());
}

TEST(CalibrationWithinGroups, DerivativesAgreeWithDifferences) {
  RandomStream random(244);
  SCOPED_TRACE("seed 244");
  moo::test::Worst jacobian("jacobian"), curvature("curvature");
  for (const int outputs : {1, 3}) {
    const Dataset data = group_data(random, 14, outputs);
    const auto bound =
        bound_to(CalibrationWithinGroups("region", binned({0, 0.5, 1}, 1, outputs - 1)), data);
    EXPECT_TRUE(bound->is_linear());
    moo::test::expect_derivatives_by_differences(*bound, random_predictions(random, outputs, 14),
                                                 random, jacobian, curvature);
  }
}

TEST(CalibrationWithinGroups, TrainingUnderItHasTheRightGradients) {
  RandomStream random(245);
  SCOPED_TRACE("seed 245");
  moo::test::Worst worst("training");
  moo::test::expect_training_gradients(
      group_data(random, 12, 1), moo::LossKind::binary_cross_entropy,
      {std::make_shared<CalibrationWithinGroups>("region"),
       std::make_shared<CalibrationWithinGroups>("group", binned({0, 0.5, 1}))},
      random, worst);
}

TEST(CalibrationWithinGroups, SaysWhatItIs) {
  const CalibrationWithinGroups rule("sex");
  EXPECT_EQ(rule.name(), "calibration in the large within sex");
  EXPECT_EQ(CalibrationWithinGroups("sex", binned({0, 1})).name(),
            "calibration in the large within sex and bins of score");
  EXPECT_EQ(rule.unit(), "probability");
  EXPECT_EQ(rule.sense(), moo::Sense::equality);
}

TEST(CalibrationWithinGroups, OptionsThatMakeNoSenseAreRefused) {
  for (const std::vector<double>& edges : {std::vector<double>{},
                                           {0.5},
                                           {0.0, 0.5, 0.5},
                                           {1.0, 0.0},
                                           {0.0, std::numeric_limits<double>::quiet_NaN()}}) {
    expect_says(
        complaint_of<InvalidArgument>([&] { CalibrationWithinGroups("group", binned(edges)); }),
        {"edges", "rising", std::to_string(edges.size())});
  }
  expect_says(complaint_of<InvalidArgument>([&] {
                CalibrationWithinGroups("group", binned({0, 1}, 0));
              }),
              {"min_rows", "1 or more", "0"});
}

TEST(CalibrationWithinGroups, DataItCannotBeBoundToAreRefused) {
  RandomStream random(246);
  const Dataset data = group_data(random, 70, 1);
  expect_says(
      complaint_of<InvalidArgument>([&] { bound_to(CalibrationWithinGroups("age"), data); }),
      {"'age'", "distinct", "70", "bins"});
  expect_says(complaint_of<InvalidArgument>([&] {
                bound_to(CalibrationWithinGroups("group", binned({0.4, 0.6})), data);
              }),
              {"no bin", "0.4", "row", "widen"});
  expect_says(complaint_of<InvalidArgument>([&] {
                bound_to(CalibrationWithinGroups("group", binned({0, 1}, 70)), data);
              }),
              {"no cell", "70", "min_rows"});
  expect_says(
      complaint_of<InvalidArgument>([&] { bound_to(CalibrationWithinGroups("nobody"), data); }),
      {"nobody"});
  expect_says(complaint_of<InvalidArgument>([&] {
                bound_to(CalibrationWithinGroups("group", binned({0, 1}, 1, 4)), data);
              }),
              {"output", "4"});
}

}  // namespace
