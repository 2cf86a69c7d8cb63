#pragma once

#include <vector>

#include "libmoo/problem/reference/catalogue.hpp"

namespace moo {

/// Problems of free variables with one smooth front:
///
///     name             n    front     formula
///     two_quadratics   10   convex    class TwoQuadratics, condition 10
///     fonseca_fleming  20   concave   class FonsecaFleming, also known as vlmop2
///     jos1             100  convex    f_0 = mean(x_i^2), f_1 = mean((x_i - 2)^2)
///
/// jos1 is optimal where all x_i are equal and in [0, 2].
///
/// Source of jos1: Jin, Olhofer, Sendhoff 2001, section 4.
std::vector<ReferenceEntry> unconstrained_problems();

}  // namespace moo
