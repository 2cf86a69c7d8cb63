#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/minimize/lbfgs.hpp"
#include "libmoo/minimize/minimizer.hpp"
#include "libmoo/problem/counting.hpp"
#include "libmoo/problem/gradient_check.hpp"
#include "tests/minimize/least_squares_problem.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::ChartScalarization;
using moo::FonsecaFleming;
using moo::Iterate;
using moo::make_minimizer;
using moo::Matrix;
using moo::Minimizer;
using moo::MinimizerSettings;
using moo::MinimizerStatus;
using moo::Minimum;
using moo::Problem;
using moo::RandomStream;
using moo::Scalarization;
using moo::Scaling;
using moo::TwoQuadratics;
using moo::Vector;
using moo::WeightedSum;
using moo::test::FunctionProblem;
using moo::test::Functions;
using moo::test::least_squares_form;
using moo::test::LeastSquaresProblem;
using moo::test::rosenbrock;
using moo::test::vector;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

WeightedSum only() { return {vector({1.0}), Scaling::identity(1)}; }

class EveryMinimizer : public ::testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] static std::unique_ptr<Minimizer> minimizer(
      const MinimizerSettings& settings = {}) {
    return make_minimizer(GetParam(), settings);
  }
};

/// All but adam, which is made for minibatches and neither converges to a tight tolerance nor calls
/// back after every step: see test_adam.cpp.
std::vector<std::string> full_batch_minimizers() {
  std::vector<std::string> names = moo::minimizer_names();
  std::erase(names, "adam");
  return names;
}

INSTANTIATE_TEST_SUITE_P(Named, EveryMinimizer, ::testing::ValuesIn(full_batch_minimizers()),
                         [](const auto& name) { return name.param; });

/// Expects values, phi and gradient to be those of the problem at the returned point.
void expect_consistent(const Minimum& minimum, const Problem& problem, const Scalarization& phi) {
  const moo::LinearizationPtr at = problem.linearize(minimum.theta);
  EXPECT_EQ(minimum.values, at->values());
  EXPECT_EQ(minimum.scalarized, phi.value(at->values()));
  Vector weights(problem.num_values());
  Vector gradient(problem.num_variables());
  phi.weights(at->values(), weights);
  at->pullback(weights, gradient);
  EXPECT_DOUBLE_EQ(minimum.gradient_norm, gradient.lpNorm<Eigen::Infinity>());
}

TEST_P(EveryMinimizer, FindsTheKnownOptimaOfTwoQuadratics) {
  for (const double condition : {1.0, 1000.0}) {
    const TwoQuadratics reference(8, condition);
    const LeastSquaresProblem problem = least_squares_form(reference);
    for (const double w : {0.0, 0.1, 0.5, 0.8, 1.0}) {
      SCOPED_TRACE("condition " + std::to_string(condition) + ", w " + std::to_string(w));
      const WeightedSum phi(vector({1.0 - w, w}), Scaling::identity(2));
      const Minimum minimum =
          minimizer({.gradient_tolerance = 1e-8})->minimize(problem, phi, problem.start());
      EXPECT_EQ(minimum.status, MinimizerStatus::converged);
      EXPECT_LE(minimum.gradient_norm, 1e-8);
      EXPECT_LE((minimum.theta - reference.optimum(w)).norm(), 1e-6);
      expect_consistent(minimum, problem, phi);
    }
  }
}

TEST_P(EveryMinimizer, FindsAnyPointOfAConcaveFrontThroughItsChart) {
  for (const int n : {1, 4}) {
    const FonsecaFleming reference(n);
    const LeastSquaresProblem problem = least_squares_form(reference);
    for (const double t : {-0.8, -0.3, 0.0, 0.5}) {
      SCOPED_TRACE("n " + std::to_string(n) + ", t " + std::to_string(t));
      // The chart whose direction is the front's normal at t has its minimum there.
      const Vector direction =
          vector({std::exp(-(1 + t) * (1 + t)) * (1 + t), std::exp(-(1 - t) * (1 - t)) * (1 - t)});
      const Vector target = ChartScalarization::complement(direction).transpose() *
                            reference.values(reference.optimum(t));
      const ChartScalarization phi(direction, target, 20.0, Scaling::identity(2));
      RandomStream random(3);
      const Vector start = reference.optimum(t) + random.normal_vector(n, 0.1);
      const Minimum minimum =
          minimizer({.gradient_tolerance = 1e-7})->minimize(problem, phi, start);
      EXPECT_EQ(minimum.status, MinimizerStatus::converged);
      EXPECT_LE((minimum.theta - reference.optimum(t)).norm(), 1e-6);
      expect_consistent(minimum, problem, phi);
    }
  }
}

