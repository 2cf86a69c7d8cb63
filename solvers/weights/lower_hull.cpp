#include "solvers/weights/lower_hull.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <map>

namespace moo {
namespace {

/// Generators of the cone over the hull, in R^(m+1): the axes (e_j, 0) first, then points (f, 1).
class Cone {
 public:
  Cone(ConstMatrixRef points, double tolerance) : m_(points.rows()), tolerance_(tolerance) {
    generators_ = Matrix::Zero(m_ + 1, m_ + points.cols());
    generators_.topLeftCorner(m_, m_).setIdentity();
    generators_.topRightCorner(m_, points.cols()) = points;
    generators_.bottomRightCorner(1, points.cols()).setOnes();
    inside_ = generators_.leftCols(m_ + 1).rowwise().sum();
    for (int left_out = 0; left_out <= m_; ++left_out) {
      std::vector<int> corners;
      for (int g = 0; g <= m_; ++g) {
        if (g != left_out) corners.push_back(g);
      }
      add_facet(std::move(corners));
    }
  }

  void add_point(int point) {
    const int g = static_cast<int>(m_) + point;
    const auto sees = [&](const Facet& facet) {
      return facet.normal.dot(generators_.col(g)) < -tolerance_;
    };
    std::map<std::vector<int>, int> ridges;  // of the facets it sees, and how many of them share it
    for (const Facet& facet : facets_) {
      if (!sees(facet)) continue;
      for (const int left_out : facet.corners) {
        std::vector<int> ridge = facet.corners;
        std::erase(ridge, left_out);
        ++ridges[ridge];
      }
    }
    if (ridges.empty()) return;
    std::erase_if(facets_, sees);
    for (const auto& [ridge, count] : ridges) {
      if (count > 1) continue;  // not on the horizon
      std::vector<int> corners = ridge;
      corners.insert(std::upper_bound(corners.begin(), corners.end(), g), g);
      add_facet(std::move(corners));
    }
  }

  [[nodiscard]] std::vector<HullFacet> facets() const {
    std::vector<HullFacet> found;
    for (const Facet& facet : facets_) {
      HullFacet lower;
      for (const int g : facet.corners) {
        if (g >= m_) lower.points.push_back(g - static_cast<int>(m_));
      }
      if (lower.points.empty()) continue;  // the facet at infinity
      lower.normal = facet.normal.head(m_).cwiseMax(0.0);
      const double sum = lower.normal.sum();
      if (!(sum > 0.0)) continue;
      lower.normal /= sum;
      lower.offset = lower.normal.dot(generators_.col(m_ + lower.points.front()).head(m_));
      found.push_back(std::move(lower));
    }
    return found;
  }

 private:
  struct Facet {
    std::vector<int> corners;  ///< m generators, ascending
    Vector normal;  ///< m + 1; positive inside. Times (f, 1): the distance from f to the facet.
  };

  void add_facet(std::vector<int> corners) {
    Matrix columns(m_ + 1, m_);
    for (Eigen::Index k = 0; k < m_; ++k) {
      columns.col(k) = generators_.col(corners[static_cast<std::size_t>(k)]);
    }
    const Matrix q = columns.householderQr().householderQ();
    Vector normal = q.col(m_);
    if (normal.dot(inside_) < 0.0) normal = -normal;
    const double length = normal.head(m_).norm();
    if (length > 1e-12) normal /= length;
    facets_.push_back({std::move(corners), std::move(normal)});
  }

  Eigen::Index m_;
  double tolerance_;
  Matrix generators_;
  Vector inside_;
  std::vector<Facet> facets_;
};

}  // namespace

std::vector<HullFacet> lower_hull(ConstMatrixRef points, double tolerance) {
  if (points.cols() == 0) return {};
  Cone cone(points, tolerance);
  for (int k = 1; k < points.cols(); ++k) cone.add_point(k);
  return cone.facets();
}

}  // namespace moo
