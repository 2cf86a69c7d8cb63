#include "libmoo/constraint/activation_bound.hpp"

#include <cmath>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/hidden_layer.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {

ActivationBound::ActivationBound(ActivationBoundOptions options) : options_(options) {
  if (options_.layer < 0 || !(options_.bound > 0.0) || !std::isfinite(options_.bound)) {
    throw InvalidArgument(
        {"ActivationBound", "no such bound", "a layer >= 0 and a bound > 0",
         "layer " + std::to_string(options_.layer) + ", bound " + number_text(options_.bound), ""});
  }
}

std::string ActivationBound::name() const {
  return "activations of layer " + std::to_string(options_.layer) + " at most " +
         number_text(options_.bound);
}

std::unique_ptr<BoundConstraint> ActivationBound::bind(const Dataset& data,
                                                       ProbeBatch& batch) const {
  const int width = width_of_layer(name(), options_.layer, batch);
  LinearRows rows(width);
  for (const double sign : {1.0, -1.0}) {
    for (int b = 0; b < data.num_rows(); ++b) {
      for (int i = 0; i < width; ++i) {
        rows.add_term(sign, i, b);
        rows.end_residual(-options_.bound);
      }
    }
  }
  return rows.bind(batch);
}

}  // namespace moo
