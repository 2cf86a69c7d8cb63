#include "solvers/tracing/surface_grid.hpp"

#include <algorithm>
#include <cmath>

namespace moo {

SurfaceGrid::Cell SurfaceGrid::cell_of(ConstVectorRef point) const {
  Cell cell(static_cast<std::size_t>(point.size()));
  for (std::size_t i = 0; i < cell.size(); ++i) {
    cell[i] = std::lround(std::floor(point(static_cast<Eigen::Index>(i)) / radius_));
  }
  return cell;
}

void SurfaceGrid::add(ConstVectorRef point) {
  cells_[cell_of(point)].push_back(static_cast<int>(points_.size()));
  points_.emplace_back(point);
}

template <class Visit>
void SurfaceGrid::around(ConstVectorRef point, const Visit& visit) const {
  const Cell centre = cell_of(point);
  std::vector<int> offset(centre.size(), -1);
  for (bool more = true; more;) {
    Cell cell = centre;
    for (std::size_t i = 0; i < cell.size(); ++i) cell[i] += offset[i];
    const auto found = cells_.find(cell);
    if (found != cells_.end()) {
      for (const int index : found->second) visit(index);
    }
    more = false;
    for (int& digit : offset) {  // counts in base three
      if (++digit <= 1) {
        more = true;
        break;
      }
      digit = -1;
    }
  }
}

double SurfaceGrid::nearest(ConstVectorRef point) const {
  double distance = radius_;
  around(point, [&](int index) {
    distance = std::min(distance, (points_[static_cast<std::size_t>(index)] - point).norm());
  });
  return distance;
}

std::vector<Vector> SurfaceGrid::within(ConstVectorRef point) const {
  std::vector<int> indices;
  around(point, [&](int index) {
    if ((points_[static_cast<std::size_t>(index)] - point).norm() <= radius_) {
      indices.push_back(index);
    }
  });
  std::sort(indices.begin(), indices.end());
  std::vector<Vector> found;
  for (const int index : indices) found.push_back(points_[static_cast<std::size_t>(index)]);
  return found;
}

}  // namespace moo
