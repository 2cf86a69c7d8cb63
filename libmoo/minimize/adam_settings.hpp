#pragma once

#include <cstdint>

#include "libmoo/base/precision.hpp"
#include "libmoo/minimize/learning_rate.hpp"

namespace moo {

struct AdamSettings {
  LearningRateSettings learning_rate;
  double first_decay = 0.9;     ///< beta_1, of the running mean of gradients
  double second_decay = 0.999;  ///< beta_2, of the running mean of their squares
  double epsilon = 1e-8;        ///< added to the root of the latter
  double largest_norm = 10.0;   ///< gradients are shortened to this 2-norm; 0: never
  int batches_per_step = 1;     ///< the problem's own minibatches, averaged in each step
  /// Steps between looks at all data, which find the best iterate and call the callback: an epoch.
  /// Without minibatches every step sees all data.
  int check_every = 50;
  /// Decay, per step, of the averaged iterate, which is looked at beside the last one; 0: none.
  double averaging = 0.98;
  std::uint64_t seed = 1;  ///< of the minibatches
  /// Of minibatches, where the problem has a single-precision form; looks at all data are in full.
  Precision precision = Precision::full;
};

}  // namespace moo
