#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <memory>
#include <string>
#include <thread>

#include "libmoo/assess/metrics.hpp"
#include "tests/support/expect_complaint.hpp"
#include "tests/training/training_samples.hpp"

namespace {

using moo::Activation;
using moo::Enforcement;
using moo::LinearizationPtr;
using moo::LossKind;
using moo::Matrix;
using moo::RandomStream;
using moo::TrainingProblem;
using moo::TrainingSetup;
using moo::Vector;
using moo::test::groups_of;
using moo::test::Rules;
using moo::test::sample_setup;

TrainingSetup lending_like(RandomStream& random, Rules rules = Rules::mixed,
                           Enforcement enforcement = Enforcement::soft) {
  return sample_setup({3, 5, 1}, Activation::tanh, LossKind::binary_cross_entropy,
                      groups_of(rules, enforcement, 1), random, 20);
}

TEST(TrainingProblem, DescribesItsObjectivesAndRows) {
  RandomStream random(121);
  SCOPED_TRACE("seed 121");
  TrainingSetup setup = lending_like(random);
  setup.groups[1].tolerance = 0.1;
  const TrainingProblem problem(setup);
  EXPECT_EQ(problem.name(), "sample");
  EXPECT_EQ(problem.num_variables(), setup.network.num_parameters());
  ASSERT_EQ(problem.num_objectives(), 2);
  EXPECT_EQ(problem.objectives()[0].name, "binary_cross_entropy");
  EXPECT_EQ(problem.objectives()[0].kind, moo::ObjectiveKind::accuracy);
  EXPECT_EQ(problem.objectives()[0].unit, "nats");
  EXPECT_EQ(problem.objectives()[1].name, "parity");
  EXPECT_EQ(problem.objectives()[1].kind, moo::ObjectiveKind::penalty);
  ASSERT_EQ(problem.num_hard_rows(), 2 * 20);
  for (const moo::ConstraintRow& row : problem.hard_rows()) {
    EXPECT_EQ(row.group, "monotone");
    EXPECT_EQ(row.sense, moo::Sense::inequality);
    EXPECT_DOUBLE_EQ(row.tolerance, 0.1 / setup.groups[1].penalty.scale);
  }
  EXPECT_TRUE(problem.capabilities().hessian_product);
  EXPECT_TRUE(problem.capabilities().gauss_newton);
  EXPECT_TRUE(problem.capabilities().least_squares);
}

TEST(TrainingProblem, ObjectivesAreTheLossAndTheMeanPenaltiesOfTheResiduals) {
  RandomStream random(122);
  SCOPED_TRACE("seed 122");
  for (const Rules rules :
       {Rules::none, Rules::parity, Rules::both, Rules::mixed, Rules::together}) {
    for (const Enforcement enforcement : {Enforcement::soft, Enforcement::hard}) {
      SCOPED_TRACE(to_string(rules) + " " + std::string(to_string(enforcement)));
      const TrainingProblem problem(lending_like(random, rules, enforcement));
      const auto& setup = problem.setup();
      const Vector theta = moo::test::random_parameters(setup.network, random);
      const Vector raw = problem.raw_objectives(theta);
      const Vector values = problem.linearize(theta)->values();
      const Vector probabilities = problem.predictions(theta).row(0).transpose();
      EXPECT_NEAR(raw(0),
                  moo::binary_cross_entropy(probabilities, setup.data.targets.row(0).transpose()),
                  1e-13);
      Eigen::Index objective = 1, row = problem.num_objectives();
      for (std::size_t g = 0; g < setup.groups.size(); ++g) {
        const moo::GroupResiduals found = problem.residuals(g, theta);
        const moo::Penalty& penalty = setup.groups[g].penalty;
        double sum = 0.0;
        for (Eigen::Index k = 0; k < found.residuals.size(); ++k) {
          sum += penalty(found.residuals(k), found.senses[static_cast<std::size_t>(k)]).value;
          if (setup.groups[g].enforcement == Enforcement::hard) {
            const bool equality = found.senses[static_cast<std::size_t>(k)] == moo::Sense::equality;
            EXPECT_EQ(values(row++),
                      (found.residuals(k) + (equality ? 0.0 : penalty.margin)) / penalty.scale);
          }
        }
        if (setup.groups[g].enforcement == Enforcement::soft) {
          EXPECT_NEAR(raw(objective++), sum / static_cast<double>(found.residuals.size()), 1e-14);
        }
      }
      EXPECT_EQ(objective, raw.size());
      EXPECT_EQ(row, values.size());
    }
  }
}

TEST(TrainingProblem, GroupsAreAggregatedAsTheySay) {
  RandomStream random(132);
  SCOPED_TRACE("seed 132");
  for (const moo::Aggregation& aggregation : moo::test::aggregation_samples()) {
    SCOPED_TRACE(to_string(aggregation.kind));
    TrainingSetup setup = lending_like(random, Rules::together);
    setup.groups[0].aggregation = aggregation;
    const TrainingProblem problem(setup);
    const Vector theta = moo::test::random_parameters(setup.network, random);
    const moo::GroupResiduals found = problem.residuals(0, theta);
    Vector phi(found.residuals.size()), weights(phi.size()), scratch(phi.size());
    for (Eigen::Index k = 0; k < phi.size(); ++k) {
      phi(k) = setup.groups[0]
                   .penalty(found.residuals(k), found.senses[static_cast<std::size_t>(k)])
                   .value;
    }
    EXPECT_NEAR(problem.raw_objectives(theta)(1), aggregate(aggregation, phi, weights, scratch),
                1e-14);
  }
}

TEST(TrainingProblem, ParityResidualIsTheGapOfThePredictions) {
  RandomStream random(123);
  SCOPED_TRACE("seed 123");
  const TrainingProblem problem(lending_like(random));
  const Vector theta = moo::test::random_parameters(problem.setup().network, random);
  const Vector probabilities = problem.predictions(theta).row(0).transpose();
  EXPECT_NEAR(problem.residuals(0, theta).residuals(0),
              moo::group_gap(probabilities, problem.setup().data.column("group")), 1e-14);
}

TEST(TrainingProblem, WeightDecayIsInEveryObjectiveAndInNoRow) {
  RandomStream random(124);
  SCOPED_TRACE("seed 124");
  TrainingSetup setup = lending_like(random);
  const TrainingProblem with(setup);
  setup.weight_decay = 0.0;
  const TrainingProblem without(setup);
  const Vector theta = moo::test::random_parameters(setup.network, random);
  const Vector values = with.linearize(theta)->values();
  EXPECT_EQ(with.raw_objectives(theta), without.raw_objectives(theta));
  EXPECT_EQ(without.linearize(theta)->values().head(2), without.raw_objectives(theta));
  EXPECT_GT(with.decay(theta), 0.01);
  EXPECT_EQ(without.decay(theta), 0.0);
  for (int i = 0; i < 2; ++i) {
    EXPECT_NEAR(values(i), with.raw_objectives(theta)(i) + with.decay(theta), 1e-14);
  }
  EXPECT_EQ(values.tail(40), without.linearize(theta)->values().tail(40));

  Vector null = Vector::Zero(theta.size());
  null(theta.size() - 1) = setup.null_bias(0);
  EXPECT_NEAR(with.decay(theta), 0.5 * 0.03 * (theta - null).squaredNorm(), 1e-14);
  for (Eigen::Index i = 0; i < values.size(); ++i) {
    const Vector weights = Vector::Unit(values.size(), i);
    const Vector added = moo::test::gradient_at(with, theta, weights) -
                         moo::test::gradient_at(without, theta, weights);
    const Vector expected = (i < 2 ? 0.03 : 0.0) * (theta - null);
    EXPECT_LE((added - expected).cwiseAbs().maxCoeff(), 1e-15) << "value " << i;
  }
}

TEST(TrainingProblem, TheNullModelPredictsTheBaseRateAndCostsNoDecay) {
  RandomStream random(125);
  SCOPED_TRACE("seed 125");
  TrainingSetup setup = lending_like(random);
  const double rate = setup.data.targets.mean();
  ASSERT_GT(rate, 0.0);
  ASSERT_LT(rate, 1.0);
  setup.null_bias = Vector::Constant(1, std::log(rate / (1.0 - rate)));
  const TrainingProblem problem(setup);
  Vector null = Vector::Zero(problem.num_variables());
  null(null.size() - 1) = setup.null_bias(0);
  EXPECT_EQ(problem.decay(null), 0.0);
  EXPECT_LE((problem.predictions(null).array() - rate).abs().maxCoeff(), 1e-15);
  // Nothing is gained by moving the bias alone: the base rate is the best constant.
  EXPECT_NEAR(moo::test::gradient_at(problem, null, Vector::Unit(42, 0))(null.size() - 1), 0.0,
              1e-15);
  EXPECT_NEAR(problem.residuals(0, null).residuals(0), 0.0, 1e-15);
  EXPECT_EQ(problem.residuals(1, null).residuals.norm(), 0.0);
}

TEST(TrainingProblem, StartsAreSeededAndSurroundTheNullModel) {
  RandomStream random(126);
  SCOPED_TRACE("seed 126");
  const TrainingProblem problem(lending_like(random));
  RandomStream one(1), again(1), other(2);
  const Vector start = problem.start(one);
  EXPECT_EQ(start, problem.start(again));
  EXPECT_NE(start, problem.start(other));
  EXPECT_EQ(start(start.size() - 1), problem.setup().null_bias(0));
}

TEST(TrainingProblem, AFieldOfItsOwnNameIsTakenForAccuracy) {
  RandomStream random(127);
  TrainingSetup setup = lending_like(random);
  setup.accuracy_name = "denials";
  const TrainingProblem problem(setup);
  EXPECT_EQ(problem.objectives()[0].name, "denials");
  EXPECT_EQ(problem.objectives()[0].group, "denials");
}

TEST(TrainingProblem, AModelThatOverflowsHasValuesThatAreNotFinite) {
  RandomStream random(128);
  SCOPED_TRACE("seed 128");
  const TrainingProblem problem(lending_like(random));
  Vector theta = moo::test::random_parameters(problem.setup().network, random);
  theta(0) = std::numeric_limits<double>::quiet_NaN();
  const Vector values = problem.linearize(theta)->values();
  for (Eigen::Index i = 0; i < values.size(); ++i) EXPECT_FALSE(std::isfinite(values(i))) << i;
}

/// Everything a linearization says, in one vector.
Vector everything(const moo::Linearization& at, Eigen::Index n) {
  const Eigen::Index size = at.values().size();
  Matrix gradients(n, size), products(n, 2);
  at.pullback(Matrix::Identity(size, size), gradients);
  at.hessian_product(Vector::LinSpaced(size, 0.2, 1.0), Matrix::Identity(n, 2), products);
  Vector all(size + gradients.size() + products.size());
  all << at.values(), gradients.reshaped(), products.reshaped();
  return all;
}

TEST(TrainingProblem, LinearizationsAliveTogetherDoNotDisturbEachOther) {
  RandomStream random(129);
  SCOPED_TRACE("seed 129");
  const TrainingProblem problem(lending_like(random, Rules::together));
  const Eigen::Index n = problem.num_variables();
  const Vector a = moo::test::random_parameters(problem.setup().network, random);
  const Vector b = moo::test::random_parameters(problem.setup().network, random);
  const Vector expected_a = everything(*problem.linearize(a), n);
  const Vector expected_b = everything(*problem.linearize(b), n);
  const LinearizationPtr at_a = problem.linearize(a);
  const LinearizationPtr at_b = problem.linearize(b);
  EXPECT_EQ(everything(*at_a, n), expected_a);
  EXPECT_EQ(everything(*at_b, n), expected_b);
  EXPECT_EQ(everything(*at_a, n), expected_a);
}

TEST(TrainingProblem, LinearizationsOutliveTheProblem) {
  RandomStream random(130);
  SCOPED_TRACE("seed 130");
  auto problem = std::make_unique<TrainingProblem>(lending_like(random, Rules::together));
  const Eigen::Index n = problem->num_variables();
  const Vector theta = moo::test::random_parameters(problem->setup().network, random);
  const Vector expected = everything(*problem->linearize(theta), n);
  LinearizationPtr first = problem->linearize(theta);
  LinearizationPtr second = problem->linearize(theta);
  problem.reset();
  EXPECT_EQ(everything(*first, n), expected);
  first.reset();
  EXPECT_EQ(everything(*second, n), expected);
}

TEST(TrainingProblem, TwoThreadsAtOnceGetTheNumbersOfOne) {
  RandomStream random(131);
  SCOPED_TRACE("seed 131");
  const TrainingProblem problem(lending_like(random, Rules::together));
  const Eigen::Index n = problem.num_variables();
  std::vector<Vector> thetas, expected;
  for (int k = 0; k < 200; ++k) {
    thetas.push_back(moo::test::random_parameters(problem.setup().network, random));
    expected.push_back(everything(*problem.linearize(thetas.back()), n));
  }
  std::array<int, 2> wrong = {0, 0};
  const auto work = [&](std::size_t worker) {
    for (std::size_t k = 0; k < thetas.size(); ++k) {
      const std::size_t at = worker == 0 ? k : thetas.size() - 1 - k;
      if (everything(*problem.linearize(thetas[at]), n) != expected[at]) ++wrong[worker];
    }
  };
  std::thread first(work, 0), second(work, 1);
  first.join();
  second.join();
  EXPECT_EQ(wrong[0] + wrong[1], 0);
}

}  // namespace
