#pragma once

#include <string>
#include <vector>

#include "libmoo/solver/front_solver.hpp"

namespace moo {

struct BoundaryIntersectionOptions {
  std::string form = "normal_boundary";
};

/// Points evenly spread on the plane through the anchors (the simplex of scaled objectives), each
/// moved along the plane's normal to the front. Even spacing on convex and concave fronts.
///
/// Forms: `normal_boundary` goes along the normal with equalities, so that the point lies exactly
/// on its ray; it is recorded only when its multipliers are those of an optimum.
/// `normal_constraint` minimises the last objective subject to m-1 inequalities whose normals span
/// the plane.
///
/// Two objectives: the next point lies under the middle of the widest gap. More: those of a
/// lattice, each warm-started from a neighbour that is solved already.
///
/// Source: Das and Dennis (1998), sections 3 and 4; Messac, Ismail-Yahaya, Mattson (2003),
/// section 3.
class BoundaryIntersectionSolver final : public FrontSolver {
 public:
  BoundaryIntersectionSolver();
  [[nodiscard]] std::vector<std::string> notes(const Front& front) const override;

 protected:
  [[nodiscard]] std::vector<Task> plan_front(const Front& so_far) const override;
  void solve_task(const Problem& problem, const Task& task, Recorder& recorder) const override;

 private:
  BoundaryIntersectionOptions options_;
};

}  // namespace moo
