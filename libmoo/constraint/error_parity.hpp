#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

/// Error parity: the mean error is the same inside and outside a protected group,
///
///     r = mean_{A=1} e - mean_{A=0} e = 0
///     e = y (1 - p) + (1 - y) p      binary: |y - p| for y in {0, 1}; linear in the predictions
///     e = (p - y)^2                  regression: squared error; quadratic in the predictions
///
/// one residual, in units of the error (a probability, or target^2); positive: members are served
/// worse. Its probes are the data rows. The binary error is the error rate of a decision drawn with
/// probability p.
/// Source: Zafar, Valera, Gomez Rodriguez, Gummadi (2017), "Fairness beyond disparate treatment",
/// section 2 (overall misclassification rate), on scores; Agarwal, Dudik, Wu (2019), section 2,
/// for regression (there as a bound on each group's loss).
class ErrorParity final : public Constraint {
 public:
  enum class Kind { binary, regression };

  /// @param output which of the model's outputs, and which row of the targets, the rule is about
  ErrorParity(std::string protected_column, Kind kind, int output = 0);

  [[nodiscard]] std::string name() const override { return "error parity over " + column_; }
  [[nodiscard]] std::string unit() const override {
    return kind_ == Kind::binary ? "probability" : "target^2";
  }
  [[nodiscard]] Sense sense() const override { return Sense::equality; }

  /// Throws: InvalidArgument when a group has no row, the column (or, for the binary error, the
  /// target) holds anything but 0 and 1, or the data have no such column or output.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  std::string column_;
  Kind kind_;
  int output_;
};

}  // namespace moo
