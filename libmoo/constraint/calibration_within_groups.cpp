#include "libmoo/constraint/calibration_within_groups.hpp"

#include <algorithm>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/row_groups.hpp"

namespace moo {
namespace {

/// The bin of a value; the number of bins when it lies in none.
std::size_t bin_of(double value, const std::vector<double>& edges) {
  if (value == edges.back()) return edges.size() - 2;
  if (!(value >= edges.front() && value < edges.back())) return edges.size() - 1;
  return static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), value) -
                                  edges.begin()) -
         1;
}

}  // namespace

CalibrationWithinGroups::CalibrationWithinGroups(std::string group_column)
    : CalibrationWithinGroups(std::move(group_column), Options{}) {}

CalibrationWithinGroups::CalibrationWithinGroups(std::string group_column, Options options)
    : column_(std::move(group_column)), options_(std::move(options)) {
  const std::vector<double>& edges = options_.bins.edges;
  bool rising = edges.size() >= 2;
  for (std::size_t k = 1; k < edges.size(); ++k) rising = rising && edges[k - 1] < edges[k];
  if (!options_.bins.column.empty() && !rising) {
    throw InvalidArgument({"CalibrationWithinGroups", "the bins' edges do not rise",
                           "two rising numbers or more", std::to_string(edges.size()) + " edges",
                           "such as 0, 0.25, 0.5, 0.75, 1"});
  }
  if (options_.min_rows < 1) {
    throw InvalidArgument({"CalibrationWithinGroups", "min_rows is too small", "1 or more",
                           std::to_string(options_.min_rows), ""});
  }
}

std::string CalibrationWithinGroups::name() const {
  return "calibration in the large within " + column_ +
         (options_.bins.column.empty() ? "" : " and bins of " + options_.bins.column);
}

std::unique_ptr<BoundConstraint> CalibrationWithinGroups::bind(const Dataset& data,
                                                               ProbeBatch& batch) const {
  require_output(name(), options_.output, data);
  const bool binned = !options_.bins.column.empty();
  const std::size_t bins = binned ? options_.bins.edges.size() - 1 : 1;
  const Vector score = binned ? finite_column(name(), options_.bins.column, data) : Vector();
  std::vector<std::vector<int>> cells;
  for (const RowGroup& group : rows_by_value(name(), column_, data, 64)) {
    std::vector<std::vector<int>> own(bins);
    for (const int b : group.rows) {
      const std::size_t bin = binned ? bin_of(score(b), options_.bins.edges) : 0;
      if (bin == bins) {
        throw InvalidArgument({name(), "a row lies in no bin",
                               std::to_string(options_.bins.edges.front()) + " to " +
                                   std::to_string(options_.bins.edges.back()),
                               std::to_string(score(b)) + " in row " + std::to_string(b),
                               "widen the first or the last bin"});
      }
      own[bin].push_back(b);
    }
    for (std::vector<int>& cell : own) {
      if (static_cast<int>(cell.size()) >= options_.min_rows) cells.push_back(std::move(cell));
    }
  }
  if (cells.empty()) {
    throw InvalidArgument({name(), "no cell has enough rows",
                           std::to_string(options_.min_rows) + " rows in one", "none",
                           "lower min_rows or use fewer bins"});
  }
  Matrix weights = Matrix::Zero(static_cast<Eigen::Index>(cells.size()), data.inputs.cols());
  for (std::size_t k = 0; k < cells.size(); ++k) {
    for (const int b : cells[k]) {
      weights(static_cast<Eigen::Index>(k), b) = 1.0 / static_cast<double>(cells[k].size());
    }
  }
  const Vector rates = weights * data.targets.row(options_.output).transpose();
  return linear_in_rows(weights, rates, options_.output, data, batch);
}

}  // namespace moo
