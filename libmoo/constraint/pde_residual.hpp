#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/constraint.hpp"
#include "libmoo/constraint/placed_probes.hpp"

namespace moo {

/// One term of a partial differential equation: coefficient * p_carrier^power * (a derivative of
/// p_output, or p_output itself).
struct PdeTerm {
  double coefficient = 1.0;
  std::vector<std::string> along = {};  ///< {}: p, {x}: dp/dx, {x, x}: d2p/dx2, {x, t}: d2p/dxdt
  int power = 0;                        ///< >= 0
  int output = 0;                       ///< of the model
  int carrier = 0;                      ///< the output that is raised to the power
};

/// dp/dt - diffusivity sum over space of d2p/dx2 = source.
std::vector<PdeTerm> heat_equation(const std::string& time, const std::vector<std::string>& space,
                                   double diffusivity, int output = 0);
/// dp/dt + velocity dp/dx = source.
std::vector<PdeTerm> advection_equation(const std::string& time, const std::string& space,
                                        double velocity, int output = 0);
/// dp/dt + p dp/dx - viscosity d2p/dx2 = source.
std::vector<PdeTerm> burgers_equation(const std::string& time, const std::string& space,
                                      double viscosity, int output = 0);
/// dp/dt - diffusivity d2p/dx2 - growth p (1 - p) = source.
std::vector<PdeTerm> fisher_equation(const std::string& time, const std::string& space,
                                     double diffusivity, double growth, int output = 0);

struct PdeResidualOptions {
  std::string name;  ///< "heat"
  std::vector<PdeTerm> terms;
  SourceTerm source = {};
  ProbePlaces where = {};  ///< with a standardizer the coefficients are in raw units
  std::string unit = "equation";
};

/// A partial differential equation with derivatives up to the second order,
///
///     r = sum over terms of coefficient p_carrier^power (d^k p_output) - source = 0,
///
/// one residual per place, in the unit of the source. Boundary conditions are rules of their own: a
/// term with `along` {} at sampled points of the boundary (`held`) prescribes the value, one along
/// {x} the flux. A mixed derivative is by polarisation,
///
///     d2p/dx dt = 1/2 ( D2_{x+t} - D2_x - D2_t ) p,
///
/// D2_e the second derivative along e. Linear without powers, else exact curvature. Cost: one
/// directional probe per place for each input in `along`, and one for each mixed pair.
/// Source: Raissi, Perdikaris, Karniadakis (2019), section 2.
class PdeResidual final : public Constraint {
 public:
  /// Throws: InvalidArgument without terms, for a coefficient that is not finite, a negative power,
  /// or a derivative beyond the second order.
  explicit PdeResidual(PdeResidualOptions options);

  [[nodiscard]] std::string name() const override { return options_.name; }
  [[nodiscard]] std::string unit() const override { return options_.unit; }
  [[nodiscard]] Sense sense() const override { return Sense::equality; }
  [[nodiscard]] ModelQuantity reads() const override {
    return {ModelQuantity::Kind::derivatives, -1};
  }

  /// Throws: InvalidArgument also as PlacedProbes does.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  PdeResidualOptions options_;
};

}  // namespace moo
