#include "libmoo/problem/reference/known_front.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "libmoo/problem/reference/front_sampling.hpp"

namespace moo {
namespace {

constexpr int kCurveScan = 500;     ///< samples of a piece of a curve
constexpr int kSurfaceScan = 3000;  ///< samples of all pieces of a surface
constexpr int kSurfaceStarts = 4;   ///< refinements of a distance to a piece of a surface
constexpr double kEqual = 1e-9;     ///< points of a front this close are one

int dimensions(const Bounds& piece) {
  return static_cast<int>((piece.upper.array() > piece.lower.array()).count());
}

/// Columns of `candidates` whose points differ from all before them.
Matrix different(const Matrix& candidates, const ParametricFront& front) {
  std::vector<int> kept;
  std::vector<Vector> points;
  for (int k = 0; k < candidates.cols(); ++k) {
    const Vector point = front.objectives(candidates.col(k));
    const bool seen = std::any_of(points.begin(), points.end(), [&](const Vector& other) {
      return (other - point).lpNorm<Eigen::Infinity>() < kEqual;
    });
    if (seen) continue;
    kept.push_back(k);
    points.push_back(point);
  }
  return candidates(Eigen::all, kept);
}

/// Longest distance between neighbours in a grid of `side` points along every dimension.
double longest_side(const Matrix& points, int side) {
  double longest = 0.0;
  for (Eigen::Index stride = 1; stride < points.cols(); stride *= side) {
    for (Eigen::Index k = 0; k + stride < points.cols(); ++k) {
      if (k / stride % side + 1 == side) continue;
      longest = std::max(longest, (points.col(k + stride) - points.col(k)).norm());
    }
  }
  return longest;
}

class PointFront final : public KnownFront {
 public:
  explicit PointFront(Vector point) : point_(std::move(point)) {}
  [[nodiscard]] Matrix parameters(int) const override { return Matrix::Zero(1, 1); }
  [[nodiscard]] Vector objectives(ConstVectorRef) const override { return point_; }
  [[nodiscard]] double distance(ConstVectorRef f) const override { return (f - point_).norm(); }

 private:
  Vector point_;
};

}  // namespace

ParametricFront::ParametricFront(std::vector<Bounds> pieces, Formula formula)
    : pieces_(std::move(pieces)), formula_(std::move(formula)) {
  curve_ = std::all_of(pieces_.begin(), pieces_.end(),
                       [](const Bounds& piece) { return dimensions(piece) == 1; });
  const double share = static_cast<double>(kSurfaceScan) / static_cast<double>(pieces_.size());
  for (const Bounds& piece : pieces_) {
    const int d = std::max(1, dimensions(piece));
    const int side = curve_ ? kCurveScan : std::max(4, static_cast<int>(std::pow(share, 1.0 / d)));
    Scan scan{grid(piece, side), {}, 0.0};
    for (int k = 0; k < scan.parameters.cols(); ++k) {
      const Vector point = formula_(scan.parameters.col(k));
      if (k == 0) scan.points.resize(point.size(), scan.parameters.cols());
      scan.points.col(k) = point;
    }
    scan.reach = d * longest_side(scan.points, side);
    scans_.push_back(std::move(scan));
  }
}

Matrix ParametricFront::parameters(int count) const {
  if (curve_) return different(even_along_curves(pieces_, formula_, count), *this);
  const int share = (count - 1) / static_cast<int>(pieces_.size()) + 1;
  for (int side = 2;; ++side) {
    std::vector<Matrix> grids;
    Eigen::Index total = 0;
    for (const Bounds& piece : pieces_) {
      grids.push_back(grid(piece, side));
      total += grids.back().cols();
    }
    if (total < static_cast<Eigen::Index>(share) * static_cast<Eigen::Index>(pieces_.size())) {
      continue;
    }
    Matrix all(pieces_.front().lower.size(), total);
    Eigen::Index column = 0;
    for (const Matrix& one : grids) {
      all.middleCols(column, one.cols()) = one;
      column += one.cols();
    }
    Matrix kept = different(all, *this);
    if (kept.cols() >= count) return kept;
  }
}

double ParametricFront::distance(ConstVectorRef f) const {
  double nearest = std::numeric_limits<double>::infinity();
  for (std::size_t piece = 0; piece < pieces_.size(); ++piece) {
    const Vector far = (scans_[piece].points.colwise() - f).colwise().norm();
    nearest = std::min(
        nearest, curve_ ? distance_to_curve(piece, f, far) : distance_to_patch(piece, f, far));
  }
  return nearest;
}

double ParametricFront::distance_to_curve(std::size_t piece, ConstVectorRef f,
                                          const Vector& far) const {
  const Matrix& scan = scans_[piece].parameters;
  const int last = static_cast<int>(far.size()) - 1;
  double nearest = std::numeric_limits<double>::infinity();
  for (int k = 0; k <= last; ++k) {
    const int before = std::max(0, k - 1);
    const int after = std::min(last, k + 1);
    if (far(k) > far(before) || far(k) > far(after)) continue;
    nearest =
        std::min(nearest, distance_to_segment(scan.col(before), scan.col(after), formula_, f));
  }
  return nearest;
}

double ParametricFront::distance_to_patch(std::size_t piece, ConstVectorRef f,
                                          const Vector& far) const {
  std::vector<int> order(static_cast<std::size_t>(far.size()));
  std::iota(order.begin(), order.end(), 0);
  const int starts = std::min<int>(kSurfaceStarts, static_cast<int>(far.size()));
  std::partial_sort(order.begin(), order.begin() + starts, order.end(),
                    [&](int a, int b) { return far(a) < far(b); });
  double nearest = std::numeric_limits<double>::infinity();
  for (int i = 0; i < starts; ++i) {
    nearest = std::min(nearest, distance_to_surface(pieces_[piece], formula_, f,
                                                    scans_[piece].parameters.col(order[i])));
  }
  return nearest;
}

std::unique_ptr<const KnownFront> curve_front(double from, double to,
                                              std::function<Vector(double)> formula) {
  return std::make_unique<ParametricFront>(
      std::vector<Bounds>{{Vector::Constant(1, from), Vector::Constant(1, to)}},
      [formula = std::move(formula)](ConstVectorRef u) { return formula(u(0)); });
}

std::unique_ptr<const KnownFront> point_front(const Vector& point) {
  return std::make_unique<PointFront>(point);
}

}  // namespace moo
