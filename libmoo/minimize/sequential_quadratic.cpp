#include "libmoo/minimize/sequential_quadratic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace moo {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Of a decrease that counts, per promised one (Armijo).
constexpr double sufficient = 1e-4;

}  // namespace

SequentialQuadratic::SequentialQuadratic(const Problem& problem, const Scalarization& base,
                                         const ValueConstraints& constraints,
                                         const MinimizerSettings& settings,
                                         const IterationCallback& callback)
    : problem_(problem),
      base_(base),
      constraints_(constraints),
      settings_(settings),
      callback_(callback),
      n_(problem.num_variables()),
      count_(std::ssize(constraints)),
      bounds_(problem.bounds()) {}

SequentialQuadratic::Point SequentialQuadratic::evaluate(ConstVectorRef theta) const {
  Point point;
  point.theta = theta;
  point.linearization = problem_.linearize(theta);
  const Vector& values = point.linearization->values();
  point.phi = base_.value(values);
  point.residuals.resize(count_);
  for (Eigen::Index i = 0; i < count_; ++i) {
    point.residuals(i) = residual(constraints_[static_cast<std::size_t>(i)], values) / sizes_(i);
  }
  return point;
}

void SequentialQuadratic::differentiate(Point& point) const {
  const Vector& values = point.linearization->values();
  Matrix weights = Matrix::Zero(values.size(), 1 + count_);
  Vector first(values.size());
  base_.weights(values, first);
  weights.col(0) = first;
  for (Eigen::Index i = 0; i < count_; ++i) {
    const ValueConstraint& constraint = constraints_[static_cast<std::size_t>(i)];
    weights(constraint.index, 1 + i) = 1.0 / (constraint.scale * sizes_(i));
  }
  Matrix gradients(n_, 1 + count_);
  point.linearization->pullback(weights, gradients);
  point.gradient = gradients.col(0);
  point.rows = gradients.rightCols(count_);
}

void SequentialQuadratic::begin(ConstVectorRef start, ConstVectorRef multipliers) {
  sizes_ = Vector::Ones(count_);
  Vector inside = start;
  if (!bounds_.empty()) inside = inside.cwiseMax(bounds_.lower).cwiseMin(bounds_.upper);
  at_ = evaluate(inside);
  if (!at_.linearization->values().allFinite() || !std::isfinite(at_.phi)) return;
  differentiate(at_);
  for (Eigen::Index i = 0; i < count_; ++i) {
    // A gradient that vanishes here says nothing about the row's unit, but its value does.
    const double size = std::max(at_.rows.col(i).norm(), 1e-2 * std::abs(at_.residuals(i)) /
                                                             std::max(1.0, at_.theta.norm()));
    sizes_(i) = size > 0.0 && size < 1e12 ? size : 1.0;
  }
  at_.residuals = at_.residuals.cwiseQuotient(sizes_);
  at_.rows *= sizes_.cwiseInverse().asDiagonal();
  weights_ = multipliers.cwiseAbs().cwiseProduct(sizes_);
  const double price = 100.0 * std::max(at_.gradient.norm(), 1e-3);
  prices_ = (10.0 * weights_).cwiseMax(price);
  reset_hessian();
}

/// A first step of a tenth of theta, unless constraints ask for more.
void SequentialQuadratic::reset_hessian() {
  const double length = 0.1 * std::max(1.0, at_.theta.norm());
  const double curvature = std::clamp(at_.gradient.norm() / length, 1e-4, 1e8);
  hessian_ = curvature * Matrix::Identity(n_, n_);
  fresh_ = true;
}

Vector SequentialQuadratic::violation(ConstVectorRef residuals) const {
  Vector all(count_);
  for (Eigen::Index i = 0; i < count_; ++i) {
    all(i) = std::abs(violated(constraints_[static_cast<std::size_t>(i)], residuals(i)));
  }
  return all;
}

double SequentialQuadratic::merit(const Point& point) const {
  return point.phi + weights_.dot(violation(point.residuals));
}

