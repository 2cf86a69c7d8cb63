#include "libmoo/constraint/row_predicate.hpp"

#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {
namespace {

bool holds(double x, Comparison comparison, double value) {
  switch (comparison) {
    case Comparison::less:
      return x < value;
    case Comparison::less_or_equal:
      return x <= value;
    case Comparison::equal:
      return x == value;
    case Comparison::not_equal:
      return x != value;
    case Comparison::greater_or_equal:
      return x >= value;
    case Comparison::greater:
      return x > value;
  }
  return false;
}

std::string text_of(Comparison comparison) {
  switch (comparison) {
    case Comparison::less:
      return " < ";
    case Comparison::less_or_equal:
      return " <= ";
    case Comparison::equal:
      return " = ";
    case Comparison::not_equal:
      return " != ";
    case Comparison::greater_or_equal:
      return " >= ";
    case Comparison::greater:
      return " > ";
  }
  return " = ";
}

std::string text_of(const RowColumn& column) {
  return column.kind == RowColumn::Kind::model_input ? "standardised " + column.name : column.name;
}

/// No row fulfils all conditions: says how many rows each one has for itself, and where its column
/// lies.
InvalidArgument no_row(const std::string& rule, const RowPredicate& predicate,
                       const Dataset& data) {
  std::string found;
  std::string hint;
  for (const RowCondition& condition : predicate) {
    const Vector values = values_of(condition.column, data);
    int count = 0;
    for (const double x : values) count += holds(x, condition.comparison, condition.value);
    found += (found.empty() ? "" : ", ") + to_string(RowPredicate{condition}) + " on " +
             std::to_string(count);
    if (values.size() > 0) {
      found += " (" + number_text(values.minCoeff()) + " to " + number_text(values.maxCoeff()) +
               " in the data)";
    }
    if (condition.column.kind == RowColumn::Kind::model_input) {
      hint = "model inputs are standardised: for raw units store the raw numbers as a side column";
    }
  }
  return InvalidArgument({rule, "no row matches", "at least one row with " + to_string(predicate),
                          "none of " + std::to_string(data.num_rows()) + " rows: " + found, hint});
}

}  // namespace

RowColumn model_input(std::string name) { return {RowColumn::Kind::model_input, std::move(name)}; }

RowColumn side_column(std::string name) { return {RowColumn::Kind::side_column, std::move(name)}; }

Vector values_of(const RowColumn& column, const Dataset& data) {
  if (column.kind == RowColumn::Kind::side_column) return data.column(column.name);
  return data.inputs.row(data.input_index(column.name)).transpose();
}

std::vector<int> matching_rows(const std::string& rule, const RowPredicate& predicate,
                               const Dataset& data) {
  std::vector<Vector> values;
  for (const RowCondition& condition : predicate) {
    values.push_back(values_of(condition.column, data));
    require_size(rule, "column '" + condition.column.name + "'", data.num_rows(),
                 values.back().size());
  }
  std::vector<int> rows;
  for (int b = 0; b < data.num_rows(); ++b) {
    bool all = true;
    for (std::size_t c = 0; c < predicate.size() && all; ++c) {
      all = holds(values[c](b), predicate[c].comparison, predicate[c].value);
    }
    if (all) rows.push_back(b);
  }
  if (rows.empty()) throw no_row(rule, predicate, data);
  return rows;
}

std::string to_string(const RowPredicate& predicate) {
  if (predicate.empty()) return "all rows";
  std::string text;
  for (const RowCondition& condition : predicate) {
    text += (text.empty() ? "" : " and ") + text_of(condition.column) +
            text_of(condition.comparison) + number_text(condition.value);
  }
  return text;
}

}  // namespace moo
