#pragma once

#include <cmath>

#include "libmoo/base/random.hpp"
#include "libmoo/base/vector.hpp"

namespace moo::test {

/// Columns in the unit box: fronts sum_i f_i^exponent = 1 that are convex (1/2), linear (1) or
/// concave (2); a degenerate one, a curve in R^m; a uniform cloud with many dominated columns; a
/// coarse grid with ties and copies.
enum class FrontShape { convex, linear, concave, degenerate, cloud, coarse };
inline constexpr FrontShape front_shapes[] = {FrontShape::convex,  FrontShape::linear,
                                              FrontShape::concave, FrontShape::degenerate,
                                              FrontShape::cloud,   FrontShape::coarse};

inline Matrix random_front(FrontShape shape, RandomStream& random, int m, int count) {
  Matrix f(m, count);
  for (int k = 0; k < count; ++k) {
    f.col(k) = random.uniform_vector(m, 1e-9, 1.0);
    if (shape == FrontShape::cloud || m == 1) continue;
    if (shape == FrontShape::coarse) {
      f.col(k) = (4.0 * f.col(k).array()).floor() / 4.0;
      continue;
    }
    if (shape == FrontShape::degenerate) {
      const double at = f(0, k);
      for (int i = 0; i < m; ++i) f(i, k) = i % 2 == 0 ? at : 1.0 - at * at;
      continue;
    }
    const double exponent = shape == FrontShape::convex   ? 0.5
                            : shape == FrontShape::linear ? 1.0
                                                          : 2.0;
    const Vector parts = -f.col(k).array().log();
    f.col(k) = (parts / parts.sum()).array().pow(1.0 / exponent);
  }
  return f;
}

}  // namespace moo::test