double SequentialQuadratic::promised(const QuadraticSolution& planned) const {
  const Vector then = at_.residuals + at_.rows.transpose() * planned.step;
  return at_.gradient.dot(planned.step) + weights_.dot(violation(then) - violation(at_.residuals));
}

QuadraticProgram SequentialQuadratic::program(ConstVectorRef residuals) const {
  QuadraticProgram program{hessian_, at_.gradient, at_.rows, residuals, {}, prices_, {}, {}};
  for (const ValueConstraint& each : constraints_) program.senses.push_back(each.sense);
  if (!bounds_.empty()) {
    program.lower = bounds_.lower - at_.theta;
    program.upper = bounds_.upper - at_.theta;
  }
  return program;
}

QuadraticSolution SequentialQuadratic::plan_step() {
  constexpr double dearest = 1e6;  // times the prices so far
  constexpr double share = 0.5;    // of the best improvement there is
  QuadraticSolution planned = solve_quadratic_program(program(at_.residuals));
  const double here = violation(at_.residuals).sum();
  const double noise = 1e-10 * std::max(here, 1e-3);
  if (!planned.solved || planned.shortfall <= noise) return planned;
  const Vector before = prices_;
  prices_ = dearest * before;
  const QuadraticSolution best = solve_quadratic_program(program(at_.residuals));
  prices_ = before;
  if (!best.solved) return planned;
  const double wanted = here - share * (here - best.shortfall) + noise;
  const double all = best.shortfall <= noise ? noise : wanted;
  for (double factor = 10.0; factor < dearest && planned.shortfall > std::min(wanted, all);
       factor *= 10.0) {
    prices_ = factor * before;
    QuadraticSolution dearer = solve_quadratic_program(program(at_.residuals));
    if (dearer.solved) planned = std::move(dearer);
  }
  return planned;
}

/// Powell's rule: weights follow the multipliers, slowly when these fall.
void SequentialQuadratic::raise_weights(const QuadraticSolution& planned) {
  const Vector sizes = planned.multipliers.cwiseAbs();
  weights_ = sizes.cwiseMax(0.5 * (weights_ + sizes));
}

bool SequentialQuadratic::within(ConstVectorRef residuals, const QuadraticSolution& planned,
                                 double share) const {
  for (Eigen::Index i = 0; i < count_; ++i) {
    const ValueConstraint& constraint = constraints_[static_cast<std::size_t>(i)];
    const double unit = sizes_(i) * constraint.scale;
    const bool held = constraint.sense == Sense::equality || planned.multipliers(i) > 0.0;
    const double c = held ? residuals(i) : violated(constraint, residuals(i));
    if (!(std::abs(c) * unit <= share * constraint.tolerance)) return false;
  }
  return true;
}

bool SequentialQuadratic::is_stationary(const QuadraticSolution& planned) const {
  const double sum =
      planned.multipliers.cwiseQuotient(sizes_).lpNorm<1>() + planned.bound_multipliers.lpNorm<1>();
  return slope_ <= settings_.gradient_tolerance * (1.0 + sum);
}

MinimizerStatus SequentialQuadratic::judge(const QuadraticSolution& planned) {
  constexpr double aim = 1e-3;  // of the tolerances
  constexpr int patience = 10;  // for digits beyond them
  const double worth = -promised(planned);
  const bool acceptable = is_stationary(planned) && within(at_.residuals, planned, 1.0);
  const bool flat = worth <= 1e-8 * (1.0 + std::abs(at_.phi));
  acceptable_ = acceptable ? acceptable_ + 1 : 0;
  if (acceptable && flat && within(at_.residuals, planned, aim)) return MinimizerStatus::converged;
  if (acceptable_ > patience) return MinimizerStatus::converged;
  if (within(at_.residuals, planned, 1.0)) return MinimizerStatus::iteration_limit;
  const double here = violation(at_.residuals).sum();
  const bool lowest = planned.shortfall > (1.0 - 1e-6) * here;
  if (lowest && worth <= 1e-9 * weights_.dot(violation(at_.residuals))) {
    return MinimizerStatus::infeasible;
  }
  return MinimizerStatus::iteration_limit;
}

