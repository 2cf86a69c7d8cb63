#include "libmoo/data/standardize.hpp"

#include <cmath>
#include <string>

#include "libmoo/base/error.hpp"

namespace moo {

Standardizer Standardizer::fit(ConstMatrixRef inputs) {
  const Eigen::Index num_inputs = inputs.rows();
  const Eigen::Index num_samples = inputs.cols();
  if (num_samples == 0) {
    throw InvalidArgument({"Standardizer::fit", "nothing to fit to", "at least one sample",
                           "an input matrix without columns", ""});
  }
  Standardizer fitted{Vector(num_inputs), Vector::Ones(num_inputs)};
  for (Eigen::Index i = 0; i < num_inputs; ++i) {
    const auto row = inputs.row(i);
    if (!row.allFinite()) {
      throw InvalidArgument({"Standardizer::fit", "input " + std::to_string(i) + " is not finite",
                             "finite numbers", "a NaN or an infinity", ""});
    }
    if (row.minCoeff() == row.maxCoeff()) {  // exactly: rounding the mean must not make it vary
      fitted.mean(i) = row(0);
      continue;
    }
    fitted.mean(i) = row.mean();
    const double deviation = (row.array() - fitted.mean(i)).matrix().stableNorm() /
                             std::sqrt(static_cast<double>(num_samples));
    if (deviation > 0.0) fitted.scale(i) = deviation;
  }
  return fitted;
}

Matrix Standardizer::apply(ConstMatrixRef inputs) const {
  require_size("Standardizer::apply", "the number of inputs", mean.size(), inputs.rows());
  return (inputs.colwise() - mean).array().colwise() / scale.array();
}

}  // namespace moo
