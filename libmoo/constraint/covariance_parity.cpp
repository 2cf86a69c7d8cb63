#include "libmoo/constraint/covariance_parity.hpp"

#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/row_groups.hpp"

namespace moo {

CovarianceParity::CovarianceParity(std::string protected_column, int output)
    : column_(std::move(protected_column)), output_(output) {}

std::unique_ptr<BoundConstraint> CovarianceParity::bind(const Dataset& data,
                                                        ProbeBatch& batch) const {
  const Vector& values = finite_column(name(), column_, data);
  require_output(name(), output_, data);
  if (values.size() == 0 || values.minCoeff() == values.maxCoeff()) {
    throw InvalidArgument(
        {name(), "column '" + column_ + "' does not vary", "two distinct values",
         values.size() == 0 ? "no row" : std::to_string(values(0)) + " everywhere",
         "is the split stratified by this column?"});
  }
  const Vector weights = (values.array() - values.mean()) / static_cast<double>(values.size());
  return linear_in_rows(weights.transpose(), Vector::Zero(1), output_, data, batch);
}

}  // namespace moo
