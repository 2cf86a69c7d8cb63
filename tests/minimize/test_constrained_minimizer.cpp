#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/minimize/augmented_lagrangian.hpp"
#include "tests/minimize/least_squares_problem.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::ConstrainedMinimizer;
using moo::ConstrainedMinimum;
using moo::Matrix;
using moo::MinimizerStatus;
using moo::Problem;
using moo::Scaling;
using moo::Sense;
using moo::TwoQuadratics;
using moo::ValueConstraint;
using moo::Vector;
using moo::WeightedSum;
using moo::test::columns;
using moo::test::FunctionProblem;
using moo::test::Functions;
using moo::test::LeastSquaresProblem;
using moo::test::vector;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

WeightedSum only() { return {vector({1.0}), Scaling::identity(1)}; }

/// x^2 + y^2 with one row  a x + b y - offset.
Functions circle(double a, double b, double offset, Sense sense) {
  Functions f;
  f.start = vector({3.0, -2.0});
  f.values = [=](const Vector& x) {
    return vector({x.squaredNorm(), a * x(0) + b * x(1) - offset});
  };
  f.gradients = [=](const Vector& x) { return columns({2.0 * x, vector({a, b})}); };
  f.senses = {sense};
  return f;
}

class ConstrainedBy : public ::testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] static ConstrainedMinimum minimum(const FunctionProblem& problem) {
    return ConstrainedMinimizer(GetParam(), {}).minimize(problem, only(), problem.start());
  }
};
INSTANTIATE_TEST_SUITE_P(Named, ConstrainedBy, ::testing::Values("automatic", "lbfgs", "newton"),
                         [](const auto& name) { return name.param; });

TEST_P(ConstrainedBy, AnEqualityHasTheMultiplierOfTheTextbook) {
  const ConstrainedMinimum found = minimum(FunctionProblem(circle(1, 1, 1, Sense::equality)));
  EXPECT_EQ(found.status, MinimizerStatus::converged);
  EXPECT_LE((found.theta - vector({0.5, 0.5})).norm(), 1e-6);
  ASSERT_EQ(found.multipliers.size(), 1);
  EXPECT_NEAR(found.multipliers(0), -1.0, 1e-5);
  EXPECT_LE(found.violation, 1e-6);
  EXPECT_EQ(found.values.size(), 2);
}

/// Left anywhere within a wide tolerance, x^2 + y^2 would be smaller, and depend on the algorithm.
TEST_P(ConstrainedBy, AnEqualityOfWideToleranceIsMetAllTheSame) {
  Functions f = circle(1, 1, 1, Sense::equality);
  f.row_tolerance = 0.01;
  const ConstrainedMinimum found = minimum(FunctionProblem(f));
  EXPECT_EQ(found.status, MinimizerStatus::converged);
  EXPECT_LE(std::abs(found.values(1)), 1e-6);
  EXPECT_NEAR(found.multipliers(0), -1.0, 1e-5);
}

TEST_P(ConstrainedBy, AnActiveInequalityHasTheMultiplierOfTheTextbook) {
  const ConstrainedMinimum found = minimum(FunctionProblem(circle(-1, -1, -1, Sense::inequality)));
  EXPECT_EQ(found.status, MinimizerStatus::converged);
  EXPECT_LE((found.theta - vector({0.5, 0.5})).norm(), 1e-6);
  EXPECT_NEAR(found.multipliers(0), 1.0, 1e-5);
}

TEST_P(ConstrainedBy, AnInactiveInequalityHasNone) {
  const ConstrainedMinimum found = minimum(FunctionProblem(circle(1, 1, 5, Sense::inequality)));
  EXPECT_EQ(found.status, MinimizerStatus::converged);
  EXPECT_LE(found.theta.norm(), 1e-6);
  EXPECT_EQ(found.multipliers(0), 0.0);
  EXPECT_EQ(found.violation, 0.0);
}

TEST_P(ConstrainedBy, BoundsHoldWithMultipliersAfterThoseOfTheRows) {
  Functions f = circle(1, 1, 5, Sense::inequality);
  f.bounds = {vector({1.0, -infinity}), vector({infinity, -0.5})};
  const ConstrainedMinimum found = minimum(FunctionProblem(f));
  EXPECT_EQ(found.status, MinimizerStatus::converged);
  EXPECT_LE((found.theta - vector({1.0, -0.5})).norm(), 1e-5);
  ASSERT_EQ(found.multipliers.size(), 3);
  EXPECT_EQ(found.multipliers(0), 0.0);
  EXPECT_NEAR(found.multipliers(1), 2.0, 1e-5);
  EXPECT_NEAR(found.multipliers(2), 1.0, 1e-5);
  EXPECT_EQ(found.values.size(), 2);  // the rows of the bounds are no values of the problem
}

