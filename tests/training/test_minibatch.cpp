#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "libmoo/constraint/demographic_parity.hpp"
#include "libmoo/training/row_strata.hpp"
#include "tests/support/expect_complaint.hpp"
#include "tests/training/training_samples.hpp"

namespace {

using moo::Activation;
using moo::Dataset;
using moo::Enforcement;
using moo::LossKind;
using moo::Problem;
using moo::RandomStream;
using moo::RowSample;
using moo::RowStrata;
using moo::TrainingProblem;
using moo::TrainingSetup;
using moo::Vector;
using moo::test::groups_of;
using moo::test::Rules;
using moo::test::sample_setup;

TrainingSetup setup_of(Rules rules, Enforcement enforcement, RandomStream& random, int rows) {
  TrainingSetup setup = sample_setup({3, 5, 1}, Activation::tanh, LossKind::binary_cross_entropy,
                                     groups_of(rules, enforcement, 1), random, rows);
  setup.batch_rows = 64;
  return setup;
}

/// A group of which there are only `members` rows.
void make_rare(Dataset& data, int members) {
  Vector& group = data.columns.at("group");
  group.setZero();
  group.head(members).setOnes();
}

const TrainingProblem& as_training(const std::shared_ptr<const Problem>& batch) {
  return dynamic_cast<const TrainingProblem&>(*batch);
}

TEST(RowStrata, TakesEveryRowOnceAndEveryStratumInProportion) {
  RandomStream random(301);
  const TrainingSetup setup = setup_of(Rules::both, Enforcement::soft, random, 500);
  const RowStrata strata(setup.data, 64);
  EXPECT_EQ(strata.count(), 4) << "label times group";
  for (int k = 0; k < 20; ++k) {
    const RowSample sample = strata.draw(64, random);
    EXPECT_EQ(std::set<int>(sample.rows.begin(), sample.rows.end()).size(), sample.rows.size());
    EXPECT_NEAR(static_cast<double>(sample.rows.size()), 64.0, 4.0);
    EXPECT_NEAR(sample.weights.sum(), 500.0, 1e-9) << "the sample stands for all rows";
    double members = 0.0;
    for (const int row : sample.rows) members += setup.data.column("group")(row);
    const double share = setup.data.column("group").mean();
    EXPECT_NEAR(members, 64.0 * share, 2.0);
  }
}

TEST(RowStrata, LeavesOutColumnsThatWouldCutTooFine) {
  RandomStream random(302);
  TrainingSetup setup = setup_of(Rules::both, Enforcement::soft, random, 200);
  for (const std::string name : {"p", "q", "r", "s", "t"}) {
    Vector column(200);
    for (double& value : column) value = random.index(4);
    setup.data.columns[name] = column;
  }
  setup.data.columns["unique"] = random.normal_vector(200);
  EXPECT_LE(RowStrata(setup.data, 64).count(), 8);
  EXPECT_LE(RowStrata(setup.data, 4).count(), 1);
}

TEST(Minibatch, HasTheSameVariablesAndObjectives) {
  RandomStream random(303);
  const TrainingProblem problem(setup_of(Rules::both, Enforcement::soft, random, 400));
  const std::shared_ptr<const Problem> batch = problem.minibatch(random);
  ASSERT_NE(batch, nullptr);
  EXPECT_EQ(batch->num_variables(), problem.num_variables());
  ASSERT_EQ(batch->num_objectives(), problem.num_objectives());
  for (std::size_t i = 0; i < problem.objectives().size(); ++i) {
    EXPECT_EQ(batch->objectives()[i].name, problem.objectives()[i].name);
    EXPECT_EQ(batch->objectives()[i].kind, problem.objectives()[i].kind);
  }
  EXPECT_EQ(batch->rule_groups(), problem.rule_groups());
  EXPECT_NEAR(as_training(batch).setup().data.num_rows(), 64, 4);
  EXPECT_EQ(batch->minibatch(random), nullptr) << "a batch is not split again";
}

TEST(Minibatch, TooFewDataHaveNone) {
  RandomStream random(304);
  EXPECT_EQ(
      TrainingProblem(setup_of(Rules::both, Enforcement::soft, random, 127)).minibatch(random),
      nullptr);
  EXPECT_NE(
      TrainingProblem(setup_of(Rules::both, Enforcement::soft, random, 128)).minibatch(random),
      nullptr);
}

TEST(Minibatch, ComesFromTheStreamAlone) {
  RandomStream random(305);
  const TrainingProblem problem(setup_of(Rules::both, Enforcement::soft, random, 400));
  const Vector theta = problem.start(random);
  const auto values = [&](std::uint64_t seed) {
    RandomStream stream(seed);
    return problem.minibatch(stream)->linearize(theta)->values();
  };
  EXPECT_EQ(values(1), values(1));
  EXPECT_NE(values(1), values(2));
}

TEST(Minibatch, EveryOneHasARareProtectedGroup) {
  RandomStream random(306);
  TrainingSetup setup = setup_of(Rules::parity, Enforcement::soft, random, 1000);
  make_rare(setup.data, 4);  // of 1000: a plain draw of 64 misses all of them in 77 %
  const TrainingProblem problem(setup);
  for (int k = 0; k < 50; ++k) {
    const std::shared_ptr<const Problem> batch = problem.minibatch(random);
    ASSERT_NE(batch, nullptr);
    EXPECT_GE(as_training(batch).setup().data.column("group").sum(), 2.0);
  }
}

TEST(Minibatch, IsDoubledUntilItsRulesCanBeBound) {
  RandomStream random(307);
  TrainingSetup setup = setup_of(Rules::parity, Enforcement::soft, random, 1200);
  setup.batch_rows = 8;  // eight rows a stratum: one stratum, so that the group is left to chance
  make_rare(setup.data, 40);
  const TrainingProblem problem(setup);
  int larger = 0;
  for (int k = 0; k < 20; ++k) {
    const std::shared_ptr<const Problem> batch = problem.minibatch(random);
    ASSERT_NE(batch, nullptr);
    EXPECT_GE(as_training(batch).setup().data.column("group").sum(), 1.0);
    larger += as_training(batch).setup().data.num_rows() > 10;
  }
  EXPECT_GE(larger, 5);
}

TEST(Minibatch, TheMeanOverManyIsTheWholeForLossGradientAndMeanPenalty) {
  RandomStream random(308);
  const TrainingProblem problem(setup_of(Rules::monotone, Enforcement::soft, random, 300));
  const Vector theta = problem.start(random);
  Vector values = Vector::Zero(2);
  Vector gradient = Vector::Zero(problem.num_variables());
  constexpr int draws = 2000;
  for (int k = 0; k < draws; ++k) {
    const std::shared_ptr<const Problem> batch = problem.minibatch(random);
    values += batch->linearize(theta)->values() / draws;
    gradient += moo::test::gradient_at(*batch, theta, Vector::Ones(2)) / draws;
  }
  const Vector whole = problem.linearize(theta)->values();
  EXPECT_LE((values - whole).cwiseQuotient(whole).lpNorm<Eigen::Infinity>(), 0.01);
  const Vector exact = moo::test::gradient_at(problem, theta, Vector::Ones(2));
  EXPECT_LE((gradient - exact).norm(), 0.01 * exact.norm() + 2e-3);
}

TEST(Minibatch, WeighsRowsByTheirOwnWeightsToo) {
  RandomStream random(309);
  TrainingSetup setup = setup_of(Rules::none, Enforcement::soft, random, 300);
  setup.data.weights = random.uniform_vector(300, 0.0, 2.0);
  const TrainingProblem problem(setup);
  const Vector theta = problem.start(random);
  double loss = 0.0;
  for (int k = 0; k < 2000; ++k) {
    loss += problem.minibatch(random)->linearize(theta)->values()(0) / 2000;
  }
  const double whole = problem.linearize(theta)->values()(0);
  EXPECT_NEAR(loss, whole, 0.01 * whole);
}

TEST(Minibatch, KeepsHardRowsThatAreAboutGroups) {
  RandomStream random(310);
  const TrainingProblem problem(setup_of(Rules::parity, Enforcement::hard, random, 400));
  const std::shared_ptr<const Problem> batch = problem.minibatch(random);
  ASSERT_EQ(batch->num_hard_rows(), 1);
  EXPECT_EQ(batch->hard_rows()[0].name, problem.hard_rows()[0].name);
  EXPECT_EQ(batch->hard_rows()[0].sense, moo::Sense::equality);
  EXPECT_EQ(batch->num_values(), problem.num_values());
}

TEST(Minibatch, HasFewerHardRowsWhereRowsBelongToData) {
  RandomStream random(311);
  const TrainingProblem problem(setup_of(Rules::monotone, Enforcement::hard, random, 400));
  const std::shared_ptr<const Problem> batch = problem.minibatch(random);
  EXPECT_EQ(problem.num_hard_rows(), 2 * 400);
  EXPECT_EQ(batch->num_hard_rows(), 2 * as_training(batch).setup().data.num_rows());
  EXPECT_EQ(batch->hard_rows()[0].group, "monotone");
}

TEST(Minibatch, OutlivesTheProblemItCameFrom) {
  RandomStream random(312);
  std::shared_ptr<const Problem> batch;
  {
    const TrainingProblem problem(setup_of(Rules::both, Enforcement::soft, random, 400));
    batch = problem.minibatch(random);
  }
  EXPECT_TRUE(batch->linearize(batch->start(random))->values().allFinite());
}

TEST(Minibatch, ComplainsAboutAnUnusableSize) {
  RandomStream random(313);
  TrainingSetup setup = setup_of(Rules::none, Enforcement::soft, random, 100);
  setup.batch_rows = 0;
  EXPECT_THROW(TrainingProblem{setup}, moo::InvalidArgument);
}

}  // namespace
