#pragma once

#include "libmoo/constraint/group.hpp"

namespace moo {

// A probabilistic group, P(residual > tolerance) <= delta, as one row A(phi(r)) - target <= 0 with
// x = (residual - tolerance + margin) / scale, |residual| for equalities:
//
//     cvar            phi(x) = x, A = the mean of the worst share delta:  <= 0 makes x <= 0 for at
//                     least a share 1 - delta of the probes (Rockafellar and Uryasev 2000);
//     smoothed_rate   phi(x) = 1 / (1 + exp(-x / temperature)), A = the mean, target = delta: tends
//                     to the rate of x > 0 as the temperature falls.

/// phi and its derivatives in the residual.
Penalty::Value chance_penalty(const ConstraintGroup& group, double residual, Sense sense);

Aggregation chance_aggregation(const Chance& chance);

/// What is subtracted from the aggregate: delta of a smoothed rate, 0 for cvar, and a row's
/// tolerance less, so that a row within its tolerance keeps the promise itself.
double chance_target(const Chance& chance);

/// Throws: InvalidArgument in the name of `who` when delta or temperature have no meaning.
void check_chance(const std::string& who, const Chance& chance);

}  // namespace moo
