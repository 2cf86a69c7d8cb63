#include "libmoo/data/dataset.hpp"

#include <algorithm>
#include <unordered_set>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

std::string in_quotes(std::string_view text) { return "'" + std::string(text) + "'"; }

std::string did_you_mean(std::string_view name, const std::vector<std::string>& known) {
  const std::string near = nearest_name(name, known);
  return near.empty() ? "" : "did you mean " + in_quotes(near) + "?";
}

std::string one_of(const std::vector<std::string>& names) {
  return names.empty() ? "none, there are none" : "one of " + join_names(names);
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

const Vector& Dataset::column(std::string_view name) const {
  const auto found = columns.find(std::string(name));
  if (found != columns.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& [column_name, values] : columns) known.push_back(column_name);
  throw InvalidArgument({"Dataset::column", "no such side column", one_of(known), in_quotes(name),
                         contains(input_names, name)
                             ? "it is an input: use inputs.row(input_index(name))"
                             : did_you_mean(name, known)});
}

int Dataset::input_index(std::string_view name) const {
  const auto found = std::find(input_names.begin(), input_names.end(), name);
  if (found != input_names.end()) return static_cast<int>(found - input_names.begin());
  throw InvalidArgument({"Dataset::input_index", "no such input", one_of(input_names),
                         in_quotes(name),
                         columns.contains(std::string(name))
                             ? "it is a side column, which the model does not see: use column(name)"
                             : did_you_mean(name, input_names)});
}

Dataset Dataset::subset(const std::vector<int>& rows) const {
  check();
  for (const int row : rows) {
    if (row < 0 || row >= num_rows()) {
      throw InvalidArgument({"Dataset::subset", "no such row",
                             "0 to " + std::to_string(num_rows() - 1), std::to_string(row), ""});
    }
  }
  Dataset part;
  part.inputs = inputs(Eigen::all, rows);
  part.targets = targets(Eigen::all, rows);
  part.input_names = input_names;
  if (weights.size() > 0) part.weights = weights(rows);
  for (const auto& [name, values] : columns) part.columns.emplace(name, values(rows));
  return part;
}

void Dataset::check() const {
  require_size("Dataset", "the list of input names", inputs.rows(), std::ssize(input_names));
  require_size("Dataset", "the number of columns of targets", inputs.cols(), targets.cols());
  if (weights.size() > 0) {
    require_size("Dataset", "the weights", inputs.cols(), weights.size());
    if (!weights.allFinite() || weights.minCoeff() < 0.0 || !(weights.sum() > 0.0)) {
      throw InvalidArgument({"Dataset", "unusable row weights",
                             "finite numbers >= 0 that are not all 0",
                             "a smallest weight of " + std::to_string(weights.minCoeff()), ""});
    }
  }
  for (const auto& [name, values] : columns) {
    require_size("Dataset", "column " + in_quotes(name), inputs.cols(), values.size());
  }
  std::unordered_set<std::string_view> seen;
  for (const std::string& name : input_names) {
    if (!seen.insert(name).second) {
      throw InvalidArgument(
          {"Dataset", "two inputs have one name", "distinct names", in_quotes(name), ""});
    }
  }
}

}  // namespace moo
