#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "libmoo/base/error.hpp"
#include "libmoo/problem/reference/two_quadratics.hpp"
#include "libmoo/run/executors.hpp"
#include "libmoo/run/solve.hpp"

namespace moo {
namespace {

/// Two waves: the anchors, then points on the segment between the minima, some of them hopeless.
class SegmentSolver final : public Solver {
 public:
  enum class Mischief { none, throws, invalid, records_nan, wrong_size, plans_for_ever };
  explicit SegmentSolver(Mischief mischief = Mischief::none) : mischief_(mischief) {}

  std::string id() const override { return "segment"; }
  OptionTable& options() override { return table_; }
  const OptionTable& options() const override { return table_; }

  std::vector<Task> plan(const Front& so_far) const override {
    std::vector<Task> tasks;
    if (so_far.points().empty() || mischief_ == Mischief::plans_for_ever) {
      for (const double t : {0.0, 1.0}) tasks.push_back(task("anchor", t));
      return tasks;
    }
    if (so_far.points().size() > 2) return {};
    for (int k = 1; k < 8; ++k) tasks.push_back(task("inside", k / 8.0));
    return tasks;
  }

  void solve(const Problem& problem, const Task& task, Recorder& recorder) const override {
    const double t = task.number("t");
    Vector theta = Vector::Constant(problem.num_variables(), t);
    if (mischief_ == Mischief::plans_for_ever && task.id != "anchor/0.000000") return;
    if (t == 0.5 && mischief_ == Mischief::throws) throw std::runtime_error("numbers went wrong");
    if (t == 0.5 && mischief_ == Mischief::invalid)
      throw InvalidArgument({"me", "mistake", "", "", ""});
    if (t == 0.5 && mischief_ == Mischief::records_nan) theta.setConstant(NAN);
    if (t == 0.5 && mischief_ == Mischief::wrong_size) theta.conservativeResize(1);
    Matrix gradient(problem.num_variables(), 1);
    for (int k = 0; k < 10; ++k) {
      const LinearizationPtr at = problem.linearize(Vector::Constant(problem.num_variables(), t));
      at->pullback(Vector::Ones(2), gradient);
      if (!recorder.proceed({k, at->values(), 0.0, 0.0, 0.0})) return;
    }
    recorder.record({theta, Vector(), Vector(), {task.kind, {{"t", t}}}, Candidate::Role::front});
  }

  std::vector<std::string> notes(const Front& front) const override {
    return {std::to_string(front.points().size()) + " points"};
  }

 private:
  static Task task(const std::string& kind, double t) {
    return {kind + "/" + std::to_string(t),
            kind,
            Vector(),
            Scaling::identity(2),
            {{"t", Vector::Constant(1, t)}}};
  }
  Mischief mischief_;
  OptionTable table_;
};

class StopAfter final : public Observer {
 public:
  explicit StopAfter(int iterations) : iterations_(iterations) {}
  Verdict on_iteration(const std::string&, const Iterate&) override {
    return ++seen >= iterations_ ? Verdict::stop : Verdict::proceed;
  }
  int seen = 0;

