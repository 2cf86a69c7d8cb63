#pragma once

#include <vector>

#include "libmoo/problem/reference/catalogue.hpp"

namespace moo {

/// DTLZ problems under hard rows on their objectives, by default with 3 objectives:
///
///     name      rows  m        front
///     c1_dtlz1  1     2 to 10  linear, that of dtlz1; local fronts
///     c2_dtlz2  1     3        four caps of the sphere
///     c3_dtlz2  m     2 to 5   m ellipsoids, further out than the sphere
///
/// c1_dtlz1: the row f_{m-1}/0.6 + sum_{i<m-1} f_i/0.5 <= 1 holds on the front and cuts the way
/// towards it.
/// c2_dtlz2: f within 0.4 of (1, 0, 0), (0, 1, 0), (0, 0, 1) or (1, 1, 1)/sqrt(3). The row is that
/// of the nearest centre, with kinks where it is violated only.
/// c3_dtlz2: f_j^2/4 + sum_{i != j} f_i^2 >= 1 for every j; the published c3_dtlz4 without its
/// x_i^100, whose slope vanishes over most of the box. Needs at least 4 distance variables.
///
/// Source: Jain, Deb 2014, section IV.
std::vector<ReferenceEntry> constrained_dtlz_problems();

}  // namespace moo
