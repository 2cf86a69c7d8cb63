#include "libmoo/front/added_volumes.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "libmoo/front/region.hpp"
#include "libmoo/front/staircase.hpp"

namespace moo {
namespace {

/// Calls added(k) for every place k, after insert(j) of all the places j it has seen that added
/// anything.
template <class Added, class Insert>
Vector along(const std::vector<int>& seen, const Added& added, const Insert& insert) {
  Vector volumes(static_cast<Eigen::Index>(seen.size()));
  int inserted = 0;
  for (int k = 0; k < volumes.size(); ++k) {
    for (; inserted < seen[static_cast<std::size_t>(k)]; ++inserted) {
      if (volumes(inserted) > 0.0) insert(inserted);
    }
    volumes(k) = added(k);
  }
  return volumes;
}

Vector added_lengths(ConstMatrixRef others, double corner, const std::vector<int>& seen) {
  double best = corner;
  return along(
      seen, [&](int k) { return std::max(best - others(0, k), 0.0); },
      [&](int k) { best = std::min(best, others(0, k)); });
}

/// Ranks of the first row: what a Staircase needs to know beforehand.
Ranking ranking_of_first_row(ConstMatrixRef others) {
  const Vector first = others.row(0).transpose();
  Ranking ranking;
  ranking.rank({first.data(), static_cast<std::size_t>(first.size())});
  return ranking;
}

Vector added_areas(ConstMatrixRef others, ConstVectorRef corner, const std::vector<int>& seen) {
  const Ranking ranking = ranking_of_first_row(others);
  const auto rank = [&](int k) { return ranking.ranks()[static_cast<std::size_t>(k)]; };
  Staircase stairs;
  stairs.set_abscissae(ranking.sorted(), corner(0));
  stairs.clear(0, corner(1));
  return along(
      seen, [&](int k) { return stairs.added(rank(k), others(1, k)); },
      [&](int k) { stairs.insert(rank(k), others(1, k)); });
}

Vector added_deep(ConstMatrixRef others, ConstVectorRef corner, const std::vector<int>& seen) {
  const RankedColumns columns = rank_columns(others, corner);
  const auto region = make_region(columns);
  return along(
      seen, [&](int k) { return region->added(columns.ranks.col(k).data()); },
      [&](int k) { region->insert(columns.ranks.col(k).data()); });
}

}  // namespace

SweepOrder sweep_order(ConstVectorRef objective) {
  std::vector<std::pair<double, int>> keyed(static_cast<std::size_t>(objective.size()));
  for (std::size_t k = 0; k < keyed.size(); ++k) {
    keyed[k] = {objective(static_cast<Eigen::Index>(k)), static_cast<int>(k)};
  }
  std::sort(keyed.begin(), keyed.end());
  SweepOrder order;
  for (const auto& [value, k] : keyed) {
    order.seen.push_back(static_cast<int>(order.columns.size()));
    order.columns.push_back(k);
  }
  return order;
}

SweepOrder strict_sweep_order(ConstVectorRef objective) {
  SweepOrder order = sweep_order(objective);
  for (std::size_t k = 1; k < order.seen.size(); ++k) {
    if (objective(order.columns[k]) == objective(order.columns[k - 1])) {
      order.seen[k] = order.seen[k - 1];
    }
  }
  return order;
}

Vector added_volumes(ConstMatrixRef others, ConstVectorRef corner, const std::vector<int>& seen) {
  switch (others.rows()) {
    case 0:
      return along(
          seen, [&](int k) { return seen[static_cast<std::size_t>(k)] == 0 ? 1.0 : 0.0; },
          [](int) {});
    case 1:
      return added_lengths(others, corner(0), seen);
    case 2:
      return added_areas(others, corner, seen);
    default:
      return added_deep(others, corner, seen);
  }
}

}  // namespace moo
