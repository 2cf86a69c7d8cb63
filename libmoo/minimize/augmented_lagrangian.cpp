#include "libmoo/minimize/augmented_lagrangian.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/minimize/bound_rows.hpp"
#include "libmoo/minimize/bounded_lbfgs.hpp"
#include "libmoo/minimize/dense_run.hpp"
#include "libmoo/minimize/outer_loop.hpp"
#include "libmoo/minimize/restoration.hpp"

namespace moo {
namespace {

void require_usable(const ValueConstraint& constraint, int num_values) {
  if (constraint.index < 0 || constraint.index >= num_values) {
    throw InvalidArgument({"ConstrainedMinimizer", "a constraint on a value that does not exist",
                           "an index from 0 to " + std::to_string(num_values - 1),
                           std::to_string(constraint.index), ""});
  }
  if (!(constraint.scale > 0.0) || !std::isfinite(constraint.scale) ||
      !std::isfinite(constraint.bound) || !(constraint.tolerance >= 0.0)) {
    throw InvalidArgument({"ConstrainedMinimizer", "an unusable constraint",
                           "a finite bound, a finite scale > 0 and a tolerance >= 0",
                           "bound " + std::to_string(constraint.bound) + ", scale " +
                               std::to_string(constraint.scale) + ", tolerance " +
                               std::to_string(constraint.tolerance),
                           ""});
  }
}

}  // namespace

AugmentedLagrangianFunction::AugmentedLagrangianFunction(const Scalarization& base,
                                                         const ValueConstraints& constraints,
                                                         ConstVectorRef multipliers,
                                                         ConstVectorRef penalties)
    : base_(base), constraints_(constraints), multipliers_(multipliers), penalties_(penalties) {}

double AugmentedLagrangianFunction::value(ConstVectorRef values) const {
  double phi = base_.value(values);
  for (std::size_t i = 0; i < constraints_.size(); ++i) {
    const auto k = static_cast<Eigen::Index>(i);
    const double estimate = implied_multiplier(constraints_[i], residual(constraints_[i], values),
                                               multipliers_(k), penalties_(k));
    phi += (estimate * estimate - multipliers_(k) * multipliers_(k)) / (2.0 * penalties_(k));
  }
  return phi;
}

void AugmentedLagrangianFunction::weights(ConstVectorRef values, VectorRef weights) const {
  base_.weights(values, weights);
  for (std::size_t i = 0; i < constraints_.size(); ++i) {
    const auto k = static_cast<Eigen::Index>(i);
    weights(constraints_[i].index) +=
        implied_multiplier(constraints_[i], residual(constraints_[i], values), multipliers_(k),
                           penalties_(k)) /
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
    const double estimate = implied_multiplier(constraint, residual(constraint, values),
                                               multipliers_(k), penalties_(k));
    form.residuals(own + k) = estimate / std::sqrt(penalties_(k));
    if (constraint.sense == Sense::equality || estimate > 0.0) {
      form.jacobian(own + k, constraint.index) = std::sqrt(penalties_(k)) / constraint.scale;
    }
  }
  return true;
}

namespace {

/// The problem's hard rows as constraints. Inequalities: in their own tolerance, with a safety,
/// this share of the smaller of both tolerances. Equalities: in the smaller one; within a wide
/// tolerance of its own a row would be left wherever that suits the objectives, on each point
/// elsewhere.
void append_rows(const Problem& problem, double feasibility_tolerance, double safety_share,
                 ValueConstraints& constraints) {
  int first_group = 1;
  for (const ValueConstraint& each : constraints)
    first_group = std::max(first_group, each.group + 1);
  std::map<std::string, int> groups;
  for (int i = 0; i < problem.num_hard_rows(); ++i) {
    const ConstraintRow& row = problem.hard_rows()[static_cast<std::size_t>(i)];
    const int group =
        groups.try_emplace(row.group, first_group + static_cast<int>(groups.size())).first->second;
    const bool equality = row.sense == Sense::equality;
    const double smaller = std::min(row.tolerance, feasibility_tolerance);
    const double safety = equality ? 0.0 : safety_share * smaller;
    constraints.push_back({problem.num_objectives() + i, -safety, 1.0, row.sense, group,
                           equality ? smaller : row.tolerance - safety});
  }
}

/// Puts the point within its bounds and, where constraints are not met, on them; then says what is
/// left of the violation. Bounds met to the feasibility tolerance only are exact afterwards.
void finish(const Problem& problem, const ValueConstraints& constraints,
            ConstrainedMinimum& result) {
  const Bounds bounds = problem.bounds();
  const auto outside = [&] {
    if (bounds.empty()) return 0.0;
    return std::max(
        {0.0, (bounds.lower - result.theta).maxCoeff(), (result.theta - bounds.upper).maxCoeff()});
  };
  const bool known = result.values.allFinite();
  const bool open = known && result.status != MinimizerStatus::stopped &&
                    result.status != MinimizerStatus::failed;
  if (open && (outside() > 0.0 || worst_constraint(constraints, result.values) >= 0)) {
    restore(problem, constraints, result.multipliers.head(std::ssize(constraints)), result);
  }
  result.feasible = known && outside() <= 1e-9 && worst_constraint(constraints, result.values) < 0;
  ValueConstraints unshifted = constraints;
  const auto p = static_cast<std::size_t>(problem.num_hard_rows());
  for (std::size_t i = constraints.size() - p; i < constraints.size(); ++i) {
    unshifted[i].bound = 0.0;
  }
  result.violation = std::max(largest_violation(unshifted, result.values), outside());
}

/// Those that never leave the box, so that bounds need no rows.
bool keeps_bounds(const std::string& minimizer) {
  return minimizer == "lbfgs" || minimizer == "bounded_lbfgs" || minimizer == "gauss_newton_lbfgs";
}

/// The gradient of the Lagrangian at a minimum, n; on an active bound it is that bound's
/// multiplier.
Vector lagrangian_gradient(const Problem& problem, const Scalarization& base,
                           const ValueConstraints& constraints, const ConstrainedMinimum& at) {
  const LinearizationPtr there = problem.linearize(at.theta);
  Vector weights(problem.num_values());
  base.weights(there->values(), weights);
  for (Eigen::Index k = 0; k < std::ssize(constraints); ++k) {
    const ValueConstraint& each = constraints[static_cast<std::size_t>(k)];
    weights(each.index) += at.multipliers(k) / each.scale;
  }
  Vector gradient(problem.num_variables());
  there->pullback(weights, gradient);
  return gradient;
}

}  // namespace

const std::vector<std::string>& constrained_minimizer_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all = {std::string(automatic_minimizer)};
    all.insert(all.end(), minimizer_names().begin(), minimizer_names().end());
    return all;
  }();
  return names;
}