TEST_P(EveryMinimizer, FollowsTheValleyOfRosenbrock) {
  const LeastSquaresProblem problem = rosenbrock();
  ASSERT_LE(moo::check_gradients(problem, problem.start(), RandomStream(1)).worst(), 1e-7);
  const Minimum minimum =
      minimizer({.gradient_tolerance = 1e-8})->minimize(problem, only(), problem.start());
  EXPECT_EQ(minimum.status, MinimizerStatus::converged);
  EXPECT_LE((minimum.theta - Vector::Ones(2)).norm(), 1e-6);
  EXPECT_LE(minimum.iterations, 80);
  expect_consistent(minimum, problem, only());
}

TEST_P(EveryMinimizer, IsContentWithAStartThatIsTheOptimum) {
  const TwoQuadratics reference(4);
  const LeastSquaresProblem problem = least_squares_form(reference);
  const WeightedSum phi(vector({0.5, 0.5}), Scaling::identity(2));
  const Minimum minimum = minimizer()->minimize(problem, phi, reference.optimum(0.5));
  EXPECT_EQ(minimum.status, MinimizerStatus::converged);
  EXPECT_EQ(minimum.iterations, 0);
  EXPECT_EQ(minimum.theta, reference.optimum(0.5));
}

TEST_P(EveryMinimizer, GivesTheSameAnswerTwice) {
  const LeastSquaresProblem problem = rosenbrock();
  const Minimum one = minimizer()->minimize(problem, only(), problem.start());
  const Minimum other = minimizer()->minimize(problem, only(), problem.start());
  EXPECT_EQ(one.theta, other.theta);
  EXPECT_EQ(one.iterations, other.iterations);
}

TEST_P(EveryMinimizer, CallsBackOnceAfterEveryIterationWithTheStateThere) {
  const LeastSquaresProblem problem = rosenbrock();
  const WeightedSum phi(vector({2.0}), {vector({-3.0}), vector({1.0})});  // phi = f/2 + 3/2
  int calls = 0;
  const Minimum minimum =
      minimizer()->minimize(problem, phi, problem.start(), [&](const Iterate& iterate) {
        EXPECT_EQ(iterate.iteration, ++calls);
        EXPECT_EQ(iterate.values.size(), 1);
        EXPECT_NEAR(iterate.scalarized, phi.value(iterate.values), 1e-12);
        EXPECT_GE(iterate.step_norm, 0.0);
        EXPECT_GE(iterate.gradient_norm, 0.0);
        EXPECT_EQ(iterate.linearization->values(), iterate.values);
        return true;
      });
  EXPECT_EQ(minimum.status, MinimizerStatus::converged);
  EXPECT_EQ(calls, minimum.iterations);
}

/// Rosenbrock's function, whose "violation rates" are theta itself, counted when asked for.
class RatedRosenbrock final : public Problem {
 public:
  explicit RatedRosenbrock(int& asked) : asked_(asked) {}
  std::string name() const override { return inner_.name(); }
  int num_variables() const override { return 2; }
  const std::vector<moo::ObjectiveInfo>& objectives() const override { return inner_.objectives(); }
  moo::Capabilities capabilities() const override { return inner_.capabilities(); }
  Vector start(RandomStream&) const override { return inner_.start(); }
  moo::LinearizationPtr linearize(moo::ConstVectorRef theta) const override {
    return moo::LinearizationPtr(
        new moo::test::RatedLinearization(inner_.linearize(theta), [this, at = Vector(theta)] {
          ++asked_;
          return at;
        }));
  }

