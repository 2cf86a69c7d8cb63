#pragma once

namespace moo {

/// What a solver promises, stated where it is registered and checked by the contract suite on every
/// reference problem that fits. The defaults are those of a solver that certifies smooth points.
///
/// Shares are of the analytic front's hypervolume (reference a tenth of the range beyond its
/// nadir), with 30 points for two objectives and 100 for three; 0: nothing is promised.
struct SolverClaims {
  int most_objectives = 6;
  /// Worst KKT residual of a point, at the default tolerance; infinity for solvers without one.
  double kkt_residual = 1e-5;
  double convex_share = 0.97;         ///< two objectives, convex or degenerate front
  double concave_share = 0.0;         ///< two objectives, any other front
  double convex_surface_share = 0.0;  ///< the same for three objectives
  double concave_surface_share = 0.0;
  /// Share of the hypervolume by which fronts may differ that should be the same, such as those of
  /// the same problem with its objectives in another order.
  double same_front = 0.02;
  /// Whether multiplying an objective by a positive number leaves the front in place.
  bool scale_free = true;
  bool keeps_hard_rows = true;
  bool keeps_bounds = true;
  /// Whether it aims at points a caller's preference names, rather than at the whole front.
  bool follows_preference = false;
};

}  // namespace moo
