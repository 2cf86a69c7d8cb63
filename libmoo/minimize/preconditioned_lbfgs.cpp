#include "libmoo/minimize/preconditioned_lbfgs.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/minimize/bounded_lbfgs.hpp"
#include "libmoo/minimize/lbfgs.hpp"

namespace moo {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr int iterations_per_matrix = 40;

/// A problem in u, theta = origin + L^-T u. Bounds are not carried over. Borrows all three.
class PreconditionedProblem final : public Problem {
 public:
  PreconditionedProblem(const Problem& problem, const Vector& origin,
                        const Eigen::LLT<Matrix>& factors)
      : problem_(problem), origin_(origin), factors_(factors) {}

  [[nodiscard]] std::string name() const override { return problem_.name(); }
  [[nodiscard]] int num_variables() const override { return problem_.num_variables(); }
  [[nodiscard]] const std::vector<ObjectiveInfo>& objectives() const override {
    return problem_.objectives();
  }
  [[nodiscard]] const std::vector<ConstraintRow>& hard_rows() const override {
    return problem_.hard_rows();
  }
  [[nodiscard]] Vector start(RandomStream&) const override { return Vector::Zero(origin_.size()); }
  [[nodiscard]] LinearizationPtr linearize(ConstVectorRef u) const override;

  [[nodiscard]] Vector theta(ConstVectorRef u) const {
    return origin_ + factors_.matrixU().solve(u);
  }
  /// L^-1, from gradients in theta to gradients in u.
  void precondition(MatrixRef gradients) const { factors_.matrixL().solveInPlace(gradients); }

 private:
  const Problem& problem_;
  const Vector& origin_;
  const Eigen::LLT<Matrix>& factors_;
};

/// Remembers where it is in theta, and how long the last gradient was there.
class PreconditionedLinearization final : public Linearization {
 public:
  PreconditionedLinearization(const PreconditionedProblem& owner, const Problem& problem,
                              Vector theta)
      : owner_(owner), theta_(std::move(theta)), inner_(problem.linearize(theta_)) {}

  [[nodiscard]] const Vector& values() const override { return inner_->values(); }
  void pullback(ConstMatrixRef weights, MatrixRef gradients) const override {
    inner_->pullback(weights, gradients);
    original_norm_ = gradients.allFinite() ? gradients.lpNorm<Eigen::Infinity>() : infinity;
    owner_.precondition(gradients);
  }
  [[nodiscard]] Vector violation_rates() const override { return inner_->violation_rates(); }

  /// |gradient|_inf in theta.
  [[nodiscard]] double original_norm() const { return original_norm_; }
  [[nodiscard]] const Vector& theta() const { return theta_; }
  [[nodiscard]] const Linearization& inner() const { return *inner_; }

 private:
  const PreconditionedProblem& owner_;
  Vector theta_;
  LinearizationPtr inner_;
  mutable double original_norm_ = infinity;
};

LinearizationPtr PreconditionedProblem::linearize(ConstVectorRef u) const {
  return LinearizationPtr(new PreconditionedLinearization(*this, problem_, theta(u)));
}

/// G + J^T C J at a point; not finite where the model is not.
Matrix curvature_matrix(const Problem& problem, const Scalarization& scalarization,
                        const Linearization& at) {
  const int n = problem.num_variables();
  Vector weights(problem.num_values());
  scalarization.weights(at.values(), weights);
  weights = weights.cwiseMax(0.0).eval();
  Matrix matrix(n, n);
  if (problem.capabilities().gauss_newton) {
    at.gauss_newton(weights, matrix);
  } else {
    weights.tail(problem.num_hard_rows()).setZero();
    Vector residuals(at.num_residuals());
    Matrix jacobian(at.num_residuals(), n);
    at.least_squares(weights, residuals, jacobian);
    matrix.noalias() = jacobian.transpose() * jacobian;
  }
  Matrix curvature(problem.num_values(), problem.num_values());
  scalarization.curvature(at.values(), curvature);
  if (!curvature.isZero(0.0)) {
    const Matrix transposed = at.transposed_jacobian(n);
    matrix += transposed * curvature * transposed.transpose();
  }
  return matrix;
}

/// Cholesky factors of the matrix, its diagonal raised as far as it takes; of the identity where
/// the matrix is of no use.
Eigen::LLT<Matrix> factorise(Matrix matrix) {
  const Eigen::Index n = matrix.rows();
  const double size = matrix.diagonal().cwiseAbs().mean();
  if (!matrix.allFinite() || !(size > 0.0)) matrix.setIdentity();
  Eigen::LLT<Matrix> factors(matrix);
  for (double raise = 1e-10 * size; factors.info() != Eigen::Success; raise *= 10.0) {
    factors.compute(matrix + raise * Matrix::Identity(n, n));
  }
  return factors;
}

void require_curvature(const Problem& problem) {
  const Capabilities can = problem.capabilities();
  if (can.gauss_newton || can.least_squares) return;
  throw InvalidArgument({"PreconditionedLbfgs", "no Gauss-Newton matrix",
                         "a problem with the capability gauss_newton or least_squares",
                         "problem '" + problem.name() + "'", "use minimizer lbfgs or newton"});
}

/// Watches a run in u with the eyes of theta, and stops it where the gradient in theta is small.
class Watch {
 public:
  Watch(const IterationCallback& callback, double tolerance, const Minimum& best)
      : callback_(callback), tolerance_(tolerance), before_(best.iterations), theta_(best.theta) {}

