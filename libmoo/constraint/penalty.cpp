#include "libmoo/constraint/penalty.hpp"

#include <algorithm>
#include <cmath>

namespace moo {
namespace {

Penalty::Value shape_at(PenaltyShape shape, double x) {
  constexpr double t = 0.05;
  switch (shape) {
    case PenaltyShape::hinge:
      return x > 0.0 ? Penalty::Value{x, 1.0, 0.0} : Penalty::Value{0.0, 0.0, 0.0};
    case PenaltyShape::squared_hinge:
      return x > 0.0 ? Penalty::Value{x * x, 2.0 * x, 2.0} : Penalty::Value{0.0, 0.0, 0.0};
    case PenaltyShape::softplus: {
      const double e = std::exp(-std::abs(x) / t);
      const double logistic = (x >= 0.0 ? 1.0 : e) / (1.0 + e);
      return {std::max(x, 0.0) + t * std::log1p(e), logistic, logistic * (1.0 - logistic) / t};
    }
  }
  return {0.0, 0.0, 0.0};
}

}  // namespace

Penalty::Value Penalty::operator()(double residual, Sense sense) const {
  const double sign = sense == Sense::equality && residual < 0.0 ? -1.0 : 1.0;
  const Value at = shape_at(shape, (sign * residual + margin) / scale);
  return {at.value, sign * at.slope / scale, at.curvature / (scale * scale)};
}

std::string_view to_string(PenaltyShape shape) {
  switch (shape) {
    case PenaltyShape::hinge:
      return "hinge";
    case PenaltyShape::squared_hinge:
      return "squared_hinge";
    case PenaltyShape::softplus:
      return "softplus";
  }
  return "squared_hinge";
}

}  // namespace moo
