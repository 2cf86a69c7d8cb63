#include "solvers/weights/facets.hpp"

#include <algorithm>
#include <cmath>

#include "solvers/weights/cuts.hpp"
#include "solvers/weights/lower_hull.hpp"

namespace moo {

Vector floored(const Vector& weights, double floor) {
  const Vector raised = weights.cwiseMax(floor);
  return raised / raised.sum();
}

Vector scaled_objectives(const Front& front, int index) {
  return front.scaling()->scaled(front.points()[static_cast<std::size_t>(index)].objectives);
}

std::vector<Facet> facets_of(const Front& front, double floor) {
  std::vector<Cut> cuts = cuts_of(front);
  const Eigen::Index m = front.num_objectives();
  std::vector<const Cut*> corners;
  Vector ideal = Vector::Constant(m, INFINITY);
  for (const Cut& cut : cuts) {
    ideal = ideal.cwiseMin(cut.at);
    if (cut.is_point) corners.push_back(&cut);
  }
  Matrix points(m, static_cast<Eigen::Index>(corners.size()));
  for (std::size_t k = 0; k < corners.size(); ++k) {
    points.col(static_cast<Eigen::Index>(k)) = corners[k]->at;
  }
  std::vector<Facet> facets;
  for (const HullFacet& found : lower_hull(points)) {
    if (found.points.size() < 2) continue;
    Facet facet;
    facet.weights = floored(found.normal, floor);
    double height = -INFINITY;
    for (const int k : found.points) {
      for (const int other : found.points) {
        facet.length = std::max(facet.length, (points.col(k) - points.col(other)).norm());
      }
      facet.ends.push_back(corners[static_cast<std::size_t>(k)]->point);
      height = std::max(height, facet.weights.dot(points.col(k)));
    }
    facet.error =
        std::max(0.0, height - bound_below(cuts, ideal, facet.weights)) / facet.weights.norm();
    facets.push_back(std::move(facet));
  }
  std::stable_sort(facets.begin(), facets.end(),
                   [](const Facet& a, const Facet& b) { return a.error > b.error; });
  return facets;
}

std::vector<Gap> gaps_without_weight(const Front& front, const std::vector<GapProbe>& probes) {
  constexpr double long_enough = 0.05;  // scaled
  constexpr double narrow = 0.01;
  constexpr double little_room = 0.003;  // of the length
  const std::vector<Cut> cuts = cuts_of(front);
  Vector ideal = Vector::Constant(2, INFINITY);
  for (const Cut& cut : cuts) ideal = ideal.cwiseMin(cut.at);
  std::vector<Gap> gaps = gaps_along(front);
  std::erase_if(gaps, [&](const Gap& gap) {
    const Vector left = scaled_objectives(front, gap.left);
    const Vector right = scaled_objectives(front, gap.right);
    const Vector sides = (right - left).cwiseAbs();
    if (gap.length < long_enough) return true;
    if (probe_over(front, gap, probes) != nullptr) return false;
    if (sides.minCoeff() < narrow) return true;
    const Vector weights = sides.reverse() / sides.sum();
    const double room = (weights.dot(left) - bound_below(cuts, ideal, weights)) / weights.norm();
    return room > little_room * gap.length;
  });
  return gaps;
}

}  // namespace moo
