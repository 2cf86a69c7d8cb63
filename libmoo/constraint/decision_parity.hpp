#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"
#include "libmoo/constraint/smooth_decision.hpp"

namespace moo {

/// Demographic parity of decisions: as many members of a protected group as others are decided for,
///
///     r = mean_{A=1} s - mean_{A=0} s = 0,
///
/// one residual, a share of rows; positive: members are decided for more often. s is the smooth
/// decision where derivatives are needed and the straight one in true_residuals(), which is what
/// reports and violation rates use. Parity of scores (DemographicParity) does not imply it.
/// annealed(factor) is the rule with its temperature times factor. Reads logits; its probes are the
/// data rows.
/// Source: Calders, Kamiran, Pechenizkiy (2009), section 2; smoothed as in DecisionRate.
class DecisionParity final : public Constraint {
 public:
  /// Throws: InvalidArgument as require_decision() does.
  explicit DecisionParity(std::string protected_column, SmoothDecision decision = {});

  [[nodiscard]] std::string name() const override { return "decision parity over " + column_; }
  [[nodiscard]] std::string unit() const override { return "share of rows"; }
  [[nodiscard]] Sense sense() const override { return Sense::equality; }
  [[nodiscard]] ModelQuantity reads() const override { return {ModelQuantity::Kind::logits, -1}; }
  [[nodiscard]] std::shared_ptr<const Constraint> annealed(double factor) const override;

  /// Throws: InvalidArgument when a group has no row, the column holds anything but 0 and 1, or the
  /// model has no such output.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  std::string column_;
  SmoothDecision decision_;
};

}  // namespace moo
