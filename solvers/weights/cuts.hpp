#pragma once

#include <vector>

#include "libmoo/front/front.hpp"

namespace moo {

/// What a solved weight vector tells about the front, if its minimum is a global one:
/// weights . fh >= value for every attainable fh (scaled objectives).
struct Cut {
  Vector weights;                      ///< m, summing to one
  Vector at;                           ///< m, scaled objectives of the minimum
  double value = 0.0;                  ///< weights . at
  const ParetoPoint* point = nullptr;  ///< the minimum: a point or a scout of the front
  bool is_point = true;                ///< of the front, and not a scout
};

/// Cuts of the feasible anchors and minima of weighted sums in a front whose scaling is known, the
/// best of each weight vector, in the order in which they were found. Anchors count with their
/// multipliers, because their weights were meant in provisional units.
std::vector<Cut> cuts_of(const Front& front);

/// The largest lower bound of weights . fh that the cuts imply; below every point of the front if
/// all minima are global. The pure weights e_j take part with `ideal`.
/// @param weights m, >= 0, summing to one   @param ideal m, the least scaled objectives known
/// Method: the linear programme max sum_k y_k value_k with sum_k y_k weights_k = weights, y >= 0
/// (the upper envelope of the cuts), by the simplex method; its basis begins with e_j.
/// Source: Bokrantz and Forsgren (2013), section 3.
double bound_below(const std::vector<Cut>& cuts, ConstVectorRef ideal, ConstVectorRef weights);

/// A weight vector for which a point found elsewhere is better than its own minimum: that one was
/// a local minimum on a worse branch of the path of optima.
struct BetterBranch {
  const Cut* cut = nullptr;
  const ParetoPoint* from = nullptr;  ///< the point that is better
  double depth = 0.0;                 ///< its Euclidean distance below the cut
};

/// Cuts that some feasible point of the front lies below by more than `tolerance`, each with its
/// best point. Costs no evaluation.
std::vector<BetterBranch> better_branches(const Front& front, const std::vector<Cut>& cuts,
                                          double tolerance);

}  // namespace moo
