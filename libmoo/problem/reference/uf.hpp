#pragma once

#include <vector>

#include "libmoo/problem/reference/catalogue.hpp"

namespace moo {

/// The smooth unconstrained problems of the CEC 2009 competition, published with n = 30: the Pareto
/// set is a winding curve or surface x_j = t_j(x_0) through all variables,
///
///     f_i = head_i(x_0, ...) + 2/|J_i| sum over j in J_i of penalty(x_j - t_j).
///
///     name   front                      Pareto set and penalty
///     uf1    f_1 = 1 - sqrt(f_0)        t_j = sin(6 pi x_0 + j pi/n); square
///     uf2    f_1 = 1 - sqrt(f_0)        a sine whose height grows with x_0; square
///     uf3    f_1 = 1 - sqrt(f_0)        powers of x_0; a wavy penalty with local fronts
///     uf7    f_1 = 1 - f_0              as uf1; head_0 = x_0^(1/5)
///     uf8    sphere, m = 3              t_j = 2 x_1 sin(2 pi x_0 + j pi/n); square
///     uf10   sphere, m = 3              as uf8; a wavy penalty with local fronts
///
/// Not smooth and not here: uf4 (|t|, with its kink exactly on the Pareto set), uf5 and uf6 (an
/// absolute value, and a max), uf9 (a max). Roots of x_0 have an infinite slope at 0: x_0 >= 0.001
/// in uf1, uf2 and uf3, >= 0.01 in uf7; the fronts begin there (uf7: at f_0 = 0.398) and are the
/// published ones from there on. Left of the bound roots go on as their Taylor polynomials.
///
/// Source: Zhang, Zhou, Zhao, Suganthan, Liu, Tiwari 2008, technical report CES-487, section 2.
std::vector<ReferenceEntry> uf_problems();

}  // namespace moo
