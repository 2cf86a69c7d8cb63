#pragma once

#include <memory>
#include <vector>

#include "libmoo/problem/reference/catalogue.hpp"

namespace moo {

/// Cases a solver must survive, of free variables:
///
///     name                  n   front
///     nothing_in_conflict   5   one point: both objectives have the same minimiser
///     identical_objectives  5   one point: f_0 = f_1
///     flat_direction        10  that of jos1 in z_i = x_i + x_{i+1}: (1, -1, 1, ...) changes nothing
///     nan_outside_ball      5   convex, x = s a with |s| <= 1, a = (1, ..., 1)/sqrt(n)
///
/// nan_outside_ball: f_0 = 3 - sqrt(9 - |x - a|^2) is not a number further than 3 from a,
/// f_1 = |x + a|^2 is.
std::vector<ReferenceEntry> degenerate_problems();

/// f_0 = |x|^2, f_1 = |x - 1|^2 under rows that cannot hold together: x_0 <= -1 and -x_0 <= -1. The
/// smallest violation is 1 in both rows, at x_0 = 0.
/// Throws: InvalidArgument unless num_variables >= 1.
std::shared_ptr<const Problem> make_infeasible_problem(int num_variables = 3);

}  // namespace moo
