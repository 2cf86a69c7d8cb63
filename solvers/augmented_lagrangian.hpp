#pragma once

#include <string>
#include <vector>

#include "libmoo/solver/front_solver.hpp"

namespace moo {

/// The front by the epsilon-constraint method: minimise the first objective subject to
/// f_i <= epsilon_i for the others, each subproblem by a safeguarded augmented Lagrangian with a
/// penalty per group. The multiplier of f_i <= epsilon_i is the slope of the front there.
/// Reaches convex and concave parts alike.
///
/// Two objectives: epsilon goes to the middle of the widest gap in scaled objectives, warm-started
/// from its left end or half way between both ends, whichever promises more, with the multiplier
/// interpolated; where that leads outside the gap, once more from its right end.
///
/// More: epsilons go where most of the space is neither dominated nor known to be out of reach. The
/// largest of these boxes is cut in half between its upper corner and the point that bounds its
/// first objective; that point meets the epsilons, so that no subproblem is infeasible, and the
/// solve starts from it, with the multipliers of all points around. What slack a solution leaves
/// takes the boxes it dominates off the list, as on the grid of AUGMECON2. A small multiple of the
/// other objectives is added to the first one, so that solutions are properly efficient where an
/// epsilon is slack.
///
/// Source: Haimes, Lasdon, Wismer (1971); Mavrotas and Florios (2013); subproblems as in Birgin and
/// Martinez (2014), chapter 4.
class AugmentedLagrangianSolver final : public FrontSolver {
 public:
  AugmentedLagrangianSolver();
  /// Gaps into which an epsilon was put without finding anything are disconnected.
  [[nodiscard]] Coverage coverage(const Front& front) const override;

 protected:
  [[nodiscard]] std::vector<Task> plan_front(const Front& so_far) const override;
  void solve_task(const Problem& problem, const Task& task, Recorder& recorder) const override;

 private:
  [[nodiscard]] std::vector<Task> plan_gaps(const Front& so_far) const;
  [[nodiscard]] std::vector<Task> plan_boxes(const Front& so_far) const;

  AugmentedLagrangianSettings outer_;
  double slack_weight_ = 1e-3;
};

}  // namespace moo
