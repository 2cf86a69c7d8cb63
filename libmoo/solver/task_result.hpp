#pragma once

#include <vector>

#include "libmoo/front/pareto_point.hpp"
#include "libmoo/solver/report.hpp"

namespace moo {

/// What one task found: plain data, like the task itself.
struct TaskResult {
  std::vector<ParetoPoint> points;  ///< certified, in the order they were recorded
  std::vector<ParetoPoint> scouts;
  std::vector<Failure> failures;
  Cost cost;
  /// Told to wind up before it was done, or never begun. A result that is not interrupted is a
  /// function of the problem, the solver with its options, the run's seed and the task alone.
  bool interrupted = false;
};

}  // namespace moo
