#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "libmoo/base/error.hpp"
#include "libmoo/problem/counting.hpp"
#include "libmoo/problem/reference/fonseca_fleming.hpp"
#include "libmoo/problem/reference/two_quadratics.hpp"
#include "solvers/tracing/chart.hpp"
#include "tests/support/function_problem.hpp"

namespace moo {
namespace {

using test::FunctionProblem;
using test::Functions;
using test::vector;

/// 1/2 (theta - c_i)^T D_i (theta - c_i) for random c_i and D_i > 0: a convex front of any m.
Functions quadratics(int n, int m, std::uint64_t seed) {
  RandomStream random(seed);
  Matrix centres(n, m);
  Matrix curvatures(n, m);
  for (int i = 0; i < m; ++i) {
    centres.col(i) = random.normal_vector(n);
    curvatures.col(i) = random.uniform_vector(n, 1.0, 5.0);
  }
  Functions functions;
  functions.num_objectives = m;
  functions.values = [=](const Vector& theta) {
    const Matrix away = theta.replicate(1, m) - centres;
    return Vector(0.5 * (away.array().square() * curvatures.array()).colwise().sum().transpose());
  };
  functions.gradients = [=](const Vector& theta) {
    return Matrix((theta.replicate(1, m) - centres).cwiseProduct(curvatures));
  };
  functions.hessian = [=](const Vector&, const Vector& weights) {
    return Matrix((curvatures * weights).asDiagonal());
  };
  functions.start = random.normal_vector(n);
  return functions;
}

Vector random_simplex(RandomStream& random, int m) {
  Vector w = random.uniform_vector(m, 0.2, 1.0);
  return w / w.sum();
}

/// A point of the front; for convex problems with a constant Hessian.
ChartPoint on_front(Chart& chart, const FunctionProblem& problem, RandomStream& random) {
  const Vector weights = random_simplex(random, problem.num_objectives());
  const Vector start = problem.start();
  const Vector minimum =
      start -
      problem.hessian(start, weights).llt().solve(Vector(problem.gradients(start) * weights));
  Correction correction =
      chart.correct(minimum + random.normal_vector(static_cast<int>(start.size()), 0.01), weights);
  EXPECT_EQ(correction.status, CorrectionStatus::converged);
  return correction.point;
}

TEST(Chart, TangentsMoveTheObjectivesAlongTheFrontAtUnitSpeed) {
  RandomStream random(1);
  for (const int m : {2, 3, 4}) {
    const FunctionProblem problem(quadratics(12, m, 10 + static_cast<std::uint64_t>(m)));
    const Scaling scaling{Vector::Zero(m), random.uniform_vector(m, 1.0, 3.0)};
    Chart chart(problem, scaling, {.tolerance = 1e-9, .predictor_accuracy = 1e-8});
    const ChartPoint point = on_front(chart, problem, random);
    const ChartTangents tangents = chart.tangents(point);
    ASSERT_EQ(tangents.directions.cols(), m - 1);
    const Matrix identity = Matrix::Identity(m - 1, m - 1);
    EXPECT_LT((tangents.across.transpose() * tangents.across - identity).norm(), 1e-12);
    EXPECT_LT((tangents.across.transpose() * point.lambda()).norm(), 1e-12);
    for (int k = 0; k < m - 1; ++k) {
      const double h = 1e-4;
      const auto ahead =
          chart.evaluate(point.theta + h * tangents.directions.col(k), point.multipliers);
      const auto behind =
          chart.evaluate(point.theta - h * tangents.directions.col(k), point.multipliers);
      const Vector moved = (ahead->fh - behind->fh) / (2.0 * h);
      EXPECT_LT((moved - tangents.across.col(k)).norm(), 1e-6);
      // On a tangent the KKT residual grows with the square of the step only.
      EXPECT_LT(ahead->residual, 10.0 * h * h);
    }
  }
}

TEST(Chart, TurningIsTheDerivativeOfTheMultipliersAlongTheFront) {
  RandomStream random(2);
  for (const int m : {2, 3, 4}) {
    const FunctionProblem problem(quadratics(8, m, 20 + static_cast<std::uint64_t>(m)));
    Chart chart(problem, Scaling::identity(m), {.tolerance = 1e-10, .predictor_accuracy = 1e-9});
    const ChartPoint point = on_front(chart, problem, random);
    const ChartTangents tangents = chart.tangents(point);
    for (int k = 0; k < m - 1; ++k) {
      const double h = 1e-4;
      const Vector along = tangents.directions.col(k);
      const Vector ahead = chart.evaluate(point.theta + h * along, point.multipliers)->lambda();
      const Vector behind = chart.evaluate(point.theta - h * along, point.multipliers)->lambda();
      EXPECT_LT(((ahead - behind) / (2.0 * h) - tangents.turning.col(k)).norm(), 1e-5);
    }
  }
}

TEST(Chart, TheCorrectorEndsOnTheFrontWithItsMultipliers) {
  RandomStream random(3);
  const TwoQuadratics problem(50, 30.0);
  for (int trial = 0; trial < 10; ++trial) {
    Chart chart(problem, Scaling{Vector::Zero(2), Vector::Constant(2, 50.0)});
    const double w = random.uniform(0.1, 0.9);
    const Correction correction =
        chart.correct(problem.optimum(w) + random.normal_vector(50, 0.05), vector({1.0 - w, w}));
    ASSERT_EQ(correction.status, CorrectionStatus::converged);
    EXPECT_LE(correction.point.residual, 1e-6);
    const Vector optimum = problem.optimum(correction.point.lambda()(1));
    EXPECT_LT((correction.point.theta - optimum).norm(), 1e-3);
  }
}

/// Walks along VLMOP2 and returns gradient-equivalents per point: a value and m gradients cost
/// (1 + 2m)/3, a Hessian product 2.
double cost_of_walking(int n, int points) {
  const FonsecaFleming front(n);
  const CountingProblem problem(front);
  const Scaling scaling = Scaling::identity(2);
  Chart chart(problem, scaling);
  ChartPoint here = chart.correct(front.optimum(-0.6), vector({0.5, 0.5})).point;
  for (int k = 0; k < points; ++k) {
    const ChartTangents tangents = chart.tangents(here);
    const double sign = tangents.across(0, 0) < 0.0 ? 1.0 : -1.0;
    Correction next =
        chart.correct(here.theta + 0.02 * sign * tangents.directions.col(0), here.multipliers);
    EXPECT_EQ(next.status, CorrectionStatus::converged);
    EXPECT_GT(next.point.lambda().minCoeff(), 0.0);
    EXPECT_NEAR((next.point.fh - here.fh).norm(), 0.02, 0.005);
    here = next.point;
  }
  const double t = here.theta(0) * std::sqrt(n);
  EXPECT_LT((here.theta - front.optimum(t)).norm(), 1e-6);
  return (static_cast<double>(problem.evaluations()) +
          2.0 * static_cast<double>(problem.gradients()) +
          6.0 * static_cast<double>(problem.hessian_products())) /
         (3.0 * points);
}

TEST(Chart, AConcaveFrontCostsLessThanFiveGradientsAPointWhateverItsSize) {
  for (const int n : {20, 200, 1000}) EXPECT_LT(cost_of_walking(n, 30), 5.0) << n;
}

TEST(Chart, DifferencesOfGradientsStandInForHessianProducts) {
  RandomStream random(4);
  Functions functions = quadratics(10, 3, 40);
  const FunctionProblem exact(functions);
  functions.hessian = nullptr;
  const FunctionProblem differenced(functions);
  const Scaling scaling = Scaling::identity(3);
  Chart one(exact, scaling, {.predictor_accuracy = 1e-6});
  Chart other(differenced, scaling, {.predictor_accuracy = 1e-6});
  const ChartPoint point = on_front(one, exact, random);
  const auto same = other.evaluate(point.theta, point.multipliers);
  const Matrix difference = one.tangents(point).directions - other.tangents(*same).directions;
  EXPECT_LT(difference.cwiseAbs().maxCoeff(), 1e-5);
}

/// f_i = |theta - c_i|^2 / 2 in the plane with theta_0 >= 0, c_0 = (-1, 0), c_1 = (a, 1).
Functions half_plane(double a) {
  Functions functions;
  functions.num_objectives = 2;
  const Vector c0 = vector({-1.0, 0.0});
  const Vector c1 = vector({a, 1.0});
  functions.values = [=](const Vector& theta) {
    return vector({0.5 * (theta - c0).squaredNorm(), 0.5 * (theta - c1).squaredNorm()});
  };
  functions.gradients = [=](const Vector& theta) {
    return test::columns({theta - c0, theta - c1});
  };
  functions.hessian = [](const Vector&, const Vector& weights) {
    return Matrix(weights.sum() * Matrix::Identity(2, 2));
  };
  functions.bounds = {vector({0.0, -10.0}), vector({10.0, 10.0})};
  functions.start = vector({0.0, 0.5});
  return functions;
}

TEST(Chart, AVariableIsHeldOnItsBoundWhileTheGradientPushesOutwardsOnly) {
  const FunctionProblem problem(half_plane(1.0));
  const Scaling scaling = Scaling::identity(2);
  Chart chart(problem, scaling);
  // Towards c_0 the front runs along theta_0 = 0; towards c_1 it leaves it, at weights 1/2.
  const Correction held = chart.correct(vector({0.01, 0.2}), vector({0.8, 0.2}));
  ASSERT_EQ(held.status, CorrectionStatus::converged);
  EXPECT_EQ(held.point.theta(0), 0.0);
  EXPECT_EQ(held.point.free(0), 0.0);
  const ChartTangents along = chart.tangents(held.point);
  ASSERT_EQ(along.directions.cols(), 1);
  EXPECT_EQ(along.directions(0, 0), 0.0);

  const Correction released = chart.correct(vector({0.0, 0.8}), vector({0.2, 0.8}));
  ASSERT_EQ(released.status, CorrectionStatus::converged);
  EXPECT_GT(released.point.theta(0), 0.1);
  EXPECT_EQ(released.point.free(0), 1.0);
}

/// The same with theta_0 >= 0 as a hard row, -theta_0 <= 0.
TEST(Chart, AnActiveHardRowTakesPartWithItsMultiplier) {
  Functions functions = half_plane(1.0);
  const auto values = functions.values;
  const auto gradients = functions.gradients;
  functions.bounds = {};
  functions.senses = {Sense::inequality};
  functions.values = [=](const Vector& theta) {
    Vector all(3);
    all << values(theta), -theta(0);
    return all;
  };
  functions.gradients = [=](const Vector& theta) {
    Matrix all(2, 3);
    all << gradients(theta), vector({-1.0, 0.0});
    return all;
  };
  functions.hessian = [](const Vector&, const Vector& weights) {
    return Matrix(weights.head(2).sum() * Matrix::Identity(2, 2));
  };
  const FunctionProblem problem(functions);
  const Scaling scaling = Scaling::identity(2);
  Chart chart(problem, scaling);
  const Correction held = chart.correct(vector({-0.05, 0.2}), vector({0.8, 0.2, 0.5}));
  ASSERT_EQ(held.status, CorrectionStatus::converged);
  EXPECT_NEAR(held.point.theta(0), 0.0, 1e-6);
  EXPECT_EQ(held.point.rows, std::vector<int>{2});
  // Stationarity in theta_0: lambda_0 (0 + 1) + lambda_1 (0 - 1) = mu.
  const Vector lambda = held.point.lambda();
  EXPECT_NEAR(held.point.multipliers(2), lambda(0) - lambda(1), 1e-5);
  const ChartTangents along = chart.tangents(held.point);
  ASSERT_EQ(along.directions.cols(), 1);
  EXPECT_NEAR(along.directions(0, 0), 0.0, 1e-12);
}

TEST(Chart, ASaddleIsNoPointOfTheFront) {
  // Critical for every lambda at theta_1 = 0, and a maximum across the front.
  Functions functions;
  functions.num_objectives = 2;
  functions.values = [](const Vector& t) {
    const double across = -t(1) * t(1);
    return vector({(t(0) - 1.0) * (t(0) - 1.0) + across, (t(0) + 1.0) * (t(0) + 1.0) + across});
  };
  functions.gradients = [](const Vector& t) {
    return test::columns(
        {vector({2.0 * (t(0) - 1.0), -2.0 * t(1)}), vector({2.0 * (t(0) + 1.0), -2.0 * t(1)})});
  };
  functions.hessian = [](const Vector&, const Vector& weights) {
    return Matrix(vector({2.0 * weights.sum(), -2.0 * weights.sum()}).asDiagonal());
  };
  functions.start = vector({0.0, 0.0});
  const FunctionProblem problem(functions);
  const Scaling scaling = Scaling::identity(2);
  Chart chart(problem, scaling);
  const Correction correction = chart.correct(vector({0.1, 0.01}), vector({0.5, 0.5}));
  EXPECT_EQ(correction.status, CorrectionStatus::negative_curvature);
}

TEST(Chart, WhereTheProblemIsUndefinedThereIsNoPoint) {
  Functions functions = half_plane(1.0);
  functions.values = [](const Vector&) {
    return Vector(Vector::Constant(2, std::numeric_limits<double>::quiet_NaN()));
  };
  const FunctionProblem problem(functions);
  const Scaling scaling = Scaling::identity(2);
  Chart chart(problem, scaling);
  EXPECT_FALSE(chart.evaluate(vector({0.1, 0.1}), vector({0.5, 0.5})).has_value());
  EXPECT_EQ(chart.correct(vector({0.1, 0.1}), vector({0.5, 0.5})).status,
            CorrectionStatus::undefined);
}

TEST(Chart, OnAFaceOtherObjectivesHaveNoMultiplier) {
  RandomStream random(5);
  const FunctionProblem problem(quadratics(6, 3, 50));
  const Scaling scaling = Scaling::identity(3);
  Chart chart(problem, scaling);
  Chart edge = chart.on_face({0, 2});
  const Correction correction = edge.correct(problem.start(), vector({0.4, 0.2, 0.4}));
  ASSERT_EQ(correction.status, CorrectionStatus::converged);
  EXPECT_EQ(correction.point.multipliers(1), 0.0);
  const ChartTangents along = edge.tangents(correction.point);
  ASSERT_EQ(along.across.cols(), 1);
  EXPECT_NEAR(along.across.col(0).norm(), 1.0, 1e-12);  // in all three objectives
  EXPECT_THROW((Chart(problem, scaling, {.face = {0, 3}})), InvalidArgument);
}

TEST(Chart, ACallbackStopsTheCorrector) {
  RandomStream random(6);
  const FunctionProblem problem(quadratics(20, 3, 60));
  const Scaling scaling = Scaling::identity(3);
  Chart chart(problem, scaling, {.tolerance = 1e-12});
  int calls = 0;
  const Correction correction =
      chart.correct(random.normal_vector(20, 3.0), Vector::Constant(3, 1.0 / 3.0),
                    [&](const Iterate&) { return ++calls < 2; });
  EXPECT_EQ(correction.status, CorrectionStatus::stopped);
  EXPECT_EQ(calls, 2);
}

}  // namespace
}  // namespace moo