TEST_P(ConstrainedBy, RowsOfVeryDifferentUnitsAreMetAlike) {
  for (const double unit : {1e-3, 1.0, 1e3}) {
    SCOPED_TRACE("unit " + std::to_string(unit));
    const ConstrainedMinimum found =
        minimum(FunctionProblem(circle(unit, unit, unit, Sense::equality)));
    EXPECT_EQ(found.status, MinimizerStatus::converged);
    EXPECT_LE(found.violation, 1e-6);
    EXPECT_NEAR(found.multipliers(0), -1.0 / unit, 2e-3 / unit);
  }
}

/// x <= -1 and x >= 1: nothing fits. f = slope x + x^2/2.
FunctionProblem contradiction(double slope, Sense sense) {
  Functions f;
  f.start = vector({3.0});
  f.values = [=](const Vector& x) {
    return vector({slope * x(0) + 0.5 * x(0) * x(0), x(0) + 1.0, 1.0 - x(0)});
  };
  f.gradients = [=](const Vector& x) {
    return columns({vector({slope + x(0)}), vector({1.0}), vector({-1.0})});
  };
  f.senses = {sense, sense};
  return FunctionProblem(f);
}

TEST_P(ConstrainedBy, ContradictingRowsAreInfeasibleAndEquallyViolated) {
  for (const Sense sense : {Sense::inequality, Sense::equality}) {
    for (const double slope : {0.0, 1.0, -20.0}) {
      SCOPED_TRACE(std::string(to_string(sense)) + ", slope " + std::to_string(slope));
      const ConstrainedMinimum found = minimum(contradiction(slope, sense));
      EXPECT_EQ(found.status, MinimizerStatus::infeasible) << to_string(found.status);
      EXPECT_NEAR(found.theta(0), 0.0, 1e-4);
      EXPECT_NEAR(found.values(1), found.values(2), 2e-4);
      EXPECT_NEAR(found.violation, 1.0, 1e-4);
    }
  }
}

TEST_P(ConstrainedBy, AViolationThatCouldFallIsStalledAndNotInfeasible) {
  // x >= 2 is what the row asks for, but beyond x = 1 nothing is defined.
  Functions f;
  f.start = vector({0.0});
  f.values = [](const Vector& x) {
    return vector({x(0) > 1.0 ? nan : 0.5 * x(0) * x(0), 2.0 - x(0)});
  };
  f.gradients = [](const Vector& x) { return columns({x, vector({-1.0})}); };
  f.senses = {Sense::inequality};
  const ConstrainedMinimum found = minimum(FunctionProblem(f));
  EXPECT_EQ(found.status, MinimizerStatus::stalled) << to_string(found.status);
  EXPECT_GE(found.violation, 1.0 - 1e-9);
  EXPECT_TRUE(std::isfinite(found.scalarized));
}

TEST_P(ConstrainedBy, AnInnerMinimizerThatIsNotLetRunIsStalledAndStillPutOnTheConstraints) {
  const FunctionProblem problem(circle(1, 1, 1, Sense::equality));
  const ConstrainedMinimum found = ConstrainedMinimizer(GetParam(), {.max_iterations = 0})
                                       .minimize(problem, only(), vector({5.0, 5.0}));
  EXPECT_EQ(found.status, MinimizerStatus::stalled) << to_string(found.status);
  EXPECT_LE((found.theta - vector({0.5, 0.5})).norm(), 1e-6);  // the nearest point of the line
  EXPECT_LE(found.violation, 1e-6);
  EXPECT_TRUE(found.feasible);
}

TEST_P(ConstrainedBy, ARowThatCannotBeMetIsInfeasibleAtItsLeastViolationInAnyUnit) {
  for (const double unit : {1e-4, 1.0, 1e4}) {
    SCOPED_TRACE("unit " + std::to_string(unit));
    Functions f;
    f.start = vector({0.3, 0.9});
    f.values = [=](const Vector& x) {
      return vector({(x - vector({2.0, 0.0})).squaredNorm(), unit * (x.squaredNorm() + 0.25)});
    };
    f.gradients = [=](const Vector& x) {
      return columns({2.0 * (x - vector({2.0, 0.0})), 2.0 * unit * x});
    };
    f.senses = {Sense::inequality};
    const ConstrainedMinimum found = minimum(FunctionProblem(f));
    EXPECT_EQ(found.status, MinimizerStatus::infeasible) << to_string(found.status);
    EXPECT_LE(found.theta.norm(), 0.02);
    EXPECT_NEAR(found.violation, 0.25 * unit, 1e-3 * unit);
    EXPECT_FALSE(found.feasible);
  }
}

