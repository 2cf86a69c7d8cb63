#pragma once

#include "libmoo/base/vector.hpp"
#include "libmoo/problem/problem.hpp"
#include "libmoo/problem/scaling.hpp"

namespace moo {

/// Proof of how close a point is to Pareto optimality to first order, computed by the library from
/// its own evaluation of the problem, whatever the solver claims.
struct Certificate {
  Vector values;              ///< m + p at the point
  Vector multipliers;         ///< m + p: simplex over the scaled objectives, then the hard rows
  double kkt_residual = 0.0;  ///< |J_s^T lambda + C^T mu|_inf; bounds by projection
  double violation = 0.0;     ///< largest violation of hard rows and bounds, in their own units
  bool feasible = true;       ///< every hard row within its tolerance, bounds within 1e-9
};

/// Multipliers lambda in the simplex over objectives scaled as (f - ideal) / (nadir - ideal),
/// mu >= 0 on active inequality rows, free on equality rows, that minimise |J_s^T lambda + C^T
/// mu|_2; or `suggested` (m + p, or empty) when its residual is smaller in the maximum norm.
///
/// Row i is active when c_i >= -tolerance_i. Variables on a bound count only with the part of their
/// gradient that points inwards.
/// Where the values or gradients are not finite the residual is infinite.
/// Throws: InvalidArgument when theta, the scaling or `suggested` has the wrong size.
/// Source: the definition is that of Desideri (2012), section 2, extended to constrained problems
/// as in Fliege and Svaiter (2000), section 6.
Certificate certify(const Problem& problem, ConstVectorRef theta, const Scaling& scaling,
                    ConstVectorRef suggested = Vector());

/// argmin |A z|_2 over z with z_i >= 0 for i < num_simplex + num_nonnegative, the first num_simplex
/// entries summing to 1, the rest free. A has one column per entry of z.
/// Active-set method on the triangular factor of A (Lawson and Hanson 1974, chapter 23, with one
/// equality), so that no Gramian squares the condition number.
Vector minimum_norm_multipliers(ConstMatrixRef columns, int num_simplex, int num_nonnegative);

}  // namespace moo
