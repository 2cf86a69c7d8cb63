#include "libmoo/minimize/augmented_lagrangian.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/minimize/bound_rows.hpp"

namespace moo {
namespace {

double residual(const ValueConstraint& constraint, ConstVectorRef values) {
  return (values(constraint.index) - constraint.bound) / constraint.scale;
}

/// lambda + rho c, cut at zero for inequalities: the multiplier that c implies.
double implied(const ValueConstraint& constraint, double c, double multiplier, double penalty) {
  const double estimate = multiplier + penalty * c;
  return constraint.sense == Sense::equality ? estimate : std::max(0.0, estimate);
}

/// How far c is on the wrong side: the residual itself for equalities.
double violated(const ValueConstraint& constraint, double c) {
  return constraint.sense == Sense::equality ? c : std::max(c, 0.0);
}

/// Largest violation, in units of the scales; infinite where values are not numbers.
double largest_violation(const std::vector<ValueConstraint>& constraints, ConstVectorRef values) {
  if (!values.allFinite()) return std::numeric_limits<double>::infinity();
  double largest = 0.0;
  for (const ValueConstraint& constraint : constraints) {
    largest = std::max(largest, std::abs(violated(constraint, residual(constraint, values))));
  }
  return largest;
}

/// Whether no small step lowers 1/2 |c_+|^2: |grad 1/2 |c_+|^2|_inf <= 1e-4 |c_+|_2, equalities
/// with their residuals, all in units of the scales. One pull-back.
bool violation_is_stationary(const Problem& problem,
                             const std::vector<ValueConstraint>& constraints,
                             ConstVectorRef theta) {
  const LinearizationPtr at = problem.linearize(theta);
  Vector weights = Vector::Zero(problem.num_values());
  double squared = 0.0;
  for (const ValueConstraint& constraint : constraints) {
    const double c = violated(constraint, residual(constraint, at->values()));
    weights(constraint.index) += c / constraint.scale;
    squared += c * c;
  }
  Vector gradient(problem.num_variables());
  at->pullback(weights, gradient);
  return gradient.allFinite() && gradient.lpNorm<Eigen::Infinity>() <= 1e-4 * std::sqrt(squared);
}

void require_usable(const ValueConstraint& constraint, int num_values) {
  if (constraint.index < 0 || constraint.index >= num_values) {
    throw InvalidArgument({"ConstrainedMinimizer", "a constraint on a value that does not exist",
                           "an index from 0 to " + std::to_string(num_values - 1),
                           std::to_string(constraint.index), ""});
  }
  if (!(constraint.scale > 0.0) || !std::isfinite(constraint.scale) ||
      !std::isfinite(constraint.bound)) {
    throw InvalidArgument({"ConstrainedMinimizer", "an unusable constraint",
                           "a finite bound and a finite scale > 0",
                           "bound " + std::to_string(constraint.bound) + ", scale " +
                               std::to_string(constraint.scale),
                           ""});
  }
}

}  // namespace

AugmentedLagrangianFunction::AugmentedLagrangianFunction(
    const Scalarization& base, const std::vector<ValueConstraint>& constraints,
    ConstVectorRef multipliers, ConstVectorRef penalties)
    : base_(base), constraints_(constraints), multipliers_(multipliers), penalties_(penalties) {}

double AugmentedLagrangianFunction::value(ConstVectorRef values) const {
  double phi = base_.value(values);
  for (std::size_t i = 0; i < constraints_.size(); ++i) {
    const auto k = static_cast<Eigen::Index>(i);
    const double estimate =
        implied(constraints_[i], residual(constraints_[i], values), multipliers_(k), penalties_(k));
    phi += (estimate * estimate - multipliers_(k) * multipliers_(k)) / (2.0 * penalties_(k));
  }
  return phi;
}

void AugmentedLagrangianFunction::weights(ConstVectorRef values, VectorRef weights) const {
  base_.weights(values, weights);
  for (std::size_t i = 0; i < constraints_.size(); ++i) {
    const auto k = static_cast<Eigen::Index>(i);
    weights(constraints_[i].index) += implied(constraints_[i], residual(constraints_[i], values),
                                              multipliers_(k), penalties_(k)) /
                                      constraints_[i].scale;
  }
}

void AugmentedLagrangianFunction::curvature(ConstVectorRef values, MatrixRef curvature) const {
  base_.curvature(values, curvature);
  for (std::size_t i = 0; i < constraints_.size(); ++i) {
    const ValueConstraint& constraint = constraints_[i];
    const auto k = static_cast<Eigen::Index>(i);
    const double estimate = multipliers_(k) + penalties_(k) * residual(constraint, values);
    if (constraint.sense == Sense::inequality && estimate <= 0.0) continue;
    curvature(constraint.index, constraint.index) +=
        penalties_(k) / (constraint.scale * constraint.scale);
  }
}

bool AugmentedLagrangianFunction::squared_form(ConstVectorRef values, SquaredForm& form) const {
  if (!base_.squared_form(values, form)) return false;
  const Eigen::Index own = form.residuals.size();
  const auto count = static_cast<Eigen::Index>(constraints_.size());
  form.residuals.conservativeResize(own + count);
  form.jacobian.conservativeResize(own + count, values.size());
  form.jacobian.bottomRows(count).setZero();
  for (Eigen::Index k = 0; k < count; ++k) {
    const ValueConstraint& constraint = constraints_[static_cast<std::size_t>(k)];
    const double estimate =
        implied(constraint, residual(constraint, values), multipliers_(k), penalties_(k));
    form.residuals(own + k) = estimate / std::sqrt(penalties_(k));
    if (constraint.sense == Sense::equality || estimate > 0.0) {
      form.jacobian(own + k, constraint.index) = std::sqrt(penalties_(k)) / constraint.scale;
    }
  }
  return true;
}

ConstrainedMinimizer::ConstrainedMinimizer(std::string minimizer, const MinimizerSettings& inner,
                                           const AugmentedLagrangianSettings& outer)
    : minimizer_(std::move(minimizer)), inner_(inner), outer_(outer) {
  make_minimizer(minimizer_, inner_);  // complains about an unknown name now
}

ConstrainedMinimum ConstrainedMinimizer::minimize(const Problem& problem,
                                                  const Scalarization& scalarization,
                                                  ConstVectorRef start,
                                                  const std::vector<ValueConstraint>& constraints,
                                                  ConstVectorRef multipliers,
                                                  const IterationCallback& callback) const {
  for (const ValueConstraint& constraint : constraints) {
    require_usable(constraint, problem.num_values());
  }
  const bool bounded = !problem.bounds().empty();
  if (constraints.empty() && problem.num_hard_rows() == 0 && !bounded) {
    ConstrainedMinimum result;
    static_cast<Minimum&>(result) =
        make_minimizer(minimizer_, inner_)->minimize(problem, scalarization, start, callback);
    return result;
  }
  const BoundRows with_bounds(problem);
  const Problem& rows_problem = bounded ? static_cast<const Problem&>(with_bounds) : problem;
  std::vector<ValueConstraint> all = constraints;
  int group = 0;
  for (const ValueConstraint& constraint : constraints) group = std::max(group, constraint.group);
  std::map<std::string, int> groups;
  for (int i = 0; i < rows_problem.num_hard_rows(); ++i) {
    const ConstraintRow& row = rows_problem.hard_rows()[static_cast<std::size_t>(i)];
    const int number =
        groups.try_emplace(row.group, group + 1 + static_cast<int>(groups.size())).first->second;
    all.push_back({rows_problem.num_objectives() + i, 0.0, 1.0, row.sense, number});
  }
  Vector guess = Vector::Zero(static_cast<Eigen::Index>(all.size()));
  if (multipliers.size() > 0) {
    require_size("ConstrainedMinimizer", "the multiplier guess",
                 static_cast<long>(constraints.size()), multipliers.size());
    guess.head(multipliers.size()) = multipliers;
  }
  ConstrainedMinimum result =
      solve(rows_problem, scalarization, start, all, std::move(guess), callback);
  result.values.conservativeResize(problem.num_values());
  return result;
}

ConstrainedMinimum ConstrainedMinimizer::solve(const Problem& problem, const Scalarization& base,
                                               ConstVectorRef start,
                                               const std::vector<ValueConstraint>& constraints,
                                               Vector multipliers,
                                               const IterationCallback& callback) const {
  const auto count = static_cast<Eigen::Index>(constraints.size());
  Vector penalties = Vector::Constant(count, outer_.initial_penalty);
  Vector measure = Vector::Constant(count, std::numeric_limits<double>::infinity());
  MinimizerSettings inner = inner_;
  double tolerance = 1e-2;
  int stuck = 0;
  double last_violation = std::numeric_limits<double>::infinity();

  // An inner run that meets its tolerance in the very iteration it is stopped in counts as
  // converged.
  bool stopped = false;
  const IterationCallback watched = [&](const Iterate& iterate) {
    stopped = stopped || (callback && !callback(iterate));
    return !stopped;
  };

  ConstrainedMinimum result;
  result.theta = start;
  for (result.outer_iterations = 1; result.outer_iterations <= outer_.max_outer_iterations;
       ++result.outer_iterations) {
    tolerance = std::max(inner_.gradient_tolerance, 0.05 * tolerance);
    const AugmentedLagrangianFunction lagrangian(base, constraints, multipliers, penalties);
    inner.gradient_tolerance = tolerance * (1.0 + multipliers.cwiseAbs().sum());
    const Minimum minimum =
        make_minimizer(minimizer_, inner)->minimize(problem, lagrangian, result.theta, watched);
    const int iterations = result.iterations + minimum.iterations;
    static_cast<Minimum&>(result) = minimum;
    result.iterations = iterations;
    result.violation = largest_violation(constraints, result.values);
    if (minimum.status == MinimizerStatus::failed || minimum.status == MinimizerStatus::stopped) {
      break;
    }

    Vector next(count);
    std::map<int, std::pair<double, double>> by_group;  // now, before
    for (Eigen::Index k = 0; k < count; ++k) {
      const ValueConstraint& constraint = constraints[static_cast<std::size_t>(k)];
      const double c = residual(constraint, result.values);
      const bool equality = constraint.sense == Sense::equality;
      // Infeasibility and lack of complementarity in one number.
      const double v =
          equality ? std::abs(c) : std::abs(std::max(c, -multipliers(k) / penalties(k)));
      auto& [now, before] = by_group[constraint.group];
      now = std::max(now, v);
      before = std::max(before, measure(k));
      measure(k) = v;
      const double floor = equality ? -outer_.largest_multiplier : 0.0;
      next(k) = std::clamp(implied(constraint, c, multipliers(k), penalties(k)), floor,
                           outer_.largest_multiplier);
    }
    // The gradient of the augmented Lagrangian is that of the Lagrangian at the new multipliers.
    const bool stationary =
        minimum.gradient_norm <= inner_.gradient_tolerance * (1.0 + next.cwiseAbs().sum());
    const bool complementary = measure.maxCoeff() <= outer_.feasibility_tolerance;
    multipliers = next;
    if (stationary && complementary) {
      result.status = MinimizerStatus::converged;
      break;
    }
    if (stopped) {
      result.status = MinimizerStatus::stopped;
      break;
    }
    double largest_penalty = 0.0;
    for (Eigen::Index k = 0; k < count; ++k) {
      const auto& [now, before] = by_group[constraints[static_cast<std::size_t>(k)].group];
      if (now > std::max(outer_.sufficient_decrease * before, outer_.feasibility_tolerance)) {
        penalties(k) = std::min(outer_.penalty_growth * penalties(k), outer_.largest_penalty);
      }
      largest_penalty = std::max(largest_penalty, penalties(k));
    }
    stuck =
        result.violation > 0.99 * last_violation && result.violation > outer_.feasibility_tolerance
            ? stuck + 1
            : 0;
    last_violation = result.violation;
    result.status = MinimizerStatus::stalled;
    const bool last_penalty = largest_penalty >= outer_.largest_penalty &&
                              result.violation > outer_.feasibility_tolerance;
    if (stuck >= 5 || last_penalty) {
      // A violation that could still fall asks for larger penalties, as long as there are any.
      if (violation_is_stationary(problem, constraints, result.theta)) {
        result.status = MinimizerStatus::infeasible;
        break;
      }
      if (last_penalty) break;
    }
  }
  result.outer_iterations = std::min(result.outer_iterations, outer_.max_outer_iterations);
  result.multipliers = multipliers;
  result.penalties = penalties;
  return result;
}

}  // namespace moo
