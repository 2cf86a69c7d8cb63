#include "libmoo/constraint/distance_field.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {
namespace {

void require_cell(const std::string& who, double cell) {
  if (cell > 0.0 && std::isfinite(cell)) return;
  throw InvalidArgument({who, "no such cell", "a size > 0", number_text(cell), ""});
}

/// The B-spline coefficients of the natural spline through n numbers: n + 2 of them, from
/// (c_{i-1} + 4 c_i + c_{i+1}) / 6 = f_i and a second derivative of 0 at both ends.
Vector spline_coefficients(const Vector& f) {
  const Eigen::Index n = f.size();
  Vector c(n + 2);
  Vector upper = Vector::Zero(n);  // Thomas's algorithm on the inner ones
  c(1) = f(0);
  c(n) = f(n - 1);
  for (Eigen::Index i = 1; i + 1 < n; ++i) {
    const double pivot = 4.0 - upper(i - 1);
    upper(i) = 1.0 / pivot;
    c(i + 1) = (6.0 * f(i) - c(i)) / pivot;
  }
  for (Eigen::Index i = n - 2; i >= 1; --i) c(i + 1) -= upper(i) * c(i + 2);
  c(0) = 2.0 * c(1) - c(2);
  c(n + 1) = 2.0 * c(n) - c(n - 1);
  return c;
}

/// The four B-splines that live on a cell, and their derivatives, at t in [0, 1].
struct Basis {
  std::array<double, 4> order[3];
  Eigen::Index first;  ///< coefficient of the first
};

/// @param u coordinate in cells   @param count numbers along it
Basis basis_at(double u, Eigen::Index count, double cell) {
  const double last = static_cast<double>(count - 1);
  const double inside = std::clamp(u, 0.0, last);
  const double left = std::min(std::floor(inside), last - 1.0);
  const double t = inside - left;
  const double s = 1.0 - t;
  Basis basis{{{s * s * s / 6.0, (3.0 * t * t * t - 6.0 * t * t + 4.0) / 6.0,
                (3.0 * s * s * s - 6.0 * s * s + 4.0) / 6.0, t * t * t / 6.0},
               {-0.5 * s * s, 1.5 * t * t - 2.0 * t, -1.5 * s * s + 2.0 * s, 0.5 * t * t},
               {s, 3.0 * t - 2.0, 3.0 * s - 2.0, t}},
              static_cast<Eigen::Index>(left)};
  const bool beyond = u < 0.0 || u > last;
  for (int i = 0; i < 4; ++i) {
    basis.order[1][static_cast<std::size_t>(i)] *= beyond ? 0.0 : 1.0 / cell;
    basis.order[2][static_cast<std::size_t>(i)] *= beyond ? 0.0 : 1.0 / (cell * cell);
  }
  return basis;
}

/// Squared distances along a line to where `f` is: min over q of (p - q)^2 + f(q), in place. The
/// lower envelope of the parabolas, then its values.
void transform_line(VectorRef f) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const auto n = static_cast<int>(f.size());
  std::vector<int> site;       // of the parabolas in the envelope
  std::vector<double> begins;  // where they begin
  for (int q = 0; q < n; ++q) {
    if (f(q) == infinity) continue;
    double begin = -infinity;
    while (!site.empty()) {
      const int p = site.back();
      begin = (f(q) + double(q) * q - f(p) - double(p) * p) / (2.0 * (q - p));
      if (begin > begins.back()) break;
      site.pop_back();
      begins.pop_back();
      begin = -infinity;
    }
    site.push_back(q);
    begins.push_back(begin);
  }
  if (site.empty()) return;
  Vector result(n);
  std::size_t k = 0;
  for (int p = 0; p < n; ++p) {
    while (k + 1 < site.size() && begins[k + 1] < p) ++k;
    result(p) = double(p - site[k]) * (p - site[k]) + f(site[k]);
  }
  f = result;
}

/// Distances of all cells, in cells, to the nearest in which `wanted` holds.
template <class Wanted>
Matrix distances_to(ConstMatrixRef occupied, const Wanted& wanted) {
  Matrix squares = occupied.unaryExpr(
      [&](double x) { return wanted(x) ? 0.0 : std::numeric_limits<double>::infinity(); });
  for (Eigen::Index c = 0; c < squares.cols(); ++c) transform_line(squares.col(c));
  for (Eigen::Index r = 0; r < squares.rows(); ++r) {
    Vector line = squares.row(r).transpose();
    transform_line(line);
    squares.row(r) = line.transpose();
  }
  return squares.cwiseSqrt();
}

}  // namespace

