#include "libmoo/front/dominance.hpp"

#include <algorithm>
#include <limits>
#include <span>

#include "libmoo/front/rank_set.hpp"
#include "libmoo/front/staircase.hpp"

namespace moo {
namespace {

/// Columns without NaN, in lexicographic order: whatever dominates a column stands before it.
std::vector<int> lexicographic_order(ConstMatrixRef f) {
  std::vector<int> order;
  for (Eigen::Index k = 0; k < f.cols(); ++k) {
    if (!f.col(k).hasNaN()) order.push_back(static_cast<int>(k));
  }
  std::sort(order.begin(), order.end(), [&](int a, int b) {
    for (Eigen::Index i = 0; i < f.rows(); ++i) {
      if (f(i, a) != f(i, b)) return f(i, a) < f(i, b);
    }
    return false;
  });
  return order;
}

/// Walks through the order; a column that equals the one before shares its fate. `is_dominated(k)`
/// is asked in order about the others, by those that stay; `keep(k)` is told about those.
template <class IsDominated, class Keep>
std::vector<bool> dominated_along(ConstMatrixRef f, std::span<const int> order,
                                  const IsDominated& is_dominated, const Keep& keep) {
  std::vector<bool> dominated(static_cast<std::size_t>(f.cols()), false);
  int before = -1;
  for (const int k : order) {
    const auto at = static_cast<std::size_t>(k);
    if (before >= 0 && f.col(k) == f.col(before)) {
      dominated[at] = dominated[static_cast<std::size_t>(before)];
    } else if (is_dominated(k)) {
      dominated[at] = true;
    } else {
      keep(k);
    }
    before = k;
  }
  return dominated;
}

/// Sweep: a column stays when its second objective is lower than any before.
std::vector<bool> dominated_pairs(ConstMatrixRef f, std::span<const int> order) {
  int lowest = -1;
  return dominated_along(
      f, order, [&](int k) { return lowest >= 0 && f(1, lowest) <= f(1, k); },
      [&](int k) { lowest = k; });
}

/// Sweep along the first objective with the staircase of the other two.
std::vector<bool> dominated_triples(ConstMatrixRef f, std::span<const int> order) {
  Ranking ranking;
  std::vector<double> second(order.size());
  std::vector<int> place(static_cast<std::size_t>(f.cols()));
  for (std::size_t k = 0; k < order.size(); ++k) {
    second[k] = f(1, order[k]);
    place[static_cast<std::size_t>(order[k])] = static_cast<int>(k);
  }
  ranking.rank(second);
  const auto rank_of = [&](int k) {
    return ranking.ranks()[static_cast<std::size_t>(place[static_cast<std::size_t>(k)])];
  };
  RankSet steps;
  steps.reset(static_cast<int>(order.size()));
  std::vector<double> height(order.size());
  const auto height_of = [&](int rank) -> double& {
    return height[static_cast<std::size_t>(rank)];
  };
  return dominated_along(
      f, order,
      [&](int k) {
        const int left = steps.previous(rank_of(k));
        return left != RankSet::none && height_of(left) <= f(2, k);
      },
      [&](int k) {
        const int rank = rank_of(k);
        steps.insert(rank);
        height_of(rank) = f(2, k);
        for (int right = steps.after(rank); right != RankSet::none && height_of(right) >= f(2, k);
             right = steps.after(rank)) {
          steps.erase(right);
        }
      });
}

/// Compares with those kept so far, which stand one after the other.
std::vector<bool> dominated_by_comparison(ConstMatrixRef f, std::span<const int> order) {
  const Eigen::Index m = f.rows();
  const auto column = [&](int k) { return f.data() + k * f.outerStride(); };
  std::vector<double> kept;
  return dominated_along(
      f, order,
      [&](int k) {
        const double* candidate = column(k);
        for (const double* other = kept.data(); other != kept.data() + kept.size(); other += m) {
          Eigen::Index i = 0;
          while (i < m && other[i] <= candidate[i]) ++i;
          if (i == m) return true;
        }
        return false;
      },
      [&](int k) { kept.insert(kept.end(), column(k), column(k) + m); });
}

}  // namespace

bool dominates(ConstVectorRef a, ConstVectorRef b) {
  return (a.array() <= b.array()).all() && (a.array() < b.array()).any();
}

std::vector<int> nondominated_columns(ConstMatrixRef objectives) {
  const std::vector<int> order = lexicographic_order(objectives);
  std::vector<bool> dominated;
  switch (objectives.rows()) {
    case 0:
      dominated.assign(static_cast<std::size_t>(objectives.cols()), false);
      break;
    case 2:
      dominated = dominated_pairs(objectives, order);
      break;
    case 3:
      dominated = dominated_triples(objectives, order);
      break;
    default:
      dominated = dominated_by_comparison(objectives, order);
  }
  std::vector<int> kept;
  for (std::size_t k = 0; k < dominated.size(); ++k) {
    if (!dominated[k]) kept.push_back(static_cast<int>(k));
  }
  return kept;
}

}  // namespace moo
