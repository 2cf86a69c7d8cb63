#pragma once

#include "libmoo/minimize/augmented_lagrangian.hpp"
#include "libmoo/problem/affine_values.hpp"
#include "libmoo/problem/scaling.hpp"

namespace moo {

/// The scalarization that most others are cases of: how far one has to go from a point `from` along
/// a ray to meet the attainable set,
///
///     min t   subject to   fh - from - t ray <= 0   (or = 0),      fh the scaled objectives.
///
/// With inequalities, from = z and ray_i = 1/w_i it is the weighted Chebyshev problem in its
/// epigraph form; with equalities, `from` on the plane through the anchors and the ray normal to
/// it, it is boundary intersection. `augmentation` adds rho sum_i fh_i / ray_i to the objective, so
/// that weakly optimal points lose. Source: Pascoletti and Serafini (1984), section 2.
struct RayProblem {
  Vector from;                ///< m, scaled
  Vector ray;                 ///< m, scaled, >= 0, not all zero
  double augmentation = 0.0;  ///< rho; needs ray > 0
  Sense sense = Sense::inequality;
};

struct RayMinimum {
  ConstrainedMinimum minimum;  ///< of the problem itself: theta (n), values (m + p), its hard rows
  Vector multipliers;          ///< m, on the scaled objectives; negative ones where a point of the
                               ///< ray is no optimum (equalities)
  double distance = 0.0;       ///< t
};

/// Solves it from a start (n) and a guess for the m multipliers (or empty), with the problem's own
/// hard rows and bounds.
RayMinimum minimize_along_ray(const Problem& problem, const RayProblem& along,
                              const Scaling& scaling, const ConstrainedMinimizer& minimizer,
                              ConstVectorRef start, ConstVectorRef multipliers,
                              const IterationCallback& callback);

}  // namespace moo
