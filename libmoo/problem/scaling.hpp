#pragma once

#include "libmoo/base/vector.hpp"

namespace moo {

/// The units in which solvers see objectives: f_i becomes (f_i - ideal_i) / (nadir_i - ideal_i).
///
/// Estimated once per run from the anchors, then frozen and recorded, so that weights, distances
/// and KKT residuals mean the same for every objective and every solver.
struct Scaling {
  Vector ideal;  ///< m
  Vector nadir;  ///< m

  /// Leaves m objectives as they are: ideal 0, nadir 1.
  static Scaling identity(int num_objectives);

  /// From the payoff table: column j holds the objectives at anchor j, of which
  /// there may be more than objectives. A range below the
  /// objective's resolution is widened to it; one of relative width below 1e-12 (nothing is in
  /// conflict) becomes the objective's own magnitude.
  /// @param payoff m x k, k >= m   @param resolution m, or empty for none
  static Scaling from_payoff(ConstMatrixRef payoff, ConstVectorRef resolution = Vector());

  [[nodiscard]] Vector range() const { return nadir - ideal; }
  [[nodiscard]] Vector scaled(ConstVectorRef objectives) const;  ///< m -> m
  [[nodiscard]] Vector unscaled(ConstVectorRef scaled_objectives) const;
};

}  // namespace moo
