#include "libmoo/constraint/placed_probes.hpp"

#include <cmath>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"
#include "libmoo/constraint/row_groups.hpp"

namespace moo {

PlacedProbes::PlacedProbes(std::string rule, const ProbePlaces& places, const Dataset& data)
    : rule_(std::move(rule)),
      standardizer_(places.standardizer),
      data_(&data),
      at_rows_(!places.points) {
  if (standardizer_) {
    require_size(rule_, "the standardizer", data.inputs.rows(), standardizer_->mean.size());
    require_size(rule_, "the standardizer's scale", data.inputs.rows(),
                 standardizer_->scale.size());
  }
  points_ =
      at_rows_ ? data.inputs : sample_points(rule_, *places.points, standardizer_, data).inputs;
  if (points_.cols() == 0) {
    throw InvalidArgument({rule_, "nowhere to hold", "at least one data row", "none", ""});
  }
}

Matrix PlacedProbes::raw_points() const {
  if (!standardizer_) return points_;
  return (points_.array().colwise() * standardizer_->scale.array()).colwise() +
         standardizer_->mean.array();
}

int PlacedProbes::append_along(const std::vector<std::string>& inputs, ProbeBatch& batch) const {
  if (inputs.empty()) {
    throw InvalidArgument({rule_, "a derivative along nothing", "at least one input", "none", ""});
  }
  Vector direction = Vector::Zero(points_.rows());
  for (const std::string& input : inputs) {
    const int j = data_->input_index(input);
    if (direction(j) != 0.0) {
      throw InvalidArgument({rule_, "a direction has an input twice", "each input once",
                             join_names(inputs), "second derivatives come with every direction"});
    }
    direction(j) = standardizer_ ? 1.0 / standardizer_->scale(j) : 1.0;
  }
  return batch.append_directional(points_, direction.replicate(1, points_.cols()));
}

Vector PlacedProbes::values_of(const SourceTerm& source) const {
  Vector values = Vector::Constant(points_.cols(), source.constant);
  if (!source.column.empty()) {
    if (!at_rows_) {
      throw InvalidArgument({rule_, "column '" + source.column + "' has no values there",
                             "a constant or a function as the source at sampled points", "a column",
                             "columns belong to data rows"});
    }
    values += finite_column(rule_, source.column, *data_);
  }
  if (source.function) {
    const Matrix raw = raw_points();
    for (Eigen::Index k = 0; k < values.size(); ++k) values(k) += source.function(raw.col(k));
  }
  for (const double value : values) {
    if (std::isfinite(value)) continue;
    throw InvalidArgument(
        {rule_, "the source is no number", "finite values", number_text(value), ""});
  }
  return values;
}

}  // namespace moo
