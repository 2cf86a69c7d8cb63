#pragma once

#include <vector>

#include "libmoo/problem/reference/catalogue.hpp"

namespace moo {

/// Problems of Zitzler, Deb and Thiele: two objectives of x_0, the position along the front, and of
/// the others, whose distance from it is g,
///
///     f_0 = x_0,   f_1 = g h(f_0, g),   front: f_1 = h(f_0, 1).
///
///     name   n   h                                          front
///     zdt1   30  1 - sqrt(f_0/g)                            convex
///     zdt2   30  1 - (f_0/g)^2                              concave
///     zdt3   30  1 - sqrt(f_0/g) - f_0/g sin(10 pi f_0)     five pieces
///     zdt4   10  as zdt1, g with about 21^(n-1) local minima
///     zdt6   10  as zdt2, f_0 = 1 - exp(-4 x_0) sin(6 pi x_0)^6; unevenly dense, local minima in x_0
///
/// Here they are smooth and have their Pareto set inside the box of x_1, ..., x_{n-1}:
/// - zdt1, zdt2, zdt3: g = 1 + 9 mean(x_i^2) over -1 <= x_i <= 1 (published: 1 + 9 mean(x_i) over
///   0 <= x_i <= 1, optimal where every bound is active; problem "dtlz7" is of that kind);
/// - zdt4: g = 1 + 10 (n - 1) + sum(x_i^2 - 10 cos(4 pi x_i)) over -5 <= x_i <= 5, as published;
/// - zdt6: g = 1 + 9 (q(mean(x_i^2)) - q(0)) / (q(1) - q(0)), q(s) = (s + 0.01)^(1/4), over
///   -1 <= x_i <= 1 (published: 1 + 9 mean(x_i)^(1/4), with an infinite slope at its optimum);
/// - zdt1, zdt3, zdt4: x_0 >= 0.001, because sqrt(x_0) has an infinite slope at 0; the front begins
///   at f_0 = 0.001 and is the published one from there on. Left of the bound the square root goes
///   on as its Taylor polynomial, so that derivatives exist everywhere. zdt2: x_0 >= 0.
///
/// Source: Zitzler, Deb, Thiele 2000, section 3.
std::vector<ReferenceEntry> zdt_problems();

}  // namespace moo
