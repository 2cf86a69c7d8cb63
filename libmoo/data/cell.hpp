#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace moo {

/// The cell without the blanks around it.
std::string_view trimmed(std::string_view cell);

/// Whether a cell stands for a value nobody wrote down: empty, NA, N/A, NaN, null or ?, in any
/// case, with or without blanks around it.
bool is_missing_cell(std::string_view cell);

/// A cell read as a number.
struct CellNumber {
  double value = 0.0;
  std::string hint;  ///< why it is no finite number; empty for one
};

/// Independent of the locale: the decimal mark is a point. Blanks around a number are skipped.
CellNumber read_number(std::string_view cell);

/// Whether a cell is meant as a number: inf and 1e999 are, though no finite ones.
bool is_numeric_cell(std::string_view cell);

/// A moment as days since 1970-01-01: a finite number as it stands, or an ISO 8601 date, YYYY-MM-DD
/// with or without a time hh:mm or hh:mm:ss behind a T or a blank. Empty for anything else, days
/// that no calendar has included.
std::optional<double> read_time(std::string_view cell);

}  // namespace moo
