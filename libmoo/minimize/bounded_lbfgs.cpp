#include "libmoo/minimize/bounded_lbfgs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Wolfe's two constants: sufficient decrease, and how much of the slope may be left.
constexpr double decrease = 1e-4;
constexpr double remaining_slope = 0.9;

/// Entries of a gradient that push a variable out of the box on whose bound it is.
bool pushes_out(double theta, double gradient, double lower, double upper) {
  return gradient > 0.0 ? theta <= lower : gradient < 0.0 && theta >= upper;
}

/// The pairs (s, y) of the last steps, and the quasi-Newton direction they give on a face.
class CurvaturePairs {
 public:
  CurvaturePairs(Eigen::Index n, int memory) : steps_(n, memory), changes_(n, memory) {}

  [[nodiscard]] bool empty() const { return order_.empty(); }
  void clear() { order_.clear(); }

  void add(const Vector& step, const Vector& change, const Vector& free) {
    Eigen::Index slot = static_cast<Eigen::Index>(order_.size());
    if (slot == steps_.cols()) {
      slot = order_.front().slot;
      order_.erase(order_.begin());
    }
    steps_.col(slot) = step;
    changes_.col(slot) = change;
    order_.push_back({slot});
    measure(order_.back(), free);
    face_ = free;
  }

  /// -H_FF g_F, zero outside the face; H from the pairs restricted to it. It begins with |s| / |y|,
  /// between the usual s.y / |y|^2 (twice the gradients on ill-conditioned networks) and |s|^2 /
  /// s.y. Source: Nocedal (1980), the two-loop recursion; the scale is that of Dai, Al-Baali and
  /// Yang (2015), section 2.
  Vector direction(const Vector& gradient, const Vector& free) {
    if (face_.size() != free.size() || face_ != free) {
      for (Pair& pair : order_) measure(pair, free);
      face_ = free;
    }
    Vector q = -gradient.cwiseProduct(free);
    std::vector<double> alpha(order_.size());
    double scale = 0.0;
    for (std::size_t k = order_.size(); k-- > 0;) {
      const Pair& pair = order_[k];
      if (!pair.usable()) continue;
      if (scale == 0.0) scale = pair.scale;
      alpha[k] = steps_.col(pair.slot).dot(q) / pair.curvature;
      q -= alpha[k] * changes_.col(pair.slot).cwiseProduct(free);
    }
    if (scale == 0.0) return q / std::max(1.0, q.lpNorm<Eigen::Infinity>());
    q *= scale;
    for (std::size_t k = 0; k < order_.size(); ++k) {
      const Pair& pair = order_[k];
      if (!pair.usable()) continue;
      const double beta = changes_.col(pair.slot).dot(q) / pair.curvature;
      q += (alpha[k] - beta) * steps_.col(pair.slot).cwiseProduct(free);
    }
    return q;
  }

 private:
  struct Pair {
    Eigen::Index slot;
    double curvature = 0.0;  ///< s_F . y_F, or 0 when the pair is of no use on this face
    double scale = 0.0;      ///< |s_F| / |y_F|
    [[nodiscard]] bool usable() const { return curvature > 0.0; }
  };

  void measure(Pair& pair, const Vector& free) const {
    const Vector change = changes_.col(pair.slot).cwiseProduct(free);
    const double step_norm = steps_.col(pair.slot).cwiseProduct(free).norm();
    const double change_norm = change.norm();
    const double product = steps_.col(pair.slot).dot(change);
    pair.curvature = product > 1e-12 * step_norm * change_norm ? product : 0.0;
    pair.scale = step_norm / change_norm;
  }

  Matrix steps_;             ///< n x memory
  Matrix changes_;           ///< n x memory, of the gradient
  std::vector<Pair> order_;  ///< oldest first
  Vector face_;              ///< that the pairs were measured on
};

