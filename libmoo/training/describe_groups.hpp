#pragma once

#include <set>
#include <string>
#include <vector>

#include "libmoo/io/front_document.hpp"
#include "libmoo/training/training_problem.hpp"

namespace moo {

/// What a front file says about the groups of a problem, in their order. Evaluates the rules at
/// theta = 0, to count their residuals.
/// @param automatic names of the groups whose scale set_automatic_scales() found
/// Throws: InvalidArgument when `automatic` names a group that the problem does not have.
[[nodiscard]] std::vector<GroupInfo> describe_groups(const TrainingProblem& problem,
                                                     const std::set<std::string>& automatic = {});

}  // namespace moo
