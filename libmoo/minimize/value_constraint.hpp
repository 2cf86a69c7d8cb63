#pragma once

#include <vector>

#include "libmoo/problem/problem.hpp"

namespace moo {

/// One constraint on the values of a problem: (values[index] - bound) / scale <= 0 or = 0.
struct ValueConstraint {
  int index = 0;       ///< into objectives and hard rows, 0 .. m+p-1
  double bound = 0.0;  ///< in the value's own unit
  double scale = 1.0;  ///< > 0: what counts as one unit of violation
  Sense sense = Sense::inequality;
  int group = 0;  ///< constraints of one group share a penalty
  /// Violation that still counts as met, in the value's own unit; 0: whatever the minimizer's
  /// feasibility tolerance makes of the scale.
  double tolerance = 0.0;
};

using ValueConstraints = std::vector<ValueConstraint>;

/// c = (value - bound) / scale.
double residual(const ValueConstraint& constraint, ConstVectorRef values);

/// How far c is on the wrong side: the residual itself for equalities, max(c, 0) otherwise.
double violated(const ValueConstraint& constraint, double c);

/// lambda + rho c, cut at zero for inequalities: the multiplier that c implies.
double implied_multiplier(const ValueConstraint& constraint, double c, double multiplier,
                          double penalty);

/// `violated` of all constraints, one entry each.
Vector violations(const ValueConstraints& constraints, ConstVectorRef values);

/// Largest |violated|, in units of the scales; infinite where values are not numbers.
double largest_violation(const ValueConstraints& constraints, ConstVectorRef values);

/// The constraint that exceeds its tolerance by the largest factor; -1 when all are met.
int worst_constraint(const ValueConstraints& constraints, ConstVectorRef values);

/// Gradients of the named constraints' residuals, times `factors`: n x k, pulled back in blocks.
/// Cost: k gradients.
Matrix constraint_gradients(const Linearization& at, const ValueConstraints& constraints,
                            const std::vector<int>& which, ConstVectorRef factors,
                            int num_variables);

/// Root mean square of |grad c_i|_2 over all constraints of each group, one entry per constraint,
/// from four random combinations of each group's gradients (exact for a group of one). Cost: four
/// gradients per group.
/// Source: Hutchinson (1990), applied to C C^T.
Vector gradient_sizes(const Linearization& at, const ValueConstraints& constraints,
                      int num_variables);

}  // namespace moo
