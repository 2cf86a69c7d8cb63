#pragma once

#include <map>
#include <vector>

#include "libmoo/base/vector.hpp"

namespace moo {

/// Points in objective space, found again by place: cells as wide as the radius asked for.
class SurfaceGrid {
 public:
  /// @param radius > 0: the largest one `nearest` looks for
  explicit SurfaceGrid(double radius) : radius_(radius) {}

  void add(ConstVectorRef point);

  /// Distance to the nearest point; `radius` when there is none within it.
  [[nodiscard]] double nearest(ConstVectorRef point) const;

  /// All points within the radius, in the order they were added.
  [[nodiscard]] std::vector<Vector> within(ConstVectorRef point) const;

 private:
  using Cell = std::vector<long>;
  [[nodiscard]] Cell cell_of(ConstVectorRef point) const;
  /// Calls visit(index) for every point of the 3^m cells around.
  template <class Visit>
  void around(ConstVectorRef point, const Visit& visit) const;

  double radius_;
  std::vector<Vector> points_;
  std::map<Cell, std::vector<int>> cells_;
};

}  // namespace moo
