#include "libmoo/constraint/slope_bound.hpp"

#include <cmath>
#include <set>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"
#include "libmoo/constraint/polynomial_rows.hpp"

namespace moo {

SlopeBound::SlopeBound(SlopeBoundOptions options) : options_(std::move(options)) {
  const std::set<std::string> distinct(options_.inputs.begin(), options_.inputs.end());
  const bool usable = options_.bound >= 0.0 && std::isfinite(options_.bound);
  if (distinct.empty() || distinct.size() != options_.inputs.size() || !usable) {
    throw InvalidArgument(
        {"SlopeBound", "nothing to check", "at least one input, each once, and a bound >= 0",
         "inputs '" + join_names(options_.inputs) + "', bound " + number_text(options_.bound), ""});
  }
}

std::string SlopeBound::name() const {
  return std::string(options_.kind == Kind::gradient_norm ? "gradient" : "derivative") +
         " at most " + number_text(options_.bound) + " in " + join_names(options_.inputs);
}

std::string SlopeBound::unit() const {
  const std::string per_unit = options_.unit + " per unit of input";
  return options_.kind == Kind::gradient_norm ? "(" + per_unit + ")^2" : per_unit;
}

std::unique_ptr<BoundConstraint> SlopeBound::bind(const Dataset& data, ProbeBatch& batch) const {
  require_output(name(), options_.output, data);
  const PlacedProbes places(name(), options_.where, data);
  std::vector<int> first;
  for (const std::string& input : options_.inputs) {
    first.push_back(places.append_along({input}, batch));
  }
  const auto slope = [&](int probe, int power) {
    return PolynomialFactor{options_.output, derivative_column(probe, 1), power};
  };
  PolynomialRows rows(static_cast<int>(data.targets.rows()));
  if (options_.kind == Kind::gradient_norm) {
    for (int k = 0; k < places.size(); ++k) {
      for (const int probe : first) rows.add_term(1.0, {slope(probe + k, 2)});
      rows.end_residual(-options_.bound * options_.bound);
    }
    return rows.bind(derivative_columns(batch));
  }
  for (const int probe : first) {
    for (const double sign : {1.0, -1.0}) {
      for (int k = 0; k < places.size(); ++k) {
        rows.add_term(sign, {slope(probe + k, 1)});
        rows.end_residual(-options_.bound);
      }
    }
  }
  return rows.bind(derivative_columns(batch));
}

}  // namespace moo
