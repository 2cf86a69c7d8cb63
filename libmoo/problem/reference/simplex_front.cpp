#include "libmoo/problem/reference/simplex_front.hpp"

#include <algorithm>
#include <functional>

namespace moo {
namespace {

/// Appends all lattice points whose first coordinates are those of `point`, `left` to be dealt out.
void deal(int position, int left, int divisions, Vector& point, std::vector<Vector>& points) {
  if (position + 1 == point.size()) {
    point(position) = static_cast<double>(left) / divisions;
    points.push_back(point);
    return;
  }
  for (int share = 0; share <= left; ++share) {
    point(position) = static_cast<double>(share) / divisions;
    deal(position + 1, left - share, divisions, point, points);
  }
}

/// Binomial coefficient (divisions + m - 1 over m - 1): lattice points.
double lattice_size(int m, int divisions) {
  double size = 1.0;
  for (int i = 1; i < m; ++i) size *= static_cast<double>(divisions + i) / i;
  return size;
}

}  // namespace

Matrix simplex_lattice(int num_objectives, int count) {
  int divisions = 1;
  while (lattice_size(num_objectives, divisions) < count - 0.5) ++divisions;
  std::vector<Vector> points;
  Vector point(num_objectives);
  deal(0, divisions, divisions, point, points);
  Matrix lattice(num_objectives, static_cast<Eigen::Index>(points.size()));
  for (std::size_t k = 0; k < points.size(); ++k) {
    lattice.col(static_cast<Eigen::Index>(k)) = points[k];
  }
  return lattice;
}

Vector project_onto_simplex(ConstVectorRef point) {
  Vector sorted = point;
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  double sum = 0.0;
  double shift = 0.0;
  for (int k = 0; k < sorted.size(); ++k) {
    sum += sorted(k);
    const double candidate = (sum - 1.0) / (k + 1);
    if (sorted(k) > candidate) shift = candidate;
  }
  return (point.array() - shift).max(0.0);
}

SimplexFront::SimplexFront(int num_objectives, double offset, double factor)
    : num_objectives_(num_objectives), offset_(offset), factor_(factor) {}

Matrix SimplexFront::parameters(int count) const { return simplex_lattice(num_objectives_, count); }

Vector SimplexFront::objectives(ConstVectorRef u) const { return offset_ + factor_ * u.array(); }

double SimplexFront::distance(ConstVectorRef f) const {
  const Vector p = (f.array() - offset_) / factor_;
  return std::abs(factor_) * (p - project_onto_simplex(p)).norm();
}

Matrix SphereFront::parameters(int count) const {
  Matrix points = simplex_lattice(num_objectives_, count);
  points.colwise().normalize();
  return points;
}

double SphereFront::distance(ConstVectorRef f) const {
  const Vector inside = f.cwiseMax(0.0);
  if (inside.norm() > 0.0) return (f - inside.normalized()).norm();
  Eigen::Index nearest = 0;
  f.maxCoeff(&nearest);
  return (f - Vector::Unit(f.size(), nearest)).norm();
}

}  // namespace moo
