#pragma once

#include <vector>

#include "libmoo/base/vector.hpp"
#include "libmoo/problem/objective.hpp"

namespace moo {

/// A strictly convex quadratic program with elastic rows, in d in R^n,
///
///     minimise  g.d + 1/2 d.B d + sum_i price_i |violated part of c_i + a_i.d|
///     subject to  lower <= d <= upper,
///
/// the violated part being max(0, .) for inequalities and everything for equalities. It has a
/// solution whenever lower <= upper; where the rows agree with each other and prices exceed the
/// multipliers, that is the solution with rows that have to hold.
struct QuadraticProgram {
  Matrix hessian;             ///< B, n x n, symmetric positive definite
  Vector gradient;            ///< g, n
  Matrix rows;                ///< a_i, n x p
  Vector residuals;           ///< c_i, p
  std::vector<Sense> senses;  ///< p
  Vector prices;              ///< p, > 0, may be infinite
  Vector lower;               ///< n, <= 0, may be infinite; empty with `upper`: none
  Vector upper;               ///< n, >= 0
};

struct QuadraticSolution {
  Vector step;               ///< d
  Vector multipliers;        ///< p, in [0, price], for equalities in [-price, price]
  Vector bound_multipliers;  ///< n: > 0 where d is held by an upper bound, < 0 by a lower one
  double shortfall = 0.0;    ///< sum_i |violated part of c_i + a_i.d|
  bool solved = false;       ///< false: B was not positive definite, or rounding prevailed
};

/// Cost: O(n^3 + n^2 per change of the active set).
/// Source: Goldfarb and Idnani (1983), section 3, with multipliers bounded from above: one that
/// reaches its price stays there and its row gives way.
QuadraticSolution solve_quadratic_program(const QuadraticProgram& program);

}  // namespace moo
