#pragma once

#include <vector>

#include "libmoo/problem/reference/catalogue.hpp"

namespace moo {

/// Relatives of the DTLZ problems with other geometries, for 2 to 10 objectives (by default 3) over
/// [0, 1]^n, k = 10 distance variables:
///
///     name          front                                                g
///     maf1          linear, inverted: f <= 1, sum f_i = m - 1            |x - 1/2|^2
///     maf3          convex: sum_{i<m-1} sqrt(f_i) + f_{m-1} = 1          Rastrigin's, local fronts
///     convex_dtlz2  the same                                             |x - 1/2|^2
///
/// maf3 and convex_dtlz2 are the fourth powers of the objectives of dtlz3 or dtlz2, the last one
/// squared: flat where an objective vanishes, so that weights of its ends are 0.
///
/// Source: Cheng, Li, Tian, Zhang, Yang, Jin, Yao 2017, section 2 (maf1, maf3); Deb, Jain 2014,
/// section VI (convex_dtlz2).
std::vector<ReferenceEntry> maf_problems();

}  // namespace moo
