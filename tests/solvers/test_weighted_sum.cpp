#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "libmoo/front/indicators.hpp"
#include "libmoo/problem/reference/reference_problem.hpp"
#include "libmoo/run/solve.hpp"
#include "solvers/register_builtin.hpp"

namespace moo {
namespace {

Report run(const std::string& solver, const Problem& problem, const std::string& points) {
  SolverRegistry registry;
  register_builtin_solvers(registry);
  return solve(problem, *registry.create(solver, {{"points", points}}));
}

double longest(const Report& report, SegmentKind kind) {
  double length = 0.0;
  for (const Segment& segment : report.coverage) {
    if (segment.kind == kind) length = std::max(length, segment.length);
  }
  return length;
}

TEST(WeightedSum, SaysThatTheConcavePartIsOutOfReach) {
  const auto problem = make_reference_problem("fonseca_fleming");
  const Report report = run("weighted_sum", *problem, "20");
  EXPECT_GT(longest(report, SegmentKind::nonconvex), 0.05);
  const bool noted =
      std::any_of(report.notes.begin(), report.notes.end(), [](const std::string& note) {
        return note.find("no weight reaches the gap") != std::string::npos &&
               note.find("nonconvex") != std::string::npos;
      });
  EXPECT_TRUE(noted) << testing::PrintToString(report.notes);
}

TEST(WeightedSum, LeavesAConcavePartThatTracingAndEpsilonsFill) {
  const auto problem = make_reference_problem("fonseca_fleming");
  EXPECT_GT(longest(run("weighted_sum", *problem, "40"), SegmentKind::nonconvex), 0.0);
  for (const std::string solver : {"pareto_tracing", "augmented_lagrangian"}) {
    const Report report = run(solver, *problem, "40");
    for (const Segment& segment : report.coverage) EXPECT_LE(segment.length, 0.1) << solver;
  }
}

TEST(WeightedSum, BoundsWhatItsHullMayHaveMissedOnAConvexFront) {
  const auto problem = make_reference_problem("two_quadratics");
  const Report coarse = run("weighted_sum", *problem, "6");
  const Report fine = run("weighted_sum", *problem, "40");
  EXPECT_EQ(longest(fine, SegmentKind::nonconvex), 0.0);
  EXPECT_EQ(longest(fine, SegmentKind::disconnected), 0.0);
  EXPECT_LT(longest(fine, SegmentKind::supported), longest(coarse, SegmentKind::supported));
}

TEST(WeightedSum, FindsOnePointWhereNothingIsInConflict) {
  for (const std::string name : {"nothing_in_conflict", "identical_objectives"}) {
    const Report report = run("weighted_sum", *make_reference_problem(name), "20");
    EXPECT_EQ(report.status, RunStatus::complete);
    EXPECT_EQ(report.front.nondominated().size(), 1u) << name;
  }
}

TEST(WeightedSum, FindsTheSameFrontFromColdStartsForMoreWork) {
  const auto problem = make_reference_problem("zdt1", 30);
  SolverRegistry registry;
  register_builtin_solvers(registry);
  const auto front_from = [&](const std::string& starts) {
    return solve(*problem,
                 *registry.create("weighted_sum", {{"points", "20"}, {"starts", starts}}));
  };
  const Report warm = front_from("auto");
  const Report cold = front_from("cold");
  EXPECT_NEAR(scaled_hypervolume(cold.front), scaled_hypervolume(warm.front), 1e-3);
  EXPECT_GT(cold.totals.gradients, warm.totals.gradients);
}

TEST(WeightedSum, RunsOnAdamAsOnAnyOtherMinimizer) {
  const auto problem = make_reference_problem("two_quadratics");
  SolverRegistry registry;
  register_builtin_solvers(registry);
  const Report report = solve(*problem, *registry.create("weighted_sum", {{"points", "8"},
                                                                          {"minimizer", "adam"},
                                                                          {"learning_rate", "0.05"},
                                                                          {"schedule", "cosine"},
                                                                          {"tolerance", "1e-4"}}));
  EXPECT_EQ(report.status, RunStatus::complete);
  EXPECT_GE(report.front.points().size(), 6u);
  for (const ParetoPoint& point : report.front.points()) {
    EXPECT_LE(problem->distance_to_front(point.objectives), 1e-3);
  }
}

}  // namespace
}  // namespace moo
