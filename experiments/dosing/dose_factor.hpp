#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/driver.hpp"
#include "libmoo/data/standardize.hpp"

namespace moo {

/// What a recommended dose should lead to, mg/L, and how far it may be from the present one.
struct DosingRange {
  double target = 3.0;
  double lowest_factor = 0.5;
  double highest_factor = 2.0;
};

/// Per row of the problem's data: the factor on all doses (inputs log_amount and log_last_dose) at
/// which the model predicts the target, by a scan of the range and linear interpolation in the log.
/// Nothing where the target is not reached within the range, or the prediction falls anywhere in
/// it: then more of the drug would seem to be less, and no dose follows from that.
std::vector<std::optional<double>> dose_factors(const TrainingProblem& problem,
                                                ConstVectorRef theta,
                                                const Standardizer& standardizer,
                                                const DosingRange& range = {});

/// The same for three points spread over the front, as a table: row of the file, part, factors.
std::string doses_csv(const Experiment& experiment, const Standardizer& standardizer,
                      const Front& front);

}  // namespace moo
