#include <gtest/gtest.h>

#include <memory>

#include "libmoo/constraint/activation_bound.hpp"
#include "libmoo/constraint/activation_sparsity.hpp"
#include "libmoo/constraint/clearance.hpp"
#include "libmoo/constraint/curvature_bound.hpp"
#include "libmoo/constraint/decision_parity.hpp"
#include "libmoo/constraint/decision_rate.hpp"
#include "libmoo/constraint/differential_rule.hpp"
#include "libmoo/constraint/motion_cost.hpp"
#include "libmoo/constraint/motion_energy.hpp"
#include "libmoo/constraint/ode_residual.hpp"
#include "libmoo/constraint/on_logits.hpp"
#include "libmoo/constraint/pde_residual.hpp"
#include "libmoo/constraint/score_distance.hpp"
#include "libmoo/constraint/score_moment.hpp"
#include "libmoo/constraint/slope_bound.hpp"
#include "libmoo/constraint/top_k_share.hpp"
#include "tests/constraint/quantity_checks.hpp"

namespace {

using moo::Constraint;
using moo::Dataset;
using moo::LossKind;
using moo::ProbePlaces;
using moo::RandomStream;
using moo::test::random_data;
using moo::test::three_scales;
using Rules = std::vector<std::shared_ptr<const Constraint>>;

/// Soft and hard, one rule after the other and then all of them together.
void expect_gradients(const std::string& name, const Rules& rules, int outputs, LossKind loss,
                      RandomStream& random) {
  moo::test::Worst worst("training_gradient of " + name);
  const Dataset data = random_data(random, 6, outputs);
  for (const auto& rule : rules) {
    SCOPED_TRACE(rule->name());
    moo::test::expect_training_gradients(data, loss, {rule}, random, worst);
  }
  SCOPED_TRACE("all together");
  moo::test::expect_training_gradients(data, loss, rules, random, worst);
}

struct Pendulum {
  template <typename T>
  T operator()(const T* p, const double* inputs) const {
    using std::sin;
    return p[2] + 2.0 * sin(p[0]) * p[4] - 0.1 * inputs[0] * p[1];
  }
};

ProbePlaces sampled() {
  return {.standardizer = three_scales(),
          .points = {{.ranges = {{"a", -1.0, 2.0}, {"b", -2.0, -1.0}}, .count = 5}}};
}

Rules derivative_rules(int output) {
  return {
      std::make_shared<moo::MotionEnergy>(moo::MotionEnergyOptions{
          .input = "a", .stiffness = 0.5, .pendulum = 1.0, .output = output, .where = sampled()}),
      std::make_shared<moo::MotionCost>(moo::MotionCostOptions{.input = "b", .outputs = {output}}),
      std::make_shared<moo::SlopeBound>(
          moo::SlopeBoundOptions{.inputs = {"a", "c"}, .bound = 0.1, .output = output}),
      std::make_shared<moo::SlopeBound>(
          moo::SlopeBoundOptions{.inputs = {"a", "c"},
                                 .bound = 0.1,
                                 .kind = moo::SlopeBound::Kind::gradient_norm,
                                 .output = output,
                                 .where = {.standardizer = three_scales()}}),
      std::make_shared<moo::CurvatureBound>(
          moo::CurvatureBoundOptions{.inputs = {"b"},
                                     .kind = moo::CurvatureBound::Kind::convex,
                                     .bound = 0.05,
                                     .output = output}),
      std::make_shared<moo::OdeResidual>(moo::OdeResidualOptions{.input = "a",
                                                                 .mass = 1.0,
                                                                 .damping = 0.3,
                                                                 .sine = 1.5,
                                                                 .source = {.column = "group"},
                                                                 .output = output}),
      std::make_shared<moo::PdeResidual>(
          moo::PdeResidualOptions{.name = "Burgers",
                                  .terms = moo::burgers_equation("a", "b", 0.3, output),
                                  .where = sampled()}),
      std::make_shared<moo::PdeResidual>(moo::PdeResidualOptions{
          .name = "mixed", .terms = {{.along = {"a", "b"}, .power = 2, .output = output}}}),
      std::make_shared<moo::DifferentialRule<Pendulum, 1, 2>>(
          moo::DifferentialOptions{.name = "pendulum",
                                   .outputs = {output},
                                   .directions = {{"a"}, {"a", "c"}},
                                   .where = sampled()})};
}

TEST(RulesInTraining, DerivativeRulesHaveTheRightGradients) {
  RandomStream random(591);
  SCOPED_TRACE("seed 591");
  expect_gradients("derivatives of one output", derivative_rules(0), 1, LossKind::squared_error,
                   random);
  expect_gradients("derivatives of a probability", derivative_rules(0), 1,
                   LossKind::binary_cross_entropy, random);
  expect_gradients("derivatives of class probabilities", derivative_rules(2), 3,
                   LossKind::cross_entropy, random);
}

TEST(RulesInTraining, LogitRulesHaveTheRightGradients) {
  RandomStream random(592);
  SCOPED_TRACE("seed 592");
  const auto rules = [](const moo::SmoothDecision& decision) -> Rules {
    return {std::make_shared<moo::DecisionRate>(moo::DecisionRateOptions{
                .kind = moo::DecisionRate::Kind::at_least, .target = 0.7, .decision = decision}),
            std::make_shared<moo::DecisionParity>("group", decision),
            moo::on_logits(
                std::make_shared<moo::ScoreMoment>(moo::ScoreMoment::Moment::variance, 0.1))};
  };
  expect_gradients("logits of one output", rules({.temperature = 0.5}), 1,
                   LossKind::binary_cross_entropy, random);
  expect_gradients("logits of several outputs",
                   rules({.kind = moo::SmoothDecision::Kind::argmax, .output = 1}), 3,
                   LossKind::cross_entropy, random);
}

TEST(RulesInTraining, ActivationRulesHaveTheRightGradients) {
  RandomStream random(593);
  SCOPED_TRACE("seed 593");
  const Rules rules = {
      std::make_shared<moo::ActivationBound>(moo::ActivationBoundOptions{.bound = 0.3}),
      std::make_shared<moo::ActivationSparsity>(
          moo::ActivationSparsityOptions{.target = 0.05, .smoothing = 0.2})};
  expect_gradients("activations", rules, 2, LossKind::squared_error, random);
}

TEST(RulesInTraining, NewRulesOnPredictionsHaveTheRightGradients) {
  RandomStream random(594);
  SCOPED_TRACE("seed 594");
  const auto disc =
      std::make_shared<moo::BallDistance>(std::vector<moo::Ball>{{moo::Vector{{0.2, 3.0}}, 2.0}});
  expect_gradients("predictions",
                   {std::make_shared<moo::Clearance>(moo::ClearanceOptions{
                        .obstacles = disc, .margin = 2.0, .where = sampled()}),
                    std::make_shared<moo::ScoreDistance>(moo::ScoreDistanceOptions{
                        .reference = moo::Vector{{0.1, 0.8}}, .smoothing = 0.3, .output = 1}),
                    std::make_shared<moo::TopKShare>(moo::TopKShareOptions{
                        .member_column = "group", .count = 2, .target = 0.9, .temperature = 0.5})},
                   2, LossKind::squared_error, random);
}

}  // namespace
