#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"
#include "libmoo/constraint/smooth_decision.hpp"

namespace moo::lending {

/// The mean loss among the approved stays under a ceiling: with a_b = 1 - s_b the (smooth) approval
/// of row b, s_b the decision to deny it, and e_b its loss,
///
///     r = mean_b a_b (e_b - ceiling) <= 0,
///
/// which is the same as sum_b a_b e_b <= ceiling sum_b a_b, without the quotient. One residual, in
/// the loss's unit per application; approving nobody satisfies it. The straight decisions are in
/// true_residuals().
class ApprovedLoss final : public Constraint {
 public:
  /// @param loss side column   @param denied when a loan is denied
  ApprovedLoss(std::string loss, double ceiling, SmoothDecision denied);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override { return "loss per application"; }
  [[nodiscard]] ModelQuantity reads() const override { return {ModelQuantity::Kind::logits, -1}; }
  [[nodiscard]] std::shared_ptr<const Constraint> annealed(double factor) const override;
  /// Throws: InvalidArgument when the data have no such column or output.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  std::string loss_;
  double ceiling_;
  SmoothDecision denied_;
};

}  // namespace moo::lending
