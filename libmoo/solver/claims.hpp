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
  double convex_share = 0.97;          ///< two objectives, convex or degenerate front
  double concave_share = 0.0;          ///< two objectives, any other front in one piece
  double disconnected_share = 0.0;     ///< two objectives, a front in several pieces
  double convex_surface_share = 0.0;   ///< three objectives, convex
  double concave_surface_share = 0.0;  ///< three objectives, any other front in one piece
  /// Share of the hypervolume by which fronts may differ that should be the same, such as those of
  /// the same problem with its objectives in another order: two objectives, a front in one piece.
  double same_front = 0.02;
  /// The same for all other fronts, where points are few for the surface, and a matter of luck
  /// beyond a gap.
  double same_surface = 0.25;
  /// Whether all points move together, so that one iteration takes the gradients of all of them.
  bool moves_all_points = false;
  /// Whether multiplying an objective by a positive number leaves the front in place.
  bool scale_free = true;
  bool keeps_hard_rows = true;
  bool keeps_bounds = true;
  /// Whether it aims at points a caller's preference names, rather than at the whole front.
  bool follows_preference = false;
};

}  // namespace moo
