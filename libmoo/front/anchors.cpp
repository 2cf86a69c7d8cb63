#include "libmoo/front/anchors.hpp"

#include <algorithm>

namespace moo {

std::vector<int> objectives_without_range(const Front& front) {
  constexpr double nothing = 1e-3;  // of what was seen
  const std::vector<const ParetoPoint*> anchors = front.generated_by("anchor");
  std::vector<int> without;
  if (front.num_objectives() < 3 || anchors.empty()) return without;
  const Vector resolution = front.resolution();
  for (int i = 0; i < front.num_objectives(); ++i) {
    double lowest = anchors[0]->objectives(i);
    double highest = lowest;
    for (const ParetoPoint* anchor : anchors) {
      lowest = std::min(lowest, anchor->objectives(i));
      highest = std::max(highest, anchor->objectives(i));
    }
    double seen = highest - lowest;
    for (const ParetoPoint& scout : front.scouts()) {
      seen = std::max(seen, scout.objectives(i) - lowest);
    }
    if (highest - lowest < nothing * seen && seen > resolution(i)) without.push_back(i);
  }
  return without;
}

}  // namespace moo
