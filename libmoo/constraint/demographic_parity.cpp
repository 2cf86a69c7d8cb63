#include "libmoo/constraint/demographic_parity.hpp"

#include <utility>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {

DemographicParity::DemographicParity(std::string protected_column, int output)
    : column_(std::move(protected_column)), output_(output) {}

std::unique_ptr<BoundConstraint> DemographicParity::bind(const Dataset& data,
                                                         ProbeBatch& batch) const {
  const Vector& member = data.column(column_);
  require_size(name(), "column '" + column_ + "'", data.inputs.cols(), member.size());
  require_output(name(), output_, data);
  for (Eigen::Index b = 0; b < member.size(); ++b) {
    if (member(b) != 0.0 && member(b) != 1.0) {
      throw InvalidArgument({name(), "the protected column is not binary", "0 or 1",
                             std::to_string(member(b)) + " in row " + std::to_string(b), ""});
    }
  }
  const double inside = member.sum();
  const double outside = static_cast<double>(member.size()) - inside;
  if (inside < 1.0 || outside < 1.0) {
    throw InvalidArgument({name(), "a group has no row", "members and others of '" + column_ + "'",
                           std::to_string(static_cast<long>(inside)) + " and " +
                               std::to_string(static_cast<long>(outside)),
                           "is the split stratified by this column?"});
  }
  LinearRows gap(data);
  for (int b = 0; b < data.num_rows(); ++b) {
    gap.add_term(member(b) > 0.5 ? 1.0 / inside : -1.0 / outside, output_, b);
  }
  gap.end_residual();
  return gap.bind(batch);
}

}  // namespace moo
