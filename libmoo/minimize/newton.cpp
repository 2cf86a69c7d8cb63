#include "libmoo/minimize/newton.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/problem/hessian.hpp"

namespace moo {
namespace {

/// Approximate minimiser of g.s + 1/2 s.Hs in |s| <= radius.
Vector steihaug_step(const ScalarizedHessian& hessian, const Vector& gradient, double radius) {
  const double forcing = std::min(0.5, std::sqrt(gradient.norm())) * gradient.norm();
  Vector step = Vector::Zero(gradient.size());
  Vector residual = -gradient;
  Vector direction = residual;
  Vector product(gradient.size());

  // The step to the region's edge: the positive root of |step + t direction| = radius.
  const auto to_edge = [&] {
    const double a = direction.squaredNorm();
    const double b = step.dot(direction);
    const double c = step.squaredNorm() - radius * radius;
    return (-b + std::sqrt(std::max(0.0, b * b - a * c))) / a;
  };

  for (Eigen::Index k = 0; k < 2 * gradient.size(); ++k) {
    hessian.multiply(direction, product);
    const double curvature = direction.dot(product);
    if (curvature <= 1e-16 * direction.squaredNorm()) return step + to_edge() * direction;
    const double before = residual.squaredNorm();
    const double length = before / curvature;
    if ((step + length * direction).norm() >= radius) return step + to_edge() * direction;
    step += length * direction;
    residual -= length * product;
    if (residual.norm() <= forcing) break;
    direction = residual + (residual.squaredNorm() / before) * direction;
  }
  return step;
}

Vector scalarized_gradient(const Linearization& at, const Scalarization& scalarization,
                           Eigen::Index num_variables) {
  Vector weights(at.values().size());
  Vector gradient(num_variables);
  scalarization.weights(at.values(), weights);
  at.pullback(weights, gradient);
  return gradient;
}

}  // namespace

Minimum Newton::minimize(const Problem& problem, const Scalarization& scalarization,
                         ConstVectorRef start, const IterationCallback& callback) const {
  require_size("Newton::minimize", "the start", problem.num_variables(), start.size());
  Minimum best;
  best.theta = start;
  LinearizationPtr current = problem.linearize(best.theta);
  best.values = current->values();
  best.scalarized = scalarization.value(best.values);
  best.gradient_norm = std::numeric_limits<double>::infinity();
  if (!std::isfinite(best.scalarized)) return best;  // failed
  Vector gradient = scalarized_gradient(*current, scalarization, start.size());
  if (!gradient.allFinite()) return best;
  best.gradient_norm = gradient.lpNorm<Eigen::Infinity>();
  double radius = std::max(1.0, 0.1 * start.norm());

  while (best.gradient_norm > settings_.gradient_tolerance) {
    if (best.iterations >= settings_.max_iterations) {
      best.status = MinimizerStatus::iteration_limit;
      return best;
    }
    const ScalarizedHessian hessian(problem, scalarization, best.theta, *current);
    Vector product(gradient.size());
    for (bool accepted = false; !accepted;) {  // shrink the region until the step is
      const Vector step = steihaug_step(hessian, gradient, radius);
      hessian.multiply(step, product);
      const double predicted = -(gradient.dot(step) + 0.5 * step.dot(product));
      const Vector trial = best.theta + step;
      LinearizationPtr next = problem.linearize(trial);
      const double value = scalarization.value(next->values());
      const double actual = best.scalarized - value;
      // Below rounding a step counts as good when the model is trusted to that precision.
      const double noise = 1e-14 * std::abs(best.scalarized);
      const bool rounding = std::isfinite(value) && predicted <= noise && std::abs(actual) <= noise;
      const double ratio = rounding ? 1.0 : actual / predicted;
      if (ratio > 0.75 && step.norm() > 0.8 * radius) radius *= 2.0;
      if (ratio > 1e-4 && std::isfinite(value)) {
        Vector next_gradient = scalarized_gradient(*next, scalarization, start.size());
        accepted = next_gradient.allFinite();
        if (rounding && !(next_gradient.norm() < gradient.norm())) {
          best.status = MinimizerStatus::stalled;  // neither phi nor its gradient falls any more
          return best;
        }
        if (accepted) {
          if (!(ratio > 0.25)) radius = 0.25 * std::min(radius, step.norm());
          gradient = std::move(next_gradient);
          best.theta = trial;
          current = std::move(next);
          best.values = current->values();
          best.scalarized = value;
          best.gradient_norm = gradient.lpNorm<Eigen::Infinity>();
          ++best.iterations;
          if (callback && !callback({best.iterations, best.values, best.scalarized,
                                     best.gradient_norm, step.norm(), current.get()})) {
            best.status = MinimizerStatus::stopped;
            return best;
          }
          continue;
        }
      }
      radius = 0.25 * std::min(radius, step.norm());
      if (radius < 1e-14 * std::max(1.0, best.theta.norm())) {
        best.status = MinimizerStatus::stalled;
        return best;
      }
    }
  }
  best.status = MinimizerStatus::converged;
  return best;
}

}  // namespace moo
