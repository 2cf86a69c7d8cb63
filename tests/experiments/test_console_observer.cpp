#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "experiments/console_observer.hpp"
#include "libmoo/run/executors.hpp"
#include "libmoo/run/solve.hpp"
#include "solvers/register_builtin.hpp"
#include "tests/support/function_problem.hpp"

namespace moo {
namespace {

using test::FunctionProblem;
using test::Functions;
using test::vector;

/// A loss and a group "parity" whose true violation rate is theta.
Functions one_rule() {
  Functions f;
  f.name = "one_rule";
  f.num_objectives = 2;
  f.infos = {{.name = "loss", .kind = ObjectiveKind::accuracy, .group = "loss"},
             {.name = "parity", .kind = ObjectiveKind::penalty, .group = "parity"}};
  f.start = vector({0.3});
  f.values = [](const Vector& x) {
    return vector({0.5 * (x(0) - 1.0) * (x(0) - 1.0), 0.5 * x(0) * x(0)});
  };
  f.gradients = [](const Vector& x) { return Matrix{{x(0) - 1.0, x(0)}}; };
  f.rule_groups = {"parity"};
  f.violation_rates = [](const Vector& x) { return Vector(x.cwiseMax(0.0)); };
  return f;
}

std::unique_ptr<Solver> any_solver() {
  SolverRegistry registry;
  register_builtin_solvers(registry);
  return registry.create("weighted_sum");
}

/// A console that has seen the iterates of task "weight/7" at these theta.
struct Watched {
  explicit Watched(const Functions& functions, ConsoleObserver::Style style)
      : problem(functions), console(10, style) {
    console.on_start(problem, *any_solver());
  }
  Iterate iterate(double theta) {
    at = problem.linearize(vector({theta}));
    return {++iteration, at->values(), 0.0, 0.0, 0.0, at.get()};
  }
  void see(double theta) { (void)console.on_iteration("weight/7", iterate(theta)); }
  std::string line(double theta) { return console.line("weight/7", iterate(theta)); }

  FunctionProblem problem;
  ConsoleObserver console;
  LinearizationPtr at;
  int iteration = 0;
};

std::string errors_of(const std::function<void()>& action) {
  testing::internal::CaptureStderr();
  action();
  return testing::internal::GetCapturedStderr();
}

TEST(ConsoleObserver, TellsPenaltyAndViolationRateFromTheFirstIterationOfTheTaskToThisOne) {
  errors_of([] {
    Watched watched(one_rule(), ConsoleObserver::Style::plain);
    watched.see(0.31);
    EXPECT_EQ(watched.line(0.02), "weight/7 #2  parity 0.0002 (31 -> 2 % violated)");
    EXPECT_EQ(watched.line(0.31), "weight/7 #3  parity 0.0481 (31 % violated)");
    EXPECT_EQ(watched.line(0.0), "weight/7 #4  parity 0 (31 -> 0 % violated)");
    EXPECT_EQ(watched.line(1.0), "weight/7 #5  parity 0.5 (31 -> 100 % violated)");
    EXPECT_EQ(watched.console.line("weight/8", watched.iterate(0.5)),
              "weight/8 #6  parity 0.125 (50 % violated)")
        << "another task has another beginning";
  });
}

TEST(ConsoleObserver, SaysWhenNothingIsViolatedAndNothingWhenNobodyKnows) {
  errors_of([] {
    Watched watched(one_rule(), ConsoleObserver::Style::plain);
    watched.see(0.0);
    EXPECT_EQ(watched.line(0.0), "weight/7 #2  parity 0 (none violated)");
    Functions f = one_rule();
    f.violation_rates = nullptr;
    Watched unrated(f, ConsoleObserver::Style::plain);
    unrated.see(0.2);
    EXPECT_EQ(unrated.line(0.2), "weight/7 #2  parity 0.02");
  });
}

TEST(ConsoleObserver, WritesALineAtOnceAndThenEveryFewSecondsOnly) {
  const std::string text = errors_of([] {
    Watched watched(one_rule(), ConsoleObserver::Style::plain);
    for (int k = 0; k < 1000; ++k) watched.see(0.3);
  });
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << text;  // the problem, one iteration
  EXPECT_NE(text.find("\nweight/7 #1  parity 0.045 (30 % violated)\n"), std::string::npos) << text;
}

TEST(ConsoleObserver, RewritesItsOneLineOnATerminal) {
  const std::string text = errors_of([] {
    Watched watched(one_rule(), ConsoleObserver::Style::terminal);
    for (int k = 0; k < 10; ++k) watched.see(0.3);
  });
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\r'), 1) << text;
  EXPECT_NE(text.find("0/10 points"), std::string::npos) << text;
  EXPECT_NE(text.find("parity 0.045 (30 % violated)"), std::string::npos) << text;
}

TEST(ConsoleObserver, KeepsQuietAboutTrainingWithoutRules) {
  Functions f = one_rule();
  f.rule_groups.clear();
  f.infos.clear();
  f.violation_rates = nullptr;
  const std::string text = errors_of([&] {
    Watched watched(f, ConsoleObserver::Style::plain);
    for (int k = 0; k < 10; ++k) watched.see(0.3);
  });
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
}

TEST(ConsoleObserver, ShowsTheRulesOfARealRun) {
  const std::string text = errors_of([] {
    const FunctionProblem problem(one_rule());
    ConsoleObserver console(5, ConsoleObserver::Style::plain);
    InlineExecutor executor;
    (void)solve(problem, *any_solver(), Request(), executor, console);
  });
  EXPECT_NE(text.find("  parity "), std::string::npos) << text;
  EXPECT_NE(text.find("violated)"), std::string::npos) << text;
}

}  // namespace
}  // namespace moo
