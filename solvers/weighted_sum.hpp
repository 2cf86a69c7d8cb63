#pragma once

#include <string>
#include <vector>

#include "libmoo/solver/front_solver.hpp"

namespace moo {

/// The front by weighted sums, min_theta sum_i w_i fh_i(theta), weights placed where the front has
/// its widest gap in scaled objectives; every solve starts from the better of the gap's two ends.
///
/// Two objectives: the next weight is the normal of the chord across the gap, so that the new point
/// is the one farthest below the chord; a chord whose normal is already the weight of one of its
/// ends has nothing below it, and the gap is reported as not reachable by any weight.
/// More: the weight simplex is bisected at its longest edge, measured in scaled objectives.
///
/// Finds supported points only: the parts of the front on its convex hull.
/// Source: Cohon (1978), section 6.3 (NISE); Aneja and Nair (1979).
class WeightedSumSolver final : public FrontSolver {
 public:
  WeightedSumSolver();
  [[nodiscard]] std::vector<std::string> notes(const Front& front) const override;

 protected:
  [[nodiscard]] std::vector<Task> plan_front(const Front& so_far) const override;
  void solve_task(const Problem& problem, const Task& task, Recorder& recorder) const override;
};

}  // namespace moo
