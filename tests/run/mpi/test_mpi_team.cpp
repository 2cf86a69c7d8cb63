// Started by mpirun with any number of ranks, which go through the tests side by side. The leader
// checks; the others solve.
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "libmoo/base/error.hpp"
#include "libmoo/minimize/lbfgs.hpp"
#include "libmoo/problem/reference/reference_problem.hpp"
#include "libmoo/problem/reference/two_quadratics.hpp"
#include "libmoo/run/executors.hpp"
#include "libmoo/run/mpi/mpi_team.hpp"
#include "libmoo/run/solve.hpp"
#include "libmoo/run/solve_task.hpp"
#include "solvers/register_builtin.hpp"
#include "tests/support/front_difference.hpp"
#include "tests/support/function_problem.hpp"
#include "tests/support/stop_at.hpp"

namespace moo {
namespace {

Observer nobody;

/// The report on the leader; an empty one on the others, when they have been sent home.
Report solve_together(MpiTeam& team, const Problem& problem, const Solver& solver,
                      const Request& request, Observer& observer) {
  if (team.leads()) return solve(problem, solver, request, team, observer);
  team.serve(task_solver(problem, solver, request));
  return {};
}

/// One wave of many tasks; every rank may do what it likes in them.
class OneWave final : public Solver {
 public:
  using Action = std::function<void(const Task&)>;
  explicit OneWave(int tasks, Action action = nullptr)
      : tasks_(tasks), action_(std::move(action)) {}
  std::string id() const override { return "one_wave"; }
  OptionTable& options() override { return table_; }
  const OptionTable& options() const override { return table_; }

  std::vector<Task> plan(const Front& so_far) const override {
    std::vector<Task> wave;
    for (int k = 0; so_far.points().empty() && k < tasks_; ++k) {
      wave.push_back({"task/" + std::to_string(k),
                      "any",
                      Vector(),
                      Scaling::identity(2),
                      {{"t", Vector::Constant(1, k / 20.0)}}});
    }
    return wave;
  }

  void solve(const Problem& problem, const Task& task, Recorder& recorder) const override {
    if (action_) action_(task);
    const Vector theta = Vector::Constant(problem.num_variables(), task.number("t"));
    const LinearizationPtr at = problem.linearize(theta);
    Matrix gradient(problem.num_variables(), 1);
    for (int k = 0; k < 20; ++k) {
      at->pullback(Vector::Ones(2), gradient);
      if (!recorder.proceed({k, at->values(), 0.5, 0.25, 0.125, at.get()})) return;
    }
    recorder.record({theta, Vector(), Vector(), {"any", {}}, Candidate::Role::front});
  }

