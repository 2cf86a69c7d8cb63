#include "libmoo/constraint/penalty.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace moo {
namespace {

/// A NaN stays one: it is no rule that holds. The parabola keeps its curvature at x = 0, where that
/// is the second derivative for equalities, and that of one side for inequalities.
Penalty::Value shape_at(PenaltyShape shape, double x) {
  constexpr double t = 0.05;
  if (std::isnan(x)) return {x, x, x};
  switch (shape) {
    case PenaltyShape::hinge:
      return x > 0.0 ? Penalty::Value{x, 1.0, 0.0} : Penalty::Value{0.0, 0.0, 0.0};
    case PenaltyShape::squared_hinge:
      return x >= 0.0 ? Penalty::Value{x * x, 2.0 * x, 2.0} : Penalty::Value{0.0, 0.0, 0.0};
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
  const double size = sense == Sense::equality ? std::abs(residual) : residual;
  const Value at = shape_at(shape, (size + margin) / scale);
  double sign = 1.0;
  if (sense == Sense::equality) {
    // Where an equality holds exactly its penalty is lowest: 0 is the derivative or a subgradient.
    sign = residual < 0.0 ? -1.0 : residual == 0.0 ? 0.0 : 1.0;
  }
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

std::string penalty_unit(const Penalty& penalty, const std::string& unit) {
  std::array<char, 32> scale{};
  std::snprintf(scale.data(), scale.size(), "%g", penalty.scale);
  const std::string scaled = penalty.scale == 1.0 ? unit : unit + " / " + scale.data();
  return penalty.shape == PenaltyShape::squared_hinge ? "(" + scaled + ")^2" : scaled;
}

}  // namespace moo
