#include "libmoo/minimize/adam.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/minimize/adam_update.hpp"

namespace moo {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr int most_retreats = 20;

void check(const AdamSettings& settings) {
  const auto require = [](bool holds, const std::string& what, const std::string& expected) {
    if (!holds) throw InvalidArgument({"Adam", "unusable " + what, expected, "", ""});
  };
  require(settings.first_decay >= 0.0 && settings.first_decay < 1.0, "first_decay", "in [0, 1)");
  require(settings.second_decay >= 0.0 && settings.second_decay < 1.0, "second_decay", "in [0, 1)");
  require(settings.averaging >= 0.0 && settings.averaging < 1.0, "averaging", "in [0, 1)");
  require(settings.epsilon > 0.0, "epsilon", "> 0");
  require(settings.largest_norm >= 0.0, "largest_norm", ">= 0");
  require(settings.batches_per_step >= 1, "batches_per_step", ">= 1");
  require(settings.check_every >= 1, "check_every", ">= 1");
}

/// One run of Adam.
class Descent {
 public:
  Descent(const Problem& problem, const Scalarization& scalarization,
          const MinimizerSettings& settings, const AdamSettings& adam,
          const IterationCallback& callback)
      : problem_(problem),
        scalarization_(scalarization),
        settings_(settings),
        adam_(adam),
        callback_(callback),
        random_(adam.seed),
        rate_(adam.learning_rate, std::max(1, settings.max_iterations)),
        moments_(problem.num_variables(), adam),
        gradient_(problem.num_variables()),
        part_(problem.num_variables()) {}

  Minimum run(ConstVectorRef start) {
    best_.theta = start;
    best_.values = Vector::Constant(problem_.num_values(), NAN);
    best_.scalarized = best_.gradient_norm = infinity;
    best_.status = MinimizerStatus::failed;
    theta_ = average_ = last_look_ = start;
    if (!look()) return best_;  // not defined at the start, converged there, or stopped
    first_ = best_.scalarized;
    best_.status = MinimizerStatus::iteration_limit;
    batch_ = draw();
    stochastic_ = batch_ != nullptr;
    while (best_.iterations < settings_.max_iterations) {
      const bool goes_on = stochastic_ ? stochastic_step() : full_step();
      if (!goes_on) break;
    }
    return best_;
  }

 private:
  /// phi and its gradient on (a part of) the problem, into `gradient`; infinite when not finite.
  double differentiate(const Problem& part, const Linearization& at, Vector& gradient) const {
    const double phi = scalarization_.value(at.values());
    if (!std::isfinite(phi)) return infinity;
    Vector weights(part.num_values());
    scalarization_.weights(at.values(), weights);
    at.pullback(weights, gradient);
    return gradient.allFinite() ? phi : infinity;
  }

  /// The next minibatch, in the precision asked for.
  std::shared_ptr<const Problem> draw() {
    std::shared_ptr<const Problem> batch = matching_minibatch(problem_, random_);
    if (batch == nullptr || adam_.precision == Precision::full) return batch;
    std::shared_ptr<const Problem> single = batch->in_single_precision();
    return single == nullptr ? batch : single;
  }

  /// A step on minibatches and, once per epoch, a look at all data. False: the run is over.
  bool stochastic_step() {
    gradient_.setZero();
    bool finite = true;
    for (int k = 0; k < adam_.batches_per_step && finite; ++k) {
      if (batch_ == nullptr) batch_ = draw();
      const Problem& part = batch_ == nullptr ? problem_ : *batch_;
      finite = std::isfinite(differentiate(part, *part.linearize(theta_), part_));
      gradient_ += part_ / adam_.batches_per_step;
      batch_.reset();
    }
    if (!finite) return retreat();
    move();
    const bool last = best_.iterations == settings_.max_iterations;
    return best_.iterations % adam_.check_every != 0 && !last ? true : look();
  }

  /// A step on all data, looked at as it is.
  bool full_step() {
    move();
    return look();
  }

  void move() {
    moments_.step(gradient_, rate_.at(best_.iterations), theta_);
    ++best_.iterations;
    average_ += (1.0 - adam_.averaging) * (theta_ - average_);
  }

  /// Evaluates the iterate, and the average where steps are noisy, on all data; keeps the best.
  /// False: the run is over.
  bool look() {
    const LinearizationPtr at = problem_.linearize(theta_);
    const double phi = differentiate(problem_, *at, gradient_);
    if (!std::isfinite(first_) && !std::isfinite(phi)) return false;
    const double allowed = best_.scalarized + 10.0 * std::max(first_ - best_.scalarized, 0.0) +
                           std::max(1.0, std::abs(first_));
    if (!std::isfinite(phi) || (std::isfinite(first_) && phi > allowed)) return retreat();
    rate_.judge(phi);
    const double norm = gradient_.lpNorm<Eigen::Infinity>();
    keep_if_better(theta_, at->values(), phi, norm);
    if (stochastic_ && adam_.averaging > 0.0) look_at_average();
    return report(*at, phi, norm);
  }

