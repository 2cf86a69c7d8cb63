#pragma once

#include <functional>
#include <vector>

#include "libmoo/problem/objective.hpp"

namespace moo {

/// All points of a regular grid over a box, `side` >= 2 along every variable whose bounds differ;
/// d x side^(number of those).
Matrix grid(const Bounds& box, int side);

/// Parameters of at least `count` points of a union of curves, evenly in arc length: every piece (a
/// box with one free variable) gets a share by its length, and both its ends. Arc lengths come from
/// a polygon of 4000 sides a piece.
Matrix even_along_curves(const std::vector<Bounds>& pieces,
                         const std::function<Vector(ConstVectorRef)>& formula, int count);

/// Distance from f to the curve formula(u), u between `from` and `to`, where it has one minimum:
/// golden section.
double distance_to_segment(ConstVectorRef from, ConstVectorRef to,
                           const std::function<Vector(ConstVectorRef)>& formula, ConstVectorRef f);

/// Distance from f to the surface formula(u), u in `box`, at the local minimum below `start`:
/// projected damped Newton, with differences for the derivatives of
/// the formula.
double distance_to_surface(const Bounds& box, const std::function<Vector(ConstVectorRef)>& formula,
                           ConstVectorRef f, ConstVectorRef start);

}  // namespace moo
