#include "solvers/multiplier_controller.hpp"

#include <algorithm>

namespace moo {

MultiplierController::MultiplierController(const std::vector<Sense>& senses,
                                           const MultiplierSettings& settings)
    : senses_(senses), settings_(settings), multipliers_(Vector::Zero(std::ssize(senses))) {}

const Vector& MultiplierController::update(ConstVectorRef violations, double share) {
  const Vector c = violations.array().isFinite().select(violations, 0.0);
  const Vector before = smoothed_.size() > 0 ? smoothed_ : Vector::Zero(c.size());
  smoothed_ = smoothed_.size() > 0
                  ? Vector(settings_.smoothing * smoothed_ + (1.0 - settings_.smoothing) * c)
                  : c;
  multipliers_ += share * settings_.rate *
                  (settings_.integral * c + settings_.proportional * (smoothed_ - before));
  for (std::size_t k = 0; k < senses_.size(); ++k) {
    const double low = senses_[k] == Sense::equality ? -settings_.largest : 0.0;
    double& lambda = multipliers_(static_cast<Eigen::Index>(k));
    lambda = std::clamp(lambda, low, settings_.largest);
  }
  return multipliers_;
}

}  // namespace moo
