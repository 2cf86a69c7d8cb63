#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "libmoo/base/random.hpp"
#include "libmoo/minimize/augmented_lagrangian.hpp"
#include "libmoo/minimize/bound_rows.hpp"
#include "libmoo/problem/gradient_check.hpp"
#include "tests/minimize/least_squares_problem.hpp"
#include "tests/support/check_scalarization.hpp"

namespace {

using moo::AugmentedLagrangianFunction;
using moo::BoundRows;
using moo::ChartScalarization;
using moo::RandomStream;
using moo::Scaling;
using moo::Sense;
using moo::ValueConstraint;
using moo::Vector;
using moo::WeightedSum;
using moo::test::expect_derivatives_match_differences;
using moo::test::expect_squared_form_holds;
using moo::test::vector;

/// Three objectives, two rows; constraints on both, one value constrained from two sides.
std::vector<ValueConstraint> mixed() {
  return {{1, 0.5, 2.0, Sense::inequality, 0},
          {3, -0.3, 0.5, Sense::equality, 1},
          {4, 0.1, 1.0, Sense::inequality, 2},
          {4, 1.0, 4.0, Sense::inequality, 2}};
}

TEST(AugmentedLagrangianFunction, IsTheFormulaOfItsDescription) {
  const WeightedSum base(vector({1.0}), Scaling::identity(1));
  const std::vector<ValueConstraint> constraints = {{1, 0.0, 1.0, Sense::inequality, 0},
                                                    {2, 1.0, 2.0, Sense::equality, 0}};
  const AugmentedLagrangianFunction phi(base, constraints, vector({3.0, -1.0}), vector({10, 4}));
  // c = (0.5, 1): 7 + ((3 + 5)^2 - 9) / 20 + (-1) 1 + 4/2.
  EXPECT_NEAR(phi.value(vector({7.0, 0.5, 3.0})), 7.0 + 55.0 / 20.0 - 1.0 + 2.0, 1e-13);
  // c_0 far inside: only - lambda^2 / (2 rho) is left of it.
  EXPECT_NEAR(phi.value(vector({7.0, -5.0, 1.0})), 7.0 - 9.0 / 20.0, 1e-13);
}

TEST(AugmentedLagrangianFunction, HasDerivativesThatMatchDifferences) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const WeightedSum flat(random.uniform_vector(3, 0.1, 1.0), Scaling::identity(3));
    const ChartScalarization curved(random.uniform_vector(3, 0.1, 1.0), random.normal_vector(2),
                                    5.0, Scaling::identity(3));
    const Vector multipliers = random.uniform_vector(4, 0.0, 3.0);
    const Vector penalties = random.uniform_vector(4, 0.5, 30.0);
    const std::vector<ValueConstraint> constraints = mixed();
    for (const moo::Scalarization* base : {static_cast<const moo::Scalarization*>(&flat),
                                           static_cast<const moo::Scalarization*>(&curved)}) {
      const AugmentedLagrangianFunction phi(*base, constraints, multipliers, penalties);
      expect_derivatives_match_differences(phi, random.normal_vector(5), 1e-5);
      expect_squared_form_holds(phi, random.normal_vector(5), random.normal_vector(5, 3.0));
    }
  }
}

TEST(AugmentedLagrangianFunction, HasASquaredFormOnlyWhereItsBaseHasOne) {
  const ChartScalarization base(vector({1.0, -1.0}), vector({0.0}), 1.0, Scaling::identity(2));
  const std::vector<ValueConstraint> constraints = {{0, 0.0, 1.0, Sense::equality, 0}};
  const AugmentedLagrangianFunction phi(base, constraints, vector({0.0}), vector({1.0}));
  moo::Scalarization::SquaredForm form;
  EXPECT_FALSE(phi.squared_form(vector({1.0, 1.0}), form));
}

TEST(AugmentedLagrangianFunction, HasWeightsThatAreTheMultipliersOfTheNextIteration) {
  const WeightedSum base(vector({1.0}), Scaling::identity(1));
  const std::vector<ValueConstraint> constraints = {{1, 0.5, 2.0, Sense::inequality, 0}};
  const AugmentedLagrangianFunction phi(base, constraints, vector({3.0}), vector({10.0}));
  Vector weights(2);
  phi.weights(vector({0.0, 1.5}), weights);  // c = 0.5, lambda + rho c = 8, per unit of value 4
  EXPECT_EQ(weights, vector({1.0, 4.0}));
  phi.weights(vector({0.0, -9.5}), weights);  // c = -5: the constraint lets go
  EXPECT_EQ(weights, vector({1.0, 0.0}));
}

TEST(BoundRows, AppendsARowPerFiniteBoundAfterTheProblemsOwn) {
  moo::test::Functions f;
  f.start = vector({0.3, -0.4, 0.9});
  f.values = [](const Vector& x) { return vector({x.squaredNorm(), x(0) * x(1), x(2) - 1.0}); };
  f.gradients = [](const Vector& x) {
    return moo::test::columns({2.0 * x, vector({x(1), x(0), 0.0}), vector({0, 0, 1})});
  };
  f.hessian = [](const Vector&, const Vector& w) {
    moo::Matrix h = 2.0 * w(0) * moo::Matrix::Identity(3, 3);
    h(0, 1) = h(1, 0) = w(1);
    return h;
  };
  f.senses = {Sense::equality, Sense::inequality};
  const double infinity = std::numeric_limits<double>::infinity();
  f.bounds = {vector({-1.0, -infinity, 0.5}), vector({2.0, 3.0, infinity})};
  const moo::test::FunctionProblem inner(f);
  const BoundRows problem(inner);
  ASSERT_EQ(problem.num_hard_rows(), 2 + 4);
  EXPECT_TRUE(problem.bounds().empty());  // they are rows now
  EXPECT_EQ(problem.hard_rows()[0].name, inner.hard_rows()[0].name);
  EXPECT_EQ(problem.hard_rows()[2].name, "theta_0 lower bound");
  EXPECT_EQ(problem.hard_rows()[5].name, "theta_2 lower bound");
  const Vector values = problem.linearize(f.start)->values();
  EXPECT_EQ(values.head(3), inner.linearize(f.start)->values());
  const Vector rows = values.tail(4);
  EXPECT_LE((rows - vector({-1.3, -1.7, -3.4, -0.4})).norm(), 1e-15);
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    EXPECT_LE(moo::check_gradients(problem, f.start, RandomStream(seed)).worst(), 1e-7);
  }
}

TEST(BoundRows, KeepsTheLeastSquaresForm) {
  const moo::test::LeastSquaresProblem valley = moo::test::rosenbrock();
  const moo::test::LeastSquaresProblem bounded(
      "bounded", valley.start(),
      {{[](const Vector& x) {
          return vector({10.0 * (x(1) - x(0) * x(0)), 1.0 - x(0)});
        },
        [](const Vector& x) {
          return moo::test::columns({vector({-20.0 * x(0), -1.0}), vector({10.0, 0.0})});
        }}},
      {vector({-2.0, -2.0}), vector({0.5, 2.0})});
  const BoundRows problem(bounded);
  EXPECT_TRUE(problem.capabilities().least_squares);
  EXPECT_LE(moo::check_gradients(problem, bounded.start(), RandomStream(1)).worst(), 1e-7);
}

}  // namespace
