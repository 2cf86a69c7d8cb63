#pragma once

#include <map>
#include <string>

#include "experiments/driver.hpp"
#include "experiments/tabular/config.hpp"

namespace moo::tabular {

/// What people read of a model, for the data of `problem`, in units of the targets:
///
///     binary      cross_entropy, error_rate, auc
///     multiclass  cross_entropy, error_rate, macro_recall
///     regression  rmse, mae, r2
///
/// and for every group of the problem GROUP_violations, the share of its probes that break the
/// rule, and GROUP_residual, the mean over its probes of how far (0 where the rule is met). Classes
/// under a squared loss have rmse in place of cross_entropy. Rows count by their weights.
std::map<std::string, double> tabular_metrics(Task task, const TrainingProblem& problem,
                                              ConstVectorRef theta);

/// Which metric stands for each objective on held-out data.
struct MetricPlan {
  std::map<std::string, HeadlineMetric> headline;  ///< by objective
};

/// Accuracy: cross_entropy (worst that counts: 1, or 1.5 log(classes) if more) or rmse (1.5 times
/// the standard deviation of the training targets). A group: its violation rate up to 1, or, where
/// it has fewer than 20 probes on the training rows, GROUP_residual up to 50 times the scale of its
/// penalty.
/// @param audit the training rows with every group
MetricPlan plan_metrics(const Config& config, const TrainingProblem& audit);

}  // namespace moo::tabular
