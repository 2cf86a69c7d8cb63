#include "solvers/augmented_lagrangian_boxes.hpp"

#include <algorithm>
#include <utility>

namespace moo {
namespace {

/// Whether a box lies within another one; of equal boxes only the first is kept.
bool redundant(const std::vector<SearchBox>& boxes, std::size_t k) {
  for (std::size_t other = 0; other < boxes.size(); ++other) {
    if (other == k || (boxes[k].upper.array() > boxes[other].upper.array()).any()) continue;
    if (other < k || boxes[k].upper != boxes[other].upper) return true;
  }
  return false;
}

}  // namespace

std::vector<SearchBox> search_boxes(ConstMatrixRef points, ConstVectorRef bound) {
  const Eigen::Index m = bound.size();
  std::vector<SearchBox> boxes = {{bound, std::vector<int>(static_cast<std::size_t>(m), -1)}};
  for (Eigen::Index n = 0; n < points.cols(); ++n) {
    const auto holds_point = [&](const SearchBox& box) {
      return (points.col(n).array() < box.upper.array()).all();
    };
    const auto split = std::stable_partition(
        boxes.begin(), boxes.end(), [&](const SearchBox& box) { return !holds_point(box); });
    const std::vector<SearchBox> parents(split, boxes.end());
    if (parents.empty()) continue;
    boxes.erase(split, boxes.end());
    for (const SearchBox& parent : parents) {
      for (Eigen::Index i = 0; i < m; ++i) {
        SearchBox child = parent;
        child.upper(i) = points(i, n);
        child.defined[static_cast<std::size_t>(i)] = static_cast<int>(n);
        boxes.push_back(std::move(child));
      }
    }
    std::vector<SearchBox> kept;
    for (std::size_t k = 0; k < boxes.size(); ++k) {
      if (!redundant(boxes, k)) kept.push_back(boxes[k]);
    }
    boxes = std::move(kept);
  }
  return boxes;
}

}  // namespace moo
