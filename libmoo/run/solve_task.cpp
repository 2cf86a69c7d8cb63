#include "libmoo/run/solve_task.hpp"

#include <chrono>
#include <cmath>
#include <exception>
#include <string>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/front/certificate.hpp"
#include "libmoo/problem/counting.hpp"

namespace moo {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

class TaskRecorder final : public Recorder {
 public:
  TaskRecorder(const Problem& problem, const CountingProblem& counter, const Request& request,
               const Task& task, TaskWatch& watch, TaskResult& result)
      : problem_(problem),
        counter_(counter),
        request_(request),
        task_(task),
        watch_(watch),
        result_(result) {}

  void record(Candidate candidate) override {
    require_size("Recorder::record", "the parameter vector", problem_.num_variables(),
                 candidate.parameters.size());
    ParetoPoint point;
    point.task = task_.id;
    point.parameters = std::move(candidate.parameters);
    point.weights = std::move(candidate.weights);
    point.generator = std::move(candidate.generator);
    point.cost = spend();
    Vector suggested = std::move(candidate.multipliers);
    if (suggested.size() == 0 && point.weights.size() > 0 && problem_.num_hard_rows() == 0) {
      suggested = point.weights;
    }
    certify_point(problem_, request_, task_.scaling, suggested, point);
    clock_ = Clock::now();  // certificates are the library's work, not the solver's
    if (!point.objectives.allFinite() || !std::isfinite(point.kkt_residual)) {
      fail("a recorded point has objectives or gradients that are not finite");
      return;
    }
    if (candidate.role == Candidate::Role::scout) {
      result_.scouts.push_back(std::move(point));
      return;
    }
    watch_.on_point(point);
    result_.points.push_back(std::move(point));
  }

  bool proceed(const Iterate& iterate) override {
    charge_budget();
    watch_.on_iteration(task_.id, iterate);
    if (watch_.wanted(task_.id)) return true;
    result_.interrupted = true;
    return false;
  }

  void fail(const std::string& reason) override { result_.failures.push_back({task_.id, reason}); }

  RandomStream random() const override { return RandomStream(request_.seed).substream(task_.id); }

  /// Work since the last call; adds up to the task's cost.
  Cost spend() {
    charge_budget();
    const Cost now{counter_.evaluations(), counter_.gradients(), counter_.hessian_products(),
                   charged_.seconds + seconds_since(clock_)};
    const Cost spent{now.evaluations - charged_.evaluations, now.gradients - charged_.gradients,
                     now.hessian_products - charged_.hessian_products,
                     now.seconds - charged_.seconds};
    charged_ = now;
    clock_ = Clock::now();
    result_.cost += spent;
    return spent;
  }

 private:
  void charge_budget() {
    const long gradients = counter_.gradients();
    watch_.charge(task_.id, gradients - reported_gradients_);
    reported_gradients_ = gradients;
  }

  const Problem& problem_;
  const CountingProblem& counter_;
  const Request& request_;
  const Task& task_;
  TaskWatch& watch_;
  TaskResult& result_;
  long reported_gradients_ = 0;
  Cost charged_;
  Clock::time_point clock_ = Clock::now();
};

}  // namespace

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

TaskResult solve_task(const Problem& problem, const Solver& solver, const Request& request,
                      const Task& task, TaskWatch& watch) {
  TaskResult result;
  const CountingProblem counter(problem);
  TaskRecorder recorder(problem, counter, request, task, watch, result);
  if (watch.wanted(task.id)) {
    try {
      solver.solve(counter, task, recorder);
    } catch (const InvalidArgument&) {
      throw;  // the caller's mistake, not the numbers'
    } catch (const std::exception& error) {
      recorder.fail(error.what());
    }
  } else {
    result.interrupted = true;
  }
  recorder.spend();
  watch.on_result(task, result);
  return result;
}

TaskSolver task_solver(const Problem& problem, const Solver& solver, const Request& request) {
  return [&](const Task& task, TaskWatch& watch) {
    return solve_task(problem, solver, request, task, watch);
  };
}

}  // namespace moo
