#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <string>

#include "libmoo/base/error.hpp"
#include "libmoo/front/gaps.hpp"
#include "libmoo/front/indicators.hpp"
#include "libmoo/problem/reference/reference_problem.hpp"
#include "libmoo/run/solve.hpp"
#include "solvers/register_builtin.hpp"

namespace moo {
namespace {

Report trace(const Problem& problem, const std::map<std::string, std::string>& options,
             std::uint64_t seed = 1) {
  SolverRegistry registry;
  register_builtin_solvers(registry);
  Request request;
  request.seed = seed;
  return solve(problem, *registry.create("pareto_tracing", options), request);
}

/// Non-dominated objectives in units of the analytic front.
Matrix in_units_of(const ReferenceProblem& problem, const Matrix& objectives) {
  const Vector range = problem.nadir() - problem.ideal();
  return range.cwiseInverse().asDiagonal() * (objectives.colwise() - problem.ideal());
}

Matrix found(const ReferenceProblem& problem, const Report& report) {
  return in_units_of(problem, report.front.objectives_of(report.front.nondominated()));
}

/// `count` points of a curve at equal distances along it.
Matrix evenly(const Matrix& curve, int count) {
  Vector along = Vector::Zero(curve.cols());
  for (Eigen::Index k = 1; k < curve.cols(); ++k) {
    along(k) = along(k - 1) + (curve.col(k) - curve.col(k - 1)).norm();
  }
  Matrix points(curve.rows(), count);
  Eigen::Index at = 0;
  for (int k = 0; k < count; ++k) {
    const double wanted = along(along.size() - 1) * k / (count - 1.0);
    while (at + 1 < curve.cols() && along(at) < wanted) ++at;
    points.col(k) = curve.col(at);
  }
  return points;
}

struct Smooth {
  std::string name;
  int num_variables;
};

class SmoothCurve : public testing::TestWithParam<Smooth> {};

TEST_P(SmoothCurve, IsCoveredAsWellAsByEvenSpacingAtSixEvaluationsAndGradientsAPoint) {
  const auto problem = make_reference_problem(GetParam().name, GetParam().num_variables);
  const Report report = trace(*problem, {{"points", "100"}});
  const Vector reference = Vector::Constant(2, 1.1);
  const Matrix analytic = in_units_of(*problem, problem->front(20000));
  const double best = hypervolume(evenly(analytic, 100), reference);
  EXPECT_GE(hypervolume(found(*problem, report), reference), 0.9995 * best);
  const double points = static_cast<double>(report.front.points().size());
  EXPECT_LE(points, 100);
  EXPECT_LE(static_cast<double>(report.totals.evaluations + report.totals.gradients), 6 * points);
  // Neighbours, but for those at the two ends, are within a quarter of the usual distance.
  std::vector<Gap> gaps = gaps_along(report.front);
  double mean = 0.0;
  for (const Gap& gap : gaps) mean += gap.length / static_cast<double>(gaps.size());
  for (std::size_t k = 1; k + 1 < gaps.size(); ++k) {
    EXPECT_NEAR(gaps[k].length, mean, 0.25 * mean) << "gap " << k;
  }
}

INSTANTIATE_TEST_SUITE_P(Reference, SmoothCurve,
                         testing::Values(Smooth{"fonseca_fleming", 20},
                                         Smooth{"fonseca_fleming", 200},
                                         Smooth{"fonseca_fleming", 1000}, Smooth{"jos1", 100},
                                         Smooth{"zdt1", 30}, Smooth{"zdt2", 30}),
                         [](const auto& test) {
                           return test.param.name + "_" + std::to_string(test.param.num_variables);
                         });

TEST(ParetoTracing, StepsAtTheSpacingItWasAskedFor) {
  for (const Smooth& each : {Smooth{"two_quadratics", 5}, Smooth{"fonseca_fleming", 200}}) {
    const auto problem = make_reference_problem(each.name, each.num_variables);
    const Report report = trace(*problem, {{"points", "50"}});
    EXPECT_LE(spacing_variation(found(*problem, report)), 0.15) << each.name;
  }
}

struct Surface {
  std::string name;
  int num_variables;
};

class TracedSurface : public testing::TestWithParam<Surface> {};

/// Of five starts; where minima are not unique, an unlucky one leaves a part of the edge out.
double median(std::vector<double> numbers) {
  std::sort(numbers.begin(), numbers.end());
  return numbers[numbers.size() / 2];
}

TEST_P(TracedSurface, IsCoveredAtTheSpacingForEightGradientEquivalentsAPoint) {
  constexpr double spacing = 0.12;
  const auto problem = make_reference_problem(GetParam().name, GetParam().num_variables);
  const Matrix analytic = in_units_of(*problem, problem->front(5000));
  std::vector<double> nearest_means;
  std::vector<double> holes;
  std::vector<double> costs;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Report report = trace(*problem, {{"points", "1000"}, {"spacing", "0.12"}}, seed);
    const Matrix points = found(*problem, report);
    double nearest_mean = 0.0;
    for (Eigen::Index k = 0; k < points.cols(); ++k) {
      double nearest = std::numeric_limits<double>::infinity();
      for (Eigen::Index j = 0; j < points.cols(); ++j) {
        if (j != k) nearest = std::min(nearest, (points.col(j) - points.col(k)).norm());
      }
      nearest_mean += nearest / static_cast<double>(points.cols());
    }
    double hole = 0.0;
    for (const auto& place : analytic.colwise()) {
      hole = std::max(hole, (points.colwise() - Vector(place)).colwise().norm().minCoeff());
    }
    const double traced = static_cast<double>(report.front.generated_by("trace").size());
    EXPECT_GE(traced, 50) << "seed " << seed;
    nearest_means.push_back(nearest_mean / spacing);
    holes.push_back(hole);
    costs.push_back(report.totals.gradient_equivalents() /
                    static_cast<double>(report.front.points().size()));
  }
  EXPECT_NEAR(median(nearest_means), 0.9, 0.1);
  EXPECT_LE(median(holes), 0.1);
  EXPECT_LE(median(costs), 8.0);
}

INSTANTIATE_TEST_SUITE_P(Reference, TracedSurface,
                         testing::Values(Surface{"dtlz2", 12}, Surface{"dtlz2", 200},
                                         Surface{"dtlz1_convex", 7}),
                         [](const auto& test) {
                           return test.param.name + "_" + std::to_string(test.param.num_variables);
                         });

TEST(ParetoTracing, AdaptsTheSpacingOfASurfaceToTheNumberOfPoints) {
  const auto problem = make_reference_problem("convex_dtlz2");
  for (const int points : {30, 120}) {
    const Report report = trace(*problem, {{"points", std::to_string(points)}});
    EXPECT_LE(report.front.points().size(), static_cast<std::size_t>(points));
    EXPECT_GE(report.front.points().size(), static_cast<std::size_t>(points / 2));
  }
}

TEST(ParetoTracing, SaysHowASurfaceWasTraced) {
  const Report report = trace(*make_reference_problem("dtlz2"), {{"points", "60"}});
  ASSERT_FALSE(report.notes.empty());
  EXPECT_NE(report.notes[0].find("surface traced at a spacing of"), std::string::npos);
}

TEST(ParetoTracing, FindsPartsOfTheFrontBeyondGaps) {
  const auto problem = make_reference_problem("tnk");
  const Report report = trace(*problem, {{"points", "60"}});
  const bool disconnected =
      std::any_of(report.coverage.begin(), report.coverage.end(),
                  [](const Segment& segment) { return segment.kind == SegmentKind::disconnected; });
  EXPECT_TRUE(disconnected);
  const Vector reference = Vector::Constant(2, 1.1);
  const double analytic = hypervolume(in_units_of(*problem, problem->front(4000)), reference);
  EXPECT_GE(hypervolume(found(*problem, report), reference), 0.95 * analytic);
}

/// Four gaps, and a start that leads to a local minimum of the second objective: parts may hide
/// between neighbours and beyond an end.
TEST(ParetoTracing, FindsAllFivePartsOfAFrontWhateverTheStart) {
  const auto problem = make_reference_problem("zdt3", 30);
  const Vector reference = Vector::Constant(2, 1.1);
  const double analytic = hypervolume(in_units_of(*problem, problem->front(4000)), reference);
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const Report report = trace(*problem, {{"points", "100"}}, seed);
    EXPECT_GE(hypervolume(found(*problem, report), reference), 0.993 * analytic) << "seed " << seed;
  }
}

TEST(ParetoTracing, RefusesWhatItDoesNotKnow) {
  const auto problem = make_reference_problem("zdt1");
  EXPECT_THROW(trace(*problem, {{"spacing", "-1"}}), InvalidArgument);
  EXPECT_THROW(trace(*problem, {{"corrector", "secant"}}), InvalidArgument);
}

}  // namespace
}  // namespace moo
