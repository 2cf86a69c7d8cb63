#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiments/tabular/config.hpp"
#include "libmoo/data/split.hpp"
#include "libmoo/data/table.hpp"

namespace moo::tabular {

/// A table, ready to be learnt from.
struct TableData {
  Dataset rows;                  ///< every row kept; inputs standardised as the training rows say
  std::vector<int> row_of_file;  ///< of each row of `rows`: its number in the file, from 0
  Split split;                   ///< of `rows`
  Standardizer standardizer;
  std::vector<std::string> class_names;        ///< one per output, as in RuleContext
  std::string negative;                        ///< binary: the word that counts as 0
  std::vector<std::string> protected_columns;  ///< names of their side columns
  long dropped_rows = 0;                       ///< left out for missing values
  long imputed_cells = 0;
  std::vector<std::string> remarks;  ///< what was dropped, imputed or left out
};

/// What the model may see of a table at most.
inline constexpr int input_limit = 10000;

/// Reads the columns that the config uses:
///
/// numbers as they stand; words of two levels as 0 and 1 (the later one), of more as one 0/1 column
/// "name=level" per level; both also for numbers listed in `categorical`. Raw values of all inputs
/// and protected columns are side columns too. Without a list of inputs, the column that a split of
/// kind column or time goes by is none. Nothing is learnt from rows outside the training part:
/// medians and standardisation are those of the training rows.
/// Throws: InvalidArgument naming the path in the config, or FileError naming file, line and
/// column, for all that cannot be used.
TableData read_table_data(const Table& table, const DataConfig& data, const SplitConfig& split,
                          std::uint64_t seed);

/// Columns of the table that are inputs, in their order.
/// Throws: InvalidArgument for an unknown column, or one that is input and target or weight at
/// once.
std::vector<std::string> input_columns(const Table& table, const DataConfig& data,
                                       const SplitConfig& split);

}  // namespace moo::tabular
