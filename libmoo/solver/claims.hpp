#pragma once

namespace moo {

/// What a solver promises, stated where it is registered and checked by the contract suite on every
/// reference problem that fits. The defaults are those of a solver that certifies smooth points.
struct SolverClaims {
  int most_objectives = 6;
  /// Worst KKT residual of a point, at the default tolerance; infinity for solvers without one.
  double kkt_residual = 1e-5;
  /// Share of the analytic front's hypervolume found with 30 points where the front is convex, and
  /// where it is concave or disconnected; 0: nothing is promised.
  double convex_share = 0.98;
  double concave_share = 0.0;
  /// Whether multiplying an objective by a positive number leaves the front in place.
  bool scale_free = true;
  bool keeps_hard_rows = true;
  bool keeps_bounds = true;
  /// Whether it aims at points a caller's preference names, rather than at the whole front.
  bool follows_preference = false;
};

}  // namespace moo
