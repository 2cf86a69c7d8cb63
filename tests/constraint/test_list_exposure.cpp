#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "libmoo/constraint/list_exposure.hpp"
#include "tests/constraint/fairness_samples.hpp"

namespace {

using moo::Dataset;
using moo::ExposureConcentration;
using moo::ExposureParity;
using moo::InvalidArgument;
using moo::ListSimilarity;
using moo::Matrix;
using moo::RandomStream;
using moo::RankedLists;
using moo::Vector;
using moo::test::bound_to;
using moo::test::complaint_of;
using moo::test::expect_says;
using moo::test::group_data;
using moo::test::random_predictions;
using moo::test::residuals_on;
using Measure = ExposureConcentration::Measure;

std::vector<std::shared_ptr<const moo::Constraint>> all_rules(const RankedLists& lists) {
  return {std::make_shared<ExposureParity>(lists, "group"),
          std::make_shared<ExposureParity>(lists, "group", "score"),
          std::make_shared<ExposureConcentration>(lists, Measure::entropy_deficit, 0.01),
          std::make_shared<ExposureConcentration>(lists, Measure::entropy_deficit, 0.01, "region"),
          std::make_shared<ExposureConcentration>(lists, Measure::gini, 0.1),
          std::make_shared<ExposureConcentration>(lists, Measure::gini, 0.1, "region"),
          std::make_shared<ListSimilarity>(lists, "age", 2.0, 0.3),
          std::make_shared<ListSimilarity>(lists, std::vector<std::string>{"group"}, 0.3)};
}

/// Two lists, of three rows and of one. With T = 1 the first has attention 0.5, 0.25, 0.25.
Dataset two_lists() {
  Dataset data = moo::test::small_data(Vector::Zero(4), "list", Vector{{1.0, 2.0, 1.0, 1.0}});
  data.columns["group"] = Vector{{1.0, 0.0, 0.0, 1.0}};
  data.columns["item"] = Vector{{5.0, 5.0, 6.0, 6.0}};
  data.columns["x"] = Vector{{0.0, 9.0, 0.0, 1.0}};
  data.columns["merit"] = Vector{{2.0, 1.0, 1.0, 2.0}};
  return data;
}
const Matrix two_scores{{std::log(2.0), 0.3, 0.0, 0.0}};  // exposure 1.5, 1, 0.75, 0.75

TEST(ListExposure, ParityIsTheLogRatioOfMeanExposuresByHand) {
  const double expected = std::log(1.125 / 0.875);
  EXPECT_NEAR(residuals_on(ExposureParity({"list"}, "group"), two_lists(), two_scores)(0), expected,
              1e-15);
  EXPECT_NEAR(residuals_on(ExposureParity({"list"}, "group", "merit"), two_lists(), two_scores)(0),
              expected - std::log(2.0), 1e-15);
}

TEST(ListExposure, ConcentrationIsThatOfItemSharesByHand) {
  const Vector rows = Vector{{1.5, 1.0, 0.75, 0.75}} / 4.0;
  const Vector items{{2.5 / 4.0, 1.5 / 4.0}};
  const auto deficit = [](const Vector& s) {
    return (s.array() * (s.array() * static_cast<double>(s.size())).log()).sum();
  };
  const auto residual = [](const ExposureConcentration& rule) {
    return residuals_on(rule, two_lists(), two_scores)(0);
  };
  EXPECT_NEAR(residual({{"list"}, Measure::entropy_deficit, 0.1}), deficit(rows) - 0.1, 1e-15);
  EXPECT_NEAR(residual({{"list"}, Measure::entropy_deficit, 0.0, "item"}), deficit(items), 1e-15);
  // Gini's coefficient: mean |y_i - y_j| over all pairs, divided by twice the mean
  EXPECT_NEAR(residual({{"list"}, Measure::gini, 0.0}), 2.0 * (0.5 + 1.5 + 0.5) / 32, 5e-3);
  EXPECT_NEAR(residual({{"list"}, Measure::gini, 0.05, "item"}), 0.125 - 0.05, 5e-3);
}

TEST(ListExposure, SimilarityIsThatOfTwoDrawsByHand) {
  const Vector residuals =
      residuals_on(ListSimilarity({"list"}, "x", 1.0, 0.2), two_lists(), two_scores);
  ASSERT_EQ(residuals.size(), 2);
  const double k = std::exp(-0.5);
  EXPECT_NEAR(residuals(0), 0.75 * 0.75 + 0.25 * 0.25 + 2 * 0.75 * 0.25 * k - 0.2, 1e-15);
  EXPECT_NEAR(residuals(1), 1.0 - 0.2, 1e-15);
}

TEST(ListExposure, SimilarityOfSetsIsTheShareOfFlagsInCommonByHand) {
  Dataset data = two_lists();  // rows 0, 2, 3 are one list, with attention 0.5, 0.25, 0.25
  data.columns["drama"] = Vector{{1.0, 0.0, 1.0, 0.0}};
  data.columns["comedy"] = Vector{{1.0, 0.0, 0.0, 0.0}};
  data.columns["war"] = Vector{{0.0, 0.0, 1.0, 0.0}};
  const ListSimilarity rule({"list"}, {"drama", "comedy", "war"}, 0.2);
  const Vector residuals = residuals_on(rule, data, two_scores);
  ASSERT_EQ(residuals.size(), 2);
  // {drama, comedy} and {drama, war} share one of three; the third row has no flag, like itself
  EXPECT_NEAR(residuals(0), 0.25 + 0.0625 + 0.0625 + 2 * 0.125 / 3.0 - 0.2, 1e-15);
  EXPECT_NEAR(residuals(1), 1.0 - 0.2, 1e-15);
  EXPECT_EQ(rule.name(), "similarity of lists in drama and 2 more flags");
}

TEST(ListExposure, AConstantModelGivesEveryRowTheSame) {
  RandomStream random(291);
  SCOPED_TRACE("seed 291");
  const Dataset data = group_data(random, 20, 1);
  const Matrix constant = Matrix::Constant(1, 20, 0.37);
  const RankedLists lists{"list", 0.3};
  EXPECT_NEAR(residuals_on(ExposureParity(lists, "group"), data, constant)(0), 0.0, 1e-15);
  for (const auto measure : {Measure::entropy_deficit, Measure::gini}) {
    EXPECT_NEAR(residuals_on(ExposureConcentration(lists, measure, 0.0), data, constant)(0), 0.0,
                1e-14);
  }
}

TEST(ListExposure, SwappingTheGroupsFlipsTheSign) {
  RandomStream random(292);
  SCOPED_TRACE("seed 292");
  Dataset data = group_data(random, 20, 1);
  const Matrix predictions = random_predictions(random, 1, 20);
  const ExposureParity rule({"list", 0.3}, "group", "score");
  const double before = residuals_on(rule, data, predictions)(0);
  data.columns["group"] = 1.0 - data.columns["group"].array();
  EXPECT_NEAR(residuals_on(rule, data, predictions)(0), -before, 1e-14);
}

TEST(ListExposure, AShiftOfAllScoresOfAListChangesNothing) {
  RandomStream random(293);
  SCOPED_TRACE("seed 293");
  const Dataset data = group_data(random, 20, 1);
  const Matrix predictions = random_predictions(random, 1, 20);
  const Matrix shifted = predictions + 3.0 * data.column("list").transpose();
  for (const auto& rule : all_rules({"list", 0.3})) {
    EXPECT_LE((residuals_on(*rule, data, predictions) - residuals_on(*rule, data, shifted)).norm(),
              1e-13)
        << rule->name();
  }
}

TEST(ListExposure, SharperAttentionIsMoreConcentratedAndLargeScoresDoNotOverflow) {
  RandomStream random(294);
  SCOPED_TRACE("seed 294");
  const Dataset data = group_data(random, 20, 1);
  const Matrix predictions = random_predictions(random, 1, 20);
  for (const auto measure : {Measure::entropy_deficit, Measure::gini}) {
    double last = -1.0;
    for (const double temperature : {10.0, 1.0, 0.1, 0.01}) {
      const ExposureConcentration rule({"list", temperature}, measure, 0.0);
      const double now = residuals_on(rule, data, predictions)(0);
      EXPECT_GT(now, last);
      last = now;
    }
    const auto bound = bound_to(ExposureConcentration({"list", 1e-4}, measure, 0.0), data);
    EXPECT_TRUE(moo::test::residuals_of(*bound, predictions).allFinite());
    EXPECT_TRUE(moo::test::jacobian_of(*bound, predictions).allFinite());
  }
}

TEST(ListExposure, DerivativesAgreeWithDifferences) {
  RandomStream random(295);
  SCOPED_TRACE("seed 295");
  moo::test::Worst jacobian("jacobian"), curvature("curvature");
  for (const int outputs : {1, 3}) {
    const Dataset data = group_data(random, 11, outputs);
    for (const auto& rule : all_rules({"list", 1.0, outputs - 1})) {
      if (rule->unit() == "Gini coefficient") continue;
      SCOPED_TRACE(rule->name());
      const auto bound = bound_to(*rule, data);
      EXPECT_FALSE(bound->is_linear());
      moo::test::expect_derivatives_by_differences(*bound, random_predictions(random, outputs, 13),
                                                   random, jacobian, curvature);
    }
  }
}

TEST(ListExposure, DerivativesOfTheSmoothedGiniAgreeWithDifferencesBelowItsSmoothing) {
  RandomStream random(298);
  SCOPED_TRACE("seed 298");
  moo::test::Worst jacobian("jacobian"), curvature("curvature");
  constexpr double step = 3e-5;
  for (const char* item : {"", "region"}) {
    const Dataset data = group_data(random, 11, 2);
    const auto bound =
        bound_to(ExposureConcentration({"list", 1.0, 1}, Measure::gini, 0.1, item), data);
    const Matrix predictions = random_predictions(random, 2, 13);
    for (int repeat = 0; repeat < 5; ++repeat) {
      const Matrix v = moo::test::normal_matrix(random, 2, 13, 0.3);
      const Vector slope = moo::test::jacobian_of(*bound, predictions) * v.reshaped();
      jacobian.expect(moo::test::relative_error(slope, moo::test::difference(
                                                           [&](double h) -> Vector {
                                                             return moo::test::residuals_of(
                                                                 *bound, predictions + h * v);
                                                           },
                                                           step)),
                      1e-8);
      Matrix found = Matrix::Zero(2, 13);
      bound->add_curvature(predictions, Vector::Ones(1), v, found);
      const Vector change = moo::test::difference(
          [&](double h) -> Vector {
            return moo::test::jacobian_of(*bound, predictions + h * v).transpose();
          },
          step);
      curvature.expect(moo::test::relative_error(found.reshaped(), change), 1e-8);
    }
  }
}

TEST(ListExposure, TrainingUnderTheRulesHasTheRightGradients) {
  RandomStream random(296);
  SCOPED_TRACE("seed 296");
  moo::test::Worst worst("training");
  const Dataset data = group_data(random, 12, 1);
  moo::test::expect_training_gradients(data, moo::LossKind::binary_cross_entropy,
                                       all_rules({"list", 0.3}), random, worst);
  moo::test::expect_training_gradients(data, moo::LossKind::squared_error, all_rules({"list", 1.0}),
                                       random, worst);
}

TEST(ListExposure, RulesSayWhatTheyAre) {
  EXPECT_EQ(ExposureParity({"list"}, "age").name(), "exposure parity over age");
  EXPECT_EQ(ExposureParity({"list"}, "age").unit(), "log ratio");
  EXPECT_EQ(ExposureParity({"list"}, "age").sense(), moo::Sense::equality);
  const ExposureConcentration gini({"list"}, Measure::gini, 0.1, "seller");
  EXPECT_EQ(gini.name(), "Gini of exposure of seller");
  EXPECT_EQ(gini.unit(), "Gini coefficient");
  EXPECT_EQ(gini.sense(), moo::Sense::inequality);
  EXPECT_EQ(ExposureConcentration({"list"}, Measure::entropy_deficit, 0.1).unit(), "nats");
  EXPECT_EQ(ListSimilarity({"list"}, "price", 1.0, 0.5).name(), "similarity of lists in price");
}

TEST(ListExposure, WhatMakesNoSenseIsRefused) {
  RandomStream random(297);
  Dataset data = group_data(random, 8, 1);
  for (const double cold : {0.0, -1.0, std::numeric_limits<double>::infinity()}) {
    expect_says(complaint_of<InvalidArgument>([&] {
                  ExposureParity({"list", cold}, "group");
                }),
                {"ExposureParity", "temperature", "> 0"});
  }
  expect_says(complaint_of<InvalidArgument>([] { ListSimilarity({"list"}, "age", 0.0, 0.5); }),
              {"ListSimilarity", "width", "> 0"});
  expect_says(complaint_of<InvalidArgument>([] {
                ExposureConcentration({"list"}, Measure::gini,
                                      std::numeric_limits<double>::quiet_NaN());
              }),
              {"ExposureConcentration", "limit", "nan"});
  for (const auto& rule : all_rules({"nowhere"})) {
    expect_says(complaint_of<InvalidArgument>([&] { bound_to(*rule, data); }), {"nowhere"});
  }
  for (const auto& rule : all_rules({"list", 1.0, 2})) {
    expect_says(complaint_of<InvalidArgument>([&] { bound_to(*rule, data); }), {"output", "2"});
  }
  data.columns["score"](1) = -20.0;
  expect_says(complaint_of<InvalidArgument>(
                  [&] { bound_to(ExposureParity({"list"}, "group", "score"), data); }),
              {"exposure parity over group", "merit", "'score'"});
  data.columns["group"].setOnes();
  expect_says(
      complaint_of<InvalidArgument>([&] { bound_to(ExposureParity({"list"}, "group"), data); }),
      {"a group has no row", "8 and 0"});
}

}  // namespace