 private:
  int tasks_;
  Action action_;
  OptionTable table_;
};

TEST(MpiTeam, FindsTheFrontOfOneProcessBitForBit) {
  silence_ceres();
  SolverRegistry registry;
  register_builtin_solvers(registry);
  for (const char* const id : {"weighted_sum", "augmented_lagrangian", "pareto_tracing", "nsga2",
                               "chebyshev", "penalty_schedule"}) {
    for (const char* const name : {"fonseca_fleming", "zdt1"}) {
      const auto problem = make_reference_problem(name);
      const auto solver = registry.create(id);
      if (!solver->explain_unsupported(*problem).empty()) continue;
      MpiTeam team;
      const Report report = solve_together(team, *problem, *solver, {.seed = 3}, nobody);
      if (!team.leads()) continue;
      const Report plain = solve(*problem, *solver, {.seed = 3});
      EXPECT_EQ(front_difference(plain, report), "") << id << " on " << name;
      EXPECT_GT(report.front.points().size(), 0u);
    }
  }
}

/// Counts what it hears, by task.
class Listener final : public Observer {
 public:
  Verdict on_iteration(const std::string& task, const Iterate& iterate) override {
    ++iterations[task];
    EXPECT_EQ(iterate.iteration, iterations[task] - 1);
    EXPECT_EQ(iterate.scalarized, 0.5);
    EXPECT_EQ(iterate.gradient_norm, 0.25);
    EXPECT_EQ(iterate.step_norm, 0.125);
    EXPECT_EQ(iterate.values.size(), 2);
    EXPECT_EQ(iterate.violation_rates(), Vector::Constant(1, 0.75));
    return Verdict::proceed;
  }
  Verdict on_point(const ParetoPoint& point, const Progress&) override {
    ++points[point.task];
    return Verdict::proceed;
  }
  std::map<std::string, int> iterations;
  std::map<std::string, int> points;
};

test::FunctionProblem with_rates() {
  test::Functions functions;
  functions.num_objectives = 2;
  functions.values = [](const Vector& x) {
    return (Vector(2) << x(0) * x(0), (x(0) - 1.0) * (x(0) - 1.0)).finished();
  };
  functions.gradients = [](const Vector& x) {
    return (Matrix(1, 2) << 2.0 * x(0), 2.0 * (x(0) - 1.0)).finished();
  };
  functions.start = Vector::Zero(1);
  functions.rule_groups = {"rule"};
  functions.violation_rates = [](const Vector&) { return Vector::Constant(1, 0.75); };
  return test::FunctionProblem(functions);
}

TEST(MpiTeam, TellsTheObserverOfEveryIterationAndPoint) {
  const auto problem = with_rates();
  MpiTeam team;
  Listener listener;
  const Report report = solve_together(team, problem, OneWave(9), {}, listener);
  if (!team.leads()) return;
  EXPECT_EQ(report.front.points().size(), 9u);
  EXPECT_EQ(listener.points.size(), 9u);
  EXPECT_EQ(listener.iterations.size(), 9u);
  for (const auto& [task, count] : listener.iterations) EXPECT_EQ(count, 20) << task;
  EXPECT_EQ(report.totals.gradients, 9 * 20);
}

TEST(MpiTeam, IsNotHeldUpByASlowRank) {
  const TwoQuadratics problem(3);
  MpiTeam team;
  const int slow = team.size() - 1;
  int solved = 0;
  const OneWave solver(24, [&](const Task&) {
    ++solved;
    std::this_thread::sleep_for(std::chrono::milliseconds(team.rank() == slow ? 400 : 10));
  });
  const Report report = solve_together(team, problem, solver, {}, nobody);
  if (team.size() > 1 && team.rank() == slow) {
    EXPECT_GE(solved, 1);
    EXPECT_LE(solved, 3) << "the others took the rest";
  }
  if (team.leads()) {
    EXPECT_EQ(report.front.points().size(), 24u);
  }
}

TEST(MpiTeam, StopsEverywhereWhenTheObserverSaysSo) {
  const TwoQuadratics problem(3);
  MpiTeam team;
  StopAt observer(50);
  const Report report = solve_together(team, problem, OneWave(2000), {}, observer);
  if (!team.leads()) return;
  EXPECT_EQ(report.status, RunStatus::stopped);
  EXPECT_GT(report.front.points().size(), 0u);
  EXPECT_LT(report.front.points().size(), 500u);
}

TEST(MpiTeam, HonoursBudgets) {
  const TwoQuadratics problem(3);
  {
    MpiTeam team;
    const Report report =
        solve_together(team, problem, OneWave(2000), {.max_gradients = 200}, nobody);
    if (team.leads()) {
      EXPECT_EQ(report.status, RunStatus::budget_exhausted);
      EXPECT_GE(report.totals.gradients, 200);
      EXPECT_LT(report.totals.gradients, 10000) << "of 40000";
    }
  }
  MpiTeam team;
  const OneWave slow(
      500, [](const Task&) { std::this_thread::sleep_for(std::chrono::milliseconds(20)); });
  const Report report = solve_together(team, problem, slow, {.max_seconds = 0.2}, nobody);
  if (team.leads()) {
    EXPECT_EQ(report.status, RunStatus::budget_exhausted);
    EXPECT_LT(report.front.points().size(), 100u);
  }
}

TEST(MpiTeam, ListsATaskThatThrowsAmongTheFailures) {
  const TwoQuadratics problem(3);
  MpiTeam team;
  const OneWave solver(12, [](const Task& task) {
    if (task.id == "task/1" || task.id == "task/7") throw std::runtime_error("numbers went wrong");
  });
  const Report report = solve_together(team, problem, solver, {}, nobody);
  if (!team.leads()) return;
  EXPECT_EQ(report.front.points().size(), 10u);
  ASSERT_EQ(report.failures.size(), 2u);
  EXPECT_EQ(report.failures[0].task, "task/1");
  EXPECT_EQ(report.failures[1].reason, "numbers went wrong");
}

TEST(MpiTeam, LetsMistakesThroughAndCanBeUsedAgain) {
  const TwoQuadratics problem(3);
  {
    MpiTeam team;
    const OneWave solver(6, [](const Task&) {
      throw InvalidArgument({"the solver", "a mistake", "something else", "this", "think"});
    });
    try {
      static_cast<void>(solve_together(team, problem, solver, {}, nobody));
      EXPECT_FALSE(team.leads()) << "nothing was thrown";
    } catch (const InvalidArgument& error) {
      EXPECT_TRUE(team.leads());
      EXPECT_STREQ(error.what(),
                   "the solver: a mistake; expected something else, got this (think)");
    }
  }
  MpiTeam team;
  const Report report = solve_together(team, problem, OneWave(6), {}, nobody);
  if (team.leads()) {
    EXPECT_EQ(report.front.points().size(), 6u);
  }
}

TEST(MpiTeam, SendsEverybodyHomeWhenTheLeaderFails) {
  const TwoQuadratics problem(3);
  class Broken final : public Observer {
    Verdict on_point(const ParetoPoint&, const Progress&) override {
      throw InvalidArgument({"the observer", "broke", "", "", ""});
    }
  } broken;
  MpiTeam team;
  if (team.leads()) {
    EXPECT_THROW(static_cast<void>(solve_together(team, problem, OneWave(6), {}, broken)),
                 InvalidArgument);
  } else {
    static_cast<void>(solve_together(team, problem, OneWave(6), {}, broken));
  }
}

/// Run by a test of its own, which expects MPI to end all ranks.
TEST(MpiTeam, DISABLED_EndsWithARankThatCannotGoOn) {
  const TwoQuadratics problem(3);
  MpiTeam team;
  const OneWave solver(20, [&](const Task&) {
    if (team.rank() == 1) throw 5;  // no exception that could be told to the leader
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  });
  static_cast<void>(solve_together(team, problem, solver, {}, nobody));
}

TEST(MpiTeam, AgreesOnTheFirstTrouble) {
  const MpiTeam team;
  EXPECT_EQ(team.first_trouble(""), "");
  EXPECT_EQ(team.first_trouble("rain"), "rain");
  const std::string last = team.first_trouble(team.rank() + 1 == team.size() ? "snow" : "");
  EXPECT_EQ(last, team.size() == 1 ? "snow" : "rank " + std::to_string(team.size() - 1) + ": snow");
}

}  // namespace
}  // namespace moo

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
