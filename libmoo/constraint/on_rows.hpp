#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"
#include "libmoo/constraint/row_predicate.hpp"

namespace moo {

/// The same rule on some of the data rows, as if there were no others: error parity over the rows
/// with a label, exposure in the lists that are shown. The rule may append probes as always.
class OnRows final : public Constraint {
 public:
  /// Throws: InvalidArgument for no rule.
  OnRows(std::shared_ptr<const Constraint> rule, RowPredicate rows);

  /// The rule's, and "where" with the conditions.
  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override { return rule_->unit(); }
  [[nodiscard]] Sense sense() const override { return rule_->sense(); }
  [[nodiscard]] ModelQuantity reads() const override { return rule_->reads(); }
  [[nodiscard]] std::shared_ptr<const Constraint> annealed(double factor) const override;

  /// Throws: InvalidArgument when the predicate holds nowhere or names an unknown column, or as the
  /// rule does on these rows.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  std::shared_ptr<const Constraint> rule_;
  RowPredicate rows_;
};

/// Throws: InvalidArgument as OnRows does.
std::shared_ptr<const Constraint> on_rows(std::shared_ptr<const Constraint> rule,
                                          RowPredicate rows);

}  // namespace moo
