#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>

#include "libmoo/constraint/covariance_parity.hpp"
#include "libmoo/constraint/decision_parity.hpp"
#include "libmoo/constraint/decision_rate.hpp"
#include "libmoo/constraint/monotone_derivative.hpp"
#include "libmoo/constraint/on_logits.hpp"
#include "libmoo/constraint/pointwise_rule.hpp"
#include "tests/constraint/quantity_checks.hpp"

namespace {

using moo::CovarianceParity;
using moo::Dataset;
using moo::decision_share;
using moo::DecisionParity;
using moo::DecisionRate;
using moo::InvalidArgument;
using moo::Matrix;
using moo::on_logits;
using moo::ProbeBatch;
using moo::RandomStream;
using moo::smooth_decision_share;
using moo::SmoothDecision;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::complaint_when_bound;
using moo::test::expect_quantity_derivatives;
using moo::test::expect_says;
using moo::test::normal_matrix;
using moo::test::random_data;
using moo::test::residuals_of;
using Kind = SmoothDecision::Kind;
using Rate = DecisionRate::Kind;

double residual_at(const moo::Constraint& rule, const Dataset& data, const Matrix& logits) {
  ProbeBatch batch(data.inputs);
  return residuals_of(*rule.bind(data, batch), logits)(0);
}

double true_residual_at(const moo::Constraint& rule, const Dataset& data, const Matrix& logits) {
  ProbeBatch batch(data.inputs);
  Vector residual(1);
  rule.bind(data, batch)->true_residuals(logits, residual);
  return residual(0);
}

TEST(OnLogits, TheRuleIsTheSameButForWhatItReads) {
  RandomStream random(541);
  SCOPED_TRACE("seed 541");
  const Dataset data = random_data(random, 8, 1);
  const auto rule = std::make_shared<CovarianceParity>("group");
  const auto on = on_logits(rule);
  EXPECT_EQ(on->reads().kind, moo::ModelQuantity::Kind::logits);
  EXPECT_EQ(on->name(), "covariance with group on logits");
  EXPECT_EQ(on->unit(), "group * logit");
  EXPECT_EQ(on->sense(), moo::Sense::equality);
  EXPECT_EQ(on->annealed(0.5), nullptr);
  const Matrix quantity = normal_matrix(random, 1, 8);
  EXPECT_EQ(residual_at(*on, data, quantity), residual_at(*rule, data, quantity));
}

TEST(OnLogits, RulesOnSomethingElseAreRefused) {
  const auto complaint = [](const std::shared_ptr<const moo::Constraint>& rule) {
    return complaint_of<InvalidArgument>([&] { (void)on_logits(rule); });
  };
  expect_says(complaint(nullptr), {"on_logits", "no rule"});
  expect_says(complaint(std::make_shared<DecisionRate>(moo::DecisionRateOptions{})),
              {"on_logits", "decision rate at most 0.5", "logits"});
  expect_says(complaint(std::make_shared<moo::MonotoneDerivative>(
                  moo::MonotoneDerivativeOptions{.inputs = {"a"}})),
              {"on_logits", "rising slope in a", "derivatives"});
}

TEST(DecisionRate, TheStraightRateCountsRowsAndTheSmoothOneTendsToItAsItCools) {
  RandomStream random(542);
  SCOPED_TRACE("seed 542");
  const Dataset data = random_data(random, 40, 1);
  const Matrix logits = normal_matrix(random, 1, 40, 2.0);
  std::shared_ptr<const moo::Constraint> rule =
      std::make_shared<DecisionRate>(moo::DecisionRateOptions{
          .kind = Rate::at_least, .target = 0.6, .decision = {.threshold = 0.3}});
  const double share = static_cast<double>((logits.array() > 0.3).count()) / 40.0;
  EXPECT_NEAR(decision_share(logits, {.threshold = 0.3}), share, 1e-15);
  EXPECT_NEAR(true_residual_at(*rule, data, logits), 0.6 - share, 1e-15);
  EXPECT_GT(std::abs(residual_at(*rule, data, logits) - (0.6 - share)), 1e-4);
  rule = rule->annealed(1e-4);
  EXPECT_NEAR(residual_at(*rule, data, logits), 0.6 - share, 1e-12);
}

TEST(DecisionRate, TheArgmaxCountsRowsWhoseClassWins) {
  RandomStream random(543);
  SCOPED_TRACE("seed 543");
  Dataset data = random_data(random, 30, 3);
  const Matrix logits = normal_matrix(random, 3, 30, 2.0);
  int won = 0, members = 0;
  std::vector<int> rows;
  for (int b = 0; b < 30; ++b) {
    Eigen::Index best = 0;
    logits.col(b).maxCoeff(&best);
    if (data.column("group")(b) < 0.5) continue;
    rows.push_back(b);
    ++members;
    won += best == 1;
  }
  const double share = static_cast<double>(won) / members;
  const SmoothDecision cold{.kind = Kind::argmax, .output = 1, .temperature = 1e-4};
  EXPECT_NEAR(decision_share(logits, cold, rows), share, 1e-15);
  EXPECT_NEAR(smooth_decision_share(logits, cold, rows), share, 1e-12);
  const DecisionRate rule(
      {.kind = Rate::equal, .target = 0.25, .decision = cold, .member_column = "group"});
  EXPECT_NEAR(residual_at(rule, data, logits), share - 0.25, 1e-12);
  EXPECT_NEAR(true_residual_at(rule, data, logits), share - 0.25, 1e-15);
  double sum = 0.0;  // smooth shares of all classes add up to one
  for (int o = 0; o < 3; ++o) {
    sum += smooth_decision_share(logits, {.kind = Kind::argmax, .output = o, .temperature = 2.0});
  }
  EXPECT_NEAR(sum, 1.0, 1e-14);
}

TEST(DecisionRate, TwoClassesByArgmaxAreOneThresholdOnTheDifference) {
  RandomStream random(544);
  SCOPED_TRACE("seed 544");
  const Matrix logits = normal_matrix(random, 2, 25);
  const Matrix difference = logits.row(1) - logits.row(0);
  EXPECT_NEAR(
      smooth_decision_share(logits, {.kind = Kind::argmax, .output = 1, .temperature = 0.7}),
      smooth_decision_share(difference, {.temperature = 0.7}), 1e-15);
}

TEST(DecisionParity, IsTheGapOfTheRatesAndSwapsItsSignWithTheGroups) {
  RandomStream random(545);
  SCOPED_TRACE("seed 545");
  Dataset data = random_data(random, 30, 1);
  const Matrix logits = normal_matrix(random, 1, 30, 2.0);
  std::vector<int> inside, outside;
  for (int b = 0; b < 30; ++b) (data.column("group")(b) > 0.5 ? inside : outside).push_back(b);
  const SmoothDecision decision{.threshold = -0.2, .temperature = 0.4};
  const DecisionParity rule("group", decision);
  const double smooth = smooth_decision_share(logits, decision, inside) -
                        smooth_decision_share(logits, decision, outside);
  const double straight =
      decision_share(logits, decision, inside) - decision_share(logits, decision, outside);
  EXPECT_NEAR(residual_at(rule, data, logits), smooth, 1e-14);
  EXPECT_NEAR(true_residual_at(rule, data, logits), straight, 1e-14);
  EXPECT_NEAR(residual_at(*rule.annealed(1e-4), data, logits), straight, 1e-12);
  data.columns["group"] = (1.0 - data.columns["group"].array()).matrix().eval();
  EXPECT_NEAR(residual_at(rule, data, logits), -smooth, 1e-14);
}

TEST(DecisionRules, HugeLogitsGiveNoNan) {
  RandomStream random(546);
  const Dataset data = random_data(random, 4, 2);
  const Matrix logits{{1e6, -1e6, 1e6, 0.0}, {-1e6, 1e6, 1e6, 0.0}};
  for (const auto kind : {Kind::threshold, Kind::argmax}) {
    const DecisionRate rule({.decision = {.kind = kind, .output = 1, .temperature = 1e-3}});
    ProbeBatch batch(data.inputs);
    const auto bound = rule.bind(data, batch);
    EXPECT_NEAR(residuals_of(*bound, logits)(0), kind == Kind::threshold ? 0.125 : 0.0, 1e-15);
    EXPECT_TRUE(moo::test::jacobian_of(*bound, logits).allFinite());
  }
}

struct Cubic {
  template <typename T>
  T operator()(const T* p, const double*) const {
    return p[0] * p[0] * p[0] - 1.0;
  }
};

TEST(LogitRules, DerivativesAgreeWithDifferences) {
  RandomStream random(547);
  SCOPED_TRACE("seed 547");
  moo::test::WorstDerivatives rate("decision rate");
  moo::test::WorstDerivatives parity("decision parity");
  moo::test::WorstDerivatives logits("rule on logits");
  for (const int outputs : {1, 3}) {
    const Dataset data = random_data(random, 5, outputs);
    const SmoothDecision threshold{.output = outputs - 1, .threshold = 0.2, .temperature = 0.8};
    const SmoothDecision argmax{
        .kind = Kind::argmax, .output = outputs - 1, .threshold = 0.0, .temperature = 0.8};
    for (const auto& decision : {threshold, argmax}) {
      if (decision.kind == Kind::argmax && outputs == 1) continue;
      const std::string kind = decision.kind == Kind::argmax ? " by argmax" : " by threshold";
      SCOPED_TRACE(kind);
      expect_quantity_derivatives(
          rate,
          DecisionRate({.kind = Rate::at_least, .decision = decision, .member_column = "group"}),
          data, random);
      expect_quantity_derivatives(parity, DecisionParity("group", decision), data, random);
    }
    expect_quantity_derivatives(
        logits,
        *on_logits(std::make_shared<moo::PointwiseRule<Cubic, 1>>(
            moo::PointwiseOptions{.name = "cubic", .outputs = {outputs - 1}})),
        data, random);
  }
}

TEST(LogitRules, SayWhatTheyAre) {
  const DecisionRate rate({.kind = Rate::equal, .target = 0.1, .member_column = "group"});
  EXPECT_EQ(rate.name(), "decision rate equal to 0.1 within group");
  EXPECT_EQ(rate.unit(), "share of rows");
  EXPECT_EQ(rate.sense(), moo::Sense::equality);
  EXPECT_EQ(DecisionRate({}).sense(), moo::Sense::inequality);
  EXPECT_EQ(rate.reads().kind, moo::ModelQuantity::Kind::logits);
  EXPECT_EQ(rate.annealed(0.5)->name(), rate.name());
  const DecisionParity parity("group");
  EXPECT_EQ(parity.name(), "decision parity over group");
  EXPECT_EQ(parity.unit(), "share of rows");
  EXPECT_EQ(parity.sense(), moo::Sense::equality);
  EXPECT_EQ(parity.reads().kind, moo::ModelQuantity::Kind::logits);
}

TEST(LogitRules, WhatMakesNoSenseIsRefused) {
  RandomStream random(548);
  Dataset data = random_data(random, 6, 1);
  const auto complaint = [](const auto& make) { return complaint_of<InvalidArgument>(make); };
  expect_says(complaint([] { DecisionRate({.target = 1.5}); }), {"DecisionRate", "0 to 1", "1.5"});
  expect_says(complaint([] { DecisionRate({.decision = {.temperature = 0.0}}); }),
              {"DecisionRate", "temperature > 0", "temperature 0"});
  expect_says(complaint([] {
                DecisionParity("group", {.threshold = std::numeric_limits<double>::infinity()});
              }),
              {"DecisionParity", "finite threshold", "inf"});
  expect_says(complaint([&] { (void)DecisionParity("group").annealed(0.0); }),
              {"DecisionParity", "temperature 0"});
  expect_says(complaint_when_bound(DecisionRate({.decision = {.kind = Kind::argmax}}), data),
              {"decision rate at most 0.5", "two or more outputs", "0 of 1"});
  expect_says(complaint_when_bound(DecisionParity("group", {.output = 1}), data),
              {"decision parity over group", "output 1 of 1"});
  expect_says(complaint([] { (void)decision_share(Matrix(1, 0), {}); }),
              {"decision_share", "no columns"});
  expect_says(complaint([] { (void)decision_share(Matrix(1, 2), {}, {2}); }),
              {"decision_share", "0 to 1", "2"});
  data.columns["group"].setZero();
  expect_says(complaint_when_bound(DecisionRate({.member_column = "group"}), data),
              {"no row", "group"});
  expect_says(complaint_when_bound(DecisionParity("group"), data), {"a group has no row"});
}

}  // namespace
