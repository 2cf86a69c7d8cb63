#include "libmoo/model/spline_path.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

constexpr int degree = 3;
constexpr int most_modes = 64;

/// Knots of `count` clamped cubic B-splines on [0, 1], equally spaced inside; count + 4.
Vector clamped_knots(int count) {
  const int spans = count - degree;
  Vector knots(count + degree + 1);
  for (int i = 0; i < knots.size(); ++i) {
    knots(i) = std::clamp(static_cast<double>(i - degree) / spans, 0.0, 1.0);
  }
  return knots;
}

/// The values at s of all B-splines of this degree; the last span is closed on its right.
/// The recursion of de Boor (1978), chapter X, (4) and (5).
Vector b_splines(const Vector& knots, int of_degree, double s) {
  Vector values = Vector::Zero(knots.size() - 1);
  const double* const end = knots.data() + knots.size();
  const double* above = std::upper_bound(knots.data(), end, s);
  if (above == end) above = std::lower_bound(knots.data(), end, s);
  values(above - knots.data() - 1) = 1.0;
  for (int k = 1; k <= of_degree; ++k) {
    for (Eigen::Index i = 0; i + k + 1 < knots.size(); ++i) {
      const double left = knots(i + k) - knots(i);
      const double right = knots(i + k + 1) - knots(i + 1);
      values(i) = (left > 0.0 ? (s - knots(i)) / left * values(i) : 0.0) +
                  (right > 0.0 ? (knots(i + k + 1) - s) / right * values(i + 1) : 0.0);
    }
  }
  return values.head(knots.size() - 1 - of_degree);
}

/// Derivatives of this order of the B-splines of a degree: differences of those of the degree
/// below. de Boor (1978), chapter X, (10).
Vector b_spline_derivatives(const Vector& knots, int of_degree, int order, double s) {
  if (order == 0) return b_splines(knots, of_degree, s);
  const Vector below = b_spline_derivatives(knots, of_degree - 1, order - 1, s);
  Vector result(below.size() - 1);
  for (Eigen::Index i = 0; i < result.size(); ++i) {
    const double left = knots(i + of_degree) - knots(i);
    const double right = knots(i + of_degree + 1) - knots(i + 1);
    result(i) = of_degree *
                ((left > 0.0 ? below(i) / left : 0.0) - (right > 0.0 ? below(i + 1) / right : 0.0));
  }
  return result;
}

}  // namespace

SplinePath::SplinePath(int modes) : modes_(modes) {
  if (modes < 4 || modes > most_modes) {
    throw InvalidArgument({"SplinePath", "no such number of modes",
                           "4 to " + std::to_string(most_modes), std::to_string(modes), ""});
  }
  const int count = modes + 1;
  knots_ = clamped_knots(count);

  // Gram matrices of the first and second derivatives of the inner B-splines. The integrands are
  // polynomials of degree 4 between knots: three Gauss points are exact.
  const Eigen::Index inner = modes - 1;
  Matrix slopes = Matrix::Zero(inner, inner);
  Matrix bends = Matrix::Zero(inner, inner);
  const double spans = count - degree;
  const double offset = std::sqrt(0.6);
  for (int span = 0; span < count - degree; ++span) {
    for (const auto& [at, weight] :
         {std::pair{-offset, 5.0 / 18}, {0.0, 8.0 / 18}, {offset, 5.0 / 18}}) {
      const Vector s = Vector::Constant(1, (span + 0.5 + 0.5 * at) / spans);
      const Vector d1 = spline_derivatives(s, 1).row(0).segment(1, inner).transpose();
      const Vector d2 = spline_derivatives(s, 2).row(0).segment(1, inner).transpose();
      slopes += weight / spans * d1 * d1.transpose();
      bends += weight / spans * d2 * d2.transpose();
    }
  }
  // Orthonormal in `slopes`, orthogonal in `bends`, rising bends: smoothest first.
  const Eigen::GeneralizedSelfAdjointEigenSolver<Matrix> solver(bends, slopes);
  control_points_ = Matrix::Zero(count, modes);
  for (int j = 0; j < count; ++j) control_points_(j, 0) = knots_.segment(j + 1, degree).mean();
  control_points_.block(1, 1, inner, inner) = solver.eigenvectors();
  for (int k = 1; k < modes; ++k) {  // a sign that does not hang on the eigensolver
    if (control_points_(1, k) < 0.0) control_points_.col(k) *= -1.0;
  }
}

Matrix SplinePath::spline_derivatives(ConstVectorRef s, int order) const {
  Matrix result(s.size(), modes_ + 1);
  for (Eigen::Index i = 0; i < s.size(); ++i) {
    result.row(i) = b_spline_derivatives(knots_, degree, order, s(i)).transpose();
  }
  return result;
}

Matrix SplinePath::derivatives(ConstVectorRef s, int order) const {
  if (order < 0 || order > degree || s.size() == 0 || s.minCoeff() < 0.0 || s.maxCoeff() > 1.0) {
    throw InvalidArgument({"SplinePath::derivatives", "no such derivative",
                           "orders 0 to 3 at places in [0, 1]", "order " + std::to_string(order),
                           ""});
  }
  return spline_derivatives(s, order) * control_points_;
}

}  // namespace moo
