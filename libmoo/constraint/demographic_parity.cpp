#include "libmoo/constraint/demographic_parity.hpp"

#include <utility>

#include "libmoo/constraint/row_groups.hpp"

namespace moo {

DemographicParity::DemographicParity(std::string protected_column, int output, std::string unit)
    : column_(std::move(protected_column)), output_(output), unit_(std::move(unit)) {}

std::unique_ptr<BoundConstraint> DemographicParity::bind(const Dataset& data,
                                                         ProbeBatch& batch) const {
  require_output(name(), output_, data);
  const Vector& member = binary_column(name(), column_, data);
  const Vector gap = gap_weights(name(), column_, member, Vector::Ones(member.size()), "all rows");
  return linear_in_rows(gap.transpose(), Vector::Zero(1), output_, data, batch);
}

}  // namespace moo
