#pragma once

#include <string>
#include <vector>

#include "libmoo/front/front.hpp"
#include "libmoo/minimize/augmented_lagrangian.hpp"
#include "libmoo/problem/problem.hpp"
#include "libmoo/solver/recorder.hpp"
#include "libmoo/solver/task.hpp"
#include "solvers/tracing/curve.hpp"

namespace moo {

struct CurveOptions {
  int points = 20;
  CurveSettings settings;
  int gap_solves = 8;  ///< gaps looked into
  int restarts = 1;    ///< cold starts that check the traced branch
};

/// The next wave of a trace along the front of two objectives, once its anchors are known; empty
/// when finished:
///
/// 1. trace/forward, from the first anchor to the second;
/// 2. trace/backward, from the second, where the first one has not arrived: the front has a hole;
///    back/POINT, backwards from the far side of a jump, where the path of optima had followed a
///    branch longer than it was the best: the lower envelope counts;
/// 3. beyond/POINT, one for either end: a look along the Pareto set's continuation for a further
///    basin of the objective whose minimum ends the front; what is lower there is traced;
/// 4. gap/LEFT-RIGHT, one for every hole: a solve from its middle, and where that finds a further
///    component of the front, traces in both directions from there;
/// 5. restart/K: cold starts against traced points; what is lower is traced in both directions.
std::vector<Task> plan_curve(const Front& so_far, const CurveOptions& options);

/// Works on one task of plan_curve.
/// @param minimizer to the common tolerance   @param rough likewise, for comparisons only
void solve_curve(const Problem& problem, const Task& task, const CurveOptions& options,
                 const ConstrainedMinimizer& minimizer, const ConstrainedMinimizer& rough,
                 Recorder& recorder);

/// Which part did what, how far the traced branch was from the best one found, and what was found
/// in the holes.
std::vector<std::string> curve_notes(const Front& front);

/// Whether a hole between two neighbours was searched and nothing found in it.
bool searched_in_vain(const Front& front, int left, int right);

/// Distance between neighbours, in scaled objectives, that makes about so many points.
double curve_spacing(int points);

/// How many of those distances one step of a trace is long; the rest is filled in.
int curve_stride(int points);

/// A station as numbers of a task, every name with the prefix; and back.
void put_station(const ParetoPoint& point, const Scaling& scaling, const std::string& prefix,
                 Task& task);
Station get_station(const Task& task, const std::string& prefix);

/// What is known of a front while a further branch is traced: columns of two scaled objectives and
/// two multipliers, ascending in the first objective.
class TracedFront {
 public:
  explicit TracedFront(const Matrix& columns) : columns_(columns) {}
  static Matrix columns_of(const Front& front);

  /// How far a point lies below the known front: below the chord between its neighbours, which a
  /// concave front is not, and below both their tangents, which a convex one is not. Negative or
  /// 0: not below. Beyond its ends: infinite.
  [[nodiscard]] double below(const Vector& fh) const;

 private:
  const Matrix& columns_;
};

/// Scaled distance below a known front from which on a branch counts as lower.
inline constexpr double lower_by = 1e-3;

}  // namespace moo