TEST_P(ConstrainedBy, AStationaryPointOfTheViolationIsInfeasibleInTheUnitsOfTheScale) {
  // 1 + x^2 <= 0 has its least violation at 0, whatever unit counts.
  for (const double scale : {1e-2, 1.0, 1e2}) {
    SCOPED_TRACE("scale " + std::to_string(scale));
    Functions f;
    f.num_objectives = 2;
    f.start = vector({1.0});
    f.values = [](const Vector& x) {
      return vector({0.5 * std::pow(x(0) - 1.0, 2), 1.0 + x(0) * x(0)});
    };
    f.gradients = [](const Vector& x) {
      return columns({vector({x(0) - 1.0}), vector({2.0 * x(0)})});
    };
    const FunctionProblem problem(f);
    const WeightedSum phi(vector({1.0, 0.0}), Scaling::identity(2));
    const ConstrainedMinimum found =
        ConstrainedMinimizer(GetParam(), {})
            .minimize(problem, phi, f.start, {{.index = 1, .scale = scale}});
    EXPECT_EQ(found.status, MinimizerStatus::infeasible) << to_string(found.status);
    EXPECT_NEAR(found.violation, 1.0 / scale, 1e-2 / scale);
  }
}

TEST_P(ConstrainedBy, AnEpsilonConstraintHasTheExchangeRateAsMultiplier) {
  const TwoQuadratics problem(5, 10.0);
  const WeightedSum first(vector({1.0, 0.0}), Scaling::identity(2));
  for (const double w : {0.2, 0.5, 0.8}) {
    for (const double scale : {0.1, 1.0, 5.0}) {
      SCOPED_TRACE("w " + std::to_string(w) + ", scale " + std::to_string(scale));
      const double epsilon = problem.values(problem.optimum(w))(1);
      const ConstrainedMinimum found =
          ConstrainedMinimizer(GetParam(), {})
              .minimize(problem, first, Vector::Zero(5),
                        {{.index = 1, .bound = epsilon, .scale = scale}});
      EXPECT_EQ(found.status, MinimizerStatus::converged);
      EXPECT_LE((found.theta - problem.optimum(w)).norm(), 1e-4);
      EXPECT_NEAR(found.multipliers(0) / scale, w / (1.0 - w), 1e-4);
    }
  }
}

TEST_P(ConstrainedBy, WarmMultipliersNeedNoMoreOuterIterationsThanCold) {
  const TwoQuadratics problem(5, 10.0);
  const WeightedSum first(vector({1.0, 0.0}), Scaling::identity(2));
  for (const double w : {0.2, 0.5, 0.8}) {
    SCOPED_TRACE("w " + std::to_string(w));
    const std::vector<ValueConstraint> below = {
        {.index = 1, .bound = problem.values(problem.optimum(w))(1)}};
    const ConstrainedMinimizer minimizer(GetParam(), {});
    const ConstrainedMinimum cold = minimizer.minimize(problem, first, Vector::Zero(5), below);
    const ConstrainedMinimum warm =
        minimizer.minimize(problem, first, cold.theta, below, cold.multipliers);
    EXPECT_EQ(warm.status, MinimizerStatus::converged);
    EXPECT_LE(warm.outer_iterations, cold.outer_iterations);
    EXPECT_LE(warm.iterations, cold.iterations);
    EXPECT_LE((warm.theta - cold.theta).norm(), 1e-5);
  }
}

TEST_P(ConstrainedBy, WithoutConstraintsIsThePlainMinimizer) {
  const TwoQuadratics problem(4);
  const WeightedSum phi(vector({0.5, 0.5}), Scaling::identity(2));
  const ConstrainedMinimum found =
      ConstrainedMinimizer(GetParam(), {}).minimize(problem, phi, Vector::Zero(4));
  const std::string name = GetParam() == moo::automatic_minimizer ? "bounded_lbfgs" : GetParam();
  const moo::Minimum plain = moo::make_minimizer(name)->minimize(problem, phi, Vector::Zero(4));
  EXPECT_EQ(found.theta, plain.theta);
  EXPECT_EQ(found.status, plain.status);
  EXPECT_EQ(found.multipliers.size(), 0);
  EXPECT_EQ(found.violation, 0.0);
}

