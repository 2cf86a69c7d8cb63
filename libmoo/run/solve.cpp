#include "libmoo/run/solve.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <iterator>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/front/anchors.hpp"
#include "libmoo/run/executors.hpp"
#include "libmoo/run/solve_task.hpp"

namespace moo {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

void require_solvable(const Problem& problem, const Solver& solver, const Request& request) {
  if (problem.num_variables() < 1 || problem.num_objectives() < 1) {
    throw InvalidArgument({"solve", "problem '" + problem.name() + "' is empty",
                           "at least one variable and one objective",
                           std::to_string(problem.num_variables()) + " and " +
                               std::to_string(problem.num_objectives()),
                           ""});
  }
  if (!(request.kkt_tolerance > 0.0) || request.max_gradients < 0 || request.max_seconds < 0.0) {
    throw InvalidArgument({"solve", "unusable request",
                           "kkt_tolerance > 0, max_gradients >= 0, max_seconds >= 0", "", ""});
  }
  const std::string reason = solver.explain_unsupported(problem);
  if (!reason.empty()) {
    throw InvalidArgument({"solver " + solver.id(),
                           "does not fit problem '" + problem.name() + "': " + reason, "", "",
                           "choose another solver or other objectives"});
  }
}

namespace {

/// What the tasks of a run share: budgets, the observer, and the points so far.
class Run final : public TaskWatch {
 public:
  Run(const Problem& problem, const Request& request, Observer& observer)
      : request_(request), observer_(observer), live_(problem) {}

  bool wanted(const std::string&) override { return !winding_up(); }

  void charge(const std::string&, long gradients) override { gradients_ += gradients; }

  void on_iteration(const std::string& task, const Iterate& iterate) override {
    const std::lock_guard lock(mutex_);
    if (observer_.on_iteration(task, iterate) == Verdict::stop) stopped_ = true;
  }

  void on_point(const ParetoPoint& point) override {
    const std::lock_guard lock(mutex_);
    live_.add(point);
    ++points_;
    if (observer_.on_point(point, progress()) == Verdict::stop) stopped_ = true;
  }

  void on_result(const Task&, const TaskResult& result) override {
    const std::lock_guard lock(mutex_);
    finished_ += result.cost;
  }

  /// After a wave: its points in their final order.
  void set_front(const Front& front) {
    const std::lock_guard lock(mutex_);
    live_ = front;
  }

  void stop() { stopped_ = true; }

  [[nodiscard]] bool winding_up() {
    if (request_.max_gradients > 0 && gradients_ >= request_.max_gradients) exhausted_ = true;
    if (request_.max_seconds > 0.0 && seconds_since(start_) >= request_.max_seconds) {
      exhausted_ = true;
    }
    return stopped_ || exhausted_;
  }
  [[nodiscard]] bool stopped() const { return stopped_; }
  [[nodiscard]] bool exhausted() const { return exhausted_; }
  [[nodiscard]] Progress progress() const {
    return {points_, scaled_hypervolume(live_), seconds_since(start_), finished_};
  }

