#include "libmoo/constraint/monotone_derivative.hpp"

#include <cmath>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {

MonotoneDerivative::MonotoneDerivative(MonotoneDerivativeOptions options)
    : options_(std::move(options)) {
  if (options_.inputs.empty() || !std::isfinite(options_.slope)) {
    throw InvalidArgument(
        {"MonotoneDerivative", "nothing to check", "at least one input and a finite slope",
         std::to_string(options_.inputs.size()) + " inputs, slope " + number_text(options_.slope),
         ""});
  }
}

std::string MonotoneDerivative::name() const {
  return std::string(options_.direction == Direction::rising ? "rising" : "falling") +
         " slope in " + join_names(options_.inputs);
}

std::unique_ptr<BoundConstraint> MonotoneDerivative::bind(const Dataset& data,
                                                          ProbeBatch& batch) const {
  require_output(name(), options_.output, data);
  const PlacedProbes places(name(), options_.where, data);
  const double sign = options_.direction == Direction::rising ? 1.0 : -1.0;
  LinearRows rows(data);
  for (const std::string& input : options_.inputs) {
    const int first = places.append_along({input}, batch);
    for (int k = 0; k < places.size(); ++k) {
      rows.add_term(-sign, options_.output, derivative_column(first + k, 1));
      rows.end_residual(options_.slope);
    }
  }
  return rows.bind_columns(derivative_columns(batch));
}

}  // namespace moo
