#include "libmoo/problem/reference/cap_front.hpp"

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace moo {
namespace {

using Eigen::Vector3d;
using std::numbers::pi;

Vector3d middle() { return Vector3d::Constant(std::sqrt(1.0 / 3.0)); }

/// Points about `centre` between the directions `first` and `second` (at right angles to it and to
/// each other), on `rings` rings up to `angle` away; `turn` is the share of a full circle.
void append_rings(const Vector3d& centre, const Vector3d& first, const Vector3d& second,
                  double angle, double turn, int rings, std::vector<Vector3d>& points) {
  points.push_back(centre);
  for (int ring = 1; ring <= rings; ++ring) {
    const double away = angle * ring / rings;
    // As far apart along a ring as rings are from each other.
    const int steps = std::max(2, static_cast<int>(std::lround(turn * 2.0 * pi * ring)));
    const int last = turn < 1.0 ? steps : steps - 1;
    for (int k = 0; k <= last; ++k) {
      const double around = 2.0 * pi * turn * k / steps;
      points.emplace_back(std::cos(away) * centre +
                          std::sin(away) * (std::cos(around) * first + std::sin(around) * second));
    }
  }
}

/// The point nearest to one that has `along` towards `centre` and `across` in `direction` (at right
/// angles to it), on the arc between both that ends `angle` away from the centre.
Vector3d nearest_on_arc(const Vector3d& centre, const Vector3d& direction, double along,
                        double across, double angle) {
  double best = 0.0;
  for (const double a : {std::clamp(std::atan2(across, along), 0.0, angle), angle}) {
    if (along * std::cos(a) + across * std::sin(a) >
        along * std::cos(best) + across * std::sin(best)) {
      best = a;
    }
  }
  return std::cos(best) * centre + std::sin(best) * direction;
}

/// A unit vector in the direction of v, or `otherwise` when v = 0.
Vector3d direction_of(const Vector3d& v, const Vector3d& otherwise) {
  return v.norm() > 0.0 ? Vector3d(v.normalized()) : otherwise;
}

}  // namespace

CapFront::CapFront(double radius) : angle_(2.0 * std::asin(0.5 * radius)) {}

Matrix CapFront::parameters(int count) const {
  const Vector3d side = Vector3d(1.0, -1.0, 0.0).normalized();
  for (int rings = 1;; ++rings) {
    std::vector<Vector3d> points;
    append_rings(middle(), side, middle().cross(side), angle_, 1.0, rings, points);
    for (int i = 0; i < 3; ++i) {
      append_rings(Vector3d::Unit(i), Vector3d::Unit((i + 1) % 3), Vector3d::Unit((i + 2) % 3),
                   angle_, 0.25, rings, points);
    }
    if (static_cast<int>(points.size()) < count) continue;
    Matrix all(3, static_cast<Eigen::Index>(points.size()));
    for (std::size_t k = 0; k < points.size(); ++k) {
      // Zero in the cosine of a right angle is zero.
      all.col(static_cast<Eigen::Index>(k)) =
          points[k].cwiseMax(0.0).unaryExpr([](double x) { return x < 1e-15 ? 0.0 : x; });
    }
    return all;
  }
}

double CapFront::distance(ConstVectorRef f) const {
  const Vector3d p = f;
  const double along = p.dot(middle());
  const Vector3d away = p - along * middle();
  const Vector3d side = direction_of(away, Vector3d(1.0, -1.0, 0.0).normalized());
  double nearest = (p - nearest_on_arc(middle(), side, along, away.dot(side), angle_)).norm();
  for (int i = 0; i < 3; ++i) {
    // At right angles to the corner a point of the orthant goes where f is positive, or else to
    // where it is least negative.
    Vector3d rest = p;
    rest(i) = -std::numeric_limits<double>::infinity();
    Eigen::Index largest = 0;
    rest.maxCoeff(&largest);
    const Vector3d direction = direction_of(rest.cwiseMax(0.0), Vector3d::Unit(largest));
    rest(i) = 0.0;
    const Vector3d corner = Vector3d::Unit(i);
    nearest = std::min(
        nearest, (p - nearest_on_arc(corner, direction, p(i), rest.dot(direction), angle_)).norm());
  }
  return nearest;
}

}  // namespace moo
