#pragma once

#include <vector>

#include "libmoo/problem/reference/catalogue.hpp"

namespace moo {

/// Fronts of the WFG toolkit for 2 to 4 objectives (by default 3) over [0, 1]^n:
///
///     f_i = d + 2 (i + 1) h_i(x_0, ..., x_{m-2}),   d = 4 sum (x_j - 0.35)^2 over the k = 10 others
///
///     name  h_0, ..., h_{m-2}    h_{m-1}                                         front
///     wfg1  convex               1 - x_0 + sin(10 pi x_0)/(10 pi)                mixed: five waves
///     wfg2  convex               1 - x_0 cos(5 pi x_0)^2                         disconnected
///
/// with the toolkit's convex shape, h_0 = prod (1 - cos(x_i pi/2)) and so on. Objectives have the
/// ranges [0, 2 (i + 1)]. The toolkit's transformations of variables, all of which have a kink or
/// an infinite slope, are replaced by the plain d, so only the geometry of the fronts is theirs.
/// wfg1: f_{m-1} is stationary along x_0 at 0, 0.2, 0.4, ...: there the front is level with it.
///
/// Source: Huband, Hingston, Barone, While 2006, section VII.
std::vector<ReferenceEntry> wfg_problems();

}  // namespace moo
