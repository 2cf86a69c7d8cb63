#pragma once

#include <vector>

#include "libmoo/problem/reference/catalogue.hpp"

namespace moo {

/// Two objectives under hard rows, all inequalities c <= 0 divided by their own constant, so that
/// rows are of order one:
///
///     name  n  rows  front
///     bnh   2  2     convex; the upper bound of x_1 is active on its last part
///     srn   2  2     convex with a straight middle; its ends run along one row each
///     tnk   2  2     disconnected, all of it on the row c_0; f_i = x_i
///     osy   6  6     five parts, each with other rows active
///
/// Every front is given by its optimality conditions, part by part, in constrained.cpp and osy.cpp.
/// srn: most texts give the middle part alone; the two parts along the rows follow from the same
/// conditions.
///
/// Source: Binh, Korn 1997 (bnh); Srinivas, Deb 1994 (srn); Tanaka, Watanabe, Furukawa, Tanino 1995
/// (tnk); Osyczka, Kundu 1995 (osy); fronts of bnh, tnk and osy: Deb 2001, section 8.3.
std::vector<ReferenceEntry> constrained_problems();

/// The one of the list above that has a file of its own.
ReferenceEntry osy_problem();

}  // namespace moo
