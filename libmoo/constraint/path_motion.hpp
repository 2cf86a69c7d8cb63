#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"
#include "libmoo/constraint/path_frame.hpp"

namespace moo {

/// The model's outputs are a path per data row, which is driven gently: a derivative in the time s
/// of the path (1 for the whole of it) vanishes in both directions,
///
///     r = d^j p / ds^j (s_i) = 0,      j = 2: acceleration, 3: jerk,
///
/// two residuals per row and place, along the straight line and across it. Under the squared hinge
/// the penalty is the mean squared acceleration or jerk: with even places the energy of the motion,
/// int |p''|^2 ds / 2, up to a factor. Linear; its probes are the data rows. A straight line at
/// constant speed has r = 0.
/// Source: Flash and Hogan (1985), section 2 (minimum jerk).
class PathMotion final : public Constraint {
 public:
  /// @param order j   Throws: InvalidArgument for another one.
  PathMotion(PathFrame frame, int order, std::string unit = "position");

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override;
  [[nodiscard]] Sense sense() const override { return Sense::equality; }

  /// Throws: InvalidArgument as path_lines() does.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  PathFrame frame_;
  int order_;
  std::string unit_;
};

}  // namespace moo
