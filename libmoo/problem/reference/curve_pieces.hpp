#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "libmoo/problem/objective.hpp"
#include "libmoo/problem/reference/tangent.hpp"

namespace moo {

/// A curve in the plane of two objectives, with its derivative.
using PlaneCurve = std::function<std::pair<Tangent, Tangent>(Tangent)>;

/// The parts of a curve (from <= t <= to, f_0 growing along every part) that no other point of the
/// curve dominates, as boxes of t.
///
/// A part ends where f_1 has a minimum, and the next begins where f_1 is back at that level; or the
/// next begins where f_0 has a minimum, and the part ends where f_0 reaches that level. Found by a
/// scan of 20001 points, then to rounding by bisection. The ends of the second kind (levels) belong
/// to the closure of the front only; they are moved inwards by 1e-11 (to - from).
std::vector<Bounds> nondominated_pieces(const PlaneCurve& curve, double from, double to);

}  // namespace moo
