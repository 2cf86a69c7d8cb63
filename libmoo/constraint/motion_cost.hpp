#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/constraint.hpp"
#include "libmoo/constraint/placed_probes.hpp"

namespace moo {

struct MotionCostOptions {
  enum class Of { speed, acceleration };
  std::string input;  ///< t, a model input
  Of of = Of::acceleration;
  double budget = 0.0;            ///< >= 0, in squared units of speed or acceleration
  std::vector<int> outputs = {};  ///< the coordinates; empty: all
  ProbePlaces where = {};
  std::string unit = "position";
};

/// A trajectory p(t) is smooth on average: its mean squared acceleration (or speed) has a budget,
///
///     r = mean over places of sum over coordinates of p''^2 - budget <= 0,
///
/// one residual, in units of (position per squared unit of t)^2, raw when `where` carries the
/// standardizer. With evenly spaced times the mean approximates the time average, 1/T of the
/// integral. Quadratic; one directional probe per place.
/// Source: Flash and Hogan (1985), on smoothness of planned movements, with acceleration for jerk;
/// Ratliff, Zucker, Bagnell, Srinivasa (2009), section 2, the smoothness term of CHOMP.
class MotionCost final : public Constraint {
 public:
  using Of = MotionCostOptions::Of;

  /// Throws: InvalidArgument without input, or for a budget that is negative or not finite.
  explicit MotionCost(MotionCostOptions options);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override;
  [[nodiscard]] ModelQuantity reads() const override {
    return {ModelQuantity::Kind::derivatives, -1};
  }

  /// Throws: InvalidArgument also as PlacedProbes does.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  MotionCostOptions options_;
};

}  // namespace moo
