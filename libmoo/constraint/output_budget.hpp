#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

/// A budget over rows: the weighted sum of the predictions is, is at most or is at least a given
/// amount,
///
///     r = s (sum_b w_b p_b / D - B)      = 0 (exactly), <= 0 (at most: s = 1, at least: s = -1)
///
/// with D = 1 for a total and D = N for an amount per row, one residual, in units of weight times
/// prediction. Weights w come from a side column, or are 1. Linear in the predictions; its probes
/// are the data rows. A total belongs to the rows it was counted on: bound to another split of
/// another size it is another rule, whereas an amount per row keeps its meaning.
/// Source: a linear constraint on expectations, as in Mann and McCallum (2010), "Generalized
/// expectation criteria".
class OutputBudget final : public Constraint {
 public:
  enum class Kind { exactly, at_most, at_least };
  enum class Basis { total, per_row };

  struct Options {
    Kind kind = Kind::exactly;
    Basis basis = Basis::total;
    std::string weight_column;  ///< empty: weights of 1
    int output = 0;             ///< of the model
  };

  /// @param budget B, in units of weight times prediction
  /// Throws: InvalidArgument when the budget is not finite.
  explicit OutputBudget(double budget);
  OutputBudget(double budget, Options options);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override;
  [[nodiscard]] Sense sense() const override {
    return options_.kind == Kind::exactly ? Sense::equality : Sense::inequality;
  }

  /// Throws: InvalidArgument when there are no rows, all weights are zero or one is no number, or
  /// the data have no such column or output.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  double budget_;
  Options options_;
};

}  // namespace moo
