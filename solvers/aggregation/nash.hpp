#pragma once

#include "solvers/aggregation/weighting.hpp"

namespace moo {

/// The Nash bargaining solution: the direction that maximises the product of the objectives' rates
/// of fall,
///
///     G alpha = 1 / alpha,   alpha > 0,
///
/// the one stationary point of 1/2 alpha^T G alpha - sum_i log alpha_i, which is strictly convex
/// and self-concordant, so that damped Newton steps find it from anywhere. Every objective falls,
/// at the rate 1 / alpha_i; the direction does not depend on the objectives' scales. Where the
/// gradients cancel (Pareto-critical points) there is no solution, and alpha, which grows without
/// bound nearby, is as far as the search went.
/// Source: Navon and others (2022), section 3.1; step length: Nesterov and Nemirovskii (1994),
/// section 2.2.
class Nash final : public Weighting {
 public:
  [[nodiscard]] Vector weigh(ConstMatrixRef gramian, RandomStream& random) const override;
  [[nodiscard]] bool descends_in_common() const override { return true; }
};

}  // namespace moo
