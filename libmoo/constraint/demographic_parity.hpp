#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

/// Demographic parity: the mean prediction is the same inside and outside a protected group,
///
///     r = mean_{A=1} p - mean_{A=0} p = 0,
///
/// one residual, in units of the prediction. Linear in the predictions.
/// The protected column A holds 0 or 1 and is a column of the dataset, usually not a model input.
/// Source: Calders, Kamiran, Pechenizkiy (2009), section 2, on scores instead of decisions.
class DemographicParity final : public Constraint {
 public:
  /// @param output which of the model's outputs the rule is about
  /// @param unit of the prediction
  explicit DemographicParity(std::string protected_column, int output = 0,
                             std::string unit = "probability");

  [[nodiscard]] std::string name() const override { return "parity over " + column_; }
  [[nodiscard]] std::string unit() const override { return unit_; }
  [[nodiscard]] Sense sense() const override { return Sense::equality; }

  /// Throws: InvalidArgument when a group has no row, the column holds anything but 0 and 1, or the
  /// data have no such column or output.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  std::string column_;
  int output_;
  std::string unit_;
};

}  // namespace moo