 private:
  LeastSquaresProblem inner_ = rosenbrock();
  int& asked_;
};

TEST_P(EveryMinimizer, LetsTheWatcherSeeViolationRatesAtNoCostUnlessHeAsks) {
  int asked = 0;
  const RatedRosenbrock problem(asked);
  const auto evaluations_with = [&](const moo::IterationCallback& callback) {
    const moo::CountingProblem counted(problem);
    (void)minimizer()->minimize(counted, only(), rosenbrock().start(), callback);
    return counted.evaluations();
  };
  const long unasked = evaluations_with([](const Iterate&) { return true; });
  EXPECT_EQ(asked, 0);
  int calls = 0;
  const long evaluations = evaluations_with([&](const Iterate& iterate) {
    EXPECT_EQ(rosenbrock().linearize(iterate.violation_rates())->values(), iterate.values)
        << "rates of this very iterate";
    EXPECT_EQ(asked, ++calls);
    return true;
  });
  EXPECT_GT(calls, 5);
  EXPECT_EQ(evaluations, unasked) << "looking costs no evaluations";
}

TEST_P(EveryMinimizer, StopsAfterTheVeryIterationThatSaysSo) {
  const LeastSquaresProblem problem = rosenbrock();
  for (const int last : {1, 2, 5}) {
    int calls = 0;
    Vector seen;
    const Minimum minimum =
        minimizer()->minimize(problem, only(), problem.start(), [&](const Iterate& iterate) {
          seen = iterate.values;
          return ++calls < last;
        });
    EXPECT_EQ(minimum.status, MinimizerStatus::stopped);
    EXPECT_EQ(calls, last);
    EXPECT_EQ(minimum.iterations, last);
    EXPECT_EQ(minimum.values, seen);
    expect_consistent(minimum, problem, only());
  }
}

TEST_P(EveryMinimizer, GivesUpAtTheIterationLimitWithItsBestPoint) {
  const LeastSquaresProblem problem = rosenbrock();
  const double before = problem.linearize(problem.start())->values()(0);
  for (const int limit : {0, 1, 3, 7}) {
    SCOPED_TRACE("limit " + std::to_string(limit));
    const Minimum minimum =
        minimizer({.max_iterations = limit})->minimize(problem, only(), problem.start());
    EXPECT_EQ(minimum.status, MinimizerStatus::iteration_limit);
    EXPECT_EQ(minimum.iterations, limit);
    EXPECT_LE(minimum.scalarized, before);
    expect_consistent(minimum, problem, only());
  }
}

TEST_P(EveryMinimizer, StallsRatherThanRunsOnWhenTheToleranceIsBelowRounding) {
  const LeastSquaresProblem problem = least_squares_form(TwoQuadratics(7, 1e4));
  const moo::CountingProblem counted(problem);
  const WeightedSum phi(vector({0.3, 0.7}), {vector({-1e3, 0.0}), vector({1e3, 1.0})});
  const Minimum minimum =
      minimizer({.gradient_tolerance = 1e-300})->minimize(counted, phi, problem.start());
  EXPECT_TRUE(minimum.status == MinimizerStatus::stalled ||
              minimum.status == MinimizerStatus::converged)
      << to_string(minimum.status);
  EXPECT_LE(minimum.gradient_norm, 1e-7);
  EXPECT_LE(counted.evaluations(), 1500);
}

TEST_P(EveryMinimizer, FailsWhereTheStartIsNotANumber) {
  const LeastSquaresProblem values("values", vector({0.5, 0.5}),
                                   {{[](const Vector&) { return vector({nan}); },
                                     [](const Vector&) { return Matrix(Matrix::Ones(1, 2)); }}});
  const LeastSquaresProblem slopes("slopes", vector({0.5, 0.5}),
                                   {{[](const Vector&) { return vector({1.0}); },
                                     [](const Vector&) {
                                       return Matrix(vector({nan, 0.0}).transpose());
                                     }}});
  for (const LeastSquaresProblem* problem : {&values, &slopes}) {
    SCOPED_TRACE(problem->name());
    const Minimum minimum = minimizer()->minimize(*problem, only(), problem->start());
    EXPECT_EQ(minimum.status, MinimizerStatus::failed);
    EXPECT_EQ(minimum.theta, problem->start());
    EXPECT_EQ(minimum.gradient_norm, std::numeric_limits<double>::infinity());
  }
}

