#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"
#include "libmoo/constraint/placed_probes.hpp"

namespace moo {

struct MotionEnergyOptions {
  enum class Kind {
    never_increasing,  ///< but by what is put in
    conserved,         ///< changed by what is put in only
  };
  std::string input;       ///< t, a model input
  double mass = 1.0;       ///< m > 0
  double stiffness = 0.0;  ///< k of a spring
  double pendulum = 0.0;   ///< m g l of a pendulum, p its angle in radians
  Kind kind = Kind::never_increasing;
  SourceTerm power = {};  ///< what is put in, in energy per unit of t
  int output = 0;         ///< of the model: p
  ProbePlaces where = {};
  std::string unit = "energy";
};

/// The energy of a trajectory p(t), kinetic and potential,
///
///     E = 1/2 m p'^2 + 1/2 k p^2 + m g l (1 - cos p),
///     r = dE/dt - power = p' (m p'' + k p + m g l sin p) - power <= 0, or = 0 if conserved,
///
/// one residual per place, in units of energy per unit of t (raw when `where` carries the
/// standardizer); positive: energy comes from nowhere. Trajectories at rest have r = 0. Exact
/// curvature; one directional probe per place.
/// Source: Goldstein (1980), section 1.1 (work and energy); Greydanus, Dzamba, Yosinski (2019), on
/// conservation as what a model should learn.
class MotionEnergy final : public Constraint {
 public:
  using Kind = MotionEnergyOptions::Kind;

  /// Throws: InvalidArgument without input, for a mass that is not positive, or a number that is
  /// not finite.
  explicit MotionEnergy(MotionEnergyOptions options);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override { return options_.unit + " per unit of input"; }
  [[nodiscard]] Sense sense() const override {
    return options_.kind == Kind::conserved ? Sense::equality : Sense::inequality;
  }
  [[nodiscard]] ModelQuantity reads() const override {
    return {ModelQuantity::Kind::derivatives, -1};
  }

  /// Throws: InvalidArgument also as PlacedProbes does.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  MotionEnergyOptions options_;
};

}  // namespace moo
