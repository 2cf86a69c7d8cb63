#pragma once

#include <string>
#include <vector>

#include "libmoo/problem/problem.hpp"

namespace moo {

/// Values as affine functions of another problem's values and of extra variables:
///
///     values' = A values(theta) + B s + c,      variables (theta, s).
///
/// With it a scalarization that needs a variable of its own (the t of an epigraph), rows on
/// combinations of objectives, or objectives in other units are problems like any other.
struct AffineMap {
  std::vector<ObjectiveInfo> objectives;  ///< q of them: the first entries of values'
  std::vector<ConstraintRow> rows;        ///< r of them: the others
  Matrix values;                          ///< A, (q + r) x (m + p)
  Matrix extra;                           ///< B, (q + r) x e; e may be 0
  Vector constant;                        ///< c, q + r
  Vector extra_start;                     ///< e: s at the start
};

/// Bounds are those of the other problem, s being free; s comes last among the variables. Borrows
/// the problem.
class AffineValues final : public Problem {
 public:
  /// Throws: InvalidArgument when sizes do not agree.
  AffineValues(const Problem& problem, AffineMap map);

  [[nodiscard]] std::string name() const override { return problem_.name(); }
  [[nodiscard]] int num_variables() const override;
  [[nodiscard]] const std::vector<ObjectiveInfo>& objectives() const override {
    return map_.objectives;
  }
  [[nodiscard]] const std::vector<ConstraintRow>& hard_rows() const override { return map_.rows; }
  [[nodiscard]] Bounds bounds() const override;
  /// Products and Gauss-Newton matrices carry over; least squares are not passed on.
  [[nodiscard]] Capabilities capabilities() const override;
  [[nodiscard]] Vector start(RandomStream& random) const override;
  [[nodiscard]] LinearizationPtr linearize(ConstVectorRef theta) const override;

  [[nodiscard]] const AffineMap& map() const { return map_; }

 private:
  const Problem& problem_;
  AffineMap map_;
};

}  // namespace moo
