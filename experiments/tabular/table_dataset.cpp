#include "experiments/tabular/table_dataset.hpp"

#include <algorithm>
#include <unordered_set>

#include "experiments/tabular/columns.hpp"
#include "experiments/tabular/encode.hpp"
#include "experiments/tabular/row_split.hpp"
#include "experiments/tabular/targets.hpp"
#include "libmoo/base/error.hpp"

namespace moo::tabular {
namespace {

using Names = std::vector<std::string>;

bool contains(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Columns by what they are for.
struct Roles {
  Names inputs;
  Names used;  ///< all that is read, each once
};

void require_columns(const std::string& path, const Names& names, const Table& table) {
  for (const std::string& name : names) require_column(path, name, table);
}

Roles roles_of(const Table& table, const DataConfig& data, const SplitConfig& split) {
  Roles roles{input_columns(table, data, split), {}};
  std::unordered_set<std::string> seen;
  const auto use = [&](const Names& names) {
    for (const std::string& name : names) {
      if (seen.insert(name).second) roles.used.push_back(name);
    }
  };
  use({data.target});
  use(roles.inputs);
  use(data.protected_columns);
  if (!data.weights.empty()) use({data.weights});
  if (split.kind != SplitKind::random) use(split.by);
  return roles;
}

/// Rows that take part. A missing target, weight or split is never made up.
std::vector<int> kept_rows(const Table& table, const Roles& roles, const DataConfig& data,
                           const SplitConfig& split, Names& remarks) {
  std::vector<bool> dropped(static_cast<std::size_t>(table.num_rows()), false);
  Names incomplete;
  for (const std::string& name : roles.used) {
    const std::vector<bool> missing = missing_cells(table, name);
    const auto first = std::find(missing.begin(), missing.end(), true);
    if (first == missing.end()) continue;
    if (data.missing == MissingPolicy::error) {
      throw FileError({table.place(static_cast<int>(first - missing.begin()), name),
                       "a missing value", "a value in every cell that is used",
                       std::to_string(std::count(missing.begin(), missing.end(), true)) +
                           " missing in this column",
                       "set data.missing to drop_row or impute"});
    }
    const bool imputable = contains(roles.inputs, name) || contains(data.protected_columns, name);
    const bool by_time = split.kind == SplitKind::time || split.kind == SplitKind::column;
    const bool decides = name == data.target || name == data.weights ||
                         (by_time && contains(split.by, name)) || !imputable;
    if (data.missing == MissingPolicy::impute && !decides) continue;
    incomplete.push_back(name);
    for (std::size_t row = 0; row < missing.size(); ++row) {
      if (missing[row]) dropped[row] = true;
    }
  }
  std::vector<int> kept;
  for (int row = 0; row < table.num_rows(); ++row) {
    if (!dropped[static_cast<std::size_t>(row)]) kept.push_back(row);
  }
  const long lost = table.num_rows() - std::ssize(kept);
  if (lost > 0) {
    remarks.push_back(std::to_string(lost) + " of " + std::to_string(table.num_rows()) +
                      " rows left out for missing values in " + some_names(incomplete));
  }
  if (kept.empty()) {
    throw FileError({table.file(), "no row is left", "rows without missing values",
                     std::to_string(table.num_rows()) + " rows, all incomplete",
                     table.num_rows() == 0 ? "the file has a header only"
                                           : "leave out " + some_names(incomplete) +
                                                 ", or set data.missing to impute"});
  }
  return kept;
}

/// A column and what becomes of it.
struct PlannedColumn {
  ColumnSummary summary;
  Coding coding = Coding::numeric;
};

void require_few_inputs(const std::vector<PlannedColumn>& inputs) {
  long total = 0;
  const PlannedColumn* widest = nullptr;
  for (const PlannedColumn& column : inputs) {
    const int width = encoded_width(column.summary, column.coding);
    total += width;
    if (widest == nullptr || width > encoded_width(widest->summary, widest->coding)) {
      widest = &column;
    }
  }
  if (total <= input_limit) return;
  const int width = encoded_width(widest->summary, widest->coding);
  throw InvalidArgument(
      {"/data/inputs", "too many inputs", "at most " + std::to_string(input_limit),
       std::to_string(total) + " from " + std::to_string(inputs.size()) + " columns" +
           (width > 1
                ? ", " + std::to_string(width) + " of them from '" + widest->summary.name + "'"
                : ""),
       "list the columns the model may see in data.inputs"});
}

/// Columns to encode; a constant one is left out and remarked on.
std::vector<PlannedColumn> plan_inputs(const Table& table, const DataConfig& data,
                                       const Names& names, Names& remarks) {
  std::vector<PlannedColumn> planned;
  Names constant;
  for (const std::string& name : names) {
    PlannedColumn column{summarize(table, name)};
    if (column.summary.constant() && column.summary.missing == 0) {
      constant.push_back(name);
      continue;
    }
    column.coding = coding_of(column.summary, data.categorical, table);
    planned.push_back(std::move(column));
  }
  if (planned.empty()) {
    throw FileError({table.file(), "no input to learn from", "a column that is not constant",
                     names.empty() ? "no columns" : "constant " + some_names(constant), ""});
  }
  if (!constant.empty()) remarks.push_back("constant, left out: " + some_names(constant));
  require_few_inputs(planned);
  return planned;
}

Vector read_weights(const Table& table, const std::string& name) {
  const Vector weights = table.numeric(name);
  for (int row = 0; row < weights.size(); ++row) {
    if (weights(row) >= 0.0) continue;
    throw FileError({table.place(row, name), "a negative row weight", "a number >= 0",
                     table.text(name)[static_cast<std::size_t>(row)], ""});
  }
  if (!(weights.sum() > 0.0)) {
    throw FileError({table.file(), "all row weights in '" + name + "' are 0", "some > 0", "", ""});
  }
  return weights;
}

void add_columns(Dataset& rows, const EncodedColumn& encoded) {
  for (std::size_t k = 0; k < encoded.names.size(); ++k) {
    rows.columns[encoded.names[k]] = encoded.values.row(static_cast<Eigen::Index>(k)).transpose();
  }
}

/// Inputs and side columns, raw.
void encode_columns(const Table& table, const DataConfig& data,
                    const std::vector<PlannedColumn>& inputs, TableData& result) {
  Dataset& rows = result.rows;
  Eigen::Index width = 0;
  for (const PlannedColumn& column : inputs) width += encoded_width(column.summary, column.coding);
  rows.inputs.resize(width, table.num_rows());
  Names imputed;
  Eigen::Index at = 0;
  for (const PlannedColumn& column : inputs) {
    const EncodedColumn encoded = encode(table, column.summary, column.coding, result.split.train);
    rows.inputs.middleRows(at, encoded.values.rows()) = encoded.values;
    at += encoded.values.rows();
    rows.input_names.insert(rows.input_names.end(), encoded.names.begin(), encoded.names.end());
    add_columns(rows, encoded);
    result.imputed_cells += encoded.imputed;
    if (encoded.imputed > 0) {
      imputed.push_back(column.summary.name + " (" + std::to_string(encoded.imputed) + ")");
    }
  }
  for (const std::string& name : data.protected_columns) {
    const ColumnSummary summary = summarize(table, name);
    const EncodedColumn encoded =
        encode(table, summary, coding_of(summary, data.categorical, table), result.split.train);
    add_columns(rows, encoded);
    const bool counted = std::any_of(inputs.begin(), inputs.end(),
                                     [&](const auto& input) { return input.summary.name == name; });
    if (!counted) result.imputed_cells += encoded.imputed;
    result.protected_columns.insert(result.protected_columns.end(), encoded.names.begin(),
                                    encoded.names.end());
  }
  if (!imputed.empty()) result.remarks.push_back("missing values imputed: " + some_names(imputed));
}

void standardize(TableData& result) {
  Dataset& rows = result.rows;
  const Matrix train = rows.inputs(Eigen::all, result.split.train);
  result.standardizer = Standardizer::fit(train);
  Names still;
  for (Eigen::Index i = 0; i < train.rows(); ++i) {
    if (train.row(i).minCoeff() == train.row(i).maxCoeff()) {
      still.push_back(rows.input_names[static_cast<std::size_t>(i)]);
    }
  }
  if (std::ssize(still) == train.rows()) {
    throw InvalidArgument({"/data/inputs", "every input is constant in the training rows",
                           "one that varies", some_names(still), ""});
  }
  if (!still.empty()) {
    result.remarks.push_back("constant in the training rows: " + some_names(still));
  }
  rows.inputs = result.standardizer.apply(rows.inputs);
}

}  // namespace

Names input_columns(const Table& table, const DataConfig& data, const SplitConfig& split) {
  require_column("/data/target", data.target, table);
  require_columns("/data/inputs", data.inputs, table);
  require_columns("/data/exclude", data.exclude, table);
  require_columns("/data/protected", data.protected_columns, table);
  require_columns("/data/categorical", data.categorical, table);
  if (!data.weights.empty()) require_column("/data/weights", data.weights, table);
  if (split.kind != SplitKind::random) require_columns("/split/by", split.by, table);
  std::unordered_set<std::string> seen;
  for (const std::string& name : data.inputs) {
    if (name == data.target || name == data.weights) {
      throw InvalidArgument(
          {"/data/inputs",
           "the " + std::string(name == data.target ? "target" : "weight") + " cannot be an input",
           "other columns", "'" + name + "'", ""});
    }
    if (!seen.insert(name).second) {
      throw InvalidArgument({"/data/inputs", "'" + name + "' comes twice", "", "", ""});
    }
  }
  if (!data.inputs.empty()) return data.inputs;
  const bool goes_by_column = split.kind == SplitKind::column || split.kind == SplitKind::time;
  Names inputs;
  for (const std::string& name : table.names()) {
    const bool other = name == data.target || name == data.weights ||
                       contains(data.exclude, name) || contains(data.protected_columns, name) ||
                       (goes_by_column && contains(split.by, name));
    if (!other) inputs.push_back(name);
  }
  return inputs;
}

TableData read_table_data(const Table& table, const DataConfig& data, const SplitConfig& split,
                          std::uint64_t seed) {
  TableData result;
  const Roles roles = roles_of(table, data, split);
  result.row_of_file = kept_rows(table, roles, data, split, result.remarks);
  result.dropped_rows = table.num_rows() - std::ssize(result.row_of_file);
  const Table kept = table.subset(result.row_of_file, roles.used);
  Targets targets = read_targets(kept, data);
  const std::vector<PlannedColumn> inputs = plan_inputs(kept, data, roles.inputs, result.remarks);
  result.split = split_rows(kept, split, targets.codes, seed);
  encode_columns(kept, data, inputs, result);
  result.rows.targets = std::move(targets.values);
  if (!data.weights.empty()) result.rows.weights = read_weights(kept, data.weights);
  result.class_names = std::move(targets.class_names);
  result.negative = std::move(targets.negative);
  standardize(result);
  result.rows.check();
  return result;
}

}  // namespace moo::tabular
