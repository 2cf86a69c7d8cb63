#include "experiments/dosing/dose_history.hpp"

#include <cmath>

namespace moo {
namespace {

/// The share left after these hours.
double left_after(double hours) { return std::exp2(-hours / quinidine_half_life); }

}  // namespace

void DoseHistory::take(double time, double dose, double interval) {
  amount_ = interval > 0.0 ? dose / (1.0 - left_after(interval))
                           : amount_ * left_after(time - time_) + dose;
  time_ = time;
  dose_ = dose;
}

BodyLoad DoseHistory::at(double time) const {
  return {amount_ * left_after(time - time_), dose_, time - time_};
}

}  // namespace moo
