#pragma once

#include <string>
#include <vector>

#include "libmoo/solver/front_solver.hpp"

namespace moo {

struct ChebyshevOptions {
  std::string form = "smooth";
  double temperature = 0.01;
  double augmentation = 1e-3;
};

/// Weighted Chebyshev distances to a point just below the ideal one, along rays through the simplex
/// of scaled objectives: the ray of direction r meets the front where all w_i (fh_i - z_i), w_i =
/// 1/r_i, are equal, so that rays place points on convex, concave and disconnected fronts alike.
///
/// Two objectives: the next ray goes through the middle of the widest gap; a gap that a ray was
/// sent through in vain is a disconnection. More: rays through a lattice of the simplex, each
/// warm-started from a neighbour that is solved already.
///
/// Forms: `smooth` lowers the temperature of a log-sum-exp in three steps; its minima are Pareto
/// critical to the full tolerance, a little beside their rays. `exact` continues from there with
/// the epigraph form, whose points lie on their rays.
///
/// Source: Bowman (1976); augmentation: Steuer and Choo (1983); smoothing: Lin et al. (2024).
class ChebyshevSolver final : public FrontSolver {
 public:
  ChebyshevSolver();

 protected:
  [[nodiscard]] std::vector<Task> plan_front(const Front& so_far) const override;
  void solve_task(const Problem& problem, const Task& task, Recorder& recorder) const override;

 private:
  ChebyshevOptions options_;
};

}  // namespace moo
