#pragma once

#include "libmoo/base/vector.hpp"

namespace moo {

/// argmin |A z|_2 over z with z_i >= 0 for i < num_simplex + num_nonnegative, the first num_simplex
/// entries summing to 1, the rest free. A has one column per entry of z.
/// Active-set method on the triangular factor of A (Lawson and Hanson 1974, chapter 23, with one
/// equality), so that no Gramian squares the condition number.
/// @param guess a z to begin from (its support matters, not its digits), or empty
/// Cost: one orthogonal factorisation of the columns in use per change of the set; a guess with
/// nearly the right support saves most of them.
/// Throws: InvalidArgument when num_simplex < 1 or the guess has the wrong size.
Vector minimum_norm_multipliers(ConstMatrixRef columns, int num_simplex, int num_nonnegative,
                                ConstVectorRef guess = Vector());

}  // namespace moo
