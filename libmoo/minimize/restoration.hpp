#pragma once

#include "libmoo/minimize/minimizer.hpp"
#include "libmoo/minimize/value_constraint.hpp"

namespace moo {

/// Moves a point that nearly meets its constraints until it meets them, by as little as possible:
/// Gauss-Newton steps of least norm that put violated constraints, and those with a multiplier, on
/// their boundary, variables that stand on a bound being held. Up to 400 constraints take part, the
/// most violated ones.
/// True when every constraint is within its tolerance and every variable within its bounds then;
/// otherwise `point` is unchanged but for variables put back on their bounds.
/// Cost: a few times (one evaluation and as many gradients as constraints take part).
/// Source: Nocedal and Wright (2006), section 15.4 (normal steps).
bool restore(const Problem& problem, const ValueConstraints& constraints,
             ConstVectorRef multipliers, Minimum& point);

/// A local minimiser of 1/2 |c_+|^2, equalities with their residuals, in units of the scales;
/// from `start` by L-BFGS.
Minimum least_violation(const Problem& problem, const ValueConstraints& constraints,
                        ConstVectorRef start, const IterationCallback& callback);

/// Whether 1/2 |c_+|^2 is as low as it gets near theta: to first order the violation would vanish
/// no nearer than ten thousand times the size of theta,
///
///     |sum_i c_i grad c_i|_2 (1 + |theta|_2) <= 1e-4 sum_i c_i^2      over violated constraints.
///
/// The same answer whatever unit a group is written in. Cost: one evaluation, one gradient.
bool violation_is_stationary(const Problem& problem, const ValueConstraints& constraints,
                             ConstVectorRef theta);

}  // namespace moo
