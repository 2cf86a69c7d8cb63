#include "experiments/tabular/row_split.hpp"

#include <algorithm>

#include "experiments/tabular/columns.hpp"
#include "libmoo/base/error.hpp"
#include "libmoo/data/cell.hpp"

namespace moo::tabular {
namespace {

constexpr int most_numbers_as_levels = 10;

/// Level of each row in one column to stratify by.
std::vector<int> stratum_codes(const Table& table, const std::string& name, int& count) {
  const ColumnSummary summary = summarize(table, name);
  std::vector<int> codes;
  if (summary.kind == ColumnKind::numbers && summary.missing == 0 &&
      std::ssize(summary.levels) > most_numbers_as_levels) {
    count = 5;
    return quantile_codes(table.numeric(name), count);
  }
  codes = level_codes(table, summary);
  count = static_cast<int>(summary.levels.size());
  if (summary.missing > 0) std::replace(codes.begin(), codes.end(), -1, count++);
  return codes;
}

Split split_by_strata(const Table& table, const SplitConfig& config, std::vector<int> strata,
                      const RandomStream& random) {
  for (const std::string& name : config.by) {
    require_column("/split/by", name, table);
    int count = 1;
    const std::vector<int> codes = stratum_codes(table, name, count);
    if (*std::max_element(strata.begin(), strata.end()) > 1000000 / count) {
      throw InvalidArgument({"/split/by", "too many strata", "fewer than a million", "", ""});
    }
    for (std::size_t row = 0; row < strata.size(); ++row) {
      strata[row] = count * strata[row] + codes[row];
    }
  }
  return stratified_split(strata, config.validation, config.test, random);
}

/// The one column of `by`.
const std::string& only_column(const Table& table, const SplitConfig& config) {
  if (config.by.size() != 1) {
    throw InvalidArgument({"/split/by", "not one column", "one column for this kind of split",
                           std::to_string(config.by.size()), ""});
  }
  require_column("/split/by", config.by.front(), table);
  return config.by.front();
}

Split split_by_column(const Table& table, const std::string& name) {
  Split split;
  for (int row = 0; row < table.num_rows(); ++row) {
    const std::string& cell = table.text(name)[static_cast<std::size_t>(row)];
    const std::string_view word = trimmed(cell);
    if (word != "train" && word != "validation" && word != "test") {
      throw FileError({table.place(row, name), "no part of a split",
                       "one of train, validation, test", "'" + cell + "'", ""});
    }
    (word == "train"        ? split.train
     : word == "validation" ? split.validation
                            : split.test)
        .push_back(row);
  }
  if (split.train.empty() || split.test.empty()) {
    throw FileError({table.file(),
                     "column '" + name + "' leaves the " +
                         (split.train.empty() ? "train" : "test") + " part empty",
                     "rows of train and of test", "", ""});
  }
  return split;
}

Split split_by_time(const Table& table, const std::string& name, const SplitConfig& config) {
  Vector times(table.num_rows());
  for (int row = 0; row < table.num_rows(); ++row) {
    const std::string& cell = table.text(name)[static_cast<std::size_t>(row)];
    const std::optional<double> time = read_time(cell);
    if (!time) {
      throw FileError({table.place(row, name), "no time",
                       "a number or an ISO 8601 date such as 2024-05-31", "'" + cell + "'", ""});
    }
    times(row) = *time;
  }
  return ordered_split(times, config.validation, config.test);
}

}  // namespace

Split split_rows(const Table& table, const SplitConfig& config,
                 const std::vector<int>& target_codes, std::uint64_t seed) {
  const int parts = 1 + (config.validation > 0.0 ? 1 : 0) + (config.test > 0.0 ? 1 : 0);
  if (table.num_rows() < parts) {
    throw FileError({table.file(), "too few rows to split",
                     "at least " + std::to_string(parts) + ", one for each part",
                     std::to_string(table.num_rows()), ""});
  }
  const RandomStream random = RandomStream(seed).substream("split");
  switch (config.kind) {
    case SplitKind::random:
      return random_split(table.num_rows(), config.validation, config.test, random);
    case SplitKind::stratified:
      return split_by_strata(table, config, target_codes, random);
    case SplitKind::column:
      return split_by_column(table, only_column(table, config));
    case SplitKind::time:
      return split_by_time(table, only_column(table, config), config);
  }
  return {};
}

}  // namespace moo::tabular
