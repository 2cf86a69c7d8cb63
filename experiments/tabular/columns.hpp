#pragma once

#include <string>
#include <vector>

#include "libmoo/data/table.hpp"

namespace moo::tabular {

/// More levels than this and a column of words looks like an identifier.
inline constexpr int level_limit = 50;

enum class ColumnKind {
  numbers,  ///< every cell that is there is a number
  words,    ///< none is
  mixed,    ///< some are
  empty,    ///< no cell is there
};

/// What the cells of a column look like.
struct ColumnSummary {
  std::string name;
  ColumnKind kind = ColumnKind::empty;
  long missing = 0;
  /// Distinct cells without the missing ones, blanks around them cut off: in rising order when all
  /// are numbers (1 and 1.0 are one level), else by their bytes. At most level_limit + 1 of them.
  std::vector<std::string> levels;
  double low = 0.0;   ///< of the finite numbers
  double high = 0.0;  ///< of the finite numbers
  int odd_row = -1;   ///< mixed: a row whose cell is of the rarer sort

  [[nodiscard]] bool many_levels() const { return std::ssize(levels) > level_limit; }
  [[nodiscard]] bool constant() const { return levels.size() <= 1; }
};

/// Throws: InvalidArgument for an unknown name.
ColumnSummary summarize(const Table& table, const std::string& name);

/// Which level of the summary each row has, -1 for a missing cell; N.
/// Throws: FileError naming the column when it has more levels than level_limit.
std::vector<int> level_codes(const Table& table, const ColumnSummary& summary);

/// Whether each cell is missing; N. Throws: InvalidArgument for an unknown name.
std::vector<bool> missing_cells(const Table& table, const std::string& name);

std::string to_string(ColumnKind kind);

/// A message's list of columns, at most a dozen of them by name.
std::string some_names(const std::vector<std::string>& names);

/// Throws: InvalidArgument in the name of the config's `path` unless the table has the column; with
/// the nearest name.
void require_column(const std::string& path, const std::string& name, const Table& table);

}  // namespace moo::tabular
