#include "experiments/tabular/targets.hpp"

#include <algorithm>

#include "experiments/tabular/columns.hpp"
#include "libmoo/base/error.hpp"
#include "libmoo/data/cell.hpp"
#include "libmoo/data/split.hpp"

namespace moo::tabular {
namespace {

constexpr int fewest_rows_of_a_class = 3;  // one for each part of the split

Targets read_numbers(const Table& table, const ColumnSummary& summary) {
  if (summary.kind != ColumnKind::numbers) {
    const int row = std::max(summary.odd_row, 0);
    throw FileError({table.place(row, summary.name), "the target of a regression is no number",
                     "a finite number",
                     "'" + table.text(summary.name)[static_cast<std::size_t>(row)] + "'",
                     "for classes set data.task to binary or multiclass"});
  }
  Targets targets;
  targets.values = table.numeric(summary.name).transpose();
  targets.class_names = {summary.name};
  targets.codes = quantile_codes(targets.values.row(0).transpose(), 5);
  return targets;
}

/// The index of the positive level.
int positive_level(const std::vector<std::string>& levels, const std::string& positive) {
  if (positive.empty()) return 1;
  const auto found = std::find(levels.begin(), levels.end(), positive);
  if (found == levels.end()) {
    const std::string near = nearest_name(positive, levels);
    throw InvalidArgument({"/data/positive", "no cell of the target reads so",
                           "one of " + join_names(levels), "'" + positive + "'",
                           near.empty() ? "" : "did you mean '" + near + "'?"});
  }
  return static_cast<int>(found - levels.begin());
}

Targets read_binary(const Table& table, const ColumnSummary& summary, const DataConfig& data) {
  if (summary.levels.size() != 2) {
    throw FileError({table.file(), "the binary target '" + summary.name + "' has no two levels",
                     "two", some_names(summary.levels),
                     summary.kind == ColumnKind::numbers ? "set data.task to regression"
                                                         : "set data.task to multiclass"});
  }
  const int positive = positive_level(summary.levels, data.positive);
  Targets targets;
  for (const int code : level_codes(table, summary)) targets.codes.push_back(code == positive);
  targets.values.resize(1, table.num_rows());
  std::copy(targets.codes.begin(), targets.codes.end(), targets.values.data());
  targets.class_names = {summary.levels[static_cast<std::size_t>(positive)]};
  targets.negative = summary.levels[static_cast<std::size_t>(1 - positive)];
  return targets;
}

Targets read_classes(const Table& table, const ColumnSummary& summary) {
  Targets targets;
  targets.codes = level_codes(table, summary);
  targets.class_names = summary.levels;
  targets.values = Matrix::Zero(std::ssize(summary.levels), table.num_rows());
  for (int row = 0; row < table.num_rows(); ++row) {
    targets.values(targets.codes[static_cast<std::size_t>(row)], row) = 1.0;
  }
  return targets;
}

void require_rows_of_every_class(const Table& table, const ColumnSummary& summary,
                                 const std::vector<int>& codes) {
  for (int level = 0; level < std::ssize(summary.levels); ++level) {
    const auto rows = std::count(codes.begin(), codes.end(), level);
    if (rows >= fewest_rows_of_a_class) continue;
    throw FileError(
        {table.file(), "too few rows of one class of '" + summary.name + "'",
         "at least " + std::to_string(fewest_rows_of_a_class) + ", one for each part of the split",
         std::to_string(rows) + " of '" + summary.levels[static_cast<std::size_t>(level)] + "'",
         "join rare classes or leave their rows out"});
  }
}

}  // namespace

Targets read_targets(const Table& table, const DataConfig& data) {
  const ColumnSummary summary = summarize(table, data.target);
  if (summary.constant()) {
    throw FileError({table.file(), "the target '" + data.target + "' is constant",
                     "at least two different values",
                     summary.levels.empty() ? "no value at all"
                                            : "'" + summary.levels.front() + "' in every row",
                     ""});
  }
  if (data.task == Task::regression) return read_numbers(table, summary);
  Targets targets =
      data.task == Task::binary ? read_binary(table, summary, data) : read_classes(table, summary);
  std::vector<int> levels = targets.codes;
  if (data.task == Task::binary && targets.class_names.front() != summary.levels.back()) {
    for (int& code : levels) code = 1 - code;
  }
  require_rows_of_every_class(table, summary, levels);
  return targets;
}

}  // namespace moo::tabular