TEST_P(EveryMinimizer, EndsWithANumberWhenTheMinimumLiesWhereThereAreNone) {
  // |x - (3, 1)| is to fall, but nothing is defined outside a ball around zero.
  const LeastSquaresProblem problem(
      "ball", vector({0.1, -0.2}),
      {{[](const Vector& x) {
          return x.norm() > 1.5 ? vector({nan, nan}) : Vector(x - vector({3.0, 1.0}));
        },
        [](const Vector&) { return Matrix(Matrix::Identity(2, 2)); }}});
  const moo::CountingProblem counted(problem);
  const Minimum minimum = minimizer()->minimize(counted, only(), problem.start());
  EXPECT_NE(minimum.status, MinimizerStatus::converged);
  EXPECT_TRUE(minimum.theta.allFinite());
  EXPECT_TRUE(std::isfinite(minimum.scalarized));
  EXPECT_LE(minimum.scalarized, problem.linearize(problem.start())->values()(0));
  EXPECT_LE(minimum.theta.norm(), 1.5);
  EXPECT_LE(counted.evaluations(), 2000);
}

TEST_P(EveryMinimizer, ComplainsAboutAStartOfTheWrongSize) {
  const LeastSquaresProblem problem = rosenbrock();
  moo::test::expect_says(moo::test::complaint_of<moo::InvalidArgument>([&] {
                           (void)minimizer()->minimize(problem, only(), Vector::Zero(3));
                         }),
                         {"minimize", "start", "expected 2", "got 3"});
}

/// b . x - log(1 - |x|^2): a barrier that is not a number outside the unit ball.
FunctionProblem barrier() {
  Functions f;
  f.start = vector({0.1, 0.2, -0.3});
  const Vector b = vector({30.0, -20.0, 10.0});
  f.values = [b](const Vector& x) { return vector({b.dot(x) - std::log(1.0 - x.squaredNorm())}); };
  f.gradients = [b](const Vector& x) { return Matrix(b + 2.0 * x / (1.0 - x.squaredNorm())); };
  f.hessian = [](const Vector& x, const Vector& w) {
    const double s = 1.0 - x.squaredNorm();
    return Matrix(w(0) * (2.0 / s * Matrix::Identity(3, 3) + 4.0 / (s * s) * x * x.transpose()));
  };
  return FunctionProblem(f);
}

class SmoothMinimizer : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Named, SmoothMinimizer,
                         ::testing::Values("lbfgs", "bounded_lbfgs", "newton"),
                         [](const auto& name) { return name.param; });

TEST_P(SmoothMinimizer, ConvergesInsideABarrier) {
  const FunctionProblem problem = barrier();
  ASSERT_LE(moo::check_gradients(problem, problem.start(), RandomStream(1)).worst(), 1e-6);
  const Minimum minimum = make_minimizer(GetParam())->minimize(problem, only(), problem.start());
  EXPECT_EQ(minimum.status, MinimizerStatus::converged);
  // By symmetry x = -s b/|b| with |b| = 2 s / (1 - s^2).
  const Vector b = vector({30.0, -20.0, 10.0});
  const double s = (std::sqrt(1.0 + b.squaredNorm()) - 1.0) / b.norm();
  EXPECT_LE((minimum.theta + s * b / b.norm()).norm(), 1e-7);
}

TEST_P(SmoothMinimizer, UsesTheHessianOfTheReferenceProblemsWhereItHasOne) {
  const TwoQuadratics problem(20, 1e3);
  const WeightedSum phi(vector({0.4, 0.6}), Scaling::identity(2));
  const Minimum minimum = make_minimizer(GetParam(), {.gradient_tolerance = 1e-8})
                              ->minimize(problem, phi, Vector::LinSpaced(20, -3.0, 3.0));
  EXPECT_EQ(minimum.status, MinimizerStatus::converged);
  EXPECT_LE((minimum.theta - problem.optimum(0.6)).norm(), 1e-7);
}

