#pragma once

#include <cstdint>
#include <memory>

#include "libmoo/base/random.hpp"
#include "libmoo/minimize/adam_settings.hpp"
#include "libmoo/minimize/minimizer.hpp"

namespace moo {

/// Running moments of the gradients and the step they make:
///
///     m <- b1 m + (1 - b1) g,   v <- b2 v + (1 - b2) g^2,
///     theta <- theta - rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon).
///
/// Source: Kingma and Ba (2015), algorithm 1.
class AdamMoments {
 public:
  AdamMoments(int num_variables, const AdamSettings& settings);

  /// @param gradient n, shortened to largest_norm here   @param theta n, moved
  void step(VectorRef gradient, double rate, VectorRef theta);

  void reset();

 private:
  double first_decay_;
  double second_decay_;
  double epsilon_;
  double largest_norm_;
  long steps_ = 0;
  Vector mean_;
  Vector square_;
};

/// A minibatch of the problem; null when it has none, or when its values are not one to one those
/// of the problem, because hard rows belong to data rows: then all data have to be used.
std::shared_ptr<const Problem> matching_minibatch(const Problem& problem, RandomStream& random);

/// Adam on minibatches where the problem has them, on all data where it has not. Deterministic: the
/// minibatches come from the settings' seed.
///
/// The result is the best of the iterates that were looked at on all data, with its values there.
/// Where phi bends the values (squares of means, say) a minibatch's gradient is biased, and the
/// iterates settle near the minimum rather than on it. A step that leads to values that are not
/// finite, or far above those of the start, is undone: back to the best iterate with a quarter of
/// the rate.
///
/// MinimizerSettings: max_iterations counts steps; memory has no meaning.
/// Cost: a minibatch's gradient per step, a gradient of all data per look, and a value of all data
/// for the averaged iterate; 5 n numbers.
/// Source: Kingma and Ba (2015); averaging after Polyak and Juditsky (1992), with the exponential
/// weights of Kingma and Ba, section 7.2.
class Adam final : public Minimizer {
 public:
  /// Throws: InvalidArgument on settings out of range.
  explicit Adam(const MinimizerSettings& settings) : Adam(settings, settings.adam) {}
  Adam(const MinimizerSettings& settings, const AdamSettings& adam);
  [[nodiscard]] Minimum minimize(const Problem& problem, const Scalarization& scalarization,
                                 ConstVectorRef start,
                                 const IterationCallback& callback = {}) const override;

 private:
  MinimizerSettings settings_;
  AdamSettings adam_;
};

}  // namespace moo
