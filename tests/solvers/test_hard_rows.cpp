#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/monotone_pairs.hpp"
#include "libmoo/front/indicators.hpp"
#include "libmoo/run/solve.hpp"
#include "libmoo/training/training_problem.hpp"
#include "solvers/register_builtin.hpp"
#include "tests/support/function_problem.hpp"

namespace moo {
namespace {

using test::columns;
using test::FunctionProblem;
using test::Functions;
using test::vector;

/// 1/2 |x - centre_i|^2 in the plane, one objective per centre, and rows to be added.
Functions distances(const std::vector<Vector>& centres,
                    const std::function<double(const Vector&)>& row = nullptr,
                    const std::function<Vector(const Vector&)>& slope = nullptr,
                    Sense sense = Sense::inequality) {
  Functions f;
  f.num_objectives = static_cast<int>(centres.size());
  f.start = vector({0.3, 0.9});
  f.values = [=](const Vector& x) {
    std::vector<double> values;
    for (const Vector& centre : centres) values.push_back(0.5 * (x - centre).squaredNorm());
    if (row) values.push_back(row(x));
    return vector(values);
  };
  f.gradients = [=](const Vector& x) {
    std::vector<Vector> gradients;
    for (const Vector& centre : centres) gradients.push_back(x - centre);
    if (row) gradients.push_back(slope(x));
    return columns(gradients);
  };
  if (row) f.senses = {sense};
  return f;
}

/// A constrained problem and the optimum for weights (1 - w, w).
struct Cut {
  std::string name;
  Functions functions;
  std::function<Vector(double)> optimum;
};

std::vector<Cut> cuts() {
  const auto chord = [](const Vector& a, const Vector& b) {
    return [=](double w) -> Vector { return (1.0 - w) * a + w * b; };
  };
  const Vector left = vector({-1.0, 0.0});
  const Vector right = vector({1.0, 0.3});
  const auto between = chord(left, right);
  const Vector east = vector({3.0, 0.0});
  const Vector north = vector({0.0, 2.0});
  Functions boxed = distances({east, north});
  boxed.bounds = {vector({0.1, -5.0}), vector({2.0, 1.5})};
  return {
      {"half_space",
       distances(
           {left, right}, [](const Vector& x) { return 0.5 - x(1); },
           [](const Vector&) {
             return vector({0.0, -1.0});
           }),
       [=](double w) {
         return vector({between(w)(0), 0.5});
       }},
      {"circle",
       distances(
           {east, north}, [](const Vector& x) { return x.squaredNorm() - 1.0; },
           [](const Vector& x) -> Vector { return 2.0 * x; }, Sense::equality),
       [=](double w) -> Vector { return chord(east, north)(w).normalized(); }},
      {"bounds", boxed,
       [=](double w) -> Vector {
         return chord(east, north)(w).cwiseMax(boxed.bounds.lower).cwiseMin(boxed.bounds.upper);
       }},
  };
}

/// Objectives along the analytic front, 2 x 2001.
Matrix analytic_front(const Cut& cut) {
  constexpr int count = 2001;
  Matrix front(2, count);
  for (int k = 0; k < count; ++k) {
    front.col(k) = cut.functions.values(cut.optimum(k / (count - 1.0))).head(2);
  }
  return front;
}

class HardRowsBy : public testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] static std::unique_ptr<Solver> solver(int points) {
    SolverRegistry registry;
    register_builtin_solvers(registry);
    return registry.create(GetParam(), {{"points", std::to_string(points)}});
  }
};
INSTANTIATE_TEST_SUITE_P(EverySolver, HardRowsBy,
                         testing::Values("augmented_lagrangian", "pareto_tracing", "weighted_sum"));

TEST_P(HardRowsBy, FindsTheAnalyticFrontWithFeasibleCertifiedPoints) {
  for (const Cut& cut : cuts()) {
    SCOPED_TRACE(cut.name);
    const Report report = solve(FunctionProblem(cut.functions), *solver(20));
    EXPECT_EQ(report.status, RunStatus::complete);
    EXPECT_TRUE(report.failures.empty());
    EXPECT_GE(report.front.nondominated().size(), 12u);
    const Matrix analytic = analytic_front(cut);
    for (const ParetoPoint& point : report.front.points()) {
      SCOPED_TRACE("point " + std::to_string(point.id));
      EXPECT_TRUE(point.feasible);
      if (point.constraints.size() > 0 && cut.functions.senses[0] == Sense::inequality) {
        EXPECT_LE(point.constraints(0), 0.0);  // not within a tolerance: at all
      }
      EXPECT_LE(point.kkt_residual, 1e-5);
      const double distance =
          (analytic.colwise() - point.objectives).colwise().lpNorm<Eigen::Infinity>().minCoeff();
      EXPECT_LE(distance, 3e-3);
    }
    const Vector worst = analytic.rowwise().maxCoeff();
    const Vector reference = worst + 0.1 * (worst - analytic.rowwise().minCoeff());
    const double best = hypervolume(analytic, reference);
    const double found =
        hypervolume(report.front.objectives_of(report.front.nondominated()), reference);
    EXPECT_GE(found, 0.95 * best);
    EXPECT_LE(found, best * (1.0 + 1e-5));
  }
}

