#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

/// Equalised odds: in each true class the mean prediction is the same inside and outside a
/// protected group,
///
///     r_0 = mean_{A=1, y=1} p - mean_{A=0, y=1} p = 0      (of true positives; equal opportunity)
///     r_1 = mean_{A=1, y=0} p - mean_{A=0, y=0} p = 0      (of false positives)
///
/// two residuals, in units of the prediction (a probability). Linear in the predictions; its probes
/// are the data rows. The model that predicts the true class satisfies it, unlike demographic
/// parity.
/// Source: Hardt, Price, Srebro (2016), definition 2.1, on scores (the generalised rates of Pleiss
/// et al. 2017, section 2).
class EqualisedOdds final : public Constraint {
 public:
  /// @param output which of the model's outputs, and which row of the targets, the rule is about
  explicit EqualisedOdds(std::string protected_column, int output = 0);

  [[nodiscard]] std::string name() const override { return "equalised odds over " + column_; }
  [[nodiscard]] std::string unit() const override { return "probability"; }
  [[nodiscard]] Sense sense() const override { return Sense::equality; }

  /// Throws: InvalidArgument when a group has no row of one of the classes, column or targets hold
  /// anything but 0 and 1, or the data have no such column or output.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  std::string column_;
  int output_;
};

}  // namespace moo
