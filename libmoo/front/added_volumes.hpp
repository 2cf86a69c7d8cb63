#pragma once

#include <vector>

#include "libmoo/base/vector.hpp"

namespace moo {

/// Columns of an m x N matrix in the order of a sweep along one objective, from best to worst.
struct SweepOrder {
  std::vector<int> columns;  ///< the objective ascending
  std::vector<int> seen;     ///< by place: how many places come before it in the sweep
};

/// Every column comes after all those before it, tied or not.
SweepOrder sweep_order(ConstVectorRef objective);

/// Tied columns do not come after one another.
SweepOrder strict_sweep_order(ConstVectorRef objective);

/// What every column of a sweep adds, in the other objectives, to the columns it has seen: by
/// place, the volume below `corner` that the column dominates and they do not. `others`: d x N,
/// columns in the order of the sweep and strictly below the corner, d >= 0 (a point has volume 1).
/// A hypervolume is the sum of these times the depths from the swept objective to the reference.
///
/// O(N log N) for d <= 2, O(N^2 log N) at worst for d = 3, a limited set for each column above.
Vector added_volumes(ConstMatrixRef others, ConstVectorRef corner, const std::vector<int>& seen);

}  // namespace moo
