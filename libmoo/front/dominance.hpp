#pragma once

#include <vector>

#include "libmoo/base/vector.hpp"

namespace moo {

/// Pareto dominance for minimisation: a <= b everywhere and a < b somewhere. False with NaN.
bool dominates(ConstVectorRef a, ConstVectorRef b);

/// Columns of an m x N matrix that no other column dominates, ascending. Equal columns stay.
/// O(N log N) for m = 2, O(N^2 m) otherwise.
std::vector<int> nondominated_columns(ConstMatrixRef objectives);

}  // namespace moo
