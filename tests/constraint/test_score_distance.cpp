#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "libmoo/constraint/score_distance.hpp"
#include "tests/constraint/quantity_checks.hpp"

namespace {

using moo::Dataset;
using moo::InvalidArgument;
using moo::Matrix;
using moo::ProbeBatch;
using moo::RandomStream;
using moo::ScoreDistance;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::complaint_when_bound;
using moo::test::expect_says;
using moo::test::random_data;
using moo::test::residuals_of;
using Kind = ScoreDistance::Kind;

const auto all_kinds = {Kind::energy, Kind::wasserstein_1, Kind::wasserstein_2};

double distance(const ScoreDistance& rule, const Dataset& data, const Matrix& predictions) {
  ProbeBatch batch(data.inputs);
  return residuals_of(*rule.bind(data, batch), predictions)(0);
}

TEST(ScoreDistance, IsZeroBetweenEqualSamplesInAnyOrderAndPositiveOtherwise) {
  RandomStream random(571);
  SCOPED_TRACE("seed 571");
  const Dataset data = random_data(random, 12, 1);
  const Vector sample = random.normal_vector(12);
  Matrix reversed = sample.reverse().transpose();
  for (const auto kind : all_kinds) {
    const ScoreDistance rule({.kind = kind, .reference = sample});
    EXPECT_NEAR(distance(rule, data, reversed), 0.0, 1e-14);
    Matrix moved = reversed;
    moved(3) += 0.5;
    EXPECT_GT(distance(rule, data, moved), 1e-3);
    const ScoreDistance tolerant({.kind = kind, .reference = sample, .tolerance = 0.2});
    EXPECT_NEAR(distance(tolerant, data, moved), distance(rule, data, moved) - 0.2, 1e-15);
  }
}

TEST(ScoreDistance, AShiftIsItsOwnWassersteinDistance) {
  RandomStream random(572);
  SCOPED_TRACE("seed 572");
  Dataset data = random_data(random, 40, 1);
  const Matrix predictions = moo::test::normal_matrix(random, 1, 40);
  data.columns["wanted"] = predictions.transpose().array() - 0.75;
  const auto found = [&](Kind kind) {
    return distance(ScoreDistance({.kind = kind, .reference_column = "wanted", .smoothing = 1e-9}),
                    data, predictions);
  };
  EXPECT_NEAR(found(Kind::wasserstein_1), 0.75, 1e-8);
  EXPECT_NEAR(found(Kind::wasserstein_2), 0.75 * 0.75, 1e-12);
}

TEST(ScoreDistance, TheEnergyIsTwiceTheIntegralOfTheSquaredGapOfTheDistributions) {
  RandomStream random(573);
  SCOPED_TRACE("seed 573");
  const Dataset data = random_data(random, 9, 1);
  const Matrix p = moo::test::normal_matrix(random, 1, 9);
  const Vector q = random.normal_vector(5);
  std::vector<double> cuts(p.data(), p.data() + 9);
  cuts.insert(cuts.end(), q.begin(), q.end());
  std::sort(cuts.begin(), cuts.end());
  double integral = 0.0;
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    const double gap = static_cast<double>((p.array() <= cuts[i]).count()) / 9.0 -
                       static_cast<double>((q.array() <= cuts[i]).count()) / 5.0;
    integral += 2.0 * gap * gap * (cuts[i + 1] - cuts[i]);
  }
  EXPECT_NEAR(distance(ScoreDistance({.reference = q, .smoothing = 1e-9}), data, p), integral,
              1e-8);
}

TEST(ScoreDistance, OnlyMembersCount) {
  RandomStream random(574);
  SCOPED_TRACE("seed 574");
  const Dataset data = random_data(random, 12, 2);
  Matrix predictions = moo::test::normal_matrix(random, 2, 12);
  for (const auto kind : all_kinds) {
    const ScoreDistance rule({.kind = kind,
                              .reference = Vector{{0.1, 0.2, 0.9}},
                              .member_column = "group",
                              .output = 1});
    const double before = distance(rule, data, predictions);
    for (int b = 0; b < 12; ++b) {
      predictions(0, b) += 1.0;
      if (data.column("group")(b) < 0.5) predictions(1, b) += 1.0;
    }
    EXPECT_EQ(distance(rule, data, predictions), before);
  }
}

TEST(ScoreDistance, DerivativesAgreeWithDifferences) {
  RandomStream random(575);
  SCOPED_TRACE("seed 575");
  moo::test::WorstDerivatives worst("score distance");
  const Dataset data = random_data(random, 6, 2);
  for (const auto kind : all_kinds) {
    const ScoreDistance rule({.kind = kind,
                              .reference = random.normal_vector(4),
                              .smoothing = 0.5,
                              .member_column = kind == Kind::energy ? "group" : "",
                              .output = 1});
    ProbeBatch batch(data.inputs);
    const auto bound = rule.bind(data, batch);
    Matrix predictions = moo::test::normal_matrix(random, 2, 8);  // two probes of another rule
    const std::vector<int> order = random.permutation(8);
    for (int b = 0; b < 8; ++b) {  // far enough apart to keep their order
      predictions(1, b) = 0.3 * order[static_cast<std::size_t>(b)] + random.uniform(0.0, 0.2) - 1.0;
    }
    moo::test::expect_jacobian_by_differences(*bound, predictions, worst.jacobian);
    moo::test::expect_curvature_by_differences(*bound, predictions, random, worst.curvature,
                                               {.tangents = 0.3});
  }
}

TEST(ScoreDistance, SaysWhatItIs) {
  const ScoreDistance rule({.reference_column = "score", .member_column = "group"});
  EXPECT_EQ(rule.name(), "energy distance to score within group");
  EXPECT_EQ(rule.unit(), "prediction");
  EXPECT_EQ(rule.sense(), moo::Sense::inequality);
  const ScoreDistance squared({.kind = Kind::wasserstein_2, .reference = Vector::Ones(1)});
  EXPECT_EQ(squared.name(), "squared Wasserstein-2 distance to a reference");
  EXPECT_EQ(squared.unit(), "prediction^2");
}

TEST(ScoreDistance, WhatMakesNoSenseIsRefused) {
  RandomStream random(576);
  const Dataset data = random_data(random, 6, 1);
  const auto complaint = [](const moo::ScoreDistanceOptions& options) {
    return complaint_of<InvalidArgument>([&] { ScoreDistance rule(options); });
  };
  expect_says(complaint({}), {"ScoreDistance", "no such reference", "0 numbers"});
  expect_says(complaint({.reference = Vector::Ones(2), .reference_column = "group"}),
              {"2 numbers and column 'group'"});
  expect_says(complaint({.reference = Vector{{std::nan("")}}}), {"finite numbers"});
  expect_says(complaint({.reference_column = "group", .tolerance = -1.0}), {"tolerance -1"});
  expect_says(complaint({.reference_column = "group", .smoothing = 0.0}), {"smoothing 0"});
  expect_says(complaint_when_bound(ScoreDistance({.reference_column = "grup"}), data), {"grup"});
  expect_says(complaint_when_bound(ScoreDistance({.reference_column = "group", .output = 1}), data),
              {"energy distance to group", "output"});
}

}  // namespace
