#include "libmoo/minimize/restoration.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "libmoo/minimize/lbfgs.hpp"

namespace moo {
namespace {

/// 1/2 |c_+|^2 as something to minimise.
class Violation final : public Scalarization {
 public:
  explicit Violation(const ValueConstraints& constraints) : constraints_(constraints) {}

  double value(ConstVectorRef values) const override {
    // Where the objectives are not defined there is nothing to go on from.
    if (!values.allFinite()) return std::numeric_limits<double>::infinity();
    return 0.5 * violations(constraints_, values).squaredNorm();
  }
  void weights(ConstVectorRef values, VectorRef weights) const override {
    weights.setZero();
    for (const ValueConstraint& constraint : constraints_) {
      weights(constraint.index) +=
          violated(constraint, residual(constraint, values)) / constraint.scale;
    }
  }
  void curvature(ConstVectorRef values, MatrixRef curvature) const override {
    curvature.setZero();
    for (const ValueConstraint& constraint : constraints_) {
      if (violated(constraint, residual(constraint, values)) == 0.0) continue;
      curvature(constraint.index, constraint.index) += 1.0 / (constraint.scale * constraint.scale);
    }
  }

 private:
  const ValueConstraints& constraints_;
};

/// The constraints that a step has to meet: beyond half their tolerance, or with a multiplier.
std::vector<int> to_meet(const ValueConstraints& constraints, ConstVectorRef multipliers,
                         ConstVectorRef values) {
  constexpr std::size_t most = 400;
  std::vector<std::pair<double, int>> ranked;
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    const ValueConstraint& constraint = constraints[i];
    const double c = residual(constraint, values);
    const double excess = std::abs(violated(constraint, c)) * constraint.scale;
    const bool equality = constraint.sense == Sense::equality;
    if (equality || excess > 0.5 * constraint.tolerance ||
        multipliers(static_cast<Eigen::Index>(i)) > 0.0) {
      ranked.emplace_back(-excess / constraint.tolerance, static_cast<int>(i));
    }
  }
  std::sort(ranked.begin(), ranked.end());
  if (ranked.size() > most) ranked.resize(most);
  std::vector<int> which;
  for (const auto& [excess, i] : ranked) which.push_back(i);
  return which;
}

/// The least step that puts these constraints on their boundary to first order.
Vector normal_step(const Linearization& at, const ValueConstraints& constraints,
                   const std::vector<int>& which, const Vector& movable) {
  const auto count = static_cast<Eigen::Index>(which.size());
  Matrix gradients =
      movable.asDiagonal() * constraint_gradients(at, constraints, which, Vector::Ones(count),
                                                  static_cast<int>(movable.size()));
  Vector wanted(count);
  for (Eigen::Index k = 0; k < count; ++k) {
    const double size = gradients.col(k).norm();
    const double c = residual(
        constraints[static_cast<std::size_t>(which[static_cast<std::size_t>(k)])], at.values());
    // Rows of one length: which of them depend on each other must not be a question of units.
    wanted(k) = size > 0.0 ? -c / size : 0.0;
    if (size > 0.0) gradients.col(k) /= size;
  }
  Eigen::CompleteOrthogonalDecomposition<Matrix> factors;
  factors.setThreshold(1e-7);
  factors.compute(gradients.transpose());
  return factors.solve(wanted);
}

}  // namespace

bool restore(const Problem& problem, const ValueConstraints& constraints,
             ConstVectorRef multipliers, Minimum& point) {
  constexpr int max_steps = 8;
  const Bounds bounds = problem.bounds();
  const auto inside = [&](const Vector& theta) -> Vector {
    return bounds.empty() ? theta : Vector(theta.cwiseMax(bounds.lower).cwiseMin(bounds.upper));
  };
  const Vector start = inside(point.theta);
  LinearizationPtr at = problem.linearize(start);
  if (start != point.theta && at->values().allFinite()) {
    point.theta = start;
    point.values = at->values();
  }
  Vector theta = start;
  for (int step = 0; step < max_steps; ++step) {
    const Vector values = at->values();
    if (worst_constraint(constraints, values) < 0) {
      point.theta = theta;
      point.values = values;
      return true;
    }
    const std::vector<int> which = to_meet(constraints, multipliers, values);
    Vector movable = Vector::Ones(theta.size());
    if (!bounds.empty()) {
      movable = ((theta.array() > bounds.lower.array()) && (theta.array() < bounds.upper.array()))
                    .cast<double>();
    }
    const Vector move = normal_step(*at, constraints, which, movable);
    const double before = violations(constraints, values).norm();
    double length = 1.0;
    for (;; length *= 0.25) {
      if (length < 1e-2) return false;
      const Vector next = inside(theta + length * move);
      LinearizationPtr there = problem.linearize(next);
      if (there->values().allFinite() &&
          violations(constraints, there->values()).norm() <= (1.0 - 0.1 * length) * before) {
        theta = next;
        at = std::move(there);
        break;
      }
    }
  }
  return false;
}

Minimum least_violation(const Problem& problem, const ValueConstraints& constraints,
                        ConstVectorRef start, const IterationCallback& callback) {
  const Vector values = problem.linearize(start)->values();
  const double whole = violations(constraints, values).squaredNorm() / (1.0 + start.norm());
  return Lbfgs({.gradient_tolerance = 1e-6 * whole, .max_iterations = 1000})
      .minimize(problem, Violation(constraints), start, callback);
}

bool violation_is_stationary(const Problem& problem, const ValueConstraints& constraints,
                             ConstVectorRef theta) {
  const LinearizationPtr at = problem.linearize(theta);
  Vector weights(problem.num_values());
  Violation(constraints).weights(at->values(), weights);
  Vector gradient(problem.num_variables());
  at->pullback(weights, gradient);
  const Bounds bounds = problem.bounds();
  if (!bounds.empty()) {
    gradient = theta - (theta - gradient).cwiseMax(bounds.lower).cwiseMin(bounds.upper);
  }
  const double whole = violations(constraints, at->values()).squaredNorm();
  return gradient.allFinite() && std::isfinite(whole) &&
         gradient.norm() * (1.0 + theta.norm()) <= 1e-4 * whole;
}

}  // namespace moo
