#include "libmoo/problem/reference/front_sampling.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

namespace moo {
namespace {

constexpr int kPolygonSides = 4000;
constexpr int kMostSteps = 100;  ///< of Newton
constexpr double kSmallestStep = 1e-15;

/// Arc length along the polygon through the columns, from the first to each.
Vector arc_lengths(ConstMatrixRef points) {
  Vector lengths = Vector::Zero(points.cols());
  for (int k = 1; k < points.cols(); ++k) {
    lengths(k) = lengths(k - 1) + (points.col(k) - points.col(k - 1)).norm();
  }
  return lengths;
}

Matrix images(ConstMatrixRef parameters, const std::function<Vector(ConstVectorRef)>& formula) {
  const Vector first = formula(parameters.col(0));
  Matrix points(first.size(), parameters.cols());
  for (int k = 0; k < parameters.cols(); ++k) points.col(k) = formula(parameters.col(k));
  return points;
}

/// Central differences with both ends kept inside the box; zero columns for fixed variables.
Matrix jacobian(const Bounds& box, const std::function<Vector(ConstVectorRef)>& formula,
                ConstVectorRef u, Eigen::Index num_values) {
  Matrix result = Matrix::Zero(num_values, u.size());
  for (int j = 0; j < u.size(); ++j) {
    const double range = box.upper(j) - box.lower(j);
    if (!(range > 0.0)) continue;
    Vector low = u;
    Vector high = u;
    low(j) = std::max(box.lower(j), u(j) - 1e-6 * range);
    high(j) = std::min(box.upper(j), u(j) + 1e-6 * range);
    result.col(j) = (formula(high) - formula(low)) / (high(j) - low(j));
  }
  return result;
}

/// Second derivatives of residual . formula(u), by differences about the nearest point to u that
/// leaves room for them inside the box; zero for fixed variables.
Matrix curvature(const Bounds& box, const std::function<Vector(ConstVectorRef)>& formula,
                 ConstVectorRef u, const Vector& residual) {
  const Vector h = 1e-4 * (box.upper - box.lower);
  const Vector middle = u.cwiseMax(box.lower + h).cwiseMin(box.upper - h);
  const auto at = [&](int i, double a, int j, double b) -> double {
    Vector moved = middle;
    moved(i) += a * h(i);
    moved(j) += b * h(j);
    return residual.dot(formula(moved));
  };
  Matrix result = Matrix::Zero(u.size(), u.size());
  for (int i = 0; i < u.size(); ++i) {
    for (int j = 0; j <= i; ++j) {
      if (!(h(i) > 0.0 && h(j) > 0.0)) continue;
      const double difference =
          i == j ? at(i, 1, i, 0) - 2.0 * at(i, 0, i, 0) + at(i, -1, i, 0)
                 : 0.25 * (at(i, 1, j, 1) - at(i, 1, j, -1) - at(i, -1, j, 1) + at(i, -1, j, -1));
      result(i, j) = result(j, i) = difference / (h(i) * h(j));
    }
  }
  return result;
}

/// The step of Newton's method with at least `damping` added to its matrix, more where that is not
/// positive definite; `damping` is what it was in the end.
Vector damped_step(const Matrix& matrix, const Vector& gradient, double scale, double& damping) {
  const auto identity = Matrix::Identity(gradient.size(), gradient.size());
  for (;;) {
    const Eigen::LLT<Matrix> factor(matrix + damping * scale * identity);
    if (factor.info() == Eigen::Success) return factor.solve(-gradient);
    damping = std::max(1e-4, 4.0 * damping);
  }
}

}  // namespace

Matrix grid(const Bounds& box, int side) {
  const Eigen::Index d = box.lower.size();
  Eigen::Index total = 1;
  for (int j = 0; j < d; ++j) total *= box.upper(j) > box.lower(j) ? side : 1;
  Matrix points(d, total);
  for (Eigen::Index k = 0; k < total; ++k) {
    Eigen::Index rest = k;
    for (int j = 0; j < d; ++j) {
      points(j, k) = box.lower(j);
      if (!(box.upper(j) > box.lower(j))) continue;
      const double share = static_cast<double>(rest % side) / (side - 1);
      points(j, k) = (1.0 - share) * box.lower(j) + share * box.upper(j);
      rest /= side;
    }
  }
  return points;
}

Matrix even_along_curves(const std::vector<Bounds>& pieces,
                         const std::function<Vector(ConstVectorRef)>& formula, int count) {
  std::vector<Matrix> polygons;
  std::vector<Vector> lengths;
  double total = 0.0;
  for (const Bounds& piece : pieces) {
    polygons.push_back(grid(piece, kPolygonSides + 1));
    lengths.push_back(arc_lengths(images(polygons.back(), formula)));
    total += lengths.back()(kPolygonSides);
  }
  std::vector<Vector> chosen;
  for (std::size_t p = 0; p < pieces.size(); ++p) {
    const double length = lengths[p](kPolygonSides);
    // One more than the share: pieces that meet give their common end twice.
    const int here = std::max(2, 1 + static_cast<int>(std::ceil(count * length / total)));
    int k = 1;
    for (int i = 0; i < here; ++i) {
      const double wanted = length * i / (here - 1);
      while (k < kPolygonSides && lengths[p](k) < wanted) ++k;
      const double side = lengths[p](k) - lengths[p](k - 1);
      const double share =
          side > 0.0 ? std::clamp((wanted - lengths[p](k - 1)) / side, 0.0, 1.0) : 1.0;
      chosen.push_back((1.0 - share) * polygons[p].col(k - 1) + share * polygons[p].col(k));
    }
  }
  Matrix parameters(pieces.front().lower.size(), static_cast<Eigen::Index>(chosen.size()));
  for (std::size_t k = 0; k < chosen.size(); ++k) {
    parameters.col(static_cast<Eigen::Index>(k)) = chosen[k];
  }
  return parameters;
}

double distance_to_segment(ConstVectorRef from, ConstVectorRef to,
                           const std::function<Vector(ConstVectorRef)>& formula, ConstVectorRef f) {
  const double golden = 0.5 * (std::sqrt(5.0) - 1.0);
  const auto far = [&](double s) -> double {
    return (formula((1.0 - s) * from + s * to) - f).norm();
  };
  double low = 0.0;
  double high = 1.0;
  double nearest = std::min(far(low), far(high));
  double inner[2] = {1.0 - golden, golden};
  double value[2] = {far(inner[0]), far(inner[1])};
  for (int step = 0; step < 75; ++step) {
    nearest = std::min({nearest, value[0], value[1]});
    if (value[0] <= value[1]) {
      high = inner[1];
      inner[1] = inner[0];
      value[1] = value[0];
      inner[0] = high - golden * (high - low);
      value[0] = far(inner[0]);
    } else {
      low = inner[0];
      inner[0] = inner[1];
      value[0] = value[1];
      inner[1] = low + golden * (high - low);
      value[1] = far(inner[1]);
    }
  }
  return nearest;
}

double distance_to_surface(const Bounds& box, const std::function<Vector(ConstVectorRef)>& formula,
                           ConstVectorRef f, ConstVectorRef start) {
  Vector u = start;
  Vector residual = formula(u) - f;
  double damping = 1e-6;
  for (int step = 0; step < kMostSteps && residual.norm() > 0.0; ++step) {
    const Matrix slopes = jacobian(box, formula, u, residual.size());
    Vector gradient = slopes.transpose() * residual;
    Matrix matrix = slopes.transpose() * slopes + curvature(box, formula, u, residual);
    const double scale = std::max(1e-30, matrix.diagonal().cwiseAbs().maxCoeff());
    // Variables at a bound that the gradient pushes outwards, and fixed ones, stay.
    for (int j = 0; j < u.size(); ++j) {
      if (!(u(j) <= box.lower(j) && gradient(j) >= 0.0) &&
          !(u(j) >= box.upper(j) && gradient(j) <= 0.0)) {
        continue;
      }
      matrix.row(j).setZero();
      matrix.col(j).setZero();
      matrix(j, j) = scale;
      gradient(j) = 0.0;
    }
    const Vector next =
        (u + damped_step(matrix, gradient, scale, damping)).cwiseMax(box.lower).cwiseMin(box.upper);
    const double moved = (next - u).lpNorm<Eigen::Infinity>();
    if (moved < kSmallestStep || damping > 1e12) break;
    const Vector other = formula(next) - f;
    if (other.norm() < residual.norm()) {
      u = next;
      residual = other;
      damping = damping < 1e-12 ? 0.0 : 0.1 * damping;
    } else {
      damping = std::max(1e-6, 8.0 * damping);
    }
  }
  return residual.norm();
}

}  // namespace moo
