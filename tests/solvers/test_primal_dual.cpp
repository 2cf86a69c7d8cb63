#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/problem/reference/fonseca_fleming.hpp"
#include "libmoo/problem/reference/two_quadratics.hpp"
#include "libmoo/run/executors.hpp"
#include "libmoo/run/solve.hpp"
#include "solvers/primal_dual.hpp"
#include "tests/support/function_problem.hpp"

namespace {

using moo::FonsecaFleming;
using moo::Matrix;
using moo::MultiplierController;
using moo::MultiplierSettings;
using moo::ParetoPoint;
using moo::PrimalDualSolver;
using moo::Problem;
using moo::RandomStream;
using moo::Report;
using moo::RunStatus;
using moo::Sense;
using moo::TwoQuadratics;
using moo::Vector;
using moo::test::FunctionProblem;
using moo::test::Functions;
using moo::test::vector;

MultiplierController controller(const MultiplierSettings& settings,
                                Sense sense = Sense::inequality) {
  return {{sense}, settings};
}

double after(MultiplierController multipliers, const std::vector<double>& violations) {
  for (const double c : violations) multipliers.update(Vector::Constant(1, c));
  return multipliers.multipliers()(0);
}

TEST(MultipliersByNuPi, AreGradientAscentWithoutTheProportionalPart) {
  const MultiplierSettings ascent{.rate = 0.1, .proportional = 0.0, .smoothing = 0.0};
  EXPECT_NEAR(after(controller(ascent), {1.0, 2.0, -0.5}), 0.25, 1e-15);
}

TEST(MultipliersByNuPi, FollowTheFormulaOfThePaper) {
  const MultiplierSettings settings{
      .rate = 0.1, .proportional = 3.0, .integral = 2.0, .smoothing = 0.5};
  // xi: 1, 1.5, 1.25; changes: 1 (the first counts in full), 0.5, -0.25.
  const double expected = 0.1 * (2.0 * (1.0 + 2.0 + 1.0) + 3.0 * (1.0 + 0.5 - 0.25));
  EXPECT_NEAR(after(controller(settings), {1.0, 2.0, 1.0}), expected, 1e-15);
}

TEST(MultipliersByNuPi, OfInequalitiesAreNeverNegativeThoseOfEqualitiesMayBe) {
  const MultiplierSettings ascent{.rate = 0.1, .proportional = 0.0};
  EXPECT_EQ(after(controller(ascent), {-1.0, -1.0}), 0.0);
  EXPECT_NEAR(after(controller(ascent, Sense::equality), {-1.0, -1.0}), -0.2, 1e-15);
}

TEST(MultipliersByNuPi, StayFiniteAndBounded) {
  const MultiplierSettings settings{.rate = 1.0, .largest = 10.0};
  EXPECT_EQ(after(controller(settings), {1e9, 1e9}), 10.0);
  EXPECT_EQ(after(controller(settings), {NAN, INFINITY}), 0.0);
}

void set(PrimalDualSolver& solver, std::vector<std::pair<std::string, std::string>> options) {
  for (const auto& [name, value] : options) solver.options().set(name, value);
}

TEST(PrimalDual, MeetsItsEpsilonsOnConvexAndConcaveFronts) {
  const auto check = [](const Problem& problem) {
    PrimalDualSolver solver;
    set(solver, {{"points", "10"}});
    const Report report = moo::solve(problem, solver);
    EXPECT_EQ(report.status, RunStatus::complete);
    ASSERT_EQ(report.front.nondominated().size(), 10u);
    for (const ParetoPoint& point : report.front.points()) {
      EXPECT_LE(point.kkt_residual, 1e-5) << point.task;
      if (point.generator.kind != "epsilon") continue;
      const Vector scaled = report.front.scaling()->scaled(point.objectives);
      EXPECT_NEAR(scaled(1), point.generator.numbers.at("epsilon_1"), 1e-3);
    }
  };
  check(TwoQuadratics(20, 100.0));
  check(FonsecaFleming(5));
}

TEST(PrimalDual, WithoutTheFinishTheStepsAloneComeNear) {
  const TwoQuadratics problem(20, 100.0);
  PrimalDualSolver solver;
  set(solver, {{"points", "8"}, {"finish_iterations", "0"}});
  const Report report = moo::solve(problem, solver);
  EXPECT_TRUE(report.failures.empty());
  for (const ParetoPoint& point : report.front.points()) {
    EXPECT_LE(point.kkt_residual, 0.05);
    if (point.generator.kind != "epsilon") continue;
    const Vector scaled = report.front.scaling()->scaled(point.objectives);
    EXPECT_NEAR(scaled(1), point.generator.numbers.at("epsilon_1"), 0.02);
  }
}

/// min 1/2 |theta - (2, 1)|^2 subject to theta_0 = 1/2 and theta_1 <= 0: multipliers 3/2 and 1.
Functions with_hard_rows() {
  Functions functions;
  functions.values = [](const Vector& t) {
    return vector({0.5 * (t - vector({2.0, 1.0})).squaredNorm(), t(0) - 0.5, t(1)});
  };
  functions.gradients = [](const Vector& t) {
    return moo::test::columns({t - vector({2.0, 1.0}), Vector::Unit(2, 0), Vector::Unit(2, 1)});
  };
  functions.senses = {Sense::equality, Sense::inequality};
  functions.start = vector({-1.0, -1.0});
  return functions;
}

TEST(PrimalDual, MeetsHardRowsWithTheirMultipliers) {
  PrimalDualSolver solver;
  const Report report = moo::solve(FunctionProblem(with_hard_rows()), solver);
  ASSERT_EQ(report.front.points().size(), 1u);
  const ParetoPoint& point = report.front.points()[0];
  EXPECT_TRUE(point.feasible);
  EXPECT_LE((point.parameters - vector({0.5, 0.0})).norm(), 1e-5);
  const double unit =
      report.front.scaling()->range()(0);  // multipliers are of the scaled objective
  EXPECT_NEAR(unit * point.multipliers(1), 1.5, 1e-3);
  EXPECT_NEAR(unit * point.multipliers(2), 1.0, 1e-3);
}

/// Mean of many pulls towards samples around (2, 1), and one hard row per sample, theta_1 <=
/// height, of which a minibatch has ten.
class RowsOfData final : public FunctionProblem {
 public:
  RowsOfData() : RowsOfData(pull(400, Vector::LinSpaced(400, 0.0, 1.0))) {}
  [[nodiscard]] std::shared_ptr<const Problem> minibatch(RandomStream& random) const override {
    Vector heights(10);
    for (double& height : heights) height = random.index(400) / 399.0;
    return std::make_shared<Named>(pull(10, heights));
  }
  [[nodiscard]] const std::vector<moo::ConstraintRow>& hard_rows() const override { return rows_; }