/// phi at a point of the box and, once asked for, its gradient.
struct Evaluation {
  Vector theta;
  double phi = infinity;
  double noise = 0.0;  ///< rounding in phi
  Vector gradient;
  LinearizationPtr linearization = nullptr;
};

/// Where along the path the step is looked for.
struct Bracket {
  double low = 0.0;  ///< enough decrease, but still steep
  double low_phi;
  double low_slope;
  double high = infinity;  ///< too far
  double high_phi = infinity;
  double high_slope = std::numeric_limits<double>::quiet_NaN();

  [[nodiscard]] double inside() const;
  double beyond(double step, double slope);
};

/// The minimum of an interpolating parabola, away from the ends.
double Bracket::inside() const {
  const double width = high - low;
  if (!std::isfinite(high_phi)) return low + 0.1 * width;
  const double sag = high_phi - low_phi - low_slope * width;
  double part = sag > 0.0 ? -low_slope * width / (2.0 * sag) : 0.5;
  if (std::isfinite(high_slope)) part = low_slope / (low_slope - high_slope);
  return low + std::clamp(part, 0.1, 0.9) * width;
}

/// Where the slope would vanish if it went on rising as from `low` to `step`; two to ten times as
/// far.
double Bracket::beyond(double step, double slope) {
  const double rate = (slope - low_slope) / (step - low);
  const double target = rate > 0.0 ? step - slope / rate : infinity;
  return std::clamp(target, 2.0 * step, 10.0 * step);
}

class Descent {
 public:
  Descent(const Problem& problem, const Scalarization& scalarization,
          const MinimizerSettings& settings, const IterationCallback& callback)
      : problem_(problem),
        scalarization_(scalarization),
        settings_(settings),
        callback_(callback),
        pairs_(problem.num_variables(), std::max(1, settings.memory)) {
    const Bounds bounds = problem.bounds();
    const Vector unlimited = Vector::Constant(problem.num_variables(), infinity);
    bounds_ = bounds.empty() ? Bounds{-unlimited, unlimited} : bounds;
  }

  BoundedMinimum run(ConstVectorRef start);

 private:
  [[nodiscard]] Vector inside(const Vector& theta) const {
    return theta.cwiseMax(bounds_.lower).cwiseMin(bounds_.upper);
  }
  Evaluation evaluate(Vector theta) const;
  bool differentiate(Evaluation& at);
  void keep(Evaluation& at, double norm);
  void choose_direction();
  [[nodiscard]] double slope(const Evaluation& at) const;
  bool search();
  bool advance(Evaluation& next);
  bool begin_anew();
  BoundedMinimum end(MinimizerStatus status) {
    best_.status = status;
    return best_;
  }

  const Problem& problem_;
  const Scalarization& scalarization_;
  const MinimizerSettings& settings_;
  const IterationCallback& callback_;
  Bounds bounds_;
  CurvaturePairs pairs_;
  Evaluation current_;
  Vector direction_;
  Vector free_;  ///< 1 for variables of the face, 0 for those held on a bound
  double step_norm_ = 0.0;
  BoundedMinimum best_;
  LinearizationPtr best_linearization_ = nullptr;
  int idle_ = 0;  ///< iterations without progress
  int restarts_ = 0;
};

Evaluation Descent::evaluate(Vector theta) const {
  Evaluation at;
  at.theta = std::move(theta);
  at.linearization = problem_.linearize(at.theta);
  const double phi = scalarization_.value(at.linearization->values());
  if (std::isfinite(phi)) at.phi = phi;
  return at;
}

/// False where the gradient is not finite.
bool Descent::differentiate(Evaluation& at) {
  const Vector& values = at.linearization->values();
  Vector weights(values.size());
  scalarization_.weights(values, weights);
  at.gradient.resize(at.theta.size());
  at.linearization->pullback(weights, at.gradient);
  if (!at.gradient.allFinite()) return false;
  at.noise = 1e-15 * std::max(std::abs(at.phi), weights.cwiseAbs().dot(values.cwiseAbs()));
  keep(at, projected_gradient_norm(bounds_, at.theta, at.gradient));
  return true;
}