  bool operator()(const Iterate& iterate) {
    const auto& at = static_cast<const PreconditionedLinearization&>(*iterate.linearization);
    norm_in_u = iterate.gradient_norm;
    norm = at.original_norm();
    const double step_norm = (at.theta() - theta_).norm();
    theta_ = at.theta();
    stopped = callback_ && !callback_({before_ + iterate.iteration, iterate.values,
                                       iterate.scalarized, norm, step_norm, &at.inner()});
    return !stopped && norm > tolerance_;
  }

  /// Whether the result of the run is the iterate seen last.
  [[nodiscard]] bool has_seen(const Minimum& result) const {
    return result.gradient_norm == norm_in_u;
  }

  bool stopped = false;
  double norm = infinity;       ///< |gradient|_inf in theta at the iterate seen last
  double norm_in_u = infinity;  ///< the same in u

 private:
  const IterationCallback& callback_;
  double tolerance_;
  int before_;  ///< iterations
  Vector theta_;
};

/// phi and its gradient's norm at the best point; false where they are not finite.
bool look_around(const Problem& problem, const Scalarization& scalarization,
                 const Linearization& at, Minimum& best) {
  best.values = at.values();
  const double phi = scalarization.value(best.values);
  if (!std::isfinite(phi)) return false;
  Vector weights(problem.num_values());
  Vector gradient(problem.num_variables());
  scalarization.weights(best.values, weights);
  at.pullback(weights, gradient);
  if (!gradient.allFinite()) return false;
  best.scalarized = phi;
  best.gradient_norm = gradient.lpNorm<Eigen::Infinity>();
  return true;
}

/// At most so many iterations of L-BFGS in the variables that the matrix at best.theta gives; true
/// when that was the last word.
bool descend(const Problem& problem, const Scalarization& scalarization, const Matrix& matrix,
             const MinimizerSettings& settings, const IterationCallback& callback, Minimum& best) {
  const Eigen::LLT<Matrix> factors = factorise(matrix);
  const PreconditionedProblem conditioned(problem, best.theta, factors);
  MinimizerSettings inner = settings;
  inner.gradient_tolerance = 0.0;  // the watch knows better
  inner.max_iterations = std::min(iterations_per_matrix, settings.max_iterations - best.iterations);
  Watch watch(callback, settings.gradient_tolerance, best);
  const Minimum part = Lbfgs(inner).minimize(conditioned, scalarization,
                                             Vector::Zero(best.theta.size()), std::ref(watch));
  best.theta = conditioned.theta(part.theta);
  best.values = part.values;
  best.scalarized = part.scalarized;
  best.gradient_norm = watch.norm;
  best.iterations += part.iterations;
  best.status = watch.stopped ? MinimizerStatus::stopped : MinimizerStatus::converged;
  return watch.stopped || (watch.has_seen(part) && watch.norm <= settings.gradient_tolerance);
}

}  // namespace

Minimum PreconditionedLbfgs::minimize(const Problem& problem, const Scalarization& scalarization,
                                      ConstVectorRef start,
                                      const IterationCallback& callback) const {
  require_size("PreconditionedLbfgs::minimize", "the start", problem.num_variables(), start.size());
  if (!problem.bounds().empty()) {
    return BoundedLbfgs(settings_).minimize(problem, scalarization, start, callback);
  }
  require_curvature(problem);
  Minimum best;
  best.theta = start;
  best.scalarized = best.gradient_norm = infinity;
  double phi_before = infinity;
  double norm_before = infinity;
  const auto end = [&best](MinimizerStatus status) {
    best.status = status;
    return best;
  };
  for (;;) {
    Matrix matrix;
    {
      const LinearizationPtr at = problem.linearize(best.theta);
      if (!look_around(problem, scalarization, *at, best)) return end(MinimizerStatus::failed);
      if (best.gradient_norm <= settings_.gradient_tolerance) {
        return end(MinimizerStatus::converged);
      }
      if (best.iterations >= settings_.max_iterations) return end(MinimizerStatus::iteration_limit);
      const double noise = 1e-15 * std::abs(best.scalarized);
      const bool improved =
          best.scalarized < phi_before - noise || best.gradient_norm < 0.9 * norm_before;
      if (!improved) return end(MinimizerStatus::stalled);
      phi_before = best.scalarized;
      norm_before = best.gradient_norm;
      matrix = curvature_matrix(problem, scalarization, *at);
    }
    if (descend(problem, scalarization, matrix, settings_, callback, best)) return best;
  }
}

}  // namespace moo
