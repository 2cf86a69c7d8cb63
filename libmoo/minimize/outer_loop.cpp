#include "libmoo/minimize/outer_loop.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "libmoo/minimize/relaxed_variables.hpp"
#include "libmoo/minimize/restoration.hpp"

namespace moo {
namespace {

/// Of the inner tolerance, from one outer iteration to the next.
constexpr double tightening = 0.03;

}  // namespace

ConstrainedMinimum OuterLoop::run(ConstVectorRef start, ConstVectorRef multipliers) {
  start_ = start;
  result_.theta = start;
  multipliers_ = multipliers;
  warm_ = multipliers_.cwiseAbs().maxCoeff() > 0.0;
  if (warm_) tolerance_ *= tightening;  // the first digits are known already
  measure_ = Vector::Constant(count_, std::numeric_limits<double>::infinity());
  begin_penalties();
  for (int k = 1; k <= outer_.max_outer_iterations; ++k) {
    result_.outer_iterations = k;
    if (!iterate()) break;
  }
  result_.multipliers = multipliers_;
  result_.penalties = penalties_;
  return result_;
}

void OuterLoop::begin_penalties() {
  std::map<int, int> sizes;
  for (const ValueConstraint& each : constraints_) ++sizes[each.group];
  penalties_.resize(count_);
  for (Eigen::Index k = 0; k < count_; ++k) {
    const double size = sizes[constraint(k).group];
    penalties_(k) = outer_.initial_penalty / std::max(1.0, std::sqrt(size) / 10.0);
  }
  largest_penalties_ = Vector::Constant(count_, outer_.largest_penalty);
  largest_multipliers_ = Vector::Constant(count_, outer_.largest_multiplier);
}

bool OuterLoop::end(MinimizerStatus status) {
  result_.status = status;
  return false;
}

bool OuterLoop::iterate() {
  tolerance_ = std::max(inner_.gradient_tolerance, tightening * tolerance_);
  const AugmentedLagrangianFunction lagrangian(base_, constraints_, multipliers_, penalties_);
  const Minimum minimum = descend(lagrangian, tolerance_ * (1.0 + multipliers_.lpNorm<1>()));
  const int iterations = result_.iterations + minimum.iterations;
  if (minimum.status == MinimizerStatus::failed && result_.values.size() > 0) {
    result_.iterations = iterations;
    return end(MinimizerStatus::stalled);  // the last point is better than none
  }
  static_cast<Minimum&>(result_) = minimum;
  result_.iterations = iterations;
  warm_ = true;
  if (minimum.status == MinimizerStatus::failed || minimum.status == MinimizerStatus::stopped) {
    return false;
  }
  const Vector before = measure_;
  update_multipliers();
  // The gradient of the augmented Lagrangian is that of the Lagrangian at the new multipliers.
  const bool stationary = minimum.gradient_norm <= stationarity();
  if (stationary && is_complementary()) return end(MinimizerStatus::converged);
  if (stopped_) return end(MinimizerStatus::stopped);
  if (left() <= 0) return end(MinimizerStatus::stalled);
  // Penalties cannot make up for an inner run that ended early.
  if (minimum.status != MinimizerStatus::iteration_limit) raise_penalties(before);
  result_.status = MinimizerStatus::stalled;
  return may_go_on();
}

double OuterLoop::stationarity() const {
  return inner_.gradient_tolerance * (1.0 + multipliers_.lpNorm<1>());
}

bool OuterLoop::is_complementary() const {
  for (Eigen::Index k = 0; k < count_; ++k) {
    if (!(measure_(k) * constraint(k).scale <= constraint(k).tolerance)) return false;
  }
  return true;
}

void OuterLoop::update_multipliers() {
  for (Eigen::Index k = 0; k < count_; ++k) {
    const double c = residual(constraint(k), result_.values);
    const bool equality = constraint(k).sense == Sense::equality;
    // Infeasibility and lack of complementarity in one number.
    measure_(k) = std::abs(equality ? c : std::max(c, -multipliers_(k) / penalties_(k)));
    const double largest = largest_multipliers_(k);
    multipliers_(k) =
        std::clamp(implied_multiplier(constraint(k), c, multipliers_(k), penalties_(k)),
                   equality ? -largest : 0.0, largest);
  }
}

void OuterLoop::raise_penalties(const Vector& before) {
  struct Progress {
    double now = 0.0;
    double before = 0.0;
    bool met = true;
  };
  std::map<int, Progress> groups;
  for (Eigen::Index k = 0; k < count_; ++k) {
    Progress& group = groups[constraint(k).group];
    group.now = std::max(group.now, measure_(k));
    group.before = std::max(group.before, before(k));
    group.met = group.met && measure_(k) * constraint(k).scale <= constraint(k).tolerance;
  }
  for (Eigen::Index k = 0; k < count_; ++k) {
    const Progress& group = groups[constraint(k).group];
    if (group.met || group.now <= outer_.sufficient_decrease * group.before) continue;
    penalties_(k) = std::min(outer_.penalty_growth * penalties_(k), largest_penalties_(k));
  }
}

bool OuterLoop::may_go_on() {
  const bool met = worst_constraint(constraints_, result_.values) < 0;
  const double violation = largest_violation(constraints_, result_.values);
  stuck_ = violation > 0.99 * last_violation_ && !met ? stuck_ + 1 : 0;
  last_violation_ = violation;
  const bool at_limit = !met && ((penalties_ - largest_penalties_).array() >= 0.0).any();
  if (stuck_ < 5 && !at_limit) return true;
  stuck_ = 0;
  switch (leave_the_objective()) {
    case Restored::infeasible:
      return end(MinimizerStatus::infeasible);
    case Restored::stopped:
      return end(MinimizerStatus::stopped);
    case Restored::met:
      return true;
    case Restored::unclear:
      break;
  }
  // A violation that could still fall asks for larger penalties, as long as there are any.
  return !at_limit || raise_limits();
}

bool OuterLoop::raise_limits() {
  if (limits_raised_) return false;
  limits_raised_ = true;
  const Vector sizes =
      gradient_sizes(*problem_.linearize(result_.theta), constraints_, problem_.num_variables());
  if (!(sizes.minCoeff() < 0.1)) return false;
  const Vector small = sizes.cwiseMin(1.0).cwiseMax(1e-8);
  largest_penalties_ = largest_penalties_.cwiseQuotient(small.cwiseAbs2());
  largest_multipliers_ = largest_multipliers_.cwiseQuotient(small);
  return true;
}

OuterLoop::Restored OuterLoop::leave_the_objective() {
  if (restored_) return Restored::unclear;
  const Minimum least = least_violation(problem_, constraints_, result_.theta, watched());
  result_.iterations += least.iterations;
  if (stopped_) return Restored::stopped;
  const double reached = violations(constraints_, least.values).norm();
  const bool lower = reached < violations(constraints_, result_.values).norm();
  const Vector theta = lower ? least.theta : result_.theta;
  const Vector values = lower ? least.values : result_.values;
  const bool met = worst_constraint(constraints_, values) < 0;
  if (!met && !violation_is_stationary(problem_, constraints_, theta)) return Restored::unclear;
  result_.theta = theta;
  result_.values = values;
  result_.scalarized = base_.value(values);
  if (!met) return Restored::infeasible;
  restored_ = true;
  multipliers_.setZero();
  begin_penalties();
  return Restored::met;
}

IterationCallback OuterLoop::watched() {
  return [this](const Iterate& iterate) {
    stopped_ = stopped_ || (callback_ && !callback_(iterate));
    return !stopped_;
  };
}

Minimum OuterLoop::descend(const AugmentedLagrangianFunction& lagrangian,
                           double gradient_tolerance) {
  MinimizerSettings settings = inner_;
  settings.gradient_tolerance = gradient_tolerance;
  const int limit = std::min(inner_.max_iterations, left());
  settings.max_iterations = limit;
  Minimum minimum;
  minimum.theta = result_.theta;
  for (;;) {
    const std::vector<int> stiff = constraints_in_action(minimum.theta);
    const int spent = minimum.iterations;
    if (stiff.empty()) {
      minimum = make_minimizer(minimizer_, settings)
                    ->minimize(problem_, lagrangian, minimum.theta, watched());
    } else {
      minimum = descend_relaxed(lagrangian, settings, stiff, minimum.theta);
    }
    minimum.iterations += spent;
    settings.max_iterations = limit - minimum.iterations;
    const bool renew = minimum.status == MinimizerStatus::iteration_limit && !stiff.empty();
    if (!renew || settings.max_iterations <= 0) return minimum;
  }
}

std::vector<int> OuterLoop::constraints_in_action(const Vector& theta) const {
  constexpr std::size_t least = 10;
  constexpr std::size_t most = 400;
  if (minimizer_ != "lbfgs" || !warm_ || constraints_.size() < least) return {};
  if (!problem_.bounds().empty()) return {};  // relaxed variables have no box
  const Vector values = problem_.linearize(theta)->values();
  std::vector<std::pair<double, int>> ranked;
  for (Eigen::Index k = 0; k < count_; ++k) {
    const double c = residual(constraint(k), values);
    const double estimate = implied_multiplier(constraint(k), c, multipliers_(k), penalties_(k));
    // A constraint with a multiplier acts even where the step before has left it: releasing it
    // for that would make it stiff again one step later.
    const double weight = std::max(std::abs(multipliers_(k)), std::abs(estimate));
    if (constraint(k).sense == Sense::equality || weight > 0.0) {
      ranked.emplace_back(-weight, static_cast<int>(k));
    }
  }
  if (ranked.size() < least) return {};
  std::sort(ranked.begin(), ranked.end());
  if (ranked.size() > most) ranked.resize(most);
  std::vector<int> which;
  for (const auto& [estimate, k] : ranked) which.push_back(k);
  return which;
}

Minimum OuterLoop::descend_relaxed(const AugmentedLagrangianFunction& lagrangian,
                                   MinimizerSettings settings, const std::vector<int>& stiff,
                                   const Vector& theta) {
  Vector factors(static_cast<Eigen::Index>(stiff.size()));
  for (std::size_t k = 0; k < stiff.size(); ++k) {
    factors(static_cast<Eigen::Index>(k)) = std::sqrt(penalties_(stiff[k]));
  }
  const RelaxedVariables relaxed(problem_, theta,
                                 constraint_gradients(*problem_.linearize(theta), constraints_,
                                                      stiff, factors, problem_.num_variables()));
  const double wanted = std::exchange(settings.gradient_tolerance, 0.0);
  settings.max_iterations =
      std::min(settings.max_iterations, std::max(300, 2 * static_cast<int>(stiff.size())));
  double norm = std::numeric_limits<double>::infinity();
  const IterationCallback until_flat = [&](const Iterate& iterate) {
    const double original = relaxed.original_norm(iterate.gradient_norm);
    if (std::isfinite(original)) norm = original;
    const bool flat = norm <= wanted;
    return watched()(iterate) && !flat;
  };
  Minimum minimum = make_minimizer(minimizer_, settings)
                        ->minimize(relaxed, lagrangian, Vector::Zero(theta.size()), until_flat);
  minimum.theta = relaxed.theta(minimum.theta);
  if (minimum.status == MinimizerStatus::failed) return minimum;
  const LinearizationPtr there = problem_.linearize(minimum.theta);
  Vector weights(problem_.num_values());
  Vector gradient(theta.size());
  lagrangian.weights(there->values(), weights);
  there->pullback(weights, gradient);
  minimum.gradient_norm = gradient.lpNorm<Eigen::Infinity>();
  const bool flat = minimum.status == MinimizerStatus::stopped && !stopped_;
  if (flat || minimum.gradient_norm <= wanted) minimum.status = MinimizerStatus::converged;
  return minimum;
}

}  // namespace moo
