#pragma once

#include <cmath>

#include "libmoo/base/vector.hpp"

namespace moo::test {

/// A number and its gradient, for formulas written once. Constants have an empty gradient.
/// Source: forward-mode differentiation, Nocedal and Wright (2006), section 8.2.
struct Dual {
  double value = 0.0;
  Vector slope;

  Dual() = default;
  Dual(double number) : value(number) {}  // NOLINT: constants in formulas
  Dual(double number, Vector gradient) : value(number), slope(std::move(gradient)) {}
};

/// a p + b q for gradients that may be empty.
inline Vector combined(double a, const Vector& p, double b, const Vector& q) {
  if (p.size() == 0 && q.size() == 0) return {};
  if (p.size() == 0) return b * q;
  if (q.size() == 0) return a * p;
  return a * p + b * q;
}

inline Dual operator+(const Dual& a, const Dual& b) {
  return {a.value + b.value, combined(1, a.slope, 1, b.slope)};
}
inline Dual operator-(const Dual& a, const Dual& b) {
  return {a.value - b.value, combined(1, a.slope, -1, b.slope)};
}
inline Dual operator-(const Dual& a) { return {-a.value, Vector(-a.slope)}; }
inline Dual operator*(const Dual& a, const Dual& b) {
  return {a.value * b.value, combined(b.value, a.slope, a.value, b.slope)};
}
inline Dual operator/(const Dual& a, const Dual& b) {
  return {a.value / b.value,
          combined(1 / b.value, a.slope, -a.value / (b.value * b.value), b.slope)};
}

/// f(a) with f'(a).
inline Dual chain(const Dual& a, double value, double derivative) {
  return {value, Vector(derivative * a.slope)};
}
inline Dual exp(const Dual& a) { return chain(a, std::exp(a.value), std::exp(a.value)); }
inline Dual log(const Dual& a) { return chain(a, std::log(a.value), 1 / a.value); }
inline Dual sin(const Dual& a) { return chain(a, std::sin(a.value), std::cos(a.value)); }
inline Dual cos(const Dual& a) { return chain(a, std::cos(a.value), -std::sin(a.value)); }
inline Dual sqrt(const Dual& a) { return chain(a, std::sqrt(a.value), 0.5 / std::sqrt(a.value)); }
inline Dual pow(const Dual& a, double b) {
  return chain(a, std::pow(a.value, b), b * std::pow(a.value, b - 1));
}
/// The distribution function of the standard normal distribution.
inline Dual normal_probability(const Dual& a) {
  return chain(a, 0.5 * std::erfc(-a.value / std::sqrt(2.0)),
               std::exp(-0.5 * a.value * a.value) / std::sqrt(2.0 * std::acos(-1.0)));
}

}  // namespace moo::test