ConstrainedMinimizer::ConstrainedMinimizer(std::string minimizer, const MinimizerSettings& inner,
                                           const AugmentedLagrangianSettings& outer)
    : free_minimizer_(minimizer == automatic_minimizer ? "bounded_lbfgs" : minimizer),
      minimizer_(minimizer == automatic_minimizer ? "lbfgs" : std::move(minimizer)),
      inner_(inner),
      outer_(outer) {
  make_minimizer(minimizer_, inner_);  // complains about an unknown name now
}

ConstrainedMinimum ConstrainedMinimizer::minimize(const Problem& problem,
                                                  const Scalarization& scalarization,
                                                  ConstVectorRef start,
                                                  const ValueConstraints& constraints,
                                                  ConstVectorRef multipliers,
                                                  const IterationCallback& callback) const {
  for (const ValueConstraint& constraint : constraints) {
    require_usable(constraint, problem.num_values());
  }
  const auto own = static_cast<Eigen::Index>(constraints.size());
  const Eigen::Index p = problem.num_hard_rows();
  if (multipliers.size() > 0 && multipliers.size() != own + p) {
    require_size("ConstrainedMinimizer", "the multiplier guess", own, multipliers.size());
  }
  const bool bounded = !problem.bounds().empty();
  if (own + p == 0 && !bounded) {
    ConstrainedMinimum result;
    static_cast<Minimum&>(result) =
        make_minimizer(free_minimizer_, inner_)->minimize(problem, scalarization, start, callback);
    return result;
  }
  ValueConstraints all = constraints;
  for (ValueConstraint& each : all) {
    if (each.tolerance == 0.0) each.tolerance = outer_.feasibility_tolerance * each.scale;
  }
  Vector guess = Vector::Zero(own + p);
  guess.head(multipliers.size()) = multipliers;
  const bool small = minimizer_ == "lbfgs" && problem.num_variables() <= outer_.dense_variables &&
                     own + p <= outer_.dense_constraints;
  if (!small) return penalized(problem, scalarization, start, std::move(all), guess, callback);
  ValueConstraints rows = all;
  append_rows(problem, outer_.feasibility_tolerance, 1e-3, rows);
  ConstrainedMinimum dense =
      DenseRun(problem, scalarization, rows, inner_, callback).run(start, guess);
  dense.hard_rows = dense.multipliers.segment(own, p);
  finish(problem, rows, dense);
  if (dense.status != MinimizerStatus::stalled || dense.iterations >= inner_.max_iterations) {
    return dense;
  }
  ConstrainedMinimum other =
      penalized(problem, scalarization, start, std::move(all), guess, callback);
  other.iterations += dense.iterations;
  const bool better = other.status == MinimizerStatus::converged ||
                      other.status == MinimizerStatus::stopped ||
                      (!dense.feasible && other.violation < dense.violation);
  dense.iterations = other.iterations;
  return better ? other : dense;
}

