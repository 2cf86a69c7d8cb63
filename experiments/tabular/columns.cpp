#include "experiments/tabular/columns.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include "libmoo/base/error.hpp"
#include "libmoo/data/cell.hpp"

namespace moo::tabular {
namespace {

/// Distinct cells, given up beyond the limit.
class Levels {
 public:
  void add(const std::string& cell, const CellNumber& number) {
    const std::string text(trimmed(cell));
    if (std::ssize(words_) <= level_limit) words_.insert(text);
    if (std::ssize(numbers_) <= level_limit) numbers_.try_emplace(number.value, text);
  }
  [[nodiscard]] std::vector<std::string> words() const { return {words_.begin(), words_.end()}; }
  [[nodiscard]] std::vector<std::string> numbers() const {
    std::vector<std::string> texts;
    for (const auto& [value, text] : numbers_) texts.push_back(text);
    return texts;
  }

 private:
  std::set<std::string> words_;
  std::map<double, std::string> numbers_;  ///< with the first way a number is written
};

}  // namespace

ColumnSummary summarize(const Table& table, const std::string& name) {
  ColumnSummary summary;
  summary.name = name;
  Levels levels;
  long counts[2] = {0, 0};  // of words, of numbers
  int first[2] = {-1, -1};
  bool any_finite = false;
  int row = -1;
  for (const std::string& cell : table.text(name)) {
    ++row;
    if (is_missing_cell(cell)) {
      ++summary.missing;
      continue;
    }
    const int sort = is_numeric_cell(cell) ? 1 : 0;
    if (counts[sort]++ == 0) first[sort] = row;
    const CellNumber number = sort == 1 ? read_number(cell) : CellNumber{0.0, "a word"};
    levels.add(cell, number);
    if (!number.hint.empty()) continue;
    summary.low = any_finite ? std::min(summary.low, number.value) : number.value;
    summary.high = any_finite ? std::max(summary.high, number.value) : number.value;
    any_finite = true;
  }
  if (counts[0] > 0 && counts[1] > 0) {
    summary.kind = ColumnKind::mixed;
    summary.odd_row = first[counts[1] < counts[0] ? 1 : 0];
  } else if (counts[0] > 0) {
    summary.kind = ColumnKind::words;
  } else if (counts[1] > 0) {
    summary.kind = ColumnKind::numbers;
  }
  summary.levels = summary.kind == ColumnKind::numbers ? levels.numbers() : levels.words();
  return summary;
}

std::vector<int> level_codes(const Table& table, const ColumnSummary& summary) {
  if (summary.many_levels()) {
    throw FileError({table.file(), "column '" + summary.name + "' looks like an identifier",
                     "at most " + std::to_string(level_limit) + " levels", "more",
                     "leave it out with data.exclude"});
  }
  std::map<std::string, int> words;
  std::map<double, int> numbers;
  const bool numeric = summary.kind == ColumnKind::numbers;
  for (int k = 0; k < std::ssize(summary.levels); ++k) {
    const std::string& level = summary.levels[static_cast<std::size_t>(k)];
    if (numeric) {
      numbers[read_number(level).value] = k;
    } else {
      words[level] = k;
    }
  }
  std::vector<int> codes;
  for (const std::string& cell : table.text(summary.name)) {
    if (is_missing_cell(cell)) {
      codes.push_back(-1);
    } else {
      codes.push_back(numeric ? numbers.at(read_number(cell).value)
                              : words.at(std::string(trimmed(cell))));
    }
  }
  return codes;
}

std::vector<bool> missing_cells(const Table& table, const std::string& name) {
  std::vector<bool> missing;
  for (const std::string& cell : table.text(name)) missing.push_back(is_missing_cell(cell));
  return missing;
}

std::string to_string(ColumnKind kind) {
  switch (kind) {
    case ColumnKind::numbers:
      return "numbers";
    case ColumnKind::words:
      return "words";
    case ColumnKind::mixed:
      return "numbers and words";
    case ColumnKind::empty:
      return "empty";
  }
  return "";
}

std::string some_names(const std::vector<std::string>& names) {
  constexpr std::size_t most = 12;
  if (names.size() <= most) return join_names(names);
  return join_names({names.begin(), names.begin() + most}) + " ... (" +
         std::to_string(names.size()) + " in all)";
}

void require_column(const std::string& path, const std::string& name, const Table& table) {
  if (table.has(name)) return;
  const std::string near = nearest_name(name, table.names());
  throw InvalidArgument({path, "no such column in " + table.file(),
                         "one of " + some_names(table.names()), "'" + name + "'",
                         near.empty() ? "" : "did you mean '" + near + "'?"});
}

}  // namespace moo::tabular
