#include <gtest/gtest.h>

#include <Eigen/QR>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/minimize/bound_rows.hpp"
#include "libmoo/minimize/bounded_lbfgs.hpp"
#include "libmoo/problem/counting.hpp"
#include "libmoo/problem/gradient_check.hpp"
#include "tests/support/expect_complaint.hpp"
#include "tests/support/function_problem.hpp"

namespace {

using moo::BoundedLbfgs;
using moo::BoundedMinimum;
using moo::Bounds;
using moo::Iterate;
using moo::Matrix;
using moo::MinimizerSettings;
using moo::MinimizerStatus;
using moo::RandomStream;
using moo::Scaling;
using moo::Vector;
using moo::WeightedSum;
using moo::test::FunctionProblem;
using moo::test::Functions;
using moo::test::vector;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

WeightedSum only() { return {vector({1.0}), Scaling::identity(1)}; }

/// One objective; every evaluation outside the bounds is a failure of the test.
FunctionProblem guarded(const std::string& name, const Vector& start, const Bounds& bounds,
                        const std::function<double(const Vector&)>& value,
                        const std::function<Vector(const Vector&)>& gradient) {
  Functions f;
  f.name = name;
  f.start = start;
  f.bounds = bounds;
  const auto expect_inside = [bounds](const Vector& x) {
    if (bounds.empty()) return;
    EXPECT_TRUE((x.array() >= bounds.lower.array()).all() &&
                (x.array() <= bounds.upper.array()).all())
        << "evaluated outside the box, at " << x.transpose();
  };
  f.values = [=](const Vector& x) {
    expect_inside(x);
    return vector({value(x)});
  };
  f.gradients = [=](const Vector& x) {
    expect_inside(x);
    return Matrix(gradient(x));
  };
  return FunctionProblem(f);
}

FunctionProblem rosenbrock(int n, const Vector& start, const Bounds& bounds) {
  return guarded(
      "rosenbrock", start, bounds,
      [n](const Vector& x) {
        double sum = 0.0;
        for (int i = 0; i + 1 < n; ++i) {
          sum += 100.0 * std::pow(x(i + 1) - x(i) * x(i), 2) + std::pow(1.0 - x(i), 2);
        }
        return sum;
      },
      [n](const Vector& x) {
        Vector g = Vector::Zero(n);
        for (int i = 0; i + 1 < n; ++i) {
          const double t = x(i + 1) - x(i) * x(i);
          g(i) += -400.0 * x(i) * t - 2.0 * (1.0 - x(i));
          g(i + 1) += 200.0 * t;
        }
        return g;
      });
}

/// 1/2 x.Hx + b.x in [-1, 1]^n with a chosen minimiser, `active` of its variables on a bound.
struct BoxQuadratic {
  Matrix hessian;
  Vector linear;
  Vector minimiser;
  Vector gradient;  ///< there: the multipliers
};

BoxQuadratic box_quadratic(int n, double condition, double active, RandomStream random) {
  Matrix normal(n, n);
  for (int j = 0; j < n; ++j) normal.col(j) = random.normal_vector(n, 1.0);
  const Matrix q = Eigen::HouseholderQR<Matrix>(normal).householderQ();
  Vector eigenvalues(n);
  for (int j = 0; j < n; ++j) eigenvalues(j) = std::pow(condition, -j / std::max(1.0, n - 1.0));
  BoxQuadratic made{q * eigenvalues.asDiagonal() * q.transpose(), Vector(n),
                    random.normal_vector(n, 0.5), Vector::Zero(n)};
  made.hessian = (0.5 * (made.hessian + made.hessian.transpose())).eval();
  const Vector slopes = random.normal_vector(n, 1.0);
  for (int j = 0; j < n; ++j) {
    made.minimiser(j) = std::tanh(made.minimiser(j));
    if (j >= active * n) continue;
    made.minimiser(j) = slopes(j) > 0.0 ? -1.0 : 1.0;
    made.gradient(j) = 0.1 * slopes(j);
  }
  made.linear = made.gradient - made.hessian * made.minimiser;
  return made;
}

FunctionProblem problem_of(const BoxQuadratic& q) {
  const Eigen::Index n = q.linear.size();
  return guarded(
      "quadratic", Vector::Zero(n), {-Vector::Ones(n), Vector::Ones(n)},
      [q](const Vector& x) { return 0.5 * x.dot(q.hessian * x) + q.linear.dot(x); },
      [q](const Vector& x) { return Vector(q.hessian * x + q.linear); });
}

/// Values, gradient and projected gradient are those of the problem at the returned point.
void expect_consistent(const BoundedMinimum& minimum, const FunctionProblem& problem) {
  const moo::LinearizationPtr at = problem.linearize(minimum.theta);
  EXPECT_EQ(minimum.values, at->values());
  EXPECT_EQ(minimum.gradient, Vector(problem.gradients(minimum.theta)));
  EXPECT_EQ(minimum.gradient_norm,
            moo::projected_gradient_norm(problem.bounds(), minimum.theta, minimum.gradient));
}

TEST(BoundedLbfgs, FindsTheMinimumInABoxWithTheMultipliersOfItsBounds) {
  for (const int n : {2, 3, 10, 60}) {
    for (const double condition : {1.0, 1e2, 1e4}) {
      for (const double active : {0.0, 0.5, 1.0}) {
        SCOPED_TRACE("n " + std::to_string(n) + ", condition " + std::to_string(condition) +
                     ", active " + std::to_string(active));
        const BoxQuadratic q =
            box_quadratic(n, condition, active, RandomStream(11).substream("quadratic"));
        const FunctionProblem problem = problem_of(q);
        ASSERT_LE(moo::check_gradients(problem, 0.9 * q.minimiser, RandomStream(1)).worst(), 1e-6);
        RandomStream random(5);
        for (const Vector& start :
             {Vector(Vector::Zero(n)), Vector(Vector::Ones(n)), random.normal_vector(n, 3.0)}) {
          const BoundedMinimum minimum =
              BoundedLbfgs({.gradient_tolerance = 1e-8}).minimize_in_box(problem, only(), start);
          EXPECT_EQ(minimum.status, MinimizerStatus::converged);
          EXPECT_LE((minimum.theta - q.minimiser).norm(), 1e-7 * condition * std::sqrt(n));
          EXPECT_LE((minimum.gradient - q.gradient).norm(), 1e-7 * std::sqrt(n));
          expect_consistent(minimum, problem);
          for (int j = 0; j < n; ++j) {
            if (q.gradient(j) == 0.0) continue;
            EXPECT_EQ(minimum.theta(j), q.minimiser(j)) << "on its bound";
          }
        }
      }
    }
  }
}

TEST(BoundedLbfgs, TakesFarFewerGradientsThanThereAreBoundsToFind) {
  const int n = 300;
  const BoxQuadratic q = box_quadratic(n, 1e4, 0.5, RandomStream(7));
  const FunctionProblem problem = problem_of(q);
  const moo::CountingProblem counted(problem);
  const BoundedMinimum minimum = BoundedLbfgs({}).minimize_in_box(counted, only(), Vector::Zero(n));
  EXPECT_EQ(minimum.status, MinimizerStatus::converged);
  EXPECT_LE(counted.gradients(), 140) << "150 bounds are active";
}

TEST(BoundedLbfgs, KeepsMemoryAndTimeLinearInTheNumberOfVariables) {
  const int n = 100000;
  // A chain: 1/2 sum (x_i - x_{i-1})^2 + 1/200 |x|^2 - b.x, with b pushing every other block out.
  Vector b(n);
  for (int i = 0; i < n; ++i) b(i) = std::sin(0.37 * i) + ((i / 50) % 2 == 0 ? 0.5 : -0.5);
  const FunctionProblem problem = guarded(
      "chain", Vector::Constant(n, 0.5), {Vector::Zero(n), Vector::Ones(n)},
      [b](const Vector& x) {
        const Eigen::Index m = x.size() - 1;
        return 0.5 * (x.tail(m) - x.head(m)).squaredNorm() + 0.005 * x.squaredNorm() - b.dot(x);
      },
      [b](const Vector& x) {
        const Eigen::Index m = x.size() - 1;
        const Vector d = x.tail(m) - x.head(m);
        Vector g = 0.01 * x - b;
        g.tail(m) += d;
        g.head(m) -= d;
        return g;
      });
  const moo::CountingProblem counted(problem);
  const BoundedMinimum minimum =
      BoundedLbfgs({.memory = 10}).minimize_in_box(counted, only(), problem.start());
  EXPECT_EQ(minimum.status, MinimizerStatus::converged);
  EXPECT_LE(minimum.gradient_norm, 1e-6);
  EXPECT_LE(counted.gradients(), 100);
  const auto on_bound = (minimum.theta.array() == 0.0 || minimum.theta.array() == 1.0).count();
  EXPECT_GT(on_bound, n / 4);
  EXPECT_LT(on_bound, n);
}

TEST(BoundedLbfgs, FollowsRosenbrocksValleyAlongABound) {
  const BoundedMinimum minimum =
      BoundedLbfgs({.gradient_tolerance = 1e-9})
          .minimize_in_box(rosenbrock(2, vector({-2, 1}), {vector({-3, -3}), vector({0.8, 3})}),
                           only(), vector({-2, 1}));
  EXPECT_EQ(minimum.status, MinimizerStatus::converged);
  EXPECT_EQ(minimum.theta(0), 0.8);
  EXPECT_NEAR(minimum.theta(1), 0.64, 1e-9);
  EXPECT_NEAR(minimum.gradient(0), -0.4, 1e-6) << "d/dx (1 - x)^2 at the bound";
}

TEST(BoundedLbfgs, SolvesTheHockSchittkowskiProblemsThatHaveOnlyBounds) {
  struct Case {
    FunctionProblem problem;
    std::vector<double> optima;  ///< published, and the other local one where there are two
  };
  const Bounds open2{vector({-infinity, -1.5}), Vector::Constant(2, infinity)};
  const Bounds high2{vector({-infinity, 1.5}), Vector::Constant(2, infinity)};
  const Case cases[] = {
      // not copied: problems cannot be
      {rosenbrock(2, vector({-2, 1}), open2), {0.0}},
      {rosenbrock(2, vector({-2, 1}), high2), {0.0504261879, 4.9412293}},
      {guarded(
           "HS3", vector({10, 1}), {vector({-infinity, 0}), Vector::Constant(2, infinity)},
           [](const Vector& x) { return x(1) + 1e-5 * std::pow(x(1) - x(0), 2); },
           [](const Vector& x) {
             const double d = 2e-5 * (x(1) - x(0));
             return vector({-d, 1.0 + d});
           }),
       {0.0}},
      {guarded(
           "HS4", vector({1.125, 0.125}), {vector({1, 0}), Vector::Constant(2, infinity)},
           [](const Vector& x) { return std::pow(x(0) + 1.0, 3) / 3.0 + x(1); },
           [](const Vector& x) {
             return vector({std::pow(x(0) + 1.0, 2), 1.0});
           }),
       {8.0 / 3.0}},
      {guarded(
           "HS5", vector({0, 0}), {vector({-1.5, -3}), vector({4, 3})},
           [](const Vector& x) {
             return std::sin(x.sum()) + std::pow(x(0) - x(1), 2) - 1.5 * x(0) + 2.5 * x(1) + 1.0;
           },
           [](const Vector& x) {
             const double c = std::cos(x.sum());
             const double d = 2.0 * (x(0) - x(1));
             return vector({c + d - 1.5, c - d + 2.5});
           }),
       {-std::sqrt(3.0) / 2.0 - std::acos(-1.0) / 3.0}},
      {guarded(
           "HS45", Vector::Constant(5, 2.0), {Vector::Zero(5), vector({1, 2, 3, 4, 5})},
           [](const Vector& x) { return 2.0 - x.prod() / 120.0; },
           [](const Vector& x) {
             Vector g(5);
             for (int i = 0; i < 5; ++i) {
               Vector others = x;
               others(i) = 1.0;
               g(i) = -others.prod() / 120.0;
             }
             return g;
           }),
       {1.0}},
      {guarded(
           "HS110", Vector::Constant(10, 9.0),
           {Vector::Constant(10, 2.001), Vector::Constant(10, 9.999)},
           [](const Vector& x) {
             return (x.array() - 2.0).log().square().sum() +
                    (10.0 - x.array()).log().square().sum() - std::pow(x.prod(), 0.2);
           },
           [](const Vector& x) {
             const auto a = x.array() - 2.0;
             const auto b = 10.0 - x.array();
             return Vector(2.0 * a.log() / a - 2.0 * b.log() / b -
                           0.2 * std::pow(x.prod(), 0.2) / x.array());
           }),
       {-45.77846971}}};
  for (const Case& each : cases) {
    SCOPED_TRACE(each.problem.name());
    const moo::CountingProblem counted(each.problem);
    const BoundedMinimum minimum =
        BoundedLbfgs({}).minimize_in_box(counted, only(), each.problem.start());
    EXPECT_EQ(minimum.status, MinimizerStatus::converged);
    double nearest = infinity;
    for (const double optimum : each.optima) {
      nearest = std::min(nearest, std::abs(minimum.scalarized - optimum));
    }
    EXPECT_LE(nearest, 1e-6 * std::max(1.0, std::abs(minimum.scalarized)));
    EXPECT_LE(counted.evaluations(), 60);
    expect_consistent(minimum, each.problem);
  }
}

TEST(BoundedLbfgs, NeedsAHandfulOfGradientsWhereAllButOneVariableEndOnABound) {
  for (const int n : {30, 200}) {
    for (const double w : {0.5, 0.6}) {
      SCOPED_TRACE("n " + std::to_string(n) + ", w " + std::to_string(w));
      // The weighted sum of ZDT1: x_0 = (w / (2 (1 - w)))^2, the others 0; steep without end at 0.
      const FunctionProblem problem = guarded(
          "zdt1", Vector::Constant(n, 0.5), {Vector::Zero(n), Vector::Ones(n)},
          [=](const Vector& x) {
            const double g = 1.0 + 9.0 * x.tail(n - 1).mean();
            return (1.0 - w) * x(0) + w * (g - std::sqrt(x(0) * g));
          },
          [=](const Vector& x) {
            const double g = 1.0 + 9.0 * x.tail(n - 1).mean();
            Vector gradient =
                Vector::Constant(n, w * (1.0 - 0.5 * std::sqrt(x(0) / g)) * 9.0 / (n - 1));
            gradient(0) = 1.0 - w - 0.5 * w * std::sqrt(g / x(0));
            return gradient;
          });
      const moo::CountingProblem counted(problem);
      const BoundedMinimum minimum =
          BoundedLbfgs({}).minimize_in_box(counted, only(), problem.start());
      EXPECT_EQ(minimum.status, MinimizerStatus::converged);
      EXPECT_NEAR(minimum.theta(0), std::pow(w / (2.0 * (1.0 - w)), 2), 1e-5);
      EXPECT_EQ(minimum.theta.tail(n - 1), Vector::Zero(n - 1));
      EXPECT_LE(counted.gradients(), 20);
    }
  }
}

TEST(BoundedLbfgs, HoldsVariablesWhoseBoundsAreEqual) {
  const BoundedMinimum minimum =
      BoundedLbfgs({.gradient_tolerance = 1e-9})
          .minimize_in_box(
              rosenbrock(3, vector({0, 0.5, 0}), {vector({-2, 0.5, -2}), vector({2, 0.5, 2})}),
              only(), vector({-1, 9, 1}));
  EXPECT_EQ(minimum.status, MinimizerStatus::converged);
  EXPECT_EQ(minimum.theta(1), 0.5);
  EXPECT_NEAR(minimum.theta(2), 0.25, 1e-9);
}

TEST(BoundedLbfgs, LeavesABoundOnWhichItStartsForNothing) {
  const FunctionProblem problem =
      rosenbrock(2, vector({-2, 2}), {Vector::Constant(2, -2), Vector::Constant(2, 2)});
  for (const double x : {-2.0, 2.0}) {
    for (const double y : {-2.0, 2.0}) {
      const BoundedMinimum minimum =
          BoundedLbfgs({}).minimize_in_box(problem, only(), vector({x, y}));
      EXPECT_EQ(minimum.status, MinimizerStatus::converged);
      EXPECT_LE((minimum.theta - Vector::Ones(2)).norm(), 1e-5);
    }
  }
}

TEST(BoundedLbfgs, StepsBackFromWhatIsNotANumber) {
  // -log(1 - |x|^2) + b.x, a number inside the unit ball only; the box reaches far beyond it.
  const Vector b = vector({30.0, -20.0, 10.0});
  const FunctionProblem problem = guarded(
      "barrier", vector({0.1, -0.2, 0.3}), {vector({-0.2, -5, -5}), Vector::Constant(3, 5)},
      [b](const Vector& x) { return b.dot(x) - std::log(1.0 - x.squaredNorm()); },
      [b](const Vector& x) { return Vector(b + 2.0 * x / (1.0 - x.squaredNorm())); });
  const BoundedMinimum minimum = BoundedLbfgs({}).minimize_in_box(problem, only(), problem.start());
  EXPECT_EQ(minimum.status, MinimizerStatus::converged);
  EXPECT_EQ(minimum.theta(0), -0.2);
  EXPECT_GT(minimum.gradient(0), 0.0);
}

TEST(BoundedLbfgs, IsLbfgsWhereThereAreNoBounds) {
  const FunctionProblem problem = rosenbrock(6, Vector::Constant(6, -1.2), {});
  const BoundedMinimum minimum =
      BoundedLbfgs({.gradient_tolerance = 1e-8}).minimize_in_box(problem, only(), problem.start());
  EXPECT_EQ(minimum.status, MinimizerStatus::converged);
  EXPECT_LE(minimum.gradient.lpNorm<Eigen::Infinity>(), 1e-8);
}

TEST(BoundedLbfgs, IsWhatLbfgsBecomesInABox) {
  const FunctionProblem problem =
      rosenbrock(4, Vector::Constant(4, 0.3), {Vector::Zero(4), Vector::Constant(4, 0.9)});
  const moo::Minimum own = BoundedLbfgs({}).minimize(problem, only(), problem.start());
  for (const std::string name : {"lbfgs", "bounded_lbfgs", "gauss_newton_lbfgs"}) {
    const moo::Minimum minimum =
        moo::make_minimizer(name)->minimize(problem, only(), problem.start());
    EXPECT_EQ(minimum.theta, own.theta) << name;
    EXPECT_EQ(minimum.status, MinimizerStatus::converged);
  }
}

TEST(BoundedLbfgs, ReportsEveryIterationInsideTheBoxAndStopsWhenTold) {
  const FunctionProblem problem =
      rosenbrock(3, Vector::Constant(3, 0.1), {Vector::Zero(3), Vector::Constant(3, 0.7)});
  for (const int last : {1, 3, 1000}) {
    int calls = 0;
    double before = infinity;
    const moo::IterationCallback watch = [&](const Iterate& iterate) {
      EXPECT_EQ(iterate.iteration, ++calls);
      EXPECT_EQ(iterate.linearization->values(), iterate.values);
      EXPECT_LE(iterate.scalarized, before);
      before = iterate.scalarized;
      return calls < last;
    };
    const BoundedMinimum minimum =
        BoundedLbfgs({}).minimize_in_box(problem, only(), problem.start(), watch);
    EXPECT_EQ(minimum.iterations, calls);
    EXPECT_EQ(minimum.status, last < 1000 ? MinimizerStatus::stopped : MinimizerStatus::converged);
    expect_consistent(minimum, problem);
  }
}

TEST(BoundedLbfgs, SaysFailedOfAStartWithoutANumberAndStallsBelowRounding) {
  const FunctionProblem none = guarded(
      "none", vector({3.0, 0.5}), {Vector::Zero(2), Vector::Ones(2)},
      [](const Vector&) { return nan; }, [](const Vector& x) { return Vector(x); });
  const BoundedMinimum failed = BoundedLbfgs({}).minimize_in_box(none, only(), none.start());
  EXPECT_EQ(failed.status, MinimizerStatus::failed);
  EXPECT_EQ(failed.theta, none.start());

  const FunctionProblem problem = problem_of(box_quadratic(20, 1e3, 0.5, RandomStream(2)));
  const moo::CountingProblem counted(problem);
  const BoundedMinimum stalled =
      BoundedLbfgs({.gradient_tolerance = 0.0}).minimize_in_box(counted, only(), problem.start());
  EXPECT_TRUE(stalled.status == MinimizerStatus::stalled || stalled.gradient_norm == 0.0);
  EXPECT_LE(stalled.gradient_norm, 1e-12) << "values agree to rounding long before";
  EXPECT_LE(counted.evaluations(), 1500);
}

TEST(BoundMultipliers, FollowTheOrderOfBoundRows) {
  const Bounds bounds{vector({0, -infinity, -1, 2}), vector({1, 5, infinity, 2})};
  Functions f;
  f.start = vector({0, 5, 0, 2});
  f.bounds = bounds;
  const FunctionProblem problem(f);
  const Vector multipliers =
      moo::bound_multipliers(bounds, problem.start(), vector({3.0, -4.0, 1e-7, -5.0}));
  EXPECT_EQ(multipliers, vector({3.0, 0.0, 4.0, 0.0, 0.0, 5.0}));
  EXPECT_EQ(multipliers.size(), moo::BoundRows(problem).num_hard_rows());
  moo::test::expect_says(moo::test::complaint_of<moo::InvalidArgument>([&] {
                           (void)moo::bound_multipliers(bounds, Vector::Zero(3), Vector::Zero(4));
                         }),
                         {"bound_multipliers", "theta", "expected 4", "got 3"});
}

TEST(ProjectedGradient, CountsFreeVariablesInFullAndBoundOnesInwardsOnly) {
  const Bounds bounds{Vector::Zero(2), Vector::Ones(2)};
  EXPECT_EQ(moo::projected_gradient_norm(bounds, vector({0.0, 1.0}), vector({7.0, -8.0})), 0.0);
  EXPECT_EQ(moo::projected_gradient_norm(bounds, vector({0.0, 1.0}), vector({-7.0, 8.0})), 8.0);
  EXPECT_EQ(moo::projected_gradient_norm(bounds, vector({1e-9, 0.5}), vector({7.0, 0.0})), 7.0);
  EXPECT_EQ(moo::projected_gradient_norm({}, vector({0.0, 1.0}), vector({7.0, -8.0})), 8.0);
}

}  // namespace
