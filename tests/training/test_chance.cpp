#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include "libmoo/constraint/output_range.hpp"
#include "libmoo/minimize/augmented_lagrangian.hpp"
#include "libmoo/problem/scalarization.hpp"
#include "libmoo/training/chance.hpp"
#include "tests/training/training_samples.hpp"

namespace {

using moo::ChanceSurrogate;
using moo::ConstraintGroup;
using moo::Enforcement;
using moo::Matrix;
using moo::RandomStream;
using moo::TrainingProblem;
using moo::TrainingSetup;
using moo::Vector;

/// A straight line through 60 noisy points on it, whose predictions should mostly stay below 1.
TrainingSetup line_setup(const moo::Chance& chance, double tolerance = 0.0) {
  RandomStream random(181);
  TrainingSetup setup;
  setup.network = moo::Network({1, 6, 1}, moo::Activation::tanh);
  setup.loss = moo::Loss(moo::LossKind::squared_error);
  setup.data.inputs = random.uniform_vector(60, -2.0, 2.0).transpose();
  setup.data.targets = setup.data.inputs + 0.1 * random.normal_vector(60).transpose();
  setup.data.input_names = {"x"};
  setup.weight_decay = 1e-3;
  setup.groups = {ConstraintGroup{
      .name = "ceiling",
      .enforcement = Enforcement::probabilistic,
      .penalty = {.scale = 0.2},
      .tolerance = tolerance,
      .constraints = {std::make_shared<moo::OutputRange>(moo::OutputRangeOptions{.high = 1.0})},
      .chance = chance}};
  return setup;
}

double row_at(const TrainingProblem& problem, const Vector& theta) {
  return problem.linearize(theta)->values()(problem.num_objectives());
}

TEST(Chance, AGroupBecomesOneRowAndNoObjective) {
  const TrainingProblem problem(line_setup({.delta = 0.1}));
  EXPECT_EQ(problem.num_objectives(), 1);
  ASSERT_EQ(problem.num_hard_rows(), 1);
  EXPECT_EQ(problem.hard_rows()[0].name, "P(ceiling violated) <= 0.1");
  EXPECT_EQ(problem.hard_rows()[0].sense, moo::Sense::inequality);
}

TEST(Chance, ACvarRowThatHoldsBoundsTheRate) {
  RandomStream random(182);
  int held = 0;
  for (const double delta : {0.05, 0.2, 0.5}) {
    const TrainingProblem problem(line_setup({.delta = delta}, 0.02));
    for (int trial = 0; trial < 200; ++trial) {
      const Vector theta = random.normal_vector(problem.num_variables(), 0.5);
      if (row_at(problem, theta) > 0.0) continue;
      ++held;
      EXPECT_LE(problem.linearize(theta)->violation_rates()(0), delta) << "seed 182";
    }
  }
  EXPECT_GT(held, 20);
}

TEST(Chance, ASmoothedRateTendsToTheRateAsItsTemperatureFalls) {
  RandomStream random(183);
  const auto problem_at = [](double temperature) {
    return std::make_unique<TrainingProblem>(line_setup(
        {.delta = 0.3, .surrogate = ChanceSurrogate::smoothed_rate, .temperature = temperature}));
  };
  const auto soft = problem_at(0.5), sharp = problem_at(1e-7);
  double difference = 0.0;
  for (int trial = 0; trial < 20; ++trial) {
    const Vector theta = random.normal_vector(soft->num_variables(), 0.8);
    const double rate = soft->linearize(theta)->violation_rates()(0);
    EXPECT_NEAR(row_at(*sharp, theta), rate - 0.3 + 1e-6, 1e-9) << "seed 183";
    difference = std::max(difference, std::abs(row_at(*soft, theta) - (rate - 0.3)));
  }
  EXPECT_GT(difference, 0.01);
}

TEST(Chance, TrainingUnderItKeepsTheRateAndUsesMostOfIt) {
  // Without the rule about a quarter of the predictions exceed 1.
  const moo::ConstrainedMinimizer minimizer("lbfgs", {});
  const moo::WeightedSum loss(Vector::Ones(1), moo::Scaling::identity(1));
  for (const moo::Chance& chance :
       {moo::Chance{.delta = 0.1},
        moo::Chance{
            .delta = 0.1, .surrogate = ChanceSurrogate::smoothed_rate, .temperature = 0.02}}) {
    const TrainingProblem problem(line_setup(chance));
    TrainingSetup free_setup = line_setup(chance);
    free_setup.groups[0].enforcement = Enforcement::soft;
    const TrainingProblem free(free_setup);
    RandomStream random(184);
    const Vector start = problem.start(random);
    const moo::WeightedSum accuracy(Vector::Unit(2, 0), moo::Scaling::identity(2));
    const Vector unconstrained = minimizer.minimize(free, accuracy, start).theta;
    const double before = free.linearize(unconstrained)->violation_rates()(0);
    EXPECT_GT(before, 0.15);
    const moo::ConstrainedMinimum found = minimizer.minimize(problem, loss, start);
    const double after = problem.linearize(found.theta)->violation_rates()(0);
    EXPECT_LE(after, 0.1);
    EXPECT_LE(row_at(problem, found.theta), 1e-6);
    EXPECT_GT(found.values(0), free.linearize(unconstrained)->values()(0));
    if (chance.surrogate == ChanceSurrogate::smoothed_rate) {
      EXPECT_GE(after, 0.05);
    }
  }
}

TEST(Chance, AMarginAsksForMoreAndATolerateForLess) {
  const ConstraintGroup group = line_setup({.delta = 0.1}).groups[0];
  ConstraintGroup strict = group, lenient = group;
  strict.penalty.margin = 0.1;
  lenient.tolerance = 0.1;
  const auto at = [](const ConstraintGroup& g, double r, moo::Sense sense) {
    return chance_penalty(g, r, sense).value;
  };
  EXPECT_DOUBLE_EQ(at(group, 0.3, moo::Sense::inequality), 1.5);
  EXPECT_DOUBLE_EQ(at(strict, 0.3, moo::Sense::inequality), 2.0);
  EXPECT_DOUBLE_EQ(at(lenient, 0.3, moo::Sense::inequality), 1.0);
  EXPECT_DOUBLE_EQ(at(lenient, -0.3, moo::Sense::equality), 1.0);
}

}  // namespace