MinimizerStatus SequentialQuadratic::stuck() const {
  const bool good = is_stationary(last_) && within(at_.residuals, last_, 1.0);
  return good ? MinimizerStatus::converged : MinimizerStatus::stalled;
}

SequentialQuadratic::Point SequentialQuadratic::correct(const QuadraticSolution& planned,
                                                        const Point& trial) {
  const Vector curved = trial.residuals - at_.rows.transpose() * planned.step;
  const QuadraticSolution second = solve_quadratic_program(program(curved));
  if (!second.solved || second.step.norm() > 2.0 * planned.step.norm()) return {};
  return evaluate(at_.theta + second.step);
}

SequentialQuadratic::Point SequentialQuadratic::search(const QuadraticSolution& planned) {
  const double slope = promised(planned);
  const double here = merit(at_);
  const double noise = 1e-14 * std::abs(here);
  const auto is_good = [&](const Point& point, double length) {
    return point.linearization != nullptr && point.linearization->values().allFinite() &&
           merit(point) <= here + sufficient * length * slope + noise;
  };
  for (double length = 1.0; length > 1e-10;) {
    Point trial = evaluate(at_.theta + length * planned.step);
    if (is_good(trial, length)) return trial;
    if (!trial.linearization->values().allFinite() || !std::isfinite(merit(trial))) {
      length *= 0.2;
      continue;
    }
    const bool curved = weights_.dot(violation(trial.residuals)) >
                        weights_.dot(violation(at_.residuals)) + 1e-3 * std::abs(slope);
    if (length == 1.0 && curved) {
      Point corrected = correct(planned, trial);
      if (is_good(corrected, 1.0)) return corrected;
    }
    const double rise = merit(trial) - here - slope * length;
    const double best = rise > 0.0 ? -slope * length * length / (2.0 * rise) : 0.0;
    length = std::clamp(best, 0.1 * length, 0.5 * length);
  }
  return {};
}

void SequentialQuadratic::update_hessian(const Point& next, const QuadraticSolution& planned) {
  const Vector s = next.theta - at_.theta;
  Vector y = next.gradient - at_.gradient + (next.rows - at_.rows) * planned.multipliers;
  if (fresh_ && s.dot(y) > 0.0) {
    const double curvature = std::clamp(y.squaredNorm() / s.dot(y), 1e-8, 1e10);
    hessian_ = curvature * Matrix::Identity(n_, n_);
  }
  fresh_ = false;
  const Vector image = hessian_ * s;
  const double model = s.dot(image);
  if (!(model > 0.0) || !y.allFinite()) return;
  const double curvature = s.dot(y);
  if (curvature < 0.2 * model) {
    const double share = 0.8 * model / (model - curvature);
    y = share * y + (1.0 - share) * image;
  }
  hessian_ += y * y.transpose() / s.dot(y) - image * image.transpose() / model;
  hessian_ = 0.5 * (hessian_ + hessian_.transpose()).eval();
}

bool SequentialQuadratic::report(double step_norm) {
  return !callback_ || callback_({iterations_, at_.linearization->values(), at_.phi, slope_,
                                  step_norm, at_.linearization.get()});
}

