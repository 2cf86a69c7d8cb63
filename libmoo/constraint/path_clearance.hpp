#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"
#include "libmoo/constraint/distance_field.hpp"
#include "libmoo/constraint/path_frame.hpp"

namespace moo {

/// The model's outputs are a path per data row, which keeps its distance from obstacles all along,
///
///     r_bi = margin - D(p_b(s_i)) <= 0,
///
/// one residual per row and place s_i, in the position's unit; D > 0 outside obstacles. Its probes
/// are the data rows. Curvature from the field's Hessian; positions are linear in the outputs.
/// Source: Ratliff, Zucker, Bagnell, Srinivasa (2009), section 2, the obstacle term of CHOMP, as a
/// constraint on sampled places of the path.
class PathClearance final : public Constraint {
 public:
  /// Throws: InvalidArgument for no obstacles, obstacles that are not planar, or a margin that is
  /// not finite.
  PathClearance(PathFrame frame, std::shared_ptr<const DistanceField> obstacles, double margin,
                std::string unit = "position");

  [[nodiscard]] std::string name() const override { return "clearance along the path"; }
  [[nodiscard]] std::string unit() const override { return unit_; }

  /// Throws: InvalidArgument as path_lines() does.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  PathFrame frame_;
  std::shared_ptr<const DistanceField> obstacles_;
  double margin_;
  std::string unit_;
};

}  // namespace moo