ConstrainedMinimum ConstrainedMinimizer::penalized(const Problem& problem,
                                                   const Scalarization& scalarization,
                                                   ConstVectorRef start, ValueConstraints all,
                                                   ConstVectorRef guess,
                                                   const IterationCallback& callback) const {
  const auto own = static_cast<Eigen::Index>(all.size());
  const Eigen::Index p = problem.num_hard_rows();
  const Bounds bounds = problem.bounds();
  const bool native = !bounds.empty() && keeps_bounds(minimizer_);
  if (native && own + p == 0) {
    ConstrainedMinimum result;
    const BoundedMinimum minimum =
        BoundedLbfgs(inner_).minimize_in_box(problem, scalarization, start, callback);
    static_cast<Minimum&>(result) = minimum;
    result.multipliers = bound_multipliers(bounds, minimum.theta, minimum.gradient);
    result.hard_rows = Vector(0);
    finish(problem, all, result);
    return result;
  }
  const BoundRows with_bounds(problem);
  const bool as_rows = !bounds.empty() && !native;
  const Problem& rows_problem = as_rows ? static_cast<const Problem&>(with_bounds) : problem;
  append_rows(rows_problem, outer_.feasibility_tolerance, 0.5, all);
  Vector multipliers = Vector::Zero(std::ssize(all));
  multipliers.head(guess.size()) = guess;
  ConstrainedMinimum result =
      OuterLoop(rows_problem, scalarization, all, minimizer_, inner_, outer_, callback)
          .run(start, multipliers);
  if (native && result.values.allFinite()) {
    const Vector gradient = lagrangian_gradient(problem, scalarization, all, result);
    const Vector of_bounds = bound_multipliers(bounds, result.theta, gradient);
    result.multipliers.conservativeResize(own + p + of_bounds.size());
    result.multipliers.tail(of_bounds.size()) = of_bounds;
  }
  result.values.conservativeResize(problem.num_values());
  result.hard_rows = result.multipliers.segment(own, p);
  all.resize(static_cast<std::size_t>(own + p));
  finish(problem, all, result);
  return result;
}

}  // namespace moo
