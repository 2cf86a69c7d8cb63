#include <gtest/gtest.h>

#include <limits>

#include "libmoo/constraint/top_k_share.hpp"
#include "tests/constraint/quantity_checks.hpp"

namespace {

using moo::Dataset;
using moo::InvalidArgument;
using moo::Matrix;
using moo::ProbeBatch;
using moo::RandomStream;
using moo::TopKShare;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::complaint_when_bound;
using moo::test::expect_quantity_derivatives;
using moo::test::expect_says;
using moo::test::random_data;
using moo::test::residuals_of;
using Kind = TopKShare::Kind;

/// Two lists of four and three rows; members are rows 0, 3, 5.
Dataset two_lists() {
  Dataset data;
  data.inputs = Matrix::Zero(1, 7);
  data.input_names = {"a"};
  data.targets = Matrix::Zero(1, 7);
  data.columns = {{"list", Vector{{1, 1, 2, 1, 2, 2, 1}}},
                  {"member", Vector{{1, 0, 0, 1, 0, 1, 0}}}};
  return data;
}
const Matrix scores{{0.9, 0.8, 0.1, 0.2, 0.6, 0.4, 0.7}};

Vector found(const TopKShare& rule, const Matrix& predictions) {
  const Dataset data = two_lists();
  ProbeBatch batch(data.inputs);
  return residuals_of(*rule.bind(data, batch), predictions);
}

Vector true_found(const TopKShare& rule, const Matrix& predictions) {
  const Dataset data = two_lists();
  ProbeBatch batch(data.inputs);
  const auto bound = rule.bind(data, batch);
  Vector residuals(bound->num_residuals());
  bound->true_residuals(predictions, residuals);
  return residuals;
}

TEST(TopKShare, ASharpOneCountsTheMembersOfTheTop) {
  const moo::TopKShareOptions sharp{.member_column = "member",
                                    .count = 2,
                                    .kind = Kind::equal,
                                    .target = 0.25,
                                    .list_column = "list",
                                    .temperature = 1e-4,
                                    .width = 1e-2};
  const Vector expected{{0.5 - 0.25, 0.5 - 0.25}};  // 0.9, 0.8 and 0.6, 0.4
  EXPECT_LT((found(TopKShare(sharp), scores) - expected).norm(), 1e-12);
  EXPECT_EQ(true_found(TopKShare(sharp), scores), expected);
  auto first = sharp;
  first.count = 1;
  first.kind = Kind::at_least;
  EXPECT_LT((found(TopKShare(first), scores) - Vector{{0.25 - 1.0, 0.25}}).norm(), 1e-12);
  EXPECT_EQ(true_found(TopKShare(first), scores), (Vector{{0.25 - 1.0, 0.25}}));
  auto together = first;
  together.list_column = "";
  together.count = 3;
  EXPECT_NEAR(found(TopKShare(together), scores)(0), 0.25 - 1.0 / 3.0, 1e-12);
}

TEST(TopKShare, EqualScoresGiveTheMembersTheirShareOfTheList) {
  const TopKShare rule({.member_column = "member",
                        .count = 2,
                        .kind = Kind::at_most,
                        .target = 0.0,
                        .list_column = "list"});
  EXPECT_LT((found(rule, Matrix::Constant(1, 7, 0.3)) - Vector{{0.5, 1.0 / 3.0}}).norm(), 1e-14);
}

TEST(TopKShare, ItTendsToTheStraightShareAsItCools) {
  const TopKShare rule({.member_column = "member", .count = 2, .list_column = "list"});
  const Vector straight = true_found(rule, scores);
  double before = (found(rule, scores) - straight).norm();
  for (const double factor : {0.3, 0.1, 0.03}) {
    const auto cooler = rule.annealed(factor);
    const double now = (found(dynamic_cast<const TopKShare&>(*cooler), scores) - straight).norm();
    EXPECT_LT(now, before);
    before = now;
  }
  EXPECT_LT(before, 1e-6);
}

TEST(TopKShare, AMemberThatRisesRaisesTheShare) {
  const TopKShare rule(
      {.member_column = "member", .count = 2, .kind = Kind::at_most, .list_column = "list"});
  Matrix higher = scores;
  higher(5) += 0.05;
  EXPECT_GT(found(rule, higher)(1), found(rule, scores)(1));
  EXPECT_EQ(found(rule, higher)(0), found(rule, scores)(0));
}

TEST(TopKShare, DerivativesAgreeWithDifferences) {
  RandomStream random(581);
  SCOPED_TRACE("seed 581");
  moo::test::WorstDerivatives worst("top k share");
  for (const int outputs : {1, 2}) {
    Dataset data = random_data(random, 7, outputs);
    data.columns["list"] = Vector{{1, 1, 2, 1, 2, 2, 1}};
    for (const std::string list : {"", "list"}) {
      expect_quantity_derivatives(worst,
                                  TopKShare({.member_column = "group",
                                             .count = 2,
                                             .list_column = list,
                                             .temperature = 0.8,
                                             .width = 1.2,
                                             .output = outputs - 1}),
                                  data, random);
    }
  }
}

TEST(TopKShare, SaysWhatItIs) {
  const TopKShare rule({.member_column = "women", .count = 5, .target = 0.4});
  EXPECT_EQ(rule.name(), "share of women in the top 5 at least 0.4");
  EXPECT_EQ(rule.unit(), "share of rows");
  EXPECT_EQ(rule.sense(), moo::Sense::inequality);
  EXPECT_EQ(TopKShare({.kind = Kind::equal}).sense(), moo::Sense::equality);
}

TEST(TopKShare, WhatMakesNoSenseIsRefused) {
  const auto complaint = [](const moo::TopKShareOptions& options) {
    return complaint_of<InvalidArgument>([&] { TopKShare rule(options); });
  };
  expect_says(complaint({.count = 0}), {"TopKShare", "count 0"});
  expect_says(complaint({.target = 1.5}), {"TopKShare", "target 1.5"});
  expect_says(complaint({.temperature = 0.0}), {"TopKShare", "temperature 0"});
  expect_says(complaint({.width = -1.0}), {"TopKShare", "width -1"});
  Dataset data = two_lists();
  expect_says(complaint_when_bound(TopKShare({.member_column = "list"}), data), {"0 or 1"});
  expect_says(complaint_when_bound(TopKShare({.member_column = "member", .output = 1}), data),
              {"share of member in the top 10", "output"});
  data.columns["member"].setZero();
  expect_says(complaint_when_bound(TopKShare({.member_column = "member"}), data), {"no row"});
}

}  // namespace
