#include <gtest/gtest.h>

#include <cmath>
#include <ostream>

#include "libmoo/base/error.hpp"
#include "libmoo/front/dominance.hpp"
#include "libmoo/front/indicators.hpp"
#include "libmoo/problem/dense_problem.hpp"
#include "libmoo/run/executors.hpp"
#include "libmoo/run/solve.hpp"
#include "solvers/register_builtin.hpp"
#include "tests/solvers/contract.hpp"

namespace moo {
namespace test {
void PrintTo(const Claim& claim, std::ostream* out) {
  *out << claim.solver << " on " << claim.problem;
}
}  // namespace test

namespace {

using test::Claim;

std::unique_ptr<Solver> solver_of(const Claim& claim) {
  SolverRegistry registry;
  register_builtin_solvers(registry);
  return registry.create(claim.solver, claim.options);
}

class Contract : public testing::TestWithParam<Claim> {
 protected:
  Contract()
      : problem_(test::reference_case(GetParam().problem).make()), solver_(solver_of(GetParam())) {}

  std::shared_ptr<const Problem> problem_;
  std::unique_ptr<Solver> solver_;
};

TEST_P(Contract, PointsReevaluateToTheirObjectivesAndAreCertified) {
  const Report report = solve(*problem_, *solver_);
  EXPECT_EQ(report.status, RunStatus::complete);
  ASSERT_GE(report.front.points().size(), 2u);
  for (const ParetoPoint& point : report.front.points()) {
    EXPECT_EQ(problem_->linearize(point.parameters)->values(), point.objectives);
    EXPECT_LE(point.kkt_residual, GetParam().kkt_residual) << "point " << point.id;
    EXPECT_TRUE(point.converged);
    // The certificate, recomputed by hand. A solver without anchors works in the objectives' units.
    Vector gradient(problem_->num_variables());
    const Scaling scaling =
        report.front.scaling().value_or(Scaling::identity(problem_->num_objectives()));
    const Vector weights = point.multipliers.cwiseQuotient(scaling.range());
    problem_->linearize(point.parameters)->pullback(weights, gradient);
    EXPECT_NEAR(gradient.lpNorm<Eigen::Infinity>(), point.kkt_residual, 1e-12);
    EXPECT_NEAR(point.multipliers.sum(), 1.0, 1e-9);
    EXPECT_GE(point.multipliers.minCoeff(), 0.0);
  }
}

TEST_P(Contract, PointsNotMarkedDominatedAreMutuallyNonDominated) {
  const Report report = solve(*problem_, *solver_);
  for (const ParetoPoint& a : report.front.points()) {
    bool dominated = false;
    for (const ParetoPoint& b : report.front.points()) {
      dominated = dominated || dominates(b.objectives, a.objectives);
    }
    EXPECT_EQ(a.dominated, dominated) << "point " << a.id;
  }
}

TEST_P(Contract, HypervolumeReachesTheClaimedShareOfTheAnalyticOne) {
  const Report report = solve(*problem_, *solver_);
  const Matrix analytic = test::reference_case(GetParam().problem).analytic_front();
  const Vector reference = analytic.rowwise().minCoeff() +
                           1.1 * (analytic.rowwise().maxCoeff() - analytic.rowwise().minCoeff());
  const double found =
      hypervolume(report.front.objectives_of(report.front.nondominated()), reference);
  const double best = hypervolume(analytic, reference);
  EXPECT_GE(found, GetParam().hypervolume_share * best);
  EXPECT_LE(found, best * (1.0 + 1e-6)) << "nothing lies beyond the front";
}

TEST_P(Contract, SameSeedSameFrontWhateverTheNumberOfThreads) {
  Request request;
  request.seed = 11;
  const Report once = solve(*problem_, *solver_, request);
  ThreadExecutor executor(3);
  Observer nobody;
  const Report again = solve(*problem_, *solver_of(GetParam()), request, executor, nobody);
  ASSERT_EQ(once.front.points().size(), again.front.points().size());
  for (std::size_t k = 0; k < once.front.points().size(); ++k) {
    EXPECT_EQ(once.front.points()[k].parameters, again.front.points()[k].parameters);
    EXPECT_EQ(once.front.points()[k].multipliers, again.front.points()[k].multipliers);
  }
}

TEST_P(Contract, StopsWithinItsBudgetWithTheFrontFoundSoFar) {
  const Report whole = solve(*problem_, *solver_);
  Request request;
  request.max_gradients = whole.totals.gradients / 2;
  const Report half = solve(*problem_, *solver_, request);
  EXPECT_EQ(half.status, RunStatus::budget_exhausted);
  // An iteration is a line search: a few gradients more than the budget may have been in flight.
  EXPECT_LE(half.totals.gradients, request.max_gradients + 30);
  EXPECT_LE(half.front.points().size(), whole.front.points().size());
}

INSTANTIATE_TEST_SUITE_P(AllSolvers, Contract, testing::ValuesIn(test::claims()),
                         [](const auto& test) {
                           return test.param.solver + "_on_" + test.param.problem;
                         });

/// 1/2 |theta|^2 and its like, undefined outside a ball of radius 2, seen from a start within.
class UndefinedOutsideABall final : public DenseProblem {
 public:
  explicit UndefinedOutsideABall(double start) : start_(start) {}
  std::string name() const override { return "undefined_outside_a_ball"; }
  int num_variables() const override { return 2; }
  const std::vector<ObjectiveInfo>& objectives() const override {
    static const std::vector<ObjectiveInfo> infos = {{.name = "f0"}, {.name = "f1"}};
    return infos;
  }
  Vector start(RandomStream&) const override { return Vector::Constant(2, start_); }
  Vector values(ConstVectorRef theta) const override {
    if (theta.norm() > 2.0) return Vector::Constant(2, NAN);
    return (Vector(2) << 0.5 * theta.squaredNorm(), 0.5 * (theta.array() - 1.0).square().sum())
        .finished();
  }
  Matrix gradients(ConstVectorRef theta) const override {
    Matrix gradients(2, 2);
    gradients << theta, (theta.array() - 1.0).matrix();
    return gradients;
  }

