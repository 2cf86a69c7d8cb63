#include "libmoo/minimize/lbfgs.hpp"

#include <ceres/gradient_problem.h>
#include <ceres/gradient_problem_solver.h>
#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/minimize/bounded_lbfgs.hpp"

namespace moo {
namespace {

/// The best finite point so far and, when somebody watches, its linearization.
struct Best {
  Minimum& minimum;
  bool watched;
  LinearizationPtr linearization = nullptr;
};

/// phi and its gradient as Ceres wants them; remembers the best finite point it was asked for.
class ScalarFunction final : public ceres::FirstOrderFunction {
 public:
  ScalarFunction(const Problem& problem, const Scalarization& scalarization, Best& best)
      : problem_(problem),
        scalarization_(scalarization),
        kept_(best),
        best_(best.minimum),
        weights_(problem.num_values()),
        gradient_(problem.num_variables()) {}

  int NumParameters() const override { return problem_.num_variables(); }

  bool Evaluate(const double* x, double* cost, double* gradient) const override {
    const Eigen::Map<const Vector> theta(x, problem_.num_variables());
    LinearizationPtr linearization = problem_.linearize(theta);
    const Vector& values = linearization->values();
    *cost = scalarization_.value(values);
    if (!std::isfinite(*cost)) return false;
    if (gradient != nullptr) {
      scalarization_.weights(values, weights_);
      linearization->pullback(weights_, gradient_);
      if (!gradient_.allFinite()) return false;
      Eigen::Map<Vector>(gradient, gradient_.size()) = gradient_;
      // Near a minimum phi is flat to rounding while the gradient still falls.
      const double norm = gradient_.lpNorm<Eigen::Infinity>();
      const double noise = 1e-15 * std::abs(best_.scalarized);
      if (*cost < best_.scalarized - noise ||
          (*cost <= best_.scalarized + noise && norm < best_.gradient_norm)) {
        best_.theta = theta;
        best_.values = values;
        best_.scalarized = *cost;
        best_.gradient_norm = norm;
        if (kept_.watched) kept_.linearization = std::move(linearization);
      }
    }
    return true;
  }

 private:
  const Problem& problem_;
  const Scalarization& scalarization_;
  Best& kept_;
  Minimum& best_;
  mutable Vector weights_;
  mutable Vector gradient_;
};

/// Counts iterations over restarts, reports them, and stops when told to.
class Watcher final : public ceres::IterationCallback {
 public:
  Watcher(const moo::IterationCallback& callback, Best& best)
      : callback_(callback), kept_(best), best_(best.minimum) {}

  ceres::CallbackReturnType operator()(const ceres::IterationSummary& summary) override {
    if (summary.iteration == 0) return ceres::SOLVER_CONTINUE;  // a start, not an iteration
    ++best_.iterations;
    if (callback_ &&
        !callback_({best_.iterations, best_.values, best_.scalarized, best_.gradient_norm,
                    summary.step_norm, kept_.linearization.get()})) {
      stopped = true;
      return ceres::SOLVER_ABORT;
    }
    return ceres::SOLVER_CONTINUE;
  }

  bool stopped = false;

 private:
  const moo::IterationCallback& callback_;
  const Best& kept_;
  Minimum& best_;
};

}  // namespace

Minimum Lbfgs::minimize(const Problem& problem, const Scalarization& scalarization,
                        ConstVectorRef start, const IterationCallback& callback) const {
  require_size("Lbfgs::minimize", "the start", problem.num_variables(), start.size());
  if (!problem.bounds().empty()) {
    return BoundedLbfgs(settings_).minimize(problem, scalarization, start, callback);
  }
  Minimum best;
  best.theta = start;
  best.values = Vector::Constant(problem.num_values(), std::numeric_limits<double>::quiet_NaN());
  best.scalarized = best.gradient_norm = std::numeric_limits<double>::infinity();

  Best kept{best, callback != nullptr};
  ceres::GradientProblem gradient_problem(new ScalarFunction(problem, scalarization, kept));
  Watcher watcher(callback, kept);

  ceres::GradientProblemSolver::Options options;
  options.max_lbfgs_rank = settings_.memory;
  options.gradient_tolerance = settings_.gradient_tolerance;
  options.function_tolerance = 0.0;     // a relative decrease says little about the gradient
  options.parameter_tolerance = 1e-15;  // tested before the gradient: leave it to rounding
  options.min_line_search_step_size = 1e-14;
  options.max_num_line_search_step_size_iterations = 30;
  options.logging_type = ceres::SILENT;
  options.callbacks.push_back(&watcher);

  // A line search that cannot tell values apart ends the run early; a fresh memory from the best
  // point often still gains an order of magnitude in the gradient.
  constexpr int max_restarts = 4;
  for (int attempt = 0; attempt <= max_restarts; ++attempt) {
    options.max_num_iterations = settings_.max_iterations - best.iterations;
    if (attempt > 0 && options.max_num_iterations <= 0) break;
    const double before = best.gradient_norm;
    const double phi_before = best.scalarized;
    Vector theta = best.theta;
    ceres::GradientProblemSolver::Summary summary;
    ceres::Solve(options, gradient_problem, theta.data(), &summary);
    if (!std::isfinite(best.scalarized)) {
      best.status = MinimizerStatus::failed;
      return best;
    }
    if (best.gradient_norm <= settings_.gradient_tolerance) {
      best.status = MinimizerStatus::converged;
      return best;
    }
    if (watcher.stopped) {
      best.status = MinimizerStatus::stopped;
      return best;
    }
    const bool improved = best.gradient_norm < 0.9 * before || best.scalarized < phi_before;
    if (attempt > 0 && !improved) break;
  }
  best.status = best.iterations >= settings_.max_iterations ? MinimizerStatus::iteration_limit
                                                            : MinimizerStatus::stalled;
  return best;
}

void silence_ceres() { FLAGS_minloglevel = std::max(FLAGS_minloglevel, google::GLOG_FATAL); }

}  // namespace moo
