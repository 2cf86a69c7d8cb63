#pragma once

#include <string>
#include <vector>

#include "libmoo/base/random.hpp"
#include "libmoo/training/training_problem.hpp"

namespace moo {

/// A scale found for one group.
struct AutomaticScale {
  std::string group;
  double scale = 1.0;        ///< in the rule's unit
  double violated = 0.0;     ///< share of the probes that break the rule at the accuracy optimum
  bool from_spread = false;  ///< nothing worth a scale was violated there; see typical_residual()
};

/// The size of residual that should count as one: the median of those that violate the rule (of
/// their absolute values for equalities), so that half of the violations count more than one and
/// half less, whatever the rule's unit. Where none does, the spread of all residuals, 1.4826 times
/// their median absolute deviation (Hampel 1974, section 4.4: the standard deviation of a normal
/// sample); a spread of 0 gives 0.
/// @param from_spread set to whether it is the spread
double typical_residual(const GroupResiduals& residuals, double tolerance, bool& from_spread);

/// Gives every group named in `groups` the typical residual at the accuracy optimum as the scale of
/// its penalty, so that equal weights press comparably on rules of different units. Trains once,
/// on the loss alone. A scale is never below the group's tolerance nor 1e-6 of the predictions'
/// range.
/// Throws: InvalidArgument for a group the setup does not have, or as TrainingProblem does.
std::vector<AutomaticScale> set_automatic_scales(TrainingSetup& setup,
                                                 const std::vector<std::string>& groups,
                                                 RandomStream random);

}  // namespace moo
