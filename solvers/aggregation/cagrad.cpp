#include "solvers/aggregation/cagrad.hpp"

#include <cmath>

#include "libmoo/base/error.hpp"
#include "libmoo/front/minimum_norm.hpp"

namespace moo {

CaGrad::CaGrad(double radius) : radius_(radius) {
  if (radius >= 0.0 && radius < 1.0) return;
  throw InvalidArgument(
      {"CaGrad", "unusable radius", "a number in [0, 1)", std::to_string(radius), ""});
}

// With k = c |g_0| and k |g_w| = min_t k/2 (|g_w|^2 / t + t), the dual is min over t > 0 of a
// convex function of t alone, whose derivative has the sign of t - |g_w(t)|. For fixed t, w(t)
// minimises |g_w + (t/k) g_0| over the simplex.
Vector CaGrad::dual(ConstMatrixRef gramian) const {
  const auto m = static_cast<int>(gramian.rows());
  const Matrix columns = gramian_columns(gramian);
  const Vector mean = columns.rowwise().mean();
  const double k = radius_ * mean.norm();
  double low = 0.0;
  double high = columns.colwise().norm().maxCoeff();
  // At t = 0 exactly it is the point of least norm; without a radius only g_w . g_0 counts.
  Vector w = minimum_norm_multipliers(columns, m, 0);
  if (!(k > 1e-12 * high)) return w;
  for (int iteration = 0; iteration < 100 && high - low > 1e-15 * high; ++iteration) {
    const double t = 0.5 * (low + high);
    w = minimum_norm_multipliers(columns.colwise() + t / k * mean, m, 0, w);
    ((columns * w).norm() > t ? low : high) = t;
  }
  return w;
}

Vector CaGrad::weigh(ConstMatrixRef gramian, RandomStream&) const {
  const auto m = static_cast<double>(gramian.rows());
  const Vector even = Vector::Constant(gramian.rows(), 1.0 / m);
  const Vector w = dual(gramian);
  const double mean = std::sqrt(std::max(even.dot(gramian * even), 0.0));
  const double worst = std::sqrt(std::max(w.dot(gramian * w), 0.0));
  if (!(worst > 1e-12 * mean)) return even;  // Pareto critical: the mean is all there is
  return even + radius_ * mean / worst * w;
}

}  // namespace moo
