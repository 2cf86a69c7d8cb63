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
/// from its near end with the multiplier interpolated. More: a grid of epsilons between the
/// anchors.
///
/// Source: Haimes, Lasdon, Wismer (1971); subproblems as in Birgin and Martinez (2014), chapter 4.
class AugmentedLagrangianSolver final : public FrontSolver {
 public:
  AugmentedLagrangianSolver();

 protected:
  [[nodiscard]] std::vector<Task> plan_front(const Front& so_far) const override;
  void solve_task(const Problem& problem, const Task& task, Recorder& recorder) const override;

 private:
  [[nodiscard]] std::vector<Task> plan_gaps(const Front& so_far) const;
  [[nodiscard]] std::vector<Task> plan_grid(const Front& so_far) const;

  AugmentedLagrangianSettings outer_;
};

}  // namespace moo
