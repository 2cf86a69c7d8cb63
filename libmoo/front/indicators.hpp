#pragma once

#include "libmoo/base/vector.hpp"

namespace moo {

/// Volume dominated by the columns of an m x N matrix and bounded by a reference point; columns
/// that do not strictly dominate the reference add nothing. Exact. 0 for no columns.
/// m = 2: sorted sweep, O(N log N). m >= 3: exclusive volumes with limited sets, exponential in the
/// worst case, fine for N of a few hundred.
/// Source: While, Bradstreet, Barone (2012), "A fast way of calculating exact hypervolumes",
/// sec. 3. Throws: InvalidArgument when sizes differ or a number is not finite.
double hypervolume(ConstMatrixRef objectives, ConstVectorRef reference);

/// Coefficient of variation (deviation / mean) of the distances between neighbours along a front of
/// two objectives; of nearest-neighbour distances for more (Schott 1995). 0 for fewer than 3
/// columns.
double spacing_variation(ConstMatrixRef objectives);

/// Order of the columns of a 2 x N matrix along the front: by the first objective.
Eigen::VectorXi order_along_front(ConstMatrixRef objectives);

}  // namespace moo
