#pragma once

#include <string>
#include <vector>

#include "libmoo/solver/front_solver.hpp"

namespace moo {

struct HypervolumeAscentOptions {
  double reference = 1.1;
  int max_ascent_iterations = 300;
};

/// All points at once: after a rough front along rays (smooth Chebyshev, to a loose tolerance), the
/// hypervolume that the whole set dominates is raised by L-BFGS in the stacked parameters
/// (theta_1, ..., theta_k), and each point is then polished with its own share of the hypervolume's
/// gradient as weights. At a maximum every point is Pareto critical, with multipliers that are the
/// faces of the volume it alone adds, and no placement of as many points nearby dominates more.
///
/// A point that others dominate adds no volume and has no gradient: it is drawn towards the ideal
/// point by the sum of its scaled objectives until it counts again. All models are held in memory:
/// meant for some twenty points and for polishing.
///
/// Source: Emmerich and Deutz (2012), section 3; Wang, Deutz, Baeck, Emmerich (2017), section 4.
class HypervolumeAscentSolver final : public FrontSolver {
 public:
  HypervolumeAscentSolver();

 protected:
  [[nodiscard]] std::vector<Task> plan_front(const Front& so_far) const override;
  void solve_task(const Problem& problem, const Task& task, Recorder& recorder) const override;

 private:
  void ascend(const Problem& problem, const Task& task, Recorder& recorder) const;

  HypervolumeAscentOptions options_;
};

}  // namespace moo
