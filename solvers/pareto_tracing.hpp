#pragma once

#include <string>
#include <vector>

#include "libmoo/solver/front_solver.hpp"
#include "solvers/tracing/curve_front.hpp"
#include "solvers/tracing/surface.hpp"

namespace moo {

/// Walks along the front: a curve for two objectives (tracing/curve_front.hpp), an advancing front
/// over the surface for three and more (tracing/surface.hpp). One objective: its minimum is all
/// there is.
///
/// Convex and concave parts alike; points are equally far apart in scaled objectives. Each is
/// predicted from its neighbours and corrected by Newton steps on the KKT system or by minimising
/// an augmented scalarisation, whichever took less work on the first points (see CurveCorrector).
/// Holes are searched from their middle, jumps of the path of optima followed backwards, and cold
/// restarts look for a lower branch; the lower envelope of everything is the front, what others
/// dominate stays, flagged. Hard rows and bounds take part in every corrector.
///
/// Source: Hillermeier (2001), section 5; augmented corrector after Das and Dennis (1998).
class ParetoTracingSolver final : public FrontSolver {
 public:
  ParetoTracingSolver();
  [[nodiscard]] std::vector<std::string> notes(const Front& front) const override;
  /// Holes that were searched from their middle without finding anything are disconnected.
  [[nodiscard]] Coverage coverage(const Front& front) const override;

 protected:
  [[nodiscard]] std::vector<Task> plan_front(const Front& so_far) const override;
  void solve_task(const Problem& problem, const Task& task, Recorder& recorder) const override;

 private:
  [[nodiscard]] CurveOptions curve() const;
  [[nodiscard]] SurfaceOptions surface() const;
  CurveOptions curve_;
  double spacing_ = 0.0;
};

}  // namespace moo
