#include "libmoo/minimize/levenberg_marquardt.hpp"

#include <ceres/cost_function.h>
#include <ceres/problem.h>
#include <ceres/solver.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

using RowMajorMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// All residuals of the problem under one scalarization, as one block.
class Residuals final : public ceres::CostFunction {
 public:
  Residuals(const Problem& problem, const Scalarization& scalarization, int own, int extra)
      : problem_(problem), scalarization_(scalarization), own_(own), extra_(extra) {
    set_num_residuals(own + extra);
    mutable_parameter_block_sizes()->push_back(problem.num_variables());
  }

  bool Evaluate(double const* const* parameters, double* residuals,
                double** jacobians) const override {
    const int n = problem_.num_variables();
    const LinearizationPtr linearization =
        problem_.linearize(Eigen::Map<const Vector>(parameters[0], n));
    const Vector& values = linearization->values();
    Scalarization::SquaredForm form;
    if (!values.allFinite() || !scalarization_.squared_form(values, form)) return false;
    Vector r(own_);
    Matrix j(own_, n);
    linearization->least_squares(form.linear, r, j);
    // Refused even where only residuals are asked for: Ceres would accept the step, then fail.
    if (!r.allFinite() || !j.allFinite()) return false;
    Eigen::Map<Vector> all(residuals, own_ + extra_);
    all.head(own_) = r;
    all.tail(extra_) = form.residuals;
    if (jacobians != nullptr && jacobians[0] != nullptr) {
      Eigen::Map<RowMajorMatrix> jacobian(jacobians[0], own_ + extra_, n);
      jacobian.topRows(own_) = j;
      if (extra_ > 0) {
        jacobian.bottomRows(extra_) =
            form.jacobian * linearization->transposed_jacobian(n).transpose();
      }
    }
    return all.allFinite();
  }

 private:
  const Problem& problem_;
  const Scalarization& scalarization_;
  int own_;
  int extra_;
};

/// Reports iterations, and stops when told to.
class Watcher final : public ceres::IterationCallback {
 public:
  Watcher(const moo::IterationCallback& callback, const Problem& problem,
          const Scalarization& scalarization, const Vector& theta)
      : callback_(callback), problem_(problem), scalarization_(scalarization), theta_(theta) {}

  ceres::CallbackReturnType operator()(const ceres::IterationSummary& summary) override {
    // Iteration 0 is the start.
    if (!callback_ || summary.iteration == 0) return ceres::SOLVER_CONTINUE;
    const LinearizationPtr linearization = problem_.linearize(theta_);
    const Vector& values = linearization->values();
    // The cost of Ceres lacks the constant of the squared form.
    stopped = !callback_({summary.iteration, values, scalarization_.value(values),
                          summary.gradient_max_norm, summary.step_norm, linearization.get()});
    return stopped ? ceres::SOLVER_TERMINATE_SUCCESSFULLY : ceres::SOLVER_CONTINUE;
  }

  bool stopped = false;

 private:
  const moo::IterationCallback& callback_;
  const Problem& problem_;
  const Scalarization& scalarization_;
  const Vector& theta_;
};

}  // namespace

Minimum LevenbergMarquardt::minimize(const Problem& problem, const Scalarization& scalarization,
                                     ConstVectorRef start,
                                     const IterationCallback& callback) const {
  require_size("LevenbergMarquardt::minimize", "the start", problem.num_variables(), start.size());
  Minimum best;
  best.theta = start;
  Scalarization::SquaredForm form;
  {
    const LinearizationPtr at_start = problem.linearize(start);
    best.values = at_start->values();
    best.scalarized = scalarization.value(best.values);
    best.gradient_norm = std::numeric_limits<double>::infinity();
    if (!best.values.allFinite()) return best;  // failed
    if (!problem.capabilities().least_squares ||
        !scalarization.squared_form(at_start->values(), form)) {
      throw InvalidArgument({"LevenbergMarquardt", "no least-squares form",
                             "objectives and a scalarization that are sums of squares",
                             "problem '" + problem.name() + "'", "use minimizer lbfgs or newton"});
    }
    Vector weights(problem.num_values());
    Vector gradient(problem.num_variables());
    scalarization.weights(best.values, weights);
    at_start->pullback(weights, gradient);
    if (!gradient.allFinite()) return best;
    ceres::Problem least_squares;
    least_squares.AddResidualBlock(new Residuals(problem, scalarization, at_start->num_residuals(),
                                                 static_cast<int>(form.residuals.size())),
                                   nullptr, best.theta.data());

    ceres::Solver::Options options;
    options.linear_solver_type = ceres::DENSE_NORMAL_CHOLESKY;
    options.max_num_iterations = settings_.max_iterations;
    options.gradient_tolerance = settings_.gradient_tolerance;
    options.function_tolerance = 0.0;
    options.parameter_tolerance = 1e-15;
    options.logging_type = ceres::SILENT;
    options.update_state_every_iteration = true;
    Watcher watcher(callback, problem, scalarization, best.theta);
    options.callbacks.push_back(&watcher);
    ceres::Solver::Summary summary;
    ceres::Solve(options, &least_squares, &summary);
    best.iterations = std::max(0, static_cast<int>(summary.iterations.size()) - 1);
    best.status = watcher.stopped ? MinimizerStatus::stopped
                  : summary.termination_type == ceres::NO_CONVERGENCE
                      ? MinimizerStatus::iteration_limit
                      : MinimizerStatus::stalled;
  }

  const LinearizationPtr at_end = problem.linearize(best.theta);
  Vector weights(problem.num_values());
  Vector gradient(problem.num_variables());
  best.values = at_end->values();
  best.scalarized = scalarization.value(best.values);
  scalarization.weights(best.values, weights);
  at_end->pullback(weights, gradient);
  if (!gradient.allFinite()) {
    best.status = MinimizerStatus::failed;
    return best;
  }
  best.gradient_norm = gradient.lpNorm<Eigen::Infinity>();
  if (best.gradient_norm <= settings_.gradient_tolerance) best.status = MinimizerStatus::converged;
  return best;
}

}  // namespace moo
