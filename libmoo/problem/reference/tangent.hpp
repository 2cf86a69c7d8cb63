#pragma once

#include <cmath>

namespace moo {

/// A number and its derivative along one direction; arithmetic carries both (forward mode).
struct Tangent {
  double value = 0.0;
  double slope = 0.0;

  Tangent() = default;
  Tangent(double constant) : value(constant) {}  // NOLINT: constants mix freely
  Tangent(double v, double s) : value(v), slope(s) {}

  Tangent& operator+=(const Tangent& b) { return *this = {value + b.value, slope + b.slope}; }
};

inline Tangent operator-(const Tangent& a) { return {-a.value, -a.slope}; }
inline Tangent operator+(const Tangent& a, const Tangent& b) {
  return {a.value + b.value, a.slope + b.slope};
}
inline Tangent operator-(const Tangent& a, const Tangent& b) {
  return {a.value - b.value, a.slope - b.slope};
}
inline Tangent operator*(const Tangent& a, const Tangent& b) {
  return {a.value * b.value, a.slope * b.value + a.value * b.slope};
}
inline Tangent operator/(const Tangent& a, const Tangent& b) {
  const double quotient = a.value / b.value;
  return {quotient, (a.slope - quotient * b.slope) / b.value};
}

inline Tangent sin(const Tangent& a) { return {std::sin(a.value), std::cos(a.value) * a.slope}; }
inline Tangent cos(const Tangent& a) { return {std::cos(a.value), -std::sin(a.value) * a.slope}; }
inline Tangent exp(const Tangent& a) {
  const double e = std::exp(a.value);
  return {e, e * a.slope};
}
inline Tangent sqrt(const Tangent& a) {
  const double root = std::sqrt(a.value);
  return {root, 0.5 / root * a.slope};
}
inline Tangent pow(const Tangent& a, double exponent) {
  return {std::pow(a.value, exponent), exponent * std::pow(a.value, exponent - 1.0) * a.slope};
}

/// The angle of the direction (x, y) with the first axis: atan2(y, x).
inline Tangent atan2(const Tangent& y, const Tangent& x) {
  const double square = x.value * x.value + y.value * y.value;
  return {std::atan2(y.value, x.value), (x.value * y.slope - y.value * x.slope) / square};
}

inline double value_of(double a) { return a; }
inline double value_of(const Tangent& a) { return a.value; }

inline bool vanishes(double a) { return a == 0.0; }
inline bool vanishes(const Tangent& a) { return a.value == 0.0 && a.slope == 0.0; }

}  // namespace moo
