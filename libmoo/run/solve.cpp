#include "libmoo/run/solve.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <exception>
#include <iterator>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/front/anchors.hpp"
#include "libmoo/front/certificate.hpp"
#include "libmoo/problem/counting.hpp"
#include "libmoo/run/executors.hpp"

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

/// State that the tasks of a run share.
struct Run {
  const Problem& problem;
  const Request& request;
  Observer& observer;
  Clock::time_point start = Clock::now();
  std::mutex mutex;  ///< guards the observer and `live`
  Front live;        ///< points in the order of arrival, for progress only
  Cost finished;     ///< cost of finished tasks
  int points = 0;
  std::atomic<long> gradients{0};
  std::atomic<bool> stopped{false};
  std::atomic<bool> exhausted{false};

  Run(const Problem& p, const Request& r, Observer& o)
      : problem(p), request(r), observer(o), live(p) {}

  [[nodiscard]] bool winding_up() {
    if (request.max_gradients > 0 && gradients >= request.max_gradients) exhausted = true;
    if (request.max_seconds > 0.0 && seconds_since(start) >= request.max_seconds) exhausted = true;
    return stopped || exhausted;
  }
  [[nodiscard]] Progress progress() const {
    return {points, scaled_hypervolume(live), seconds_since(start), finished};
  }
};

/// What one task produced.
struct Outcome {
  std::vector<ParetoPoint> points;
  std::vector<ParetoPoint> scouts;
  std::vector<Failure> failures;
  Cost cost;
};

void certify_point(const Problem& problem, const Request& request, const Scaling& scaling,
                   const Vector& suggested, ParetoPoint& point) {
  const CertificateSettings settings{.sufficient_residual = request.kkt_tolerance};
  const Certificate certificate = certify(problem, point.parameters, scaling, suggested, settings);
  const int m = problem.num_objectives();
  point.objectives = certificate.values.head(m);
  point.constraints = certificate.values.tail(problem.num_hard_rows());
  point.multipliers = certificate.multipliers;
  point.kkt_residual = certificate.kkt_residual;
  point.feasible = certificate.feasible;
  const double hard = certificate.multipliers.tail(problem.num_hard_rows()).cwiseAbs().sum();
  point.converged = certificate.kkt_residual <= request.kkt_tolerance * (1.0 + hard);
}

class TaskRecorder final : public Recorder {
 public:
  TaskRecorder(Run& run, const CountingProblem& counter, const Task& task, Outcome& outcome)
      : run_(run), counter_(counter), task_(task), outcome_(outcome) {}

  void record(Candidate candidate) override {
    require_size("Recorder::record", "the parameter vector", run_.problem.num_variables(),
                 candidate.parameters.size());
    ParetoPoint point;
    point.task = task_.id;
    point.parameters = std::move(candidate.parameters);
    point.weights = std::move(candidate.weights);
    point.generator = std::move(candidate.generator);
    point.cost = spend();
    Vector suggested = std::move(candidate.multipliers);
    if (suggested.size() == 0 && point.weights.size() > 0 && run_.problem.num_hard_rows() == 0) {
      suggested = point.weights;
    }
    certify_point(run_.problem, run_.request, task_.scaling, suggested, point);
    restart_clock();  // certificates are the library's work, not the solver's
    if (!point.objectives.allFinite() || !std::isfinite(point.kkt_residual)) {
      fail("a recorded point has objectives or gradients that are not finite");
      return;
    }
    if (candidate.role == Candidate::Role::scout) {
      outcome_.scouts.push_back(std::move(point));
      return;
    }
    const std::lock_guard lock(run_.mutex);
    run_.live.add(point);
    ++run_.points;
    if (run_.observer.on_point(point, run_.progress()) == Verdict::stop) run_.stopped = true;
    outcome_.points.push_back(std::move(point));
  }

  bool proceed(const Iterate& iterate) override {
    charge_budget();
    const std::lock_guard lock(run_.mutex);
    if (run_.observer.on_iteration(task_.id, iterate) == Verdict::stop) run_.stopped = true;
    return !run_.winding_up();
  }

  void fail(const std::string& reason) override { outcome_.failures.push_back({task_.id, reason}); }

  RandomStream random() const override {
    return RandomStream(run_.request.seed).substream(task_.id);
  }

  /// Work since the last call; adds up to the task's cost.
  Cost spend() {
    charge_budget();
    Cost now{counter_.evaluations(), counter_.gradients(), counter_.hessian_products(),
             seconds_ + seconds_since(clock_)};
    Cost spent{now.evaluations - charged_.evaluations, now.gradients - charged_.gradients,
               now.hessian_products - charged_.hessian_products, now.seconds - charged_.seconds};
    charged_ = now;
    seconds_ = now.seconds;
    clock_ = Clock::now();
    outcome_.cost += spent;
    return spent;
  }

 private:
  void restart_clock() { clock_ = Clock::now(); }

  void charge_budget() {
    const long gradients = counter_.gradients();
    run_.gradients += gradients - reported_gradients_;
    reported_gradients_ = gradients;
  }

  Run& run_;
  const CountingProblem& counter_;
  const Task& task_;
  Outcome& outcome_;
  long reported_gradients_ = 0;
  Cost charged_;
  double seconds_ = 0.0;
  Clock::time_point clock_ = Clock::now();
};

Outcome run_task(Run& run, const Solver& solver, const Task& task) {
  Outcome outcome;
  const CountingProblem counter(run.problem);
  TaskRecorder recorder(run, counter, task, outcome);
  if (!run.winding_up()) {
    try {
      solver.solve(counter, task, recorder);
    } catch (const InvalidArgument&) {
      throw;  // the caller's mistake, not the numbers'
    } catch (const std::exception& error) {
      recorder.fail(error.what());
    }
  }
  recorder.spend();
  const std::lock_guard lock(run.mutex);
  run.finished += outcome.cost;
  return outcome;
}

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

  std::vector<Task> until_frozen;
  while (!run.winding_up()) {
    const std::vector<Task> wave = solver.plan(report.front);
    if (wave.empty()) break;
    std::vector<Outcome> outcomes(wave.size());
    executor.run(static_cast<int>(wave.size()), [&](int k) {
      outcomes[static_cast<std::size_t>(k)] =
          run_task(run, solver, wave[static_cast<std::size_t>(k)]);
    });
    const std::size_t found = report.front.points().size() + report.front.scouts().size();
    for (Outcome& outcome : outcomes) {  // in the order of the plan, whatever finished first
      for (ParetoPoint& point : outcome.points) report.front.add(std::move(point));
      for (ParetoPoint& scout : outcome.scouts) report.front.add_scout(std::move(scout));
      std::move(outcome.failures.begin(), outcome.failures.end(),
                std::back_inserter(report.failures));
      report.totals += outcome.cost;
    }
    if (!report.front.scaling()) {
      until_frozen.insert(until_frozen.end(), wave.begin(), wave.end());
      freeze_scaling(problem, request, until_frozen, solver, report.front);
    }
    const std::lock_guard lock(run.mutex);
    run.live = report.front;
    // Plans are functions of the front: a wave that added nothing would be planned for ever.
    if (report.front.points().size() + report.front.scouts().size() == found) break;
  }
  const std::string infeasible = explain_infeasible(report.front);
  const bool failed = report.front.points().empty() || !infeasible.empty();
  report.status = run.stopped     ? RunStatus::stopped
                  : run.exhausted ? RunStatus::budget_exhausted
                  : failed        ? RunStatus::failed
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