 private:
  struct Named final : FunctionProblem {
    explicit Named(const Functions& functions) : FunctionProblem(functions) {
      rows_ = FunctionProblem::hard_rows();
      for (moo::ConstraintRow& row : rows_) row.group = "height";
    }
    [[nodiscard]] const std::vector<moo::ConstraintRow>& hard_rows() const override {
      return rows_;
    }
    std::vector<moo::ConstraintRow> rows_;
  };
  explicit RowsOfData(const Functions& functions) : FunctionProblem(functions) {
    rows_ = FunctionProblem::hard_rows();
    for (moo::ConstraintRow& row : rows_) {
      row.group = "height";
      row.tolerance = 1e-3;
    }
  }
  static Functions pull(int count, const Vector& heights) {
    Functions functions;
    functions.values = [heights](const Vector& t) {
      Vector values(1 + heights.size());
      values << 0.5 * (t - vector({2.0, 1.0})).squaredNorm(), t(1) - heights.array();
      return values;
    };
    functions.gradients = [count](const Vector& t) {
      Matrix gradients = Matrix::Zero(2, 1 + count);
      gradients.col(0) = t - vector({2.0, 1.0});
      gradients.row(1).tail(count).setOnes();
      return gradients;
    };
    functions.senses.assign(static_cast<std::size_t>(count), Sense::inequality);
    functions.start = vector({0.0, 0.5});
    return functions;
  }
  std::vector<moo::ConstraintRow> rows_;
};

TEST(PrimalDual, HoldsHardRowsOfWhichAMinibatchHasFew) {
  const RowsOfData problem;
  PrimalDualSolver solver;
  const Report report = moo::solve(problem, solver);
  ASSERT_EQ(report.front.points().size(), 1u);
  const ParetoPoint& point = report.front.points()[0];
  EXPECT_TRUE(point.feasible);
  EXPECT_NEAR(point.parameters(0), 2.0, 1e-3);
  EXPECT_NEAR(point.parameters(1), 0.0, 2e-3) << "the lowest of all rows";
}

/// f_0 = 1/2 (theta - 2)^2 and the proxy f_1 = 1/2 theta^2; what counts is the rate, theta / 2.
FunctionProblem with_a_rate() {
  Functions functions;
  functions.num_objectives = 2;
  functions.values = [](const Vector& t) {
    return vector({0.5 * (t(0) - 2.0) * (t(0) - 2.0), 0.5 * t(0) * t(0)});
  };
  functions.gradients = [](const Vector& t) {
    return moo::test::columns({vector({t(0) - 2.0}), vector({t(0)})});
  };
  functions.start = vector({1.0});
  functions.rule_groups = {"f1"};
  functions.violation_rates = [](const Vector& t) {
    return Vector::Constant(1, std::clamp(0.5 * t(0), 0.0, 1.0));
  };
  return FunctionProblem(functions);
}

TEST(PrimalDual, TrueRatesDriveTheMultipliersWhereAskedTo) {
  const FunctionProblem problem = with_a_rate();
  PrimalDualSolver solver;
  set(solver, {{"points", "5"}, {"drive", "rates"}, {"steps", "6000"}});
  const Report report = moo::solve(problem, solver);
  for (const ParetoPoint& point : report.front.points()) {
    if (point.generator.kind != "epsilon") continue;
    // The unconstrained rate is 1: epsilon is the rate itself.
    EXPECT_NEAR(0.5 * point.parameters(0), point.generator.numbers.at("epsilon_1"), 0.02);
    EXPECT_LE(point.kkt_residual, 1e-5);
  }
}

TEST(PrimalDual, KeepsBounds) {
  Functions functions = with_a_rate().functions();
  functions.violation_rates = nullptr;
  functions.rule_groups.clear();
  functions.bounds = {vector({0.5}), vector({1.5})};
  PrimalDualSolver solver;
  set(solver, {{"points", "4"}});
  const Report report = moo::solve(FunctionProblem(functions), solver);
  ASSERT_FALSE(report.front.points().empty());
  for (const ParetoPoint& point : report.front.points()) {
    EXPECT_GE(point.parameters(0), 0.5 - 1e-9);
    EXPECT_LE(point.parameters(0), 1.5 + 1e-9);
  }
}

TEST(PrimalDual, SameSeedSameFrontWhateverTheNumberOfThreads) {
  const RowsOfData problem;
  PrimalDualSolver solver;
  set(solver, {{"steps", "600"}, {"finish_iterations", "0"}});
  const Report once = moo::solve(problem, solver, {.seed = 4});
  moo::ThreadExecutor executor(3);
  moo::Observer nobody;
  const Report again = moo::solve(problem, solver, {.seed = 4}, executor, nobody);
  const Report other = moo::solve(problem, solver, {.seed = 5});
  ASSERT_EQ(once.front.points().size(), 1u);
  EXPECT_EQ(once.front.points()[0].parameters, again.front.points()[0].parameters);
  EXPECT_NE(once.front.points()[0].parameters, other.front.points()[0].parameters);
}

TEST(PrimalDual, ReportsAStartWhereTheProblemIsUndefined) {
  Functions functions = with_a_rate().functions();
  functions.violation_rates = nullptr;
  functions.rule_groups.clear();
  functions.values = [](const Vector&) { return vector({NAN, NAN}); };
  const Report report = moo::solve(FunctionProblem(functions), PrimalDualSolver());
  EXPECT_EQ(report.status, RunStatus::failed);
  ASSERT_FALSE(report.failures.empty());
  EXPECT_NE(report.failures[0].reason.find("not finite"), std::string::npos);
}

}  // namespace
