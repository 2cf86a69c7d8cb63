#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/constraint.hpp"
#include "libmoo/constraint/distance_field.hpp"
#include "libmoo/constraint/placed_probes.hpp"

namespace moo {

struct ClearanceOptions {
  std::shared_ptr<const DistanceField> obstacles;
  double margin = 0.0;            ///< the distance to keep, in units of the position
  std::vector<int> outputs = {};  ///< the coordinates, in the field's order; empty: all
  ProbePlaces where = {};         ///< points of a path, for instance; empty: the data rows
  std::string unit = "position";
};

/// The model's outputs are a position that keeps its distance from obstacles,
///
///     r = margin - D(p) <= 0,
///
/// one residual per place, in the position's unit; D > 0 outside obstacles. Curvature from the
/// field's Hessian.
/// Source: Ratliff, Zucker, Bagnell, Srinivasa (2009), section 2, the obstacle term of CHOMP, as a
/// constraint.
class Clearance final : public Constraint {
 public:
  /// Throws: InvalidArgument for no obstacles, or a margin that is not finite.
  explicit Clearance(ClearanceOptions options);

  [[nodiscard]] std::string name() const override { return "clearance"; }
  [[nodiscard]] std::string unit() const override { return options_.unit; }

  /// Throws: InvalidArgument unless there are as many outputs as the field has dimensions.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  ClearanceOptions options_;
};

}  // namespace moo