/// The best point is the one of smallest phi or, to rounding, of smallest gradient.
void Descent::keep(Evaluation& at, double norm) {
  const bool lower = at.phi < best_.scalarized - at.noise;
  if (lower || (at.phi <= best_.scalarized + at.noise && norm < best_.gradient_norm)) {
    if (lower || norm < 0.9 * best_.gradient_norm) idle_ = 0;
    best_.theta = at.theta;
    best_.values = at.linearization->values();
    best_.scalarized = at.phi;
    best_.gradient = at.gradient;
    best_.gradient_norm = norm;
    if (callback_) best_linearization_ = std::move(at.linearization);
  }
  at.linearization.reset();
}

/// Quasi-Newton on the face of variables that may move; the others go to their bound.
void Descent::choose_direction() {
  const Vector& theta = current_.theta;
  const Vector& gradient = current_.gradient;
  constexpr double widest = 1e-6;
  const double width = std::min(widest, projected_gradient_norm(bounds_, theta, gradient));
  free_.setOnes(theta.size());
  Vector to_bound = Vector::Zero(theta.size());
  for (Eigen::Index j = 0; j < theta.size(); ++j) {
    const double bound = gradient(j) > 0.0 ? bounds_.lower(j) : bounds_.upper(j);
    if (gradient(j) == 0.0 || std::abs(theta(j) - bound) > width) continue;
    free_(j) = 0.0;
    to_bound(j) = 2.0 * (bound - theta(j));  // so far that projection makes it exact
  }
  direction_ = pairs_.direction(gradient, free_);
  const double slope = direction_.dot(gradient);
  if (!direction_.allFinite() || (slope >= 0.0 && direction_.squaredNorm() > 0.0)) {
    pairs_.clear();
    direction_ = pairs_.direction(gradient, free_);
  }
  direction_ += to_bound;
}

/// d phi / d a along the path from here on: variables that have met their bound do not move.
double Descent::slope(const Evaluation& at) const {
  double sum = 0.0;
  for (Eigen::Index j = 0; j < direction_.size(); ++j) {
    if (!pushes_out(at.theta(j), -direction_(j), bounds_.lower(j), bounds_.upper(j))) {
      sum += at.gradient(j) * direction_(j);
    }
  }
  return sum;
}

/// Steps along the projected path until the Wolfe conditions hold.
bool Descent::search() {
  constexpr int max_trials = 40;
  const double slope_here = slope(current_);
  if (!(slope_here < 0.0)) return false;
  Bracket bracket{.low_phi = current_.phi, .low_slope = slope_here};
  std::optional<Evaluation> fallback;
  double step = 1.0;
  for (int trial = 0; trial < max_trials; ++trial) {
    Evaluation next = evaluate(inside(current_.theta + step * direction_));
    if (next.theta == current_.theta) break;
    const double rise = next.phi - current_.phi;
    const bool enough = rise <= decrease * step * slope_here;
    const bool flat = rise <= current_.noise;
    if (!(enough || flat) || !differentiate(next)) {
      bracket.high = step;
      bracket.high_phi = enough || flat ? infinity : next.phi;
      bracket.high_slope = std::numeric_limits<double>::quiet_NaN();
      step = bracket.inside();
      continue;
    }
    const double slope_there = slope(next);
    if (slope_there < remaining_slope * slope_here) {
      const double farther = std::isfinite(bracket.high) ? 0.0 : bracket.beyond(step, slope_there);
      bracket.low = step;
      bracket.low_phi = next.phi;
      bracket.low_slope = slope_there;
      step = farther > 0.0 ? farther : bracket.inside();
      fallback = std::move(next);
      continue;
    }
    if (enough || slope_there <= (2.0 * decrease - 1.0) * slope_here) return advance(next);
    bracket.high = step;
    bracket.high_phi = next.phi;
    bracket.high_slope = slope_there;
    step = bracket.inside();
  }
  return fallback && advance(*fallback);
}

