#include "libmoo/constraint/penalty.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

using Value = Penalty::Value;

constexpr Value zero{0.0, 0.0, 0.0};

/// What there is to know about a shape but its formula.
struct ShapeFacts {
  Smoothness smoothness;
  double parameter;  ///< default; 0: the shape has none
  std::string_view letter;
  std::string_view zero_set;
};

constexpr std::string_view zero_where_held =
    "Zero wherever the rule holds with its margin: x <= 0.";
constexpr std::string_view zero_nowhere =
    "Zero nowhere: it falls towards 0 as x falls, and is positive at the boundary.";
constexpr std::string_view zero_inside =
    "Zero where the rule holds with its margin and one scale more, x = -1; negative beyond.";

const ShapeFacts& facts(PenaltyShape shape) {
  static constexpr std::array<ShapeFacts, 8> table = {{
      {Smoothness::c0, 0.0, "", zero_where_held},
      {Smoothness::c1, 0.0, "", zero_where_held},
      {Smoothness::smooth, 0.05, "t", zero_nowhere},
      {Smoothness::smooth, 0.05, "t", zero_nowhere},
      {Smoothness::c1, 0.1, "k", zero_where_held},
      {Smoothness::c0, 2.0, "b", zero_where_held},
      {Smoothness::c1, 1.5, "p", zero_where_held},  // the default's smoothness
      {Smoothness::c2, 0.1, "d", zero_inside},
  }};
  return table[static_cast<std::size_t>(shape)];
}

/// t log(1 + e^(x/t)).
Value softplus(double x, double t) {
  const double e = std::exp(-std::abs(x) / t);
  const double sum = 1.0 + e;
  return {std::max(x, 0.0) + t * std::log1p(e), (x >= 0.0 ? 1.0 : e) / sum, e / (sum * sum) / t};
}

Value huber_hinge(double x, double k) {
  if (x < 0.0) return zero;
  return x <= k ? Value{x * x / (2.0 * k), x / k, 1.0 / k} : Value{x - 0.5 * k, 1.0, 0.0};
}

Value exponential(double x, double b) {
  constexpr double last = 20.0;
  if (!(x > 0.0)) return zero;
  const double slope = std::exp(std::min(b * x, last));
  const double curved = std::expm1(std::min(b * x, last)) / b;
  return b * x <= last ? Value{curved, slope, b * slope}
                       : Value{curved + slope * (x - last / b), slope, 0.0};
}

Value power(double x, double p) {
  constexpr double nearest = 1e-8;
  if (x < 0.0) return zero;
  const double curvature =
      p > 1.0 ? p * (p - 1.0) * std::pow(p < 2.0 ? std::max(x, nearest) : x, p - 2.0) : 0.0;
  return {std::pow(x, p), x > 0.0 ? p * std::pow(x, p - 1.0) : 0.0, curvature};
}

Value relaxed_log_barrier(double x, double d) {
  const double s = -x;
  if (s > d) return {-std::log(s), 1.0 / s, 1.0 / (s * s)};
  const double y = (s - 2.0 * d) / d;
  return {0.5 * (y * y - 1.0) - std::log(d), -y / d, 1.0 / (d * d)};
}

/// A NaN stays one: it is no rule that holds. The parabola keeps its curvature at x = 0, where that
/// is the second derivative for equalities, and that of one side for inequalities.
Value shape_at(PenaltyShape shape, double x, double parameter) {
  if (std::isnan(x)) return {x, x, x};
  switch (shape) {
    case PenaltyShape::hinge:
      return x > 0.0 ? Value{x, 1.0, 0.0} : zero;
    case PenaltyShape::squared_hinge:
      return x >= 0.0 ? Value{x * x, 2.0 * x, 2.0} : zero;
    case PenaltyShape::softplus:
      return softplus(x, parameter);
    case PenaltyShape::squared_softplus: {
      const Value s = softplus(x, parameter);
      return {s.value * s.value, 2.0 * s.value * s.slope,
              2.0 * (s.slope * s.slope + s.value * s.curvature)};
    }
    case PenaltyShape::huber_hinge:
      return huber_hinge(x, parameter);
    case PenaltyShape::exponential:
      return exponential(x, parameter);
    case PenaltyShape::power:
      return power(x, parameter);
    case PenaltyShape::relaxed_log_barrier:
      return relaxed_log_barrier(x, parameter);
  }
  return zero;
}

std::string number(double x) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g", x);
  return text.data();
}

}  // namespace

