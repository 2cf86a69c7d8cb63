#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

/// Covariance parity: the prediction does not go along with a protected column, which may be
/// continuous,
///
///     r = 1/N sum_b (A_b - mean A) p_b = 0,
///
/// one residual, in units of the column times the prediction; positive: higher A, higher
/// prediction. Linear in the predictions; its probes are the data rows. No correlation is no
/// independence: a rule on the linear part of the dependence only. For A in {0, 1} with a share s
/// of ones it is s (1 - s) times demographic parity.
/// Source: Zafar, Valera, Gomez Rodriguez, Gummadi (2017), "Fairness constraints: mechanisms for
/// fair classification", section 3, on predictions instead of distances to the decision boundary,
/// and as an equality.
class CovarianceParity final : public Constraint {
 public:
  /// @param output which of the model's outputs the rule is about
  explicit CovarianceParity(std::string protected_column, int output = 0);

  [[nodiscard]] std::string name() const override { return "covariance with " + column_; }
  [[nodiscard]] std::string unit() const override { return column_ + " * prediction"; }
  [[nodiscard]] Sense sense() const override { return Sense::equality; }

  /// Throws: InvalidArgument when the column is the same in all rows or holds what is no number, or
  /// the data have no such column or output.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  std::string column_;
  int output_;
};

}  // namespace moo
