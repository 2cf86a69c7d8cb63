#include "libmoo/constraint/ode_residual.hpp"

#include <cmath>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/differential_rule.hpp"
#include "libmoo/constraint/linear_rows.hpp"
#include "libmoo/constraint/polynomial_rows.hpp"

namespace moo {
namespace {

/// The formula; `inputs` is the source.
struct Motion {
  double mass;
  double damping;
  double stiffness;
  double cubic;
  double sine;

  template <typename T>
  T operator()(const T* p, const double* inputs) const {
    using std::sin;
    return mass * p[2] + damping * p[1] + stiffness * p[0] + cubic * (p[0] * p[0] * p[0]) +
           sine * sin(p[0]) - inputs[0];
  }
};

}  // namespace

OdeResidual::OdeResidual(OdeResidualOptions options) : options_(std::move(options)) {
  const double size = std::abs(options_.mass) + std::abs(options_.damping) +
                      std::abs(options_.stiffness) + std::abs(options_.cubic) +
                      std::abs(options_.sine);
  if (options_.input.empty() || !(size > 0.0) || !std::isfinite(size)) {
    throw InvalidArgument(
        {"OdeResidual", "no equation", "an input and finite coefficients, not all zero",
         "input '" + options_.input + "', sum of |coefficients| " + number_text(size), ""});
  }
}

std::unique_ptr<BoundConstraint> OdeResidual::bind(const Dataset& data, ProbeBatch& batch) const {
  const auto& [input, mass, damping, stiffness, cubic, sine, source, output, where, unit] =
      options_;
  if (sine != 0.0) {
    return DifferentialRule<Motion, 1, 1>({.name = name(),
                                           .outputs = {output},
                                           .directions = {{input}},
                                           .sources = {source},
                                           .inputs = {input},
                                           .where = where},
                                          {mass, damping, stiffness, cubic, sine})
        .bind(data, batch);
  }
  require_output(name(), output, data);
  const PlacedProbes places(name(), where, data);
  const int first = places.append_along({input}, batch);
  const Vector force = places.values_of(source);
  PolynomialRows rows(static_cast<int>(data.targets.rows()));
  for (int k = 0; k < places.size(); ++k) {
    const auto add = [&](double coefficient, int order, int power) {
      if (coefficient == 0.0) return;
      rows.add_term(coefficient, {{output, derivative_column(first + k, order), power}});
    };
    add(mass, 2, 1);
    add(damping, 1, 1);
    add(stiffness, 0, 1);
    add(cubic, 0, 3);
    rows.end_residual(-force(k));
  }
  return rows.bind(derivative_columns(batch));
}

}  // namespace moo