double Penalty::resolved_parameter() const {
  return shape_parameter != 0.0 ? shape_parameter : facts(shape).parameter;
}

Penalty::Value Penalty::operator()(double residual, Sense sense) const {
  const double size = sense == Sense::equality ? std::abs(residual) : residual;
  const Value at = shape_at(shape, (size + margin) / scale, resolved_parameter());
  double sign = 1.0;
  if (sense == Sense::equality) {
    // Where an equality holds exactly its penalty is lowest: 0 is the derivative or a subgradient.
    sign = residual < 0.0 ? -1.0 : residual == 0.0 ? 0.0 : 1.0;
  }
  return {at.value, sign * at.slope / scale, at.curvature / (scale * scale)};
}

void check_penalty(const std::string& who, const Penalty& penalty) {
  if (!(penalty.scale > 0.0) || !std::isfinite(penalty.scale)) {
    throw InvalidArgument(
        {who, "unusable penalty scale", "> 0 and finite", std::to_string(penalty.scale), ""});
  }
  if (!std::isfinite(penalty.margin)) {
    throw InvalidArgument(
        {who, "unusable penalty margin", "a finite number", std::to_string(penalty.margin), ""});
  }
  if (penalty.shape_parameter == 0.0) return;
  const ShapeFacts& shape = facts(penalty.shape);
  const double parameter = penalty.shape_parameter;
  const std::string name(to_string(penalty.shape));
  if (shape.parameter == 0.0) {
    throw InvalidArgument({who, "penalty shape " + name + " has no parameter", "0",
                           number(parameter), "leave shape_parameter out"});
  }
  const bool is_power = penalty.shape == PenaltyShape::power;
  if (!(is_power ? parameter >= 1.0 && parameter <= 4.0
                 : parameter > 0.0 && std::isfinite(parameter))) {
    throw InvalidArgument({who, "unusable shape parameter of " + name,
                           std::string(shape.letter) +
                               (is_power ? " in [1, 4]" : " > 0 and finite") + ", or 0 for " +
                               number(shape.parameter),
                           number(parameter), ""});
  }
}

Smoothness smoothness(PenaltyShape shape, double shape_parameter) {
  if (shape == PenaltyShape::power && shape_parameter != 0.0) {
    return shape_parameter > 2.0   ? Smoothness::c2
           : shape_parameter > 1.0 ? Smoothness::c1
                                   : Smoothness::c0;
  }
  return facts(shape).smoothness;
}

std::string_view zero_set(PenaltyShape shape) { return facts(shape).zero_set; }

bool is_never_negative(PenaltyShape shape) { return shape != PenaltyShape::relaxed_log_barrier; }

const std::vector<std::string>& penalty_shape_names() {
  static const std::vector<std::string> names = {
      "hinge",       "squared_hinge", "softplus", "squared_softplus",
      "huber_hinge", "exponential",   "power",    "relaxed_log_barrier"};
  return names;
}

std::string_view to_string(PenaltyShape shape) {
  return penalty_shape_names()[static_cast<std::size_t>(shape)];
}

std::string_view to_string(Smoothness smoothness) {
  constexpr std::array<std::string_view, 4> names = {"C0", "C1", "C2", "smooth"};
  return names[static_cast<std::size_t>(smoothness)];
}

PenaltyShape penalty_shape_from(const std::string& name) {
  const auto& names = penalty_shape_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    const std::string near = nearest_name(name, names);
    throw InvalidArgument({"penalty shape", "unknown", "one of " + join_names(names),
                           "'" + name + "'", near.empty() ? "" : "did you mean '" + near + "'?"});
  }
  return static_cast<PenaltyShape>(found - names.begin());
}

std::string penalty_unit(const Penalty& penalty, const std::string& unit) {
  const std::string scaled = penalty.scale == 1.0 ? unit : unit + " / " + number(penalty.scale);
  switch (penalty.shape) {
    case PenaltyShape::hinge:
    case PenaltyShape::softplus:
    case PenaltyShape::huber_hinge:
      return scaled;
    case PenaltyShape::squared_hinge:
    case PenaltyShape::squared_softplus:
      return "(" + scaled + ")^2";
    case PenaltyShape::power: {
      const double p = penalty.resolved_parameter();
      return p == 1.0 ? scaled : "(" + scaled + ")^" + number(p);
    }
    case PenaltyShape::exponential:
      return "exp(" + scaled + ")";
    case PenaltyShape::relaxed_log_barrier:
      return "log(" + scaled + ")";
  }
  return scaled;
}

}  // namespace moo
