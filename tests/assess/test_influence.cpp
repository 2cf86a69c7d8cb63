#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "libmoo/assess/influence.hpp"
#include "libmoo/base/error.hpp"
#include "libmoo/minimize/augmented_lagrangian.hpp"
#include "libmoo/problem/scalarization.hpp"
#include "tests/training/training_samples.hpp"

namespace {

using moo::Enforcement;
using moo::Influence;
using moo::InfluenceMethod;
using moo::ParetoPoint;
using moo::RandomStream;
using moo::Scaling;
using moo::TrainingProblem;
using moo::Vector;
using moo::test::Rules;

/// A linear model with squared error and parity (a quadratic problem), or a small network.
TrainingProblem make_problem(std::vector<int> layers, Enforcement enforcement) {
  RandomStream random(201);
  auto setup =
      moo::test::sample_setup(layers, moo::Activation::tanh, moo::LossKind::squared_error,
                              moo::test::groups_of(Rules::parity, enforcement, 1), random, 40);
  setup.groups[0].penalty = {.scale = 0.5};
  setup.null_bias = Vector();
  // The side column shifts the targets, so that parity costs accuracy.
  setup.data.targets.row(0) +=
      2.0 * setup.data.columns.at("group").transpose() + setup.data.inputs.row(0);
  setup.data.inputs.row(1) += 1.5 * setup.data.columns.at("group").transpose();
  return TrainingProblem(std::move(setup));
}

/// The optimum for these multipliers as a point of a front.
ParetoPoint optimum(const TrainingProblem& problem, const Vector& weights) {
  RandomStream random(202);
  const moo::WeightedSum sum(weights, Scaling::identity(problem.num_objectives()));
  const moo::ConstrainedMinimizer minimizer("lbfgs", {.gradient_tolerance = 1e-9});
  const moo::ConstrainedMinimum found = minimizer.minimize(problem, sum, problem.start(random));
  ParetoPoint point;
  point.parameters = found.theta;
  point.multipliers.resize(problem.num_values());
  point.multipliers << weights, found.multipliers;
  return point;
}

TEST(Influence, OfAQuadraticRuleIsExactFromTheMultipliersAlone) {
  const TrainingProblem problem = make_problem({3, 1}, Enforcement::soft);
  const ParetoPoint point = optimum(problem, Vector{{0.4, 0.6}});
  const Influence found =
      influence_of(problem, point, Scaling::identity(2), "parity", InfluenceMethod::with_resolve);
  EXPECT_LT(found.exact(0), -1e-3);  // accuracy is gained
  EXPECT_GT(found.exact(1), 1e-2);   // parity is lost
  EXPECT_NEAR(found.estimate(0), found.exact(0), 1e-3 * std::abs(found.exact(0)));
  EXPECT_NEAR(found.estimate(1), found.exact(1), 1e-3 * std::abs(found.exact(1)));
}

TEST(Influence, OnANetworkTheEstimateHasTheRightSignAndSize) {
  const TrainingProblem problem = make_problem({3, 5, 1}, Enforcement::soft);
  const ParetoPoint point = optimum(problem, Vector{{0.99, 0.01}});
  const Influence found =
      influence_of(problem, point, Scaling::identity(2), "parity", InfluenceMethod::with_resolve);
  EXPECT_LT(found.exact(0), 0.0);
  EXPECT_GT(found.exact(1), 0.0);
  EXPECT_NEAR(found.estimate(1), found.exact(1), 0.5 * found.exact(1));
}

TEST(Influence, OfARuleWithoutWeightIsNothing) {
  const TrainingProblem problem = make_problem({3, 1}, Enforcement::soft);
  const ParetoPoint point = optimum(problem, Vector{{1.0, 0.0}});
  const Influence found =
      influence_of(problem, point, Scaling::identity(2), "parity", InfluenceMethod::with_resolve);
  EXPECT_LE(found.estimate.lpNorm<Eigen::Infinity>(), 1e-6);
  EXPECT_LE(found.exact.lpNorm<Eigen::Infinity>(), 1e-6);
}

TEST(Influence, OfAHardRuleIsFoundTheSameWay) {
  const TrainingProblem problem = make_problem({3, 1}, Enforcement::hard);
  const ParetoPoint point = optimum(problem, Vector::Ones(1));
  EXPECT_NEAR(problem.residuals(0, point.parameters).residuals(0), 0.0, 1e-5);
  const Influence found =
      influence_of(problem, point, Scaling::identity(1), "parity", InfluenceMethod::with_resolve);
  ASSERT_EQ(found.exact.size(), 1);
  EXPECT_LT(found.exact(0), -1e-2);
  EXPECT_NEAR(found.estimate(0), found.exact(0), 1e-2 * std::abs(found.exact(0)));
}

TEST(Influence, WithoutResolvingThereIsNoExactPart) {
  const TrainingProblem problem = make_problem({3, 1}, Enforcement::soft);
  const ParetoPoint point = optimum(problem, Vector{{0.5, 0.5}});
  EXPECT_EQ(influence_of(problem, point, Scaling::identity(2), "parity", InfluenceMethod::estimate)
                .exact.size(),
            0);
}

TEST(Influence, UnknownGroupsAreRefusedWithTheirNames) {
  const TrainingProblem problem = make_problem({3, 1}, Enforcement::soft);
  EXPECT_THROW((void)without_group(problem.setup(), "parties"), moo::InvalidArgument);
}

}  // namespace