 private:
  double start_;
};

/// The first objective of another problem alone.
class FirstObjective final : public DenseProblem {
 public:
  std::string name() const override { return "first_objective"; }
  int num_variables() const override { return 3; }
  const std::vector<ObjectiveInfo>& objectives() const override {
    static const std::vector<ObjectiveInfo> infos = {{.name = "f0"}};
    return infos;
  }
  Vector start(RandomStream& random) const override { return random.normal_vector(3); }
  Vector values(ConstVectorRef theta) const override {
    return Vector::Constant(1, 0.5 * (theta.array() - 1.0).square().sum());
  }
  Matrix gradients(ConstVectorRef theta) const override { return theta.array() - 1.0; }
};

class EverySolver : public testing::TestWithParam<std::string> {
 protected:
  EverySolver() { register_builtin_solvers(registry_); }
  SolverRegistry registry_;
};

TEST_P(EverySolver, SurvivesAProblemThatIsUndefinedInPlaces) {
  const Report report = solve(UndefinedOutsideABall(0.9), *registry_.create(GetParam()));
  EXPECT_EQ(report.status, RunStatus::complete);
  for (const ParetoPoint& point : report.front.points()) EXPECT_TRUE(point.objectives.allFinite());
}

TEST_P(EverySolver, ReportsAStartWhereTheProblemIsUndefined) {
  const Report report = solve(UndefinedOutsideABall(5.0), *registry_.create(GetParam()));
  EXPECT_EQ(report.status, RunStatus::failed);
  ASSERT_FALSE(report.failures.empty());
  EXPECT_NE(report.failures[0].reason.find("not finite"), std::string::npos)
      << report.failures[0].reason;
}

TEST_P(EverySolver, GivesOnePointForOneObjectiveOrSaysWhyNot) {
  const FirstObjective problem;
  const auto solver = registry_.create(GetParam());
  if (!solver->explain_unsupported(problem).empty()) {
    EXPECT_THROW(solve(problem, *solver), InvalidArgument);
    return;
  }
  const Report report = solve(problem, *solver);
  ASSERT_EQ(report.front.points().size(), 1u);
  EXPECT_NEAR(report.front.points()[0].objectives(0), 0.0, 1e-10);
}

INSTANTIATE_TEST_SUITE_P(AllSolvers, EverySolver,
                         testing::Values("augmented_lagrangian", "pareto_tracing",
                                         "penalty_schedule", "weighted_sum"));

TEST(EverySolverIsListed, InTheSuiteAbove) {
  SolverRegistry registry;
  register_builtin_solvers(registry);
  EXPECT_EQ(registry.ids(), (std::vector<std::string>{"augmented_lagrangian", "pareto_tracing",
                                                      "penalty_schedule", "weighted_sum"}));
}

TEST(WeightedSum, SaysThatTheConcavePartIsOutOfReach) {
  const Report report = solve(*test::reference_case("fonseca_fleming_2").make(),
                              *solver_of({"weighted_sum", "", {{"points", "20"}}}));
  std::string notes;
  for (const std::string& note : report.notes) notes += note + "\n";
  EXPECT_NE(notes.find("convex"), std::string::npos) << notes;
}

TEST(ParetoTracing, StepsAtTheSpacingItWasAskedFor) {
  for (const std::string name : {"two_quadratics_5", "fonseca_fleming_200"}) {
    const Report report = solve(*test::reference_case(name).make(),
                                *solver_of({"pareto_tracing", "", {{"points", "50"}}}));
    Matrix scaled = report.front.objectives_of(report.front.nondominated());
    for (auto column : scaled.colwise()) column = report.front.scaling()->scaled(column);
    EXPECT_LE(spacing_variation(scaled), 0.2) << name;
  }
}

}  // namespace
}  // namespace moo
