#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/constraint.hpp"
#include "libmoo/constraint/placed_probes.hpp"

namespace moo {

struct MonotoneDerivativeOptions {
  enum class Direction { rising, falling };
  std::vector<std::string> inputs;  ///< model inputs
  Direction direction = Direction::rising;
  double slope = 0.0;  ///< the least slope m in that direction; negative: a little may go wrong
  int output = 0;      ///< of the model
  ProbePlaces where = {};
  std::string unit = "prediction";  ///< of the prediction
};

/// Monotonicity by the derivative: the prediction does not fall when an input rises,
///
///     r = m - s dp/dx_j <= 0,      s = +1 for rising, -1 for falling,
///
/// one residual per input and place (places of the first input first), in units of the prediction
/// per unit of the input: raw when `where` carries the standardizer. At a point, not over a step:
/// see MonotonePairs for that. Linear in the derivatives; one directional probe per residual.
/// Source: Sill and Abu-Mostafa (1997), section 2, in the limit of a small step; Gupta, Bahri,
/// Cotter, Canini (2019), "How to incorporate monotonicity in deep networks while preserving
/// flexibility", section 3, by derivatives at sampled points.
class MonotoneDerivative final : public Constraint {
 public:
  using Direction = MonotoneDerivativeOptions::Direction;

  /// Throws: InvalidArgument without inputs, or for a slope that is not finite.
  explicit MonotoneDerivative(MonotoneDerivativeOptions options);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override { return options_.unit + " per unit of input"; }
  [[nodiscard]] ModelQuantity reads() const override {
    return {ModelQuantity::Kind::derivatives, -1};
  }

  /// Throws: InvalidArgument also as PlacedProbes does.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  MonotoneDerivativeOptions options_;
};

}  // namespace moo
