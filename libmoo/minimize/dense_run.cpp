#include "libmoo/minimize/dense_run.hpp"

#include <utility>
#include <vector>

#include "libmoo/minimize/bound_rows.hpp"
#include "libmoo/minimize/restoration.hpp"

namespace moo {
namespace {

/// The constraints and, as further ones, the rows that stand for bounds.
ValueConstraints with_bound_rows(const ValueConstraints& constraints, const Problem& problem,
                                 const BoundRows& rows) {
  ValueConstraints all = constraints;
  for (int i = problem.num_hard_rows(); i < rows.num_hard_rows(); ++i) {
    all.push_back({.index = problem.num_objectives() + i, .group = -1, .tolerance = 1e-9});
  }
  return all;
}

}  // namespace

IterationCallback DenseRun::watched() {
  return [this](const Iterate& iterate) {
    ++iterations_;
    stopped_ = stopped_ || (callback_ && !callback_(iterate));
    return !stopped_;
  };
}

ConstrainedMinimum DenseRun::descend(ConstVectorRef start, ConstVectorRef multipliers) {
  MinimizerSettings settings = settings_;
  settings.max_iterations -= iterations_;
  ConstrainedMinimum result =
      SequentialQuadratic(problem_, base_, constraints_, settings, watched())
          .run(start, multipliers);
  result.iterations = iterations_;
  return result;
}

ConstrainedMinimum DenseRun::run(ConstVectorRef start, ConstVectorRef multipliers) {
  ConstrainedMinimum result = descend(start, multipliers);
  const bool rests = result.status == MinimizerStatus::infeasible ||
                     (result.status == MinimizerStatus::stalled &&
                      worst_constraint(constraints_, result.values) >= 0);
  if (rests) {
    result = leave_the_objective(start, std::move(result));
  }
  if (result.status == MinimizerStatus::iteration_limit) result.status = MinimizerStatus::stalled;
  return result;
}

ConstrainedMinimum DenseRun::leave_the_objective(ConstVectorRef start, ConstrainedMinimum resting) {
  const BoundRows rows(problem_);
  const ValueConstraints all = with_bound_rows(constraints_, problem_, rows);
  const Bounds bounds = problem_.bounds();
  ConstrainedMinimum lowest = resting;
  double least = std::numeric_limits<double>::infinity();
  bool stationary = true;
  for (const Vector& from : {resting.theta, Vector(start)}) {
    const Minimum point = least_violation(rows, all, from, watched());
    if (stopped_) break;
    if (worst_constraint(all, point.values) < 0) {
      const ConstrainedMinimum again = descend(point.theta, Vector::Zero(std::ssize(constraints_)));
      if (again.status == MinimizerStatus::converged || stopped_) return again;
      stationary = false;  // it could be met, after all
      continue;
    }
    stationary = stationary && violation_is_stationary(rows, all, point.theta);
    const double violation = violations(all, point.values).norm();
    if (violation >= least) continue;
    least = violation;
    lowest.theta = point.theta;
    lowest.values = point.values.head(problem_.num_values());
    lowest.scalarized = base_.value(lowest.values);
  }
  lowest.iterations = iterations_;
  lowest.status = stopped_     ? MinimizerStatus::stopped
                  : stationary ? MinimizerStatus::infeasible
                               : MinimizerStatus::stalled;
  return lowest;
}

}  // namespace moo
