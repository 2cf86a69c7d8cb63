#pragma once

#include <vector>

#include "libmoo/base/vector.hpp"
#include "libmoo/problem/objective.hpp"

namespace moo {

struct MultiplierSettings {
  double rate = 0.1;           ///< eta: per step and unit of violation
  double proportional = 10.0;  ///< K_P: damps the swings of multipliers against parameters
  double integral = 1.0;       ///< K_I; with K_P = 0 and nu = 0 this is gradient ascent
  double smoothing = 0.9;      ///< nu in (-1, 1): memory of the violations that K_P sees
  double largest = 1e4;        ///< multipliers are clamped to this
};

/// Multipliers steered by violations, with the proportional-integral controller nuPI:
///
///     xi_t = nu xi_{t-1} + (1 - nu) c_t,     xi_0 = c_0,
///     lambda_{t+1} = [lambda_t + eta (K_I c_t + K_P (xi_t - xi_{t-1}))]_+,
///     lambda_1 = [lambda_0 + eta (K_P xi_0 + K_I c_0)]_+,
///
/// without the cut at zero for equalities.
/// Source: Sohrabi and others (2024), algorithm 1.
class MultiplierController {
 public:
  MultiplierController(const std::vector<Sense>& senses, const MultiplierSettings& settings);

  [[nodiscard]] const Vector& multipliers() const { return multipliers_; }

  /// @param violations c, > 0 where a constraint is broken (signed for equalities); ones that are
  /// not finite count as 0   @param share of the rate in this step
  const Vector& update(ConstVectorRef violations, double share = 1.0);

 private:
  std::vector<Sense> senses_;
  MultiplierSettings settings_;
  Vector multipliers_;
  Vector smoothed_;  ///< xi; empty before the first update
};

}  // namespace moo