bool Descent::advance(Evaluation& next) {
  const Vector step = next.theta - current_.theta;
  step_norm_ = step.norm();
  pairs_.add(step, next.gradient - current_.gradient, free_);
  current_ = std::move(next);
  return true;
}

/// Forgets the curvature; false when that has been tried in vain.
bool Descent::begin_anew() {
  constexpr int max_restarts = 4;
  if (pairs_.empty() || restarts_ == max_restarts) return false;
  ++restarts_;
  idle_ = 0;
  pairs_.clear();
  return true;
}

BoundedMinimum Descent::run(ConstVectorRef start) {
  constexpr int patience = 20;
  best_.theta = start;
  best_.values = Vector::Constant(problem_.num_values(), std::numeric_limits<double>::quiet_NaN());
  best_.gradient = Vector::Constant(start.size(), std::numeric_limits<double>::quiet_NaN());
  best_.scalarized = best_.gradient_norm = infinity;
  current_ = evaluate(inside(start));
  if (!std::isfinite(current_.phi) || !differentiate(current_)) return end(MinimizerStatus::failed);
  while (best_.gradient_norm > settings_.gradient_tolerance) {
    if (best_.iterations >= settings_.max_iterations) return end(MinimizerStatus::iteration_limit);
    choose_direction();
    ++idle_;
    if (!search() || idle_ > patience) {
      if (!begin_anew()) return end(MinimizerStatus::stalled);
      continue;
    }
    ++best_.iterations;
    if (callback_ && !callback_({best_.iterations, best_.values, best_.scalarized,
                                 best_.gradient_norm, step_norm_, best_linearization_.get()})) {
      return end(MinimizerStatus::stopped);
    }
  }
  return end(MinimizerStatus::converged);
}

}  // namespace

Minimum BoundedLbfgs::minimize(const Problem& problem, const Scalarization& scalarization,
                               ConstVectorRef start, const IterationCallback& callback) const {
  return minimize_in_box(problem, scalarization, start, callback);
}

BoundedMinimum BoundedLbfgs::minimize_in_box(const Problem& problem,
                                             const Scalarization& scalarization,
                                             ConstVectorRef start,
                                             const IterationCallback& callback) const {
  require_size("BoundedLbfgs::minimize", "the start", problem.num_variables(), start.size());
  return Descent(problem, scalarization, settings_, callback).run(start);
}

double projected_gradient_norm(const Bounds& bounds, ConstVectorRef theta,
                               ConstVectorRef gradient) {
  if (bounds.empty()) return gradient.lpNorm<Eigen::Infinity>();
  double largest = 0.0;
  for (Eigen::Index j = 0; j < theta.size(); ++j) {
    if (!pushes_out(theta(j), gradient(j), bounds.lower(j), bounds.upper(j))) {
      largest = std::max(largest, std::abs(gradient(j)));
    }
  }
  return largest;
}

Vector bound_multipliers(const Bounds& bounds, ConstVectorRef theta, ConstVectorRef gradient) {
  require_size("bound_multipliers", "theta", bounds.lower.size(), theta.size());
  require_size("bound_multipliers", "the gradient", bounds.lower.size(), gradient.size());
  std::vector<double> multipliers;
  for (Eigen::Index j = 0; j < theta.size(); ++j) {
    if (std::isfinite(bounds.lower(j))) {
      multipliers.push_back(theta(j) <= bounds.lower(j) ? std::max(0.0, gradient(j)) : 0.0);
    }
    if (std::isfinite(bounds.upper(j))) {
      multipliers.push_back(theta(j) >= bounds.upper(j) ? std::max(0.0, -gradient(j)) : 0.0);
    }
  }
  return Eigen::Map<const Vector>(multipliers.data(), std::ssize(multipliers));
}

}  // namespace moo