TEST_P(HardRowsBy, FindsTheOnePointThereIsForOneObjective) {
  const Functions f = distances(
      {vector({2.0, 0.0})}, [](const Vector& x) { return x(0) - 1.0; },
      [](const Vector&) {
        return vector({1.0, 0.0});
      });
  const Report report = solve(FunctionProblem(f), *solver(20));
  EXPECT_EQ(report.status, RunStatus::complete);
  ASSERT_EQ(report.front.points().size(), 1u);
  const ParetoPoint& point = report.front.points()[0];
  EXPECT_LE((point.parameters - vector({1.0, 0.0})).norm(), 1e-5);
  EXPECT_TRUE(point.feasible);
  EXPECT_TRUE(point.converged);
  EXPECT_TRUE(std::isfinite(scaled_hypervolume(report.front)));
}

TEST_P(HardRowsBy, SaysWhichGroupCannotBeMetAndKeepsTheLeastViolation) {
  for (const double unit : {1e-4, 1.0}) {
    SCOPED_TRACE("unit " + std::to_string(unit));
    // |x|^2 + 0.25 <= 0: the best there is violates it by 0.25 units, at the origin.
    const Functions f = distances(
        {vector({2.0, 0.0}), vector({0.0, 2.0})},
        [=](const Vector& x) { return unit * (x.squaredNorm() + 0.25); },
        [=](const Vector& x) -> Vector { return 2.0 * unit * x; });
    const Report report = solve(FunctionProblem(f), *solver(20));
    EXPECT_EQ(report.status, RunStatus::failed);
    ASSERT_FALSE(report.front.points().empty());
    for (const ParetoPoint& point : report.front.points()) {
      EXPECT_FALSE(point.feasible);
      EXPECT_LE(point.parameters.norm(), 0.02);
      EXPECT_NEAR(point.constraints(0), 0.25 * unit, 1e-3 * unit);
    }
    ASSERT_FALSE(report.failures.empty());
    for (const std::string word : {"infeasible", "hard group 'c0' cannot be met", "row 'c0'"}) {
      EXPECT_NE(report.failures[0].reason.find(word), std::string::npos)
          << report.failures[0].reason;
    }
    ASSERT_FALSE(report.notes.empty());
    EXPECT_NE(report.notes.back().find("no point meets the hard rules"), std::string::npos);
  }
}

/// A network fitted to a surface that falls where the hard rules want it to rise.
TrainingSetup contradicted_setup(int rows) {
  RandomStream random(4);
  TrainingSetup setup;
  setup.network = Network({2, 6, 1}, Activation::tanh);
  setup.weight_decay = 1e-2;
  setup.data.input_names = {"a", "b"};
  setup.data.inputs.resize(2, rows);
  setup.data.targets.resize(1, rows);
  for (int i = 0; i < rows; ++i) {
    const Vector x = random.normal_vector(2);
    setup.data.inputs.col(i) = x;
    setup.data.targets(0, i) = std::sin(2.0 * x(0)) - 0.5 * x(1) + 0.1 * random.normal();
  }
  const auto rising = [](const std::string& input) {
    return std::make_shared<MonotonePairs>(std::vector<std::string>{input},
                                           MonotonePairs::Direction::rising, 0.5);
  };
  setup.groups.push_back({.name = "rising in a",
                          .enforcement = Enforcement::hard,
                          .tolerance = 1e-6,
                          .constraints = {rising("a")}});
  setup.groups.push_back({.name = "rising in b", .constraints = {rising("b")}});
  return setup;
}

TEST_P(HardRowsBy, TrainsUnderHundredsOfHardRowsWithoutOneViolation) {
  const TrainingProblem problem(contradicted_setup(250));
  ASSERT_EQ(problem.num_hard_rows(), 250);
  ASSERT_EQ(problem.num_objectives(), 2);
  Request request;
  request.kkt_tolerance = 1e-4;
  const Report report = solve(problem, *solver(6), request);
  EXPECT_EQ(report.status, RunStatus::complete);
  EXPECT_GE(report.front.nondominated().size(), 4u);
  int held = 0;
  for (const ParetoPoint& point : report.front.points()) {
    SCOPED_TRACE("point " + std::to_string(point.id));
    EXPECT_TRUE(point.feasible);
    EXPECT_LE(point.constraints.maxCoeff(), 1e-6);
    EXPECT_LE(point.kkt_residual, 1e-4);
    // Complementarity: nothing on rows that do not hold anything back.
    for (Eigen::Index i = 0; i < point.constraints.size(); ++i) {
      EXPECT_GE(point.multipliers(2 + i), 0.0);
      const double inactive = point.constraints(i) < -1e-6 ? point.multipliers(2 + i) : 0.0;
      EXPECT_EQ(inactive, 0.0);
      if (point.multipliers(2 + i) > 0.0) ++held;
    }
  }
  EXPECT_GT(held, 0) << "the rules must have something to say";
}

}  // namespace
}  // namespace moo
