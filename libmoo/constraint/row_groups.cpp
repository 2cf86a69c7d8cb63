#include "libmoo/constraint/row_groups.hpp"

#include <cmath>
#include <map>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {

const Vector& finite_column(const std::string& rule, const std::string& column,
                            const Dataset& data) {
  const Vector& values = data.column(column);
  require_size(rule, "column '" + column + "'", data.inputs.cols(), values.size());
  for (Eigen::Index b = 0; b < values.size(); ++b) {
    if (!std::isfinite(values(b))) {
      throw InvalidArgument({rule, "a column holds what is no number",
                             "finite values of '" + column + "'",
                             std::to_string(values(b)) + " in row " + std::to_string(b), ""});
    }
  }
  return values;
}

const Vector& binary_column(const std::string& rule, const std::string& column,
                            const Dataset& data) {
  const Vector& member = data.column(column);
  require_size(rule, "column '" + column + "'", data.inputs.cols(), member.size());
  for (Eigen::Index b = 0; b < member.size(); ++b) {
    if (member(b) != 0.0 && member(b) != 1.0) {
      throw InvalidArgument({rule, "column '" + column + "' is not binary", "0 or 1",
                             std::to_string(member(b)) + " in row " + std::to_string(b), ""});
    }
  }
  return member;
}

Vector binary_targets(const std::string& rule, int output, const Dataset& data) {
  require_output(rule, output, data);
  Vector targets = data.targets.row(output).transpose();
  require_size(rule, "the targets", data.inputs.cols(), targets.size());
  for (Eigen::Index b = 0; b < targets.size(); ++b) {
    if (targets(b) != 0.0 && targets(b) != 1.0) {
      throw InvalidArgument({rule, "the target is not a class", "0 or 1",
                             std::to_string(targets(b)) + " in row " + std::to_string(b),
                             "rules on true classes need binary targets; see error parity for "
                             "regression"});
    }
  }
  return targets;
}

std::vector<RowGroup> rows_by_value(const std::string& rule, const std::string& column,
                                    const Dataset& data, int limit) {
  const Vector& values = finite_column(rule, column, data);
  std::map<double, std::vector<int>> sorted;
  for (Eigen::Index b = 0; b < values.size(); ++b) {
    sorted[values(b)].push_back(static_cast<int>(b));
  }
  if (sorted.empty() || sorted.size() > static_cast<std::size_t>(limit)) {
    throw InvalidArgument({rule, "column '" + column + "' does not name groups",
                           "1 to " + std::to_string(limit) + " distinct values",
                           std::to_string(sorted.size()), "cut a continuous column into bins"});
  }
  std::vector<RowGroup> groups;
  for (auto& [value, rows] : sorted) groups.push_back({value, std::move(rows)});
  return groups;
}

std::vector<int> chosen_rows(const std::string& rule, const std::string& column,
                             const Dataset& data) {
  std::vector<int> rows;
  const Vector chosen =
      column.empty() ? Vector::Ones(data.inputs.cols()) : binary_column(rule, column, data);
  for (Eigen::Index b = 0; b < chosen.size(); ++b) {
    if (chosen(b) > 0.5) rows.push_back(static_cast<int>(b));
  }
  if (rows.empty()) {
    throw InvalidArgument({rule, "a group has no row",
                           column.empty() ? "data rows" : "a row with '" + column + "' = 1", "none",
                           "is the split stratified by this column?"});
  }
  return rows;
}

Vector gap_weights(const std::string& rule, const std::string& column, const Vector& member,
                   const Vector& eligible, const std::string& what) {
  const double inside = member.dot(eligible);
  const double outside = eligible.sum() - inside;
  if (inside < 1.0 || outside < 1.0) {
    throw InvalidArgument({rule, "a group has no row among " + what,
                           "members and others of '" + column + "'",
                           std::to_string(static_cast<long>(inside)) + " and " +
                               std::to_string(static_cast<long>(outside)),
                           "is the split stratified by this column and the target?"});
  }
  return eligible.array() * (member.array() / inside - (1.0 - member.array()) / outside);
}

std::unique_ptr<BoundConstraint> linear_in_rows(const Matrix& coefficients, const Vector& offset,
                                                int output, const Dataset& data,
                                                const ProbeBatch& batch) {
  LinearRows rows(data);
  for (Eigen::Index k = 0; k < coefficients.rows(); ++k) {
    for (Eigen::Index b = 0; b < coefficients.cols(); ++b) {
      if (coefficients(k, b) != 0.0) {
        rows.add_term(coefficients(k, b), output, static_cast<int>(b));
      }
    }
    rows.end_residual(-offset(k));
  }
  return rows.bind(batch);
}

ResidualJacobian pattern_of_rows(int num_residuals, const std::vector<int>& rows, int output,
                                 const Dataset& data, const ProbeBatch& batch) {
  const Eigen::Index q = data.targets.rows();
  ResidualJacobian pattern(num_residuals, q * batch.size());
  pattern.reserve(Eigen::VectorXi::Constant(num_residuals, static_cast<int>(rows.size())));
  for (int k = 0; k < num_residuals; ++k) {
    for (const int b : rows) pattern.insert(k, output + q * b) = 0.0;
  }
  pattern.makeCompressed();
  return pattern;
}

}  // namespace moo
