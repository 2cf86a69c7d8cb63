#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

/// The same rule on the logits instead of the predictions: residuals, bounds and temperatures are
/// then in units of the logit, which the link does not squeeze. "Logits of two groups have the same
/// mean", "the logit rises with income", a margin in the logit.
/// Source: as the rule; logits as scores: Hardt, Price, Srebro (2016), section 2.
class OnLogits final : public Constraint {
 public:
  /// Throws: InvalidArgument for no rule, or one that reads something else than predictions.
  explicit OnLogits(std::shared_ptr<const Constraint> rule);

  [[nodiscard]] std::string name() const override { return rule_->name() + " on logits"; }

  /// The rule's, "logit" for "prediction" and "probability".
  [[nodiscard]] std::string unit() const override;
  [[nodiscard]] Sense sense() const override { return rule_->sense(); }
  [[nodiscard]] ModelQuantity reads() const override { return {ModelQuantity::Kind::logits, -1}; }
  [[nodiscard]] std::shared_ptr<const Constraint> annealed(double factor) const override;
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override {
    return rule_->bind(data, batch);
  }

 private:
  std::shared_ptr<const Constraint> rule_;
};

/// Throws: InvalidArgument as OnLogits does.
std::shared_ptr<const Constraint> on_logits(std::shared_ptr<const Constraint> rule);

}  // namespace moo
