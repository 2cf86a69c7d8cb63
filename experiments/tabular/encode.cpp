#include "experiments/tabular/encode.hpp"

#include <algorithm>

#include "libmoo/base/error.hpp"
#include "libmoo/data/cell.hpp"

namespace moo::tabular {
namespace {

/// The middle number, or the mean of the two middle ones; of at least one number.
double median(std::vector<double> values) {
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

EncodedColumn encode_numbers(const Table& table, const ColumnSummary& summary,
                             const std::vector<int>& train) {
  EncodedColumn encoded{{summary.name}, Matrix(1, table.num_rows())};
  const std::vector<std::string>& cells = table.text(summary.name);
  std::vector<int> holes;
  for (int row = 0; row < table.num_rows(); ++row) {
    const std::string& cell = cells[static_cast<std::size_t>(row)];
    if (is_missing_cell(cell)) {
      holes.push_back(row);
      continue;
    }
    CellNumber number = read_number(cell);
    if (!number.hint.empty()) {
      throw FileError({table.place(row, summary.name), "no usable number", "a finite number",
                       "'" + cell + "'", std::move(number.hint)});
    }
    encoded.values(0, row) = number.value;
  }
  if (holes.empty()) return encoded;
  std::vector<double> known;
  for (const int row : train) {
    if (!std::binary_search(holes.begin(), holes.end(), row)) {
      known.push_back(encoded.values(0, row));
    }
  }
  if (known.empty()) {
    throw FileError({table.file(), "column '" + summary.name + "' cannot be imputed",
                     "a number in some training row", "none",
                     "leave the column out with data.exclude"});
  }
  const double middle = median(std::move(known));
  for (const int row : holes) encoded.values(0, row) = middle;
  encoded.imputed = std::ssize(holes);
  return encoded;
}

}  // namespace

Coding coding_of(const ColumnSummary& summary, const std::vector<std::string>& categorical,
                 const Table& table) {
  if (summary.kind == ColumnKind::empty) {
    throw FileError({table.file(), "column '" + summary.name + "' is empty", "some cells", "none",
                     "leave it out with data.exclude"});
  }
  const bool as_levels =
      std::find(categorical.begin(), categorical.end(), summary.name) != categorical.end();
  if (summary.kind == ColumnKind::numbers && !as_levels) return Coding::numeric;
  if (summary.kind == ColumnKind::mixed && !as_levels) {
    throw FileError(
        {table.place(summary.odd_row, summary.name), "numbers and words in one column",
         "numbers only, or words only",
         "'" + table.text(summary.name)[static_cast<std::size_t>(summary.odd_row)] + "'",
         "correct the cell, leave it empty, or list the column in data.categorical"});
  }
  if (summary.many_levels()) level_codes(table, summary);  // says what is wrong
  return encoded_width(summary, Coding::one_hot) <= 2 ? Coding::flag : Coding::one_hot;
}

int encoded_width(const ColumnSummary& summary, Coding coding) {
  if (coding != Coding::one_hot) return 1;
  return static_cast<int>(summary.levels.size()) + (summary.missing > 0 ? 1 : 0);
}

EncodedColumn encode(const Table& table, const ColumnSummary& summary, Coding coding,
                     const std::vector<int>& train) {
  if (coding == Coding::numeric) return encode_numbers(table, summary, train);
  std::vector<std::string> levels = summary.levels;
  std::vector<int> codes = level_codes(table, summary);
  if (summary.missing > 0) {
    std::replace(codes.begin(), codes.end(), -1, static_cast<int>(levels.size()));
    levels.emplace_back("missing");
  }
  EncodedColumn encoded;
  encoded.imputed = summary.missing;
  if (coding == Coding::flag) {
    encoded.names = {summary.name};
    encoded.values.resize(1, table.num_rows());
    for (int row = 0; row < table.num_rows(); ++row) {
      encoded.values(0, row) = codes[static_cast<std::size_t>(row)];
    }
    return encoded;
  }
  for (const std::string& level : levels) encoded.names.push_back(summary.name + "=" + level);
  encoded.values = Matrix::Zero(std::ssize(levels), table.num_rows());
  for (int row = 0; row < table.num_rows(); ++row) {
    encoded.values(codes[static_cast<std::size_t>(row)], row) = 1.0;
  }
  return encoded;
}

}  // namespace moo::tabular
