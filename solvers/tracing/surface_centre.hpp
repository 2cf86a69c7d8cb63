#pragma once

#include <vector>

#include "libmoo/front/front.hpp"
#include "libmoo/minimize/augmented_lagrangian.hpp"
#include "libmoo/problem/problem.hpp"
#include "libmoo/solver/recorder.hpp"
#include "libmoo/solver/task.hpp"

namespace moo {

/// Where a surface is entered besides its anchors: below the middle of the plane through them. At a
/// corner of a concave surface multipliers vanish and no direction may be open, and a front in
/// pieces may have one that touches no corner. Empty once it was tried.
std::vector<Task> plan_centre(const Front& so_far);

/// Minimises d.fh + rho/2 |C^T (fh - centre)|^2 with even d, and records the point as "centre" where
/// it is Pareto critical. Leaves a scout "centre_end" behind either way.
void solve_centre(const Problem& problem, const Task& task, double rho,
                  const ConstrainedMinimizer& minimizer, Recorder& recorder);

}  // namespace moo
