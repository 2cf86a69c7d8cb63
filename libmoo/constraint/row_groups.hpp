#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

// What rules about groups of data rows share. N is the number of data rows; `rule` is the name in
// which mistakes are complained about, with InvalidArgument.

/// A side column of N finite numbers.
const Vector& finite_column(const std::string& rule, const std::string& column,
                            const Dataset& data);

/// A side column of N zeros and ones.
const Vector& binary_column(const std::string& rule, const std::string& column,
                            const Dataset& data);

/// Row `output` of the targets, which must hold zeros and ones only; N.
Vector binary_targets(const std::string& rule, int output, const Dataset& data);

/// The data rows, in order, in which a column has one value.
struct RowGroup {
  double value = 0.0;
  std::vector<int> rows;
};

/// The data rows by the distinct values of a column, values rising. A column with more than `limit`
/// distinct values is refused: it is a number rather than a name.
std::vector<RowGroup> rows_by_value(const std::string& rule, const std::string& column,
                                    const Dataset& data, int limit);

/// The data rows in which a column of zeros and ones is 1, at least one; all rows when the column's
/// name is empty.
std::vector<int> chosen_rows(const std::string& rule, const std::string& column,
                             const Dataset& data);

/// Coefficients w with w.p = mean of p over eligible members - mean over eligible others; N.
/// `eligible` is 0 or 1, and `what` says in words which rows that are, for the complaint when one
/// of the two sides is empty.
Vector gap_weights(const std::string& rule, const std::string& column, const Vector& member,
                   const Vector& eligible, const std::string& what);

/// The rule r = C p - offset, p the predictions of `output` on the data rows; zeros in C are left
/// out of its Jacobian.   @param coefficients r x N   @param offset r
std::unique_ptr<BoundConstraint> linear_in_rows(const Matrix& coefficients, const Vector& offset,
                                                int output, const Dataset& data,
                                                const ProbeBatch& batch);

/// A Jacobian whose r rows all have entries at `output` of the given (rising) data rows, zeros for
/// now; the pattern of rules that are not linear.
ResidualJacobian pattern_of_rows(int num_residuals, const std::vector<int>& rows, int output,
                                 const Dataset& data, const ProbeBatch& batch);

}  // namespace moo
