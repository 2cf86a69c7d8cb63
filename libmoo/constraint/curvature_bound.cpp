#include "libmoo/constraint/curvature_bound.hpp"

#include <cmath>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {

CurvatureBound::CurvatureBound(CurvatureBoundOptions options) : options_(std::move(options)) {
  const bool usable =
      std::isfinite(options_.bound) && (options_.bound >= 0.0 || options_.kind != Kind::smooth);
  if (options_.inputs.empty() || !usable) {
    throw InvalidArgument(
        {"CurvatureBound", "nothing to check",
         "at least one input and a finite bound, >= 0 for smooth",
         std::to_string(options_.inputs.size()) + " inputs, bound " + number_text(options_.bound),
         ""});
  }
}

std::string CurvatureBound::name() const {
  const std::string inputs = " in " + join_names(options_.inputs);
  if (options_.kind == Kind::smooth) {
    return "curvature at most " + number_text(options_.bound) + inputs;
  }
  return (options_.kind == Kind::convex ? "convex curvature" : "concave curvature") + inputs;
}

std::unique_ptr<BoundConstraint> CurvatureBound::bind(const Dataset& data,
                                                      ProbeBatch& batch) const {
  require_output(name(), options_.output, data);
  const PlacedProbes places(name(), options_.where, data);
  LinearRows rows(data);
  const auto add_residuals = [&](int first, double sign, double constant) {
    for (int k = 0; k < places.size(); ++k) {
      rows.add_term(sign, options_.output, derivative_column(first + k, 2));
      rows.end_residual(constant);
    }
  };
  for (const std::string& input : options_.inputs) {
    const int first = places.append_along({input}, batch);
    switch (options_.kind) {
      case Kind::smooth:
        add_residuals(first, 1.0, -options_.bound);
        add_residuals(first, -1.0, -options_.bound);
        break;
      case Kind::convex:
        add_residuals(first, -1.0, options_.bound);
        break;
      case Kind::concave:
        add_residuals(first, 1.0, options_.bound);
        break;
    }
  }
  return rows.bind_columns(derivative_columns(batch));
}

}  // namespace moo
