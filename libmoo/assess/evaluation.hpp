#pragma once

#include "libmoo/front/pareto_point.hpp"
#include "libmoo/training/training_problem.hpp"

namespace moo {

/// What a parameter vector is worth on the data of `problem`, which may be other data than it was
/// trained on: raw objectives, and the true violation rate of every group with its 95 %
/// Clopper-Pearson interval. Metrics of the field are the caller's to add.
/// A probe counts as violated when its residual (its absolute value for equalities) exceeds the
/// group's tolerance; a NaN residual counts as violated.
[[nodiscard]] SplitEvaluation evaluate(const TrainingProblem& problem, ConstVectorRef theta);

/// Single input columns that predict a 0/1 label almost alone: names of those whose area under the
/// ROC curve is outside [1 - limit, limit]. The classic sign of a column that gives the label away.
[[nodiscard]] std::vector<std::string> leak_suspects(const Dataset& data, double limit = 0.95);

}  // namespace moo
