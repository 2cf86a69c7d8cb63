#pragma once

#include "libmoo/base/vector.hpp"
#include "libmoo/front/minimum_norm.hpp"
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

struct CertificateSettings {
  /// Suggested multipliers with a residual up to this are taken as they are when more rows are
  /// active than there are columns in a block: one pull-back instead of a Jacobian.
  double sufficient_residual = 0.0;
  /// Most rows whose gradients are looked at. Where more are active, those with a suggested
  /// multiplier come first, the largest ones ahead, then the most violated. The residual of what
  /// was found is a true one for any choice; only the best multipliers may be missed.
  int max_rows = 300;
  int block = 32;  ///< weight vectors pulled back at once
};

/// Multipliers lambda in the simplex over objectives scaled as (f - ideal) / (nadir - ideal),
/// mu >= 0 on active inequality rows, free on equality rows, that minimise |J_s^T lambda + C^T
/// mu|_2; or `suggested` (m + p, or empty) when its residual is smaller in the maximum norm.
///
/// Row i is active when c_i >= -tolerance_i; the others have no multiplier, suggested or not, nor
/// does an inequality a negative one. Variables on a bound count only with the part of their
/// gradient that points inwards.
/// Where the values or gradients are not finite the residual is infinite.
/// Cost: a forward pass, and a pull-back per objective and active row, or one (see settings).
/// Throws: InvalidArgument when theta, the scaling or `suggested` has the wrong size.
/// Source: the definition is that of Desideri (2012), section 2, extended to constrained problems
/// as in Fliege and Svaiter (2000), section 6.
Certificate certify(const Problem& problem, ConstVectorRef theta, const Scaling& scaling,
                    ConstVectorRef suggested = Vector(), const CertificateSettings& settings = {});

}  // namespace moo