 private:
  const Request& request_;
  Observer& observer_;
  Clock::time_point start_ = Clock::now();
  std::mutex mutex_;  ///< guards the observer and what follows
  Front live_;        ///< points in the order of arrival, for progress only
  Cost finished_;     ///< cost of finished tasks
  int points_ = 0;
  std::atomic<long> gradients_{0};
  std::atomic<bool> stopped_{false};
  std::atomic<bool> exhausted_{false};
};

/// A point's multipliers when objectives are scaled otherwise; certify() brings them to the
/// simplex.
Vector rescaled(const Vector& multipliers, const Scaling& from, const Scaling& to) {
  const Eigen::Index m = from.ideal.size();
  Vector result = multipliers;
  result.head(m) = result.head(m).cwiseProduct(to.range()).cwiseQuotient(from.range());
  return result;
}

/// Once every anchor is known, fixes the units of the run and certifies the anchors anew in them.
/// While an objective has no range among the anchors the solver is asked for more of them first.
/// @param tasks all that were run so far
void freeze_scaling(const Problem& problem, const Request& request, const std::vector<Task>& tasks,
                    const Solver& solver, Front& front) {
  const int m = problem.num_objectives();
  const std::vector<const ParetoPoint*> anchors = front.generated_by("anchor");
  if (front.scaling() || static_cast<int>(anchors.size()) < m) return;
  if (!objectives_without_range(front).empty() && !solver.plan(front).empty()) return;
  Matrix payoff(m, static_cast<Eigen::Index>(anchors.size()));
  for (std::size_t j = 0; j < anchors.size(); ++j) {
    payoff.col(static_cast<Eigen::Index>(j)) = anchors[j]->objectives;
  }
  front.freeze_scaling(Scaling::from_payoff(payoff, front.resolution()));
  for (ParetoPoint& point : front.points()) {
    const auto task = std::find_if(tasks.begin(), tasks.end(),
                                   [&](const Task& each) { return each.id == point.task; });
    Vector suggested;
    if (task != tasks.end()) {
      suggested = rescaled(point.multipliers, task->scaling, *front.scaling());
    }
    certify_point(problem, request, *front.scaling(), suggested, point);
  }
}

/// In the order of the plan, whatever finished first.
void add_result(TaskResult& result, Report& report) {
  for (ParetoPoint& point : result.points) report.front.add(std::move(point));
  for (ParetoPoint& scout : result.scouts) report.front.add_scout(std::move(scout));
  std::move(result.failures.begin(), result.failures.end(), std::back_inserter(report.failures));
  report.totals += result.cost;
}

/// Points were found, but none of them meets the hard rows: the sentence that says so.
std::string explain_infeasible(const Front& front) {
  const auto violation_of = [&](const ParetoPoint& point) {
    double largest = 0.0;
    for (std::size_t i = 0; i < front.hard_rows().size(); ++i) {
      const double c = point.constraints(static_cast<Eigen::Index>(i));
      const bool equality = front.hard_rows()[i].sense == Sense::equality;
      largest = std::max(largest, equality ? std::abs(c) : c);
    }
    return largest;
  };
  const ParetoPoint* best = nullptr;
  for (const ParetoPoint& point : front.points()) {
    if (point.feasible) return {};
    if (best == nullptr || violation_of(point) < violation_of(*best)) best = &point;
  }
  if (best == nullptr) return {};
  return "no point meets the hard rules; point " + std::to_string(best->id) +
         " comes closest, with a largest violation of " + std::to_string(violation_of(*best)) +
         ": the failures say which rules";
}

}  // namespace

Report solve(const Problem& problem, const Solver& solver, const Request& request,
             Executor& executor, Observer& observer) {
  require_solvable(problem, solver, request);
  Run run(problem, request, observer);
  Report report;
  report.solver = solver.id();
  report.options = solver.options().values();
  report.seed = request.seed;
  report.kkt_tolerance = request.kkt_tolerance;
  report.front = Front(problem);
  observer.on_start(problem, solver);

  const TaskSolver here = task_solver(problem, solver, request);
  std::vector<Task> until_frozen;
  while (!run.winding_up()) {
    const std::vector<Task> wave = solver.plan(report.front);
    if (wave.empty()) break;
    const std::size_t found = report.front.points().size() + report.front.scouts().size();
    for (TaskResult& result : executor.run(wave, here, run)) {
      // The executor has nobody to solve it: what follows cannot be planned.
      if (result.interrupted && !run.winding_up()) run.stop();
      add_result(result, report);
    }
    if (!report.front.scaling()) {
      until_frozen.insert(until_frozen.end(), wave.begin(), wave.end());
      freeze_scaling(problem, request, until_frozen, solver, report.front);
    }
    run.set_front(report.front);
    // Plans are functions of the front: a wave that added nothing would be planned for ever.
    if (report.front.points().size() + report.front.scouts().size() == found) break;
  }
  const std::string infeasible = explain_infeasible(report.front);
  const bool failed = report.front.points().empty() || !infeasible.empty();
  report.status = run.stopped()     ? RunStatus::stopped
                  : run.exhausted() ? RunStatus::budget_exhausted
                  : failed          ? RunStatus::failed
                                    : RunStatus::complete;
  report.notes = solver.notes(report.front);
  report.coverage = solver.coverage(report.front);
  if (!infeasible.empty()) report.notes.push_back(infeasible);
  observer.on_finish(report, run.progress());
  return report;
}

Report solve(const Problem& problem, const Solver& solver, const Request& request) {
  InlineExecutor executor;
  Observer nobody;
  return solve(problem, solver, request, executor, nobody);
}

}  // namespace moo
