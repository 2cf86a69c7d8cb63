#pragma once

#include <ceres/jet.h>

namespace moo {

/// A scalar for second derivatives along one direction t: a ceres::Jet<double, N> x (value and
/// gradient) and its derivative along t, again a jet,
///
///     x = (f, grad f),   dx = (grad f . t, (Hessian f) t).
///
/// It is ceres::Jet<ceres::Jet<double, N>, 1> with numbers that mix: the packaged Ceres (2.1) has
/// no `2.0 * x` or T(0.0) for nested jets. Functions: abs, sqrt, exp, expm1, log, log1p, sin, cos,
/// tan, sinh, cosh, tanh, atan, pow, fmin, fmax; comparisons compare values. Source: Griewank and
/// Walther (2008), section 3.1, forward mode, once over itself.
template <int N>
class TangentJet {
 public:
  using Jet = ceres::Jet<double, N>;

  TangentJet() = default;
  TangentJet(double value) : x(value) {}  // NOLINT(google-explicit-constructor): numbers mix
  TangentJet(const Jet& value, const Jet& along) : x(value), dx(along) {}

  Jet x;
  Jet dx = Jet(0.0);

  using T = TangentJet;
  friend T operator+(const T& f) { return f; }
  friend T operator-(const T& f) { return {-f.x, -f.dx}; }
  friend T operator+(const T& f, const T& g) { return {f.x + g.x, f.dx + g.dx}; }
  friend T operator-(const T& f, const T& g) { return {f.x - g.x, f.dx - g.dx}; }
  friend T operator*(const T& f, const T& g) { return {f.x * g.x, f.dx * g.x + f.x * g.dx}; }
  friend T operator/(const T& f, const T& g) {
    const Jet ratio = f.x / g.x;
    return {ratio, (f.dx - ratio * g.dx) / g.x};
  }
  T& operator+=(const T& g) { return *this = *this + g; }
  T& operator-=(const T& g) { return *this = *this - g; }
  T& operator*=(const T& g) { return *this = *this * g; }
  T& operator/=(const T& g) { return *this = *this / g; }

  friend bool operator<(const T& f, const T& g) { return f.x.a < g.x.a; }
  friend bool operator>(const T& f, const T& g) { return f.x.a > g.x.a; }
  friend bool operator<=(const T& f, const T& g) { return f.x.a <= g.x.a; }
  friend bool operator>=(const T& f, const T& g) { return f.x.a >= g.x.a; }
  friend bool operator==(const T& f, const T& g) { return f.x.a == g.x.a; }
  friend bool operator!=(const T& f, const T& g) { return f.x.a != g.x.a; }

  friend T abs(const T& f) { return f.x.a < 0.0 ? -f : f; }
  friend T fmax(const T& f, const T& g) { return f.x.a < g.x.a ? g : f; }
  friend T fmin(const T& f, const T& g) { return g.x.a < f.x.a ? g : f; }
  friend T sqrt(const T& f) {
    const Jet root = ceres::sqrt(f.x);
    return {root, f.dx / (2.0 * root)};
  }
  friend T exp(const T& f) {
    const Jet power = ceres::exp(f.x);
    return {power, power * f.dx};
  }
  friend T expm1(const T& f) { return {ceres::expm1(f.x), ceres::exp(f.x) * f.dx}; }
  friend T log(const T& f) { return {ceres::log(f.x), f.dx / f.x}; }
  friend T log1p(const T& f) { return {ceres::log1p(f.x), f.dx / (1.0 + f.x)}; }
  friend T sin(const T& f) { return {ceres::sin(f.x), ceres::cos(f.x) * f.dx}; }
  friend T cos(const T& f) { return {ceres::cos(f.x), -ceres::sin(f.x) * f.dx}; }
  friend T tan(const T& f) {
    const Jet tangent = ceres::tan(f.x);
    return {tangent, (1.0 + tangent * tangent) * f.dx};
  }
  friend T sinh(const T& f) { return {ceres::sinh(f.x), ceres::cosh(f.x) * f.dx}; }
  friend T cosh(const T& f) { return {ceres::cosh(f.x), ceres::sinh(f.x) * f.dx}; }
  friend T tanh(const T& f) {
    const Jet tangent = ceres::tanh(f.x);
    return {tangent, (1.0 - tangent * tangent) * f.dx};
  }
  friend T atan(const T& f) { return {ceres::atan(f.x), f.dx / (1.0 + f.x * f.x)}; }
  /// Powers 0, 1 and 2 have derivatives at f = 0, where the general formula has 0 times infinity.
  friend T pow(const T& f, double power) {
    if (power == 0.0) return T(1.0);
    if (power == 1.0) return f;
    if (power == 2.0) return f * f;
    return {ceres::pow(f.x, power), power * ceres::pow(f.x, power - 1.0) * f.dx};
  }
  friend T pow(const T& f, const T& power) { return exp(power * log(f)); }  // f > 0
};

}  // namespace moo