BallDistance::BallDistance(std::vector<Ball> balls) : balls_(std::move(balls)) {
  if (balls_.empty()) {
    throw InvalidArgument({"BallDistance", "no obstacle", "at least one ball", "none", ""});
  }
  for (const auto& [centre, radius] : balls_) {
    const bool size =
        centre.size() == balls_.front().centre.size() && (centre.size() == 2 || centre.size() == 3);
    if (size && centre.allFinite() && radius > 0.0 && std::isfinite(radius)) continue;
    throw InvalidArgument(
        {"BallDistance", "no such ball",
         "2 or 3 finite coordinates, the same number for all, and a radius > 0",
         std::to_string(centre.size()) + " coordinates, radius " + number_text(radius), ""});
  }
}

int BallDistance::dimensions() const { return static_cast<int>(balls_.front().centre.size()); }

DistanceExpansion BallDistance::expand(const double* point) const {
  const Eigen::Index d = balls_.front().centre.size();
  const auto x = Eigen::Map<const Vector>(point, d);
  DistanceExpansion nearest;
  nearest.value = std::numeric_limits<double>::infinity();
  const Ball* ball = nullptr;
  for (const Ball& other : balls_) {
    const double value = (x - other.centre).norm() - other.radius;
    if (value < nearest.value) {
      nearest.value = value;
      ball = &other;
    }
  }
  if (!ball) {  // no number is nearer than infinity
    nearest.value = std::numeric_limits<double>::quiet_NaN();
    return nearest;
  }
  const double far = nearest.value + ball->radius;
  if (!(far > 0.0)) return nearest;
  for (Eigen::Index i = 0; i < d; ++i) nearest.gradient(i) = (x(i) - ball->centre(i)) / far;
  nearest.hessian = -nearest.gradient * nearest.gradient.transpose() / far;
  for (Eigen::Index i = 0; i < d; ++i) nearest.hessian(i, i) += 1.0 / far;
  return nearest;
}

GridDistance::GridDistance(ConstMatrixRef values, GridPlace place) : place_(place) {
  require_cell("GridDistance", place.cell);
  const bool finite = values.allFinite() && std::isfinite(place.x) && std::isfinite(place.y);
  if (values.rows() < 2 || values.cols() < 2 || !finite) {
    throw InvalidArgument({"GridDistance", "no such grid", "2 x 2 finite numbers or more",
                           std::to_string(values.rows()) + " x " + std::to_string(values.cols()),
                           ""});
  }
  Matrix along(values.rows() + 2, values.cols());
  for (Eigen::Index c = 0; c < values.cols(); ++c) {
    along.col(c) = spline_coefficients(values.col(c));
  }
  coefficients_.resize(along.rows(), values.cols() + 2);
  for (Eigen::Index r = 0; r < along.rows(); ++r) {
    coefficients_.row(r) = spline_coefficients(along.row(r).transpose()).transpose();
  }
}

DistanceExpansion GridDistance::expand(const double* point) const {
  if (!std::isfinite(point[0]) || !std::isfinite(point[1])) {
    DistanceExpansion nowhere;
    nowhere.value = std::numeric_limits<double>::quiet_NaN();
    return nowhere;
  }
  const auto& [x, y, cell] = place_;
  const Basis across = basis_at((point[0] - x) / cell, coefficients_.cols() - 2, cell);
  const Basis up = basis_at((point[1] - y) / cell, coefficients_.rows() - 2, cell);
  const auto sum = [&](int order_x, int order_y) {
    double result = 0.0;
    for (std::size_t c = 0; c < 4; ++c) {
      double column = 0.0;
      for (std::size_t r = 0; r < 4; ++r) {
        column += up.order[order_y][r] * coefficients_(up.first + static_cast<Eigen::Index>(r),
                                                       across.first + static_cast<Eigen::Index>(c));
      }
      result += across.order[order_x][c] * column;
    }
    return result;
  };
  DistanceExpansion found;
  found.value = sum(0, 0);
  found.gradient.head<2>() << sum(1, 0), sum(0, 1);
  const double mixed = sum(1, 1);
  found.hessian.topLeftCorner<2, 2>() << sum(2, 0), mixed, mixed, sum(0, 2);
  return found;
}

Matrix signed_distances(ConstMatrixRef occupied, double cell) {
  require_cell("signed_distances", cell);
  const Eigen::Index taken = (occupied.array() != 0.0).count();
  if (taken == 0 || taken == occupied.size()) {
    throw InvalidArgument(
        {"signed_distances", "no border", "occupied and free cells",
         std::to_string(taken) + " of " + std::to_string(occupied.size()) + " cells occupied", ""});
  }
  const Matrix outside = distances_to(occupied, [](double x) { return x != 0.0; });
  const Matrix inside = distances_to(occupied, [](double x) { return x == 0.0; });
  return (outside.array() > 0.0).select(outside.array() - 0.5, 0.5 - inside.array()) * cell;
}

}  // namespace moo
