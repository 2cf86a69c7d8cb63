#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libmoo/front/pareto_point.hpp"
#include "libmoo/problem/problem.hpp"
#include "libmoo/problem/scaling.hpp"

namespace moo {

/// What has been found so far: points in the order of their tasks, never of their arrival.
///
/// Scouts are points that only serve the search (the pure minima that give the first scaling,
/// usually trivial models; the far end of a check); they are kept apart and are not part of the
/// front.
class Front {
 public:
  Front() = default;
  explicit Front(const Problem& problem);

  [[nodiscard]] const std::string& problem_name() const { return problem_name_; }
  [[nodiscard]] int num_variables() const { return num_variables_; }
  [[nodiscard]] const std::vector<ObjectiveInfo>& objectives() const { return objectives_; }
  [[nodiscard]] const std::vector<ConstraintRow>& hard_rows() const { return hard_rows_; }
  [[nodiscard]] int num_objectives() const { return static_cast<int>(objectives_.size()); }

  [[nodiscard]] const std::vector<ParetoPoint>& points() const { return points_; }
  [[nodiscard]] std::vector<ParetoPoint>& points() { return points_; }
  [[nodiscard]] const std::vector<ParetoPoint>& scouts() const { return scouts_; }

  /// Units in which solvers work; empty until the anchors are known.
  [[nodiscard]] const std::optional<Scaling>& scaling() const { return scaling_; }
  void freeze_scaling(Scaling scaling) { scaling_ = std::move(scaling); }

  /// Smallest range worth resolving, per objective; m.
  [[nodiscard]] Vector resolution() const;

  /// Appends a point, numbers it, and renews the dominated flags.
  void add(ParetoPoint point);
  void add_scout(ParetoPoint point) { scouts_.push_back(std::move(point)); }

  /// Feasible points that no other feasible point dominates, by index into points().
  [[nodiscard]] std::vector<int> nondominated() const;

  /// Points whose generator has this kind, in order.
  [[nodiscard]] std::vector<const ParetoPoint*> generated_by(const std::string& kind) const;

  /// m x k objectives of the given points.
  [[nodiscard]] Matrix objectives_of(const std::vector<int>& indices) const;

 private:
  std::string problem_name_;
  int num_variables_ = 0;
  std::vector<ObjectiveInfo> objectives_;
  std::vector<ConstraintRow> hard_rows_;
  std::vector<ParetoPoint> points_;
  std::vector<ParetoPoint> scouts_;
  std::optional<Scaling> scaling_;
};

}  // namespace moo
