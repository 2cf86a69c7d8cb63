#pragma once

#include "libmoo/base/vector.hpp"

namespace moo::portfolio {

enum class ShortSales { allowed, forbidden };

/// Weights of least variance among those with sum 1 and expected return R,
///
///     min w' S w   subject to   1' w = 1,  m' w = R   (and w >= 0 where short sales are
///     forbidden).
///
/// Allowed: the closed form w = S^-1 [1 m] (M' S^-1 M)^-1 (1, R)', M = [1 m], a line through two
/// funds (Merton 1972, section II). Forbidden: that form on every subset of the assets, of which
/// the best one without a negative weight is the answer, because the optimum is the closed form on
/// its own support; O(2^n), for n <= 16. Empty where no weights have this return.
/// @param mean n   @param covariance n x n, positive definite
Vector efficient_weights(ConstVectorRef mean, ConstMatrixRef covariance, double expected_return,
                         ShortSales short_sales);

}  // namespace moo::portfolio
