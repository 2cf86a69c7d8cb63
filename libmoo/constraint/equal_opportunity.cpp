#include "libmoo/constraint/equal_opportunity.hpp"

#include <utility>

#include "libmoo/constraint/row_groups.hpp"

namespace moo {

EqualOpportunity::EqualOpportunity(std::string protected_column, int output)
    : column_(std::move(protected_column)), output_(output) {}

std::unique_ptr<BoundConstraint> EqualOpportunity::bind(const Dataset& data,
                                                        ProbeBatch& batch) const {
  const Vector& member = binary_column(name(), column_, data);
  const Vector targets = binary_targets(name(), output_, data);
  const Vector weights = gap_weights(name(), column_, member, targets, "rows of class 1");
  return linear_in_rows(weights.transpose(), Vector::Zero(1), output_, data, batch);
}

}  // namespace moo
