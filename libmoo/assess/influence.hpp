#pragma once

#include <string>

#include "libmoo/base/vector.hpp"
#include "libmoo/front/pareto_point.hpp"
#include "libmoo/problem/scaling.hpp"
#include "libmoo/training/training_problem.hpp"

namespace moo {

/// The problem without one of its groups: one objective, or one block of hard rows, less.
/// Throws: InvalidArgument, listing the groups, for an unknown name.
[[nodiscard]] TrainingSetup without_group(const TrainingSetup& setup, const std::string& group);

enum class InfluenceMethod {
  estimate,      ///< from the multipliers alone
  with_resolve,  ///< and by training again without the group, from the point
};

/// What a group costs at a point of the front, and what it buys there: the change of every
/// objective (raw, without weight decay) when the group is dropped and the others keep their
/// multipliers.
///
/// At a point with multipliers lambda on scaled objectives and mu on rows the gradient of what is
/// left without group g is minus that of the group's own terms, -G_g, so that
///
///     estimate = f(theta - H^-1 G) - f(theta),   G the gradient, H the Hessian of what is left,
///
/// one truncated Newton step (conjugate gradients, at most 200 Hessian products; it stops where the
/// curvature is not positive). Hard rows that stay are kept by their multipliers only.
/// `exact` trains again: what is left, from the point, with all remaining hard rows. Empty for
/// InfluenceMethod::estimate.
/// @param point of a front on `problem`, with certificate multipliers
/// @param scaling of that front
/// Throws: InvalidArgument for an unknown group, or a point without multipliers.
/// Source: Cook and Weisberg (1982), section 5.2 (influence by one Newton step); Boyd and
/// Vandenberghe (2004), section 5.6 (multipliers as sensitivities).
[[nodiscard]] Influence influence_of(const TrainingProblem& problem, const ParetoPoint& point,
                                     const Scaling& scaling, const std::string& group,
                                     InfluenceMethod method);

}  // namespace moo
