#pragma once

#include <string>
#include <vector>

#include "experiments/tabular/columns.hpp"
#include "libmoo/base/vector.hpp"

namespace moo::tabular {

/// A column as numbers.
struct EncodedColumn {
  std::vector<std::string> names;  ///< k: the column's own, or "column=level" for each level
  Matrix values;                   ///< k x N
  long imputed = 0;                ///< cells that were missing
};

/// How a column becomes numbers.
enum class Coding {
  numeric,  ///< as it stands
  flag,     ///< two levels: 1 for the later one
  one_hot,  ///< three levels and more: one row of 0 and 1 for each
};

/// Words are levels; numbers only when `categorical`. A missing cell is a level of its own.
/// Throws: FileError for a column without cells, with more levels than level_limit, or of numbers
/// and words mixed unless it is categorical.
Coding coding_of(const ColumnSummary& summary, const std::vector<std::string>& categorical,
                 const Table& table);

/// How many rows the encoded column has, k.
int encoded_width(const ColumnSummary& summary, Coding coding);

/// Missing cells become the median over the rows `train` (numbers) or the level "missing" (words).
/// Throws: FileError with file, line and cell for a number that is not finite; for a column that
/// has no number in any training row.
EncodedColumn encode(const Table& table, const ColumnSummary& summary, Coding coding,
                     const std::vector<int>& train);

}  // namespace moo::tabular