  void look_at_average() {
    const LinearizationPtr at = problem_.linearize(average_);
    const double phi = scalarization_.value(at->values());
    if (!(phi < best_.scalarized)) return;
    Vector gradient(problem_.num_variables());
    if (!std::isfinite(differentiate(problem_, *at, gradient))) return;
    keep_if_better(average_, at->values(), phi, gradient.lpNorm<Eigen::Infinity>());
  }

  /// Near a minimum phi is flat to rounding while the gradient still falls.
  void keep_if_better(const Vector& theta, const Vector& values, double phi, double norm) {
    const double noise = std::isfinite(best_.scalarized) ? 1e-15 * std::abs(best_.scalarized) : 0.0;
    const bool lower = phi < best_.scalarized - noise;
    if (!lower && !(phi <= best_.scalarized + noise && norm < best_.gradient_norm)) return;
    best_.theta = theta;
    best_.values = values;
    best_.scalarized = phi;
    best_.gradient_norm = norm;
  }

  bool report(const Linearization& at, double phi, double norm) {
    const double moved = (theta_ - last_look_).norm();
    last_look_ = theta_;
    if (best_.iterations > 0 && callback_ &&
        !callback_({best_.iterations, at.values(), phi, norm, moved, &at})) {
      best_.status = MinimizerStatus::stopped;
      return false;
    }
    if (best_.gradient_norm > settings_.gradient_tolerance) return true;
    best_.status = MinimizerStatus::converged;
    return false;
  }

  /// Back to the best iterate with shorter steps. False: that did not help before.
  bool retreat() {
    if (++retreats_ > most_retreats) {
      best_.status = MinimizerStatus::stalled;
      return false;
    }
    rate_.back_off();
    moments_.reset();
    theta_ = average_ = best_.theta;
    if (!stochastic_) differentiate(problem_, *problem_.linearize(theta_), gradient_);
    return true;
  }

  const Problem& problem_;
  const Scalarization& scalarization_;
  const MinimizerSettings& settings_;
  const AdamSettings& adam_;
  const IterationCallback& callback_;
  RandomStream random_;
  LearningRate rate_;
  AdamMoments moments_;
  Vector gradient_;
  Vector part_;  ///< gradient of one of several minibatches
  Vector theta_;
  Vector average_;
  Vector last_look_;
  std::shared_ptr<const Problem> batch_;  ///< drawn and not used yet
  bool stochastic_ = false;
  double first_ = infinity;  ///< phi at the start
  int retreats_ = 0;
  Minimum best_;
};

}  // namespace

AdamMoments::AdamMoments(int num_variables, const AdamSettings& settings)
    : first_decay_(settings.first_decay),
      second_decay_(settings.second_decay),
      epsilon_(settings.epsilon),
      largest_norm_(settings.largest_norm),
      mean_(Vector::Zero(num_variables)),
      square_(Vector::Zero(num_variables)) {}

void AdamMoments::step(VectorRef gradient, double rate, VectorRef theta) {
  const double norm = largest_norm_ > 0.0 ? gradient.norm() : 0.0;
  if (norm > largest_norm_) gradient *= largest_norm_ / norm;
  ++steps_;
  const auto t = static_cast<double>(steps_);
  adam_update({first_decay_, second_decay_, rate / (1.0 - std::pow(first_decay_, t)),
               1.0 / (1.0 - std::pow(second_decay_, t)), epsilon_},
              gradient, mean_, square_, theta);
}

void AdamMoments::reset() {
  steps_ = 0;
  mean_.setZero();
  square_.setZero();
}

std::shared_ptr<const Problem> matching_minibatch(const Problem& problem, RandomStream& random) {
  std::shared_ptr<const Problem> batch = problem.minibatch(random);
  return batch != nullptr && batch->num_values() == problem.num_values() ? batch : nullptr;
}

Adam::Adam(const MinimizerSettings& settings, const AdamSettings& adam)
    : settings_(settings), adam_(adam) {
  check(adam_);
  (void)LearningRate(adam_.learning_rate, 1);
}

Minimum Adam::minimize(const Problem& problem, const Scalarization& scalarization,
                       ConstVectorRef start, const IterationCallback& callback) const {
  require_size("Adam::minimize", "the start", problem.num_variables(), start.size());
  return Descent(problem, scalarization, settings_, adam_, callback).run(start);
}

}  // namespace moo
