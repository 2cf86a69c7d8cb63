#pragma once

#include <cmath>

#include "libmoo/problem/reference/tape.hpp"

namespace moo {

/// x^exponent for x >= least > 0, and its second-order Taylor polynomial about `least` below: twice
/// continuously differentiable and defined everywhere, also where an iterate leaves its bounds.
template <class Number>
Number extended_power(const Number& x, double exponent, double least) {
  using std::pow;
  if (value_of(x) >= least) return pow(x, exponent);
  const double level = std::pow(least, exponent);
  const double slope = exponent * level / least;
  const double curvature = (exponent - 1.0) * slope / least;
  const Number beyond = x - least;
  return level + beyond * (slope + 0.5 * curvature * beyond);
}

}  // namespace moo