bool SequentialQuadratic::leaves_weak_bounds() {
  if (probed_ || bounds_.empty()) return false;
  probed_ = true;
  const double weak = settings_.gradient_tolerance;
  QuadraticProgram inwards = program(at_.residuals);
  bool any = false;
  for (Eigen::Index j = 0; j < n_; ++j) {
    const bool low = at_.theta(j) == bounds_.lower(j);
    const bool high = at_.theta(j) == bounds_.upper(j);
    if (low == high || std::abs(last_.bound_multipliers(j)) > weak) continue;
    const double range = bounds_.upper(j) - bounds_.lower(j);
    const double step = std::min(0.01 * std::max(1.0, std::abs(at_.theta(j))), 0.5 * range);
    (low ? inwards.lower : inwards.upper)(j) = low ? step : -step;
    any = true;
  }
  if (!any) return false;
  const QuadraticSolution planned = solve_quadratic_program(inwards);
  if (!planned.solved) return false;
  Point probe = evaluate(at_.theta + planned.step);
  const double bend = probe.phi - at_.phi + last_.multipliers.dot(probe.residuals - at_.residuals);
  const bool lower = bend < -1e-6 * planned.step.squaredNorm() * (1.0 + std::abs(at_.phi)) &&
                     merit(probe) <= merit(at_) + 1e-9 * (1.0 + std::abs(at_.phi));
  if (!lower || !probe.linearization->values().allFinite()) return false;
  differentiate(probe);
  if (!probe.gradient.allFinite() || !probe.rows.allFinite()) return false;
  at_ = std::move(probe);
  ++iterations_;
  return true;
}

ConstrainedMinimum SequentialQuadratic::finish(MinimizerStatus status) {
  ConstrainedMinimum result;
  result.theta = at_.theta;
  result.values = at_.linearization->values();
  result.scalarized = at_.phi;
  result.iterations = iterations_;
  result.outer_iterations = iterations_;
  result.status = status;
  result.gradient_norm = infinity;
  result.multipliers = Vector::Zero(count_);
  std::vector<double> sides;
  if (last_.multipliers.size() == count_ && last_.step.size() == n_) {
    result.gradient_norm = slope_;
    result.multipliers = last_.multipliers.cwiseQuotient(sizes_);
  }
  for (Eigen::Index j = 0; !bounds_.empty() && j < n_; ++j) {
    const double held = last_.bound_multipliers.size() == n_ ? last_.bound_multipliers(j) : 0.0;
    if (std::isfinite(bounds_.lower(j))) sides.push_back(std::max(-held, 0.0));
    if (std::isfinite(bounds_.upper(j))) sides.push_back(std::max(held, 0.0));
  }
  result.multipliers.conservativeResize(count_ + std::ssize(sides));
  result.multipliers.tail(std::ssize(sides)) =
      Eigen::Map<const Vector>(sides.data(), std::ssize(sides));
  result.penalties = Vector::Zero(result.multipliers.size());
  if (weights_.size() == count_) result.penalties.head(count_) = weights_.cwiseQuotient(sizes_);
  return result;
}

ConstrainedMinimum SequentialQuadratic::run(ConstVectorRef start, ConstVectorRef multipliers) {
  begin(start, multipliers);
  if (weights_.size() != count_ || hessian_.size() == 0 || !at_.gradient.allFinite() ||
      !at_.rows.allFinite()) {
    return finish(MinimizerStatus::failed);
  }
  for (;;) {
    last_ = plan_step();
    if (!last_.solved) {
      if (fresh_) return finish(MinimizerStatus::stalled);
      reset_hessian();
      continue;
    }
    slope_ = (hessian_ * last_.step).lpNorm<Eigen::Infinity>();
    raise_weights(last_);
    const MinimizerStatus status = judge(last_);
    if (status == MinimizerStatus::converged && leaves_weak_bounds()) continue;
    if (status != MinimizerStatus::iteration_limit) return finish(status);
    if (iterations_ >= settings_.max_iterations) return finish(MinimizerStatus::iteration_limit);
    Point next = search(last_);
    if (next.linearization == nullptr) {
      if (fresh_ || stuck() == MinimizerStatus::converged) return finish(stuck());
      reset_hessian();
      continue;
    }
    differentiate(next);
    if (!next.gradient.allFinite() || !next.rows.allFinite()) {
      return finish(MinimizerStatus::stalled);
    }
    update_hessian(next, last_);
    const double length = (next.theta - at_.theta).norm();
    at_ = std::move(next);
    ++iterations_;
    if (!report(length)) return finish(MinimizerStatus::stopped);
  }
}

}  // namespace moo
