#pragma once

#include <vector>

#include "libmoo/problem/reference/catalogue.hpp"

namespace moo {

/// Problems of Deb, Thiele, Laumanns and Zitzler for 2 to 10 objectives (published and by default:
/// 3). The first m - 1 variables are the position on the front, the k others the distance g from
/// it; all lie in [0, 1].
///
///     name          k   front                                 g
///     dtlz1         5   linear: f >= 0, sum f_i = 1/2         Rastrigin's, 11^k - 1 local fronts
///     dtlz1_convex  5   the same                              100 |x - 1/2|^2: no local fronts
///     dtlz2         10  sphere: f >= 0, |f| = 1               |x - 1/2|^2
///     dtlz5         10  quarter circle in space (m = 3 only)  |x - 1/2|^2
///     dtlz7         20  2^(m-1) pieces                        9 mean(x), optimal at the bounds x = 0
///
/// dtlz7: f_i = x_i for i < m - 1, f_{m-1} = (1 + G)(m - sum_i f_i / (1 + G) (1 + sin(3 pi f_i))),
/// G = 1 + g. Its front is a product: every f_i lies where t (1 + sin(3 pi t)) exceeds all it was
/// before. Formulas are defined and smooth outside the box too, but unbounded below there.
///
/// Source: Deb, Thiele, Laumanns, Zitzler 2005, section 6.
std::vector<ReferenceEntry> dtlz_problems();

}  // namespace moo
