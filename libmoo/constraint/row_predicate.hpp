#pragma once

#include <string>
#include <vector>

#include "libmoo/data/dataset.hpp"

namespace moo {

/// A number every data row has, and in which unit. Model inputs are as the model sees them, that is
/// standardised; side columns are as the driver stored them in Dataset::columns, usually in the raw
/// units of the data. A rule in raw units ("lvrat > 0.95") needs the raw numbers as a side column.
struct RowColumn {
  enum class Kind { model_input, side_column };
  Kind kind = Kind::side_column;
  std::string name;
};

RowColumn model_input(std::string name);
RowColumn side_column(std::string name);

enum class Comparison { less, less_or_equal, equal, not_equal, greater_or_equal, greater };

/// `column comparison value`, such as lvrat > 0.95. Equality is exact, meant for flags and codes; a
/// NaN is never equal, less or greater.
struct RowCondition {
  RowColumn column;
  Comparison comparison = Comparison::equal;
  double value = 0.0;  ///< in the column's own unit
};

/// Rows on which every condition holds; no condition: all rows.
using RowPredicate = std::vector<RowCondition>;

/// N numbers. Throws: InvalidArgument, listing the columns of that kind, for an unknown name.
Vector values_of(const RowColumn& column, const Dataset& data);

/// The rows on which the predicate holds, rising.
/// Throws: InvalidArgument in the name of `rule` when there is none, or a column is unknown.
std::vector<int> matching_rows(const std::string& rule, const RowPredicate& predicate,
                               const Dataset& data);

/// "lvrat > 0.95 and insurance = 0"; model inputs read "standardised lvrat".
std::string to_string(const RowPredicate& predicate);

}  // namespace moo
