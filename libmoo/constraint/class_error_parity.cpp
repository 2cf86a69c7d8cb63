#include "libmoo/constraint/class_error_parity.hpp"

#include <map>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {
namespace {

/// Rows of every class that has some.
std::map<int, std::vector<int>> rows_of_classes(const Dataset& data) {
  std::map<int, std::vector<int>> rows;
  for (int b = 0; b < data.num_rows(); ++b) {
    Eigen::Index label = 0;
    const auto column = data.targets.col(b);
    if (column.maxCoeff(&label) != 1.0 || column.cwiseAbs().sum() != 1.0) {
      throw InvalidArgument({"ClassErrorParity", "targets are no classes", "one-hot columns",
                             "something else in row " + std::to_string(b), ""});
    }
    rows[static_cast<int>(label)].push_back(b);
  }
  if (rows.size() < 2) {
    throw InvalidArgument({"ClassErrorParity", "nothing to compare", "rows of two classes",
                           std::to_string(rows.size()), ""});
  }
  return rows;
}

}  // namespace

std::unique_ptr<BoundConstraint> ClassErrorParity::bind(const Dataset& data,
                                                        ProbeBatch& batch) const {
  const std::map<int, std::vector<int>> classes = rows_of_classes(data);
  const double count = static_cast<double>(classes.size());
  LinearRows rows(data);
  for (const auto& [label, own] : classes) {
    // mean over own rows of (1 - p) less the mean over classes: the ones cancel.
    for (const auto& [other, members] : classes) {
      const double share = (other == label ? 1.0 : 0.0) - 1.0 / count;
      for (const int b : members) {
        rows.add_term(-share / static_cast<double>(members.size()), other, b);
      }
    }
    rows.end_residual();
  }
  return rows.bind(batch);
}

}  // namespace moo
