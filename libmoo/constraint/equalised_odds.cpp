#include "libmoo/constraint/equalised_odds.hpp"

#include <utility>

#include "libmoo/constraint/row_groups.hpp"

namespace moo {

EqualisedOdds::EqualisedOdds(std::string protected_column, int output)
    : column_(std::move(protected_column)), output_(output) {}

std::unique_ptr<BoundConstraint> EqualisedOdds::bind(const Dataset& data, ProbeBatch& batch) const {
  const Vector& member = binary_column(name(), column_, data);
  const Vector positive = binary_targets(name(), output_, data);
  const Vector negative = 1.0 - positive.array();
  Matrix weights(2, member.size());
  weights.row(0) = gap_weights(name(), column_, member, positive, "rows of class 1").transpose();
  weights.row(1) = gap_weights(name(), column_, member, negative, "rows of class 0").transpose();
  return linear_in_rows(weights, Vector::Zero(2), output_, data, batch);
}

}  // namespace moo
