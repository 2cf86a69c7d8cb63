#include "libmoo/constraint/motion_cost.hpp"

#include <cmath>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"
#include "libmoo/constraint/polynomial_rows.hpp"

namespace moo {

MotionCost::MotionCost(MotionCostOptions options) : options_(std::move(options)) {
  if (options_.input.empty() || !(options_.budget >= 0.0) || !std::isfinite(options_.budget)) {
    throw InvalidArgument({"MotionCost", "no such cost", "an input and a budget >= 0",
                           "'" + options_.input + "', budget " + number_text(options_.budget), ""});
  }
}

std::string MotionCost::name() const {
  return std::string("mean squared ") + (options_.of == Of::speed ? "speed" : "acceleration") +
         " along " + options_.input;
}

std::string MotionCost::unit() const {
  return "(" + options_.unit + (options_.of == Of::speed ? " per " : " per squared ") +
         "unit of input)^2";
}

std::unique_ptr<BoundConstraint> MotionCost::bind(const Dataset& data, ProbeBatch& batch) const {
  const std::vector<int> outputs = chosen_outputs(name(), options_.outputs, data);
  const PlacedProbes places(name(), options_.where, data);
  const int first = places.append_along({options_.input}, batch);
  PolynomialRows rows(static_cast<int>(data.targets.rows()));
  for (int k = 0; k < places.size(); ++k) {
    const int column = derivative_column(first + k, options_.of == Of::speed ? 1 : 2);
    for (const int output : outputs) rows.add_term(1.0 / places.size(), {{output, column, 2}});
  }
  rows.end_residual(-options_.budget);
  return rows.bind(derivative_columns(batch));
}

}  // namespace moo
