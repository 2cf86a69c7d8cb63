#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "libmoo/base/vector.hpp"
#include "libmoo/model/activation.hpp"

namespace moo::test {

inline constexpr std::array<Activation, 6> all_activations = {
    Activation::tanh,    Activation::softplus, Activation::silu,
    Activation::sigmoid, Activation::relu,     Activation::identity};

/// Value and first two derivatives, from the textbook formulas in long double; limits at +-inf.
struct KernelReference {
  long double value;
  long double slope;
  long double bend;
};

inline KernelReference kernel_reference(Activation activation, double input) {
  const long double x = input;
  const long double p = 1.0L / (1.0L + std::exp(-x));
  const long double q = 1.0L / (1.0L + std::exp(x));  // 1 - p, without cancellation
  switch (activation) {
    case Activation::tanh: {
      const long double a = std::tanh(x);
      const long double c = std::cosh(x);
      const long double slope = std::isfinite(c) ? 1.0L / c / c : 0.0L;
      return {a, slope, -2.0L * a * slope};
    }
    case Activation::softplus:
      return {std::max(x, 0.0L) + std::log1p(std::exp(-std::abs(x))), p, p * q};
    case Activation::silu:
      if (std::isinf(x)) return {x > 0.0L ? x : 0.0L, p, 0.0L};
      return {x * p, p + x * p * q, p * q * (2.0L + x * (q - p))};
    case Activation::sigmoid:
      return {p, p * q, p * q * (q - p)};
    case Activation::relu:
      return {x > 0.0L ? x : 0.0L, x > 0.0L ? 1.0L : 0.0L, 0.0L};
    case Activation::identity:
      return {x, 1.0L, 0.0L};
  }
  return {0.0L, 0.0L, 0.0L};
}

/// Inputs of every size: 0, denormals, powers of two up to 1e308, a fine grid where the formulas
/// change branch, both signs.
inline std::vector<double> many_inputs() {
  std::vector<double> inputs = {0.0,
                                std::numeric_limits<double>::denorm_min(),
                                1e-310,
                                std::numeric_limits<double>::min(),
                                std::numeric_limits<double>::max(),
                                708.0,
                                709.7,
                                709.79,
                                710.5,
                                744.4,
                                745.2,
                                746.0,
                                800.0,
                                1e4,
                                11350.0,
                                1e5,
                                1e300};
  for (int exponent = -1070; exponent <= 1020; exponent += 3) {
    inputs.push_back(std::ldexp(1.2345, exponent));
  }
  for (int k = 1; k <= 2000; ++k) inputs.push_back(0.0000625 * k);  // up to 0.125
  for (int k = 1; k <= 4000; ++k) inputs.push_back(0.01 * k);       // up to 40
  for (int k = 40; k <= 800; ++k) inputs.push_back(k + 0.123);
  const std::size_t half = inputs.size();
  for (std::size_t k = 0; k < half; ++k) inputs.push_back(-inputs[k]);
  return inputs;
}

}  // namespace moo::test
