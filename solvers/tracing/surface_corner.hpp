#pragma once

#include <vector>

#include "libmoo/front/front.hpp"
#include "libmoo/minimize/augmented_lagrangian.hpp"
#include "libmoo/problem/problem.hpp"
#include "libmoo/solver/recorder.hpp"
#include "libmoo/solver/task.hpp"

namespace moo {

// On concave fronts of three and more objectives all anchors may end in the same few corners, and
// the range of an objective between them is rounding. Its worst value on the front is then searched
// for: all other objectives minimised together.

/// A search ("corner") for every objective whose range between the anchors is below a thousandth of
/// the widest one's and that was not searched for yet; then a task ("seed") for every corner that
/// widens a range: it is a point of the front, to be restated in the new units.
std::vector<Task> corner_tasks(const Front& front);

/// Records the corner as a scout.
void solve_corner(const Problem& problem, const Task& task, const ConstrainedMinimizer& minimizer,
                  Recorder& recorder);

/// The front's scaling, with the ranges the corners found where they are a thousand times as wide.
Scaling surface_scaling(const Front& front);

}  // namespace moo
