#pragma once

#include <cmath>
#include <functional>
#include <numbers>
#include <span>
#include <string>

#include "libmoo/problem/reference/catalogue.hpp"
#include "libmoo/problem/reference/differentiated_problem.hpp"

namespace moo {

/// Position on the unit simplex, p_0 = x_0 ... x_{m-2}, ..., p_{m-1} = 1 - x_0; written to the m
/// entries of p.
template <class Number>
void simplex_position(std::span<const Number> x, std::span<Number> p) {
  const std::size_t m = p.size();
  Number product = 1.0;
  for (std::size_t i = 0; i + 1 < m; ++i) {
    p[m - 1 - i] = product * (1.0 - x[i]);
    product = product * x[i];
  }
  p[0] = product;
}

/// Position on the unit sphere at the angles x_i pi/2, y_0 = cos ... cos, ..., y_{m-1} = sin x_0
/// pi/2.
template <class Number>
void sphere_position(std::span<const Number> x, std::span<Number> y) {
  using std::cos;
  using std::sin;
  const std::size_t m = y.size();
  Number product = 1.0;
  for (std::size_t i = 0; i + 1 < m; ++i) {
    const Number angle = 0.5 * std::numbers::pi * x[i];
    y[m - 1 - i] = product * sin(angle);
    product = product * cos(angle);
  }
  y[0] = product;
}

/// sum (x_i - 1/2)^2.
template <class Number>
Number squares_about_half(std::span<const Number> tail) {
  Number sum = 0.0;
  for (const Number& x : tail) sum += (x - 0.5) * (x - 0.5);
  return sum;
}

/// 100 (k + sum (x_i - 1/2)^2 - cos(20 pi (x_i - 1/2))): Rastrigin's function.
template <class Number>
Number waves_about_half(std::span<const Number> tail) {
  using std::cos;
  Number sum = 0.0;
  for (const Number& x : tail) {
    const Number away = x - 0.5;
    sum += 1.0 + away * away - cos(20.0 * std::numbers::pi * away);
  }
  return 100.0 * sum;
}

/// The position variables and the distance variables of m objectives.
template <class Number>
struct PositionAndTail {
  std::span<const Number> position;  ///< m - 1
  std::span<const Number> tail;
};
template <class Number>
PositionAndTail<Number> split_variables(std::span<const Number> x, std::size_t num_objectives) {
  return {x.first(num_objectives - 1), x.subspan(num_objectives - 1)};
}

/// Facts of a problem over the box [0, 1]^n with ideal 0 and nadir 1.
ReferenceFacts unit_box_facts(const std::string& name, int num_variables, int num_objectives,
                              FrontShape shape);

/// Sizes n = m - 1 + k, published with the given k; k >= 1.
std::function<SizeRange(int)> with_distance_variables(int k);

/// Position variables, then all others at `tail`; n.
Vector with_tail(const Vector& position, int num_variables, double tail);

/// The inverses: m - 1 variables in [0, 1] for a point of the simplex or the sphere. Where a
/// variable does not matter it is 1/2.
Vector simplex_variables(ConstVectorRef p);
Vector sphere_variables(ConstVectorRef y);

}  // namespace moo
