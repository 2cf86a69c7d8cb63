#pragma once

#include <string>
#include <vector>

#include "libmoo/front/front.hpp"
#include "libmoo/minimize/augmented_lagrangian.hpp"
#include "libmoo/problem/problem.hpp"
#include "libmoo/solver/recorder.hpp"
#include "libmoo/solver/task.hpp"

namespace moo {

struct SurfaceOptions {
  int points = 100;         ///< not exceeded; come near by adapting the spacing
  double spacing = 0.0;     ///< distance of neighbours in scaled objectives; 0: from `points`
  double tolerance = 1e-6;  ///< of the KKT residual
  double rho = 30.0;        ///< of the augmented scalarisation
  /// "newton": the chart's; "augmented": minimise the augmented scalarisation; "automatic": the
  /// first where it succeeds.
  std::string corrector = "automatic";
};

/// How a point was corrected, as its generator's number "corrector" tells.
enum class SurfaceCorrector { newton = 0, augmented = 1 };

/// The next wave of an advancing front over the surface of three and more objectives; empty when
/// the surface is covered or `points` are found.
///
/// Around every point lie m (m-1) directions of its tangent plane: the roots of A_(m-1), that is a
/// hexagon for m = 3 and the neighbours in a face-centred cubic lattice for m = 4, turned from the
/// simplex to the plane orthogonal to lambda. Each aims at a target one spacing away. Targets with
/// a point, or an earlier target, within 0.7 spacings are dropped; so are those that were tried
/// from the same point. One task works on all targets of one point.
///
/// Without a given spacing a first pass at a few points per edge measures how large the surface is,
/// and the second is spaced to come near `points`.
/// Source: Allgower and Georg (2003), chapter 15; Schuetze, Dell'Aere, Dellnitz (2005) for the
/// archive.
std::vector<Task> plan_surface(const Front& so_far, const SurfaceOptions& options);

/// Works on one task of plan_surface: predicts and corrects every target from its point, and
/// records as "trace" what lies on the front, within 0.5 to 1.6 spacings, and 0.6 spacings clear of
/// all others. Targets beyond an edge of the surface, where a multiplier would turn negative, are
/// moved onto that edge: a point of the subproblem without that objective. Targets that led nowhere
/// are left behind as scouts "missed".
/// @param minimizer for the augmented corrector
void solve_surface(const Problem& problem, const Task& task, const SurfaceOptions& options,
                   const ConstrainedMinimizer& minimizer, Recorder& recorder);

/// Sentences for the front's notes; none for fronts that were not traced as surfaces.
std::vector<std::string> surface_notes(const Front& front);

}  // namespace moo
