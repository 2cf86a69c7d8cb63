#pragma once

#include <string>
#include <vector>

#include "libmoo/solver/front_solver.hpp"

namespace moo {

struct ParetoTracingOptions {
  double rho = 30.0;
  double largest_rho = 500.0;
  int halvings = 4;
  std::string directions = "both";
};

/// Walks along the front of two objectives in steps of equal length in scaled objectives.
///
/// Chart: at a front point with multipliers lambda let d = lambda/|lambda| and C the unit vector
/// across d that points along the front. Corrector: minimise d.fh + rho/2 (C.fh - t)^2 with
/// t = C.fh_k + ds (L-BFGS), whose minimum is Pareto critical on convex and concave parts alike.
/// Predictor: the better of the last point and its linear extrapolation in arc length, one forward
/// pass each. A step counts when it is 0.5 to 1.5 times ds long; otherwise rho grows first (the
/// front was lost), then ds is halved. The end of the front: the next anchor is within reach, a
/// multiplier turns negative, or steps vanish. Hard rows and bounds hold in every corrector; their
/// multipliers are passed on from step to step. One objective: its minimum is all there is.
///
/// On networks the path of optima can jump; a step that stays too long after all halvings is
/// recorded as a jump. A second trace, coarse and from the other end, looks for a lower branch;
/// where it finds one it goes at full resolution, and the lower envelope of both is the front.
///
/// Source: charts as in Hillermeier (2001), section 5; augmented corrector after Das and Dennis
/// (1998); both directions because weighted-sum paths of networks are branch-dependent.
class ParetoTracingSolver final : public FrontSolver {
 public:
  ParetoTracingSolver();
  [[nodiscard]] std::string explain_unsupported(const Problem& problem) const override;
  [[nodiscard]] std::vector<std::string> notes(const Front& front) const override;

 protected:
  [[nodiscard]] std::vector<Task> plan_front(const Front& so_far) const override;
  void solve_task(const Problem& problem, const Task& task, Recorder& recorder) const override;

 private:
  ParetoTracingOptions options_;
};

}  // namespace moo