TEST_P(SmoothMinimizer, LeavesASaddleForAMinimum) {
  // x^4/4 - x^2/2 + y^2/2, a saddle at zero; the start is a little off it.
  Functions f;
  f.start = vector({1e-3, 0.5});
  f.values = [](const Vector& x) {
    return vector({std::pow(x(0), 4) / 4.0 - x(0) * x(0) / 2.0 + x(1) * x(1) / 2.0});
  };
  f.gradients = [](const Vector& x) { return Matrix(vector({std::pow(x(0), 3) - x(0), x(1)})); };
  const FunctionProblem problem(f);
  const Minimum minimum = make_minimizer(GetParam())->minimize(problem, only(), problem.start());
  EXPECT_EQ(minimum.status, MinimizerStatus::converged);
  EXPECT_NEAR(minimum.scalarized, -0.25, 1e-10);
}

TEST(LevenbergMarquardt, SaysHelpfullyThatThereIsNoLeastSquaresForm) {
  const auto complaint = [](const Problem& problem, const Scalarization& phi) {
    return moo::test::complaint_of<moo::InvalidArgument>([&] {
      (void)make_minimizer("levenberg_marquardt")
          ->minimize(problem, phi, Vector::Constant(problem.num_variables(), 0.3));
    });
  };
  const WeightedSum sum(vector({0.5, 0.5}), Scaling::identity(2));
  moo::test::expect_says(complaint(TwoQuadratics(3), sum),
                         {"LevenbergMarquardt", "no least-squares form", "two_quadratics",
                          "use minimizer lbfgs or newton"});
  const ChartScalarization chart(vector({1.0, -0.5}), vector({0.0}), 1.0, Scaling::identity(2));
  moo::test::expect_says(complaint(least_squares_form(TwoQuadratics(3)), chart),
                         {"LevenbergMarquardt", "no least-squares form"});
}

TEST(MakeMinimizer, ListsTheNamesWhenAskedForAnother) {
  moo::test::expect_says(
      moo::test::complaint_of<moo::InvalidArgument>([] { (void)make_minimizer("simplex"); }),
      {"unknown minimizer", "simplex", "lbfgs", "bounded_lbfgs", "gauss_newton_lbfgs",
       "levenberg_marquardt", "newton"});
}

TEST(SilenceCeres, KeepsItsWarningsAboutLinearFunctionsOffStandardError) {
  const Functions linear{.values = [](const Vector& x) { return vector({x.sum()}); },
                         .gradients = [](const Vector& x) { return Matrix(0.0 * x.array() + 1.0); },
                         .start = vector({0.3, 0.3})};
  const FunctionProblem problem(linear);
  const auto said = [&] {
    ::testing::internal::CaptureStderr();
    const Minimum minimum = make_minimizer("lbfgs")->minimize(problem, only(), problem.start());
    EXPECT_NE(minimum.status, MinimizerStatus::converged);
    return ::testing::internal::GetCapturedStderr();
  };
  EXPECT_NE(said().find("FindPolynomialRoots"), std::string::npos)
      << "nothing to silence any more?";
  moo::silence_ceres();
  EXPECT_EQ(said(), "");
}

TEST(MinimizerStatus, HasAWordForEveryOutcome) {
  EXPECT_EQ(to_string(MinimizerStatus::converged), "converged");
  EXPECT_EQ(to_string(MinimizerStatus::stalled), "stalled");
  EXPECT_EQ(to_string(MinimizerStatus::iteration_limit), "iteration limit");
  EXPECT_EQ(to_string(MinimizerStatus::stopped), "stopped");
  EXPECT_EQ(to_string(MinimizerStatus::infeasible), "infeasible");
  EXPECT_EQ(to_string(MinimizerStatus::failed), "failed");
}

}  // namespace
