#include "libmoo/constraint/convex_in.hpp"

#include <cmath>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/input_change.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {

ConvexIn::ConvexIn(ConvexInOptions options) : options_(std::move(options)) {
  if (options_.input.empty() || !(options_.step > 0.0) || !std::isfinite(options_.step)) {
    throw InvalidArgument({"ConvexIn", "nothing to check", "an input and a step > 0",
                           "'" + options_.input + "', step " + number_text(options_.step), ""});
  }
}

std::string ConvexIn::name() const {
  return (options_.bend == Bend::convex ? "convex in " : "concave in ") + options_.input;
}

std::unique_ptr<BoundConstraint> ConvexIn::bind(const Dataset& data, ProbeBatch& batch) const {
  require_output(name(), options_.output, data);
  const auto& [input, bend, step, output, unit] = options_;
  const int below = batch.append(changed_inputs(name(), {{shifted(input, -step)}}, data));
  const int above = batch.append(changed_inputs(name(), {{shifted(input, step)}}, data));
  const double sign = bend == Bend::convex ? 1.0 : -1.0;
  LinearRows rows(data);
  for (int b = 0; b < data.num_rows(); ++b) {
    rows.add_term(2.0 * sign, output, b);
    rows.add_term(-sign, output, below + b);
    rows.add_term(-sign, output, above + b);
    rows.end_residual();
  }
  return rows.bind(batch);
}

}  // namespace moo
