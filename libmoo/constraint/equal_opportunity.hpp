#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

/// Equal opportunity: among rows whose true class is 1, the mean prediction is the same inside and
/// outside a protected group,
///
///     r = mean_{A=1, y=1} p - mean_{A=0, y=1} p = 0,
///
/// one residual, in units of the prediction (a probability); positive: members are favoured. Linear
/// in the predictions; its probes are the data rows. On scores rather than on decisions: it is the
/// true positive rate of a decision drawn with probability p.
/// The protected column A holds 0 or 1 and is a column of the dataset, usually not a model input.
/// Source: Hardt, Price, Srebro (2016), definition 2.2, on scores (the
/// generalised true positive rate of Pleiss et al. 2017, section 2).
class EqualOpportunity final : public Constraint {
 public:
  /// @param output which of the model's outputs, and which row of the targets, the rule is about
  explicit EqualOpportunity(std::string protected_column, int output = 0);

  [[nodiscard]] std::string name() const override { return "equal opportunity over " + column_; }
  [[nodiscard]] std::string unit() const override { return "probability"; }
  [[nodiscard]] Sense sense() const override { return Sense::equality; }

  /// Throws: InvalidArgument when a group has no row of class 1, column or targets hold anything
  /// but 0 and 1, or the data have no such column or output.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  std::string column_;
  int output_;
};

}  // namespace moo