TEST_P(ConstrainedBy, ACallbackStopsAllOfItAndTheViolationIsThatOfThePointReached) {
  Functions f = circle(1, 1, 1, Sense::equality);  // and now a curved row
  f.values = [](const Vector& x) { return vector({x.squaredNorm(), x(0) * x(1) - 1.0}); };
  f.gradients = [](const Vector& x) { return columns({2.0 * x, vector({x(1), x(0)})}); };
  const FunctionProblem problem(f);
  int calls = 0;
  const ConstrainedMinimum found = ConstrainedMinimizer(GetParam(), {})
                                       .minimize(problem, only(), problem.start(), {}, Vector(),
                                                 [&](const moo::Iterate&) { return ++calls < 1; });
  EXPECT_EQ(found.status, MinimizerStatus::stopped);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(found.iterations, 1);
  EXPECT_NEAR(found.violation, std::abs(found.values(1)), 1e-15);
  EXPECT_GT(found.violation, 0.0);
}

TEST_P(ConstrainedBy, AStartThatIsNotANumberFails) {
  Functions f = circle(1, 1, 1, Sense::equality);
  f.values = [](const Vector&) { return vector({nan, 0.0}); };
  const ConstrainedMinimum found = minimum(FunctionProblem(f));
  EXPECT_EQ(found.status, MinimizerStatus::failed);
  EXPECT_EQ(found.violation, infinity);
  EXPECT_EQ(found.theta, f.start);
}

TEST_P(ConstrainedBy, OuterIterationsAreLimited) {
  const FunctionProblem problem(circle(1, 1, 1, Sense::equality));
  const ConstrainedMinimum found =
      ConstrainedMinimizer(GetParam(), {}, {.max_outer_iterations = 1, .dense_variables = 0})
          .minimize(problem, only(), problem.start());
  EXPECT_NE(found.status, MinimizerStatus::converged);
  EXPECT_EQ(found.outer_iterations, 1);
}

TEST(ConstrainedLevenbergMarquardt, SolvesABoundedLeastSquaresProblem) {
  const LeastSquaresProblem valley = moo::test::rosenbrock();
  const LeastSquaresProblem problem(
      "bounded", valley.start(),
      {{[](const Vector& x) {
          return vector({10.0 * (x(1) - x(0) * x(0)), 1.0 - x(0)});
        },
        [](const Vector& x) {
          return columns({vector({-20.0 * x(0), -1.0}), vector({10.0, 0.0})});
        }}},
      {vector({-2.0, -2.0}), vector({0.5, 2.0})});
  const ConstrainedMinimum found =
      ConstrainedMinimizer("levenberg_marquardt", {}).minimize(problem, only(), problem.start());
  EXPECT_EQ(found.status, MinimizerStatus::converged) << to_string(found.status);
  EXPECT_LE((found.theta - vector({0.5, 0.25})).norm(), 1e-4);
  EXPECT_NEAR(found.multipliers(1), 0.5, 1e-4);  // upper bound of theta_0: f' = x - 1
}

TEST(ConstrainedMinimizer, ComplainsAboutWhatItCannotUse) {
  using moo::InvalidArgument;
  using moo::test::complaint_of;
  using moo::test::expect_says;
  expect_says(complaint_of<InvalidArgument>([] { ConstrainedMinimizer minimizer("none", {}); }),
              {"unknown minimizer", "none"});
  const TwoQuadratics problem(2);
  const WeightedSum phi(vector({1.0, 0.0}), Scaling::identity(2));
  const auto complaint = [&](const ValueConstraint& constraint, const Vector& multipliers) {
    return complaint_of<InvalidArgument>([&] {
      (void)ConstrainedMinimizer("lbfgs", {})
          .minimize(problem, phi, Vector::Zero(2), {constraint}, multipliers);
    });
  };
  expect_says(complaint({.index = 1}, Vector::Zero(2)),
              {"multiplier guess", "expected 1", "got 2"});
  for (const int index : {-1, 2}) {
    expect_says(complaint({.index = index}, Vector()),
                {"value that does not exist", "0 to 1", std::to_string(index)});
  }
  for (const double scale : {0.0, -1.0, nan, infinity}) {
    expect_says(complaint({.index = 1, .scale = scale}, Vector()), {"scale > 0"});
  }
  expect_says(complaint({.index = 1, .bound = nan}, Vector()), {"finite bound"});
}

}  // namespace
