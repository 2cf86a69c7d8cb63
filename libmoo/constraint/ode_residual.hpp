#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"
#include "libmoo/constraint/placed_probes.hpp"

namespace moo {

struct OdeResidualOptions {
  std::string input;       ///< t, a model input
  double mass = 0.0;       ///< of p''
  double damping = 0.0;    ///< of p'
  double stiffness = 0.0;  ///< of p
  double cubic = 0.0;      ///< of p^3: a spring that stiffens
  double sine = 0.0;       ///< of sin p: a pendulum, p its angle in radians
  SourceTerm source = {};  ///< the force
  int output = 0;          ///< of the model: p
  ProbePlaces where = {};  ///< with a standardizer the coefficients are in raw units of t
  std::string unit = "force";
};

/// The equation of motion along one input t, the others held,
///
///     r = mass p'' + damping p' + stiffness p + cubic p^3 + sine sin p - source = 0,
///
/// one residual per place, in the unit of the source. Covers decay (damping and stiffness), the
/// oscillator, Duffing's equation and the pendulum; a source alone with stiffness 1 at the place
/// t = 0 (`held`) is an initial condition. Linear without cubic and sine, else exact curvature.
/// One directional probe per place.
/// Source: Raissi, Perdikaris, Karniadakis (2019), section 2; Lagaris, Likas, Fotiadis (1998),
/// section 2, by the model's own derivatives.
class OdeResidual final : public Constraint {
 public:
  /// Throws: InvalidArgument without input, for coefficients that are not finite or all zero.
  explicit OdeResidual(OdeResidualOptions options);

  [[nodiscard]] std::string name() const override {
    return "equation of motion in " + options_.input;
  }
  [[nodiscard]] std::string unit() const override { return options_.unit; }
  [[nodiscard]] Sense sense() const override { return Sense::equality; }
  [[nodiscard]] ModelQuantity reads() const override {
    return {ModelQuantity::Kind::derivatives, -1};
  }

  /// Throws: InvalidArgument also as PlacedProbes does.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  OdeResidualOptions options_;
};

}  // namespace moo