 private:
  int iterations_;
};

TEST(Solve, RunsWavesUntilThePlanIsEmptyAndKeepsPointsInTaskOrder) {
  const TwoQuadratics problem(3);
  const Report report = solve(problem, SegmentSolver());
  EXPECT_EQ(report.status, RunStatus::complete);
  ASSERT_EQ(report.front.points().size(), 9u);
  EXPECT_EQ(report.front.points()[2].task, "inside/0.125000");
  EXPECT_EQ(report.notes, std::vector<std::string>{"9 points"});
  for (const ParetoPoint& point : report.front.points()) {
    EXPECT_EQ(point.objectives, problem.values(point.parameters)) << "the library's own evaluation";
    EXPECT_EQ(point.cost.gradients, 10);
    EXPECT_EQ(point.cost.evaluations, 10) << "certificates are not charged";
  }
  EXPECT_EQ(report.totals.gradients, 90);
}

TEST(Solve, FreezesTheScalingAtTheAnchorsAndCertifiesThemInIt) {
  const TwoQuadratics problem(3);
  const Report report = solve(problem, SegmentSolver());
  ASSERT_TRUE(report.front.scaling());
  EXPECT_EQ(report.front.scaling()->ideal, Vector::Zero(2));
  EXPECT_EQ(report.front.scaling()->nadir(0), problem.values(Vector::Ones(3))(0));
  EXPECT_TRUE(report.front.points()[0].converged);
  EXPECT_NEAR(report.front.points()[0].multipliers(0), 1.0, 1e-12);
}

TEST(Solve, GivesTheSameFrontOnAnyNumberOfThreads) {
  const TwoQuadratics problem(5);
  const Report one = solve(problem, SegmentSolver());
  for (const int threads : {2, 7}) {
    ThreadExecutor executor(threads);
    Observer nobody;
    const Report many = solve(problem, SegmentSolver(), {}, executor, nobody);
    ASSERT_EQ(many.front.points().size(), one.front.points().size());
    for (std::size_t k = 0; k < one.front.points().size(); ++k) {
      EXPECT_EQ(many.front.points()[k].task, one.front.points()[k].task);
      EXPECT_EQ(many.front.points()[k].parameters, one.front.points()[k].parameters);
      EXPECT_EQ(many.front.points()[k].kkt_residual, one.front.points()[k].kkt_residual);
    }
  }
}

TEST(Solve, ListsNumericalTroubleAsFailuresAndKeepsTheOtherPoints) {
  const TwoQuadratics problem(3);
  for (const auto mischief :
       {SegmentSolver::Mischief::throws, SegmentSolver::Mischief::records_nan}) {
    const Report report = solve(problem, SegmentSolver(mischief));
    EXPECT_EQ(report.front.points().size(), 8u);
    ASSERT_EQ(report.failures.size(), 1u);
    EXPECT_EQ(report.failures[0].task, "inside/0.500000");
    EXPECT_FALSE(report.failures[0].reason.empty());
  }
}

TEST(Solve, LetsMistakesOfTheSolversAuthorThrough) {
  const TwoQuadratics problem(3);
  EXPECT_THROW(solve(problem, SegmentSolver(SegmentSolver::Mischief::invalid)), InvalidArgument);
  EXPECT_THROW(solve(problem, SegmentSolver(SegmentSolver::Mischief::wrong_size)), InvalidArgument);
}

TEST(Solve, DoesNotPlanForEverWhenAWaveAddsNothing) {
  const TwoQuadratics problem(3);
  Request request;
  request.max_gradients = 1000;
  const Report report =
      solve(problem, SegmentSolver(SegmentSolver::Mischief::plans_for_ever), request);
  EXPECT_LE(report.totals.gradients, 1010);
}

TEST(Solve, HonoursTheGradientBudgetWithinOneIterationPerThread) {
  const TwoQuadratics problem(3);
  Request request;
  request.max_gradients = 33;
  const Report report = solve(problem, SegmentSolver(), request);
  EXPECT_EQ(report.status, RunStatus::budget_exhausted);
  EXPECT_EQ(report.totals.gradients, 33);
  EXPECT_EQ(report.front.points().size(), 3u) << "what was found before is kept";
}

TEST(Solve, StopsWhenTheObserverSaysSoAndKeepsThePartialFront) {
  const TwoQuadratics problem(3);
  StopAfter observer(25);
  InlineExecutor executor;
  const Report report = solve(problem, SegmentSolver(), {}, executor, observer);
  EXPECT_EQ(report.status, RunStatus::stopped);
  EXPECT_EQ(observer.seen, 25);
  EXPECT_EQ(report.front.points().size(), 2u);
}

TEST(Solve, RefusesUnusableRequests) {
  const TwoQuadratics problem(3);
  Request request;
  request.kkt_tolerance = 0.0;
  EXPECT_THROW(solve(problem, SegmentSolver(), request), InvalidArgument);
  request = {};
  request.max_gradients = -1;
  EXPECT_THROW(solve(problem, SegmentSolver(), request), InvalidArgument);
}

}  // namespace
}  // namespace moo
