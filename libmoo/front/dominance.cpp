#include "libmoo/front/dominance.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace moo {
namespace {

/// Sweep by first objective: a column stays when no column strictly before it is as low in the
/// second, and none with the same first value is lower.
std::vector<int> nondominated_pairs(ConstMatrixRef f) {
  std::vector<int> order(static_cast<std::size_t>(f.cols()));
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int a, int b) {
    return f(0, a) != f(0, b) ? f(0, a) < f(0, b) : f(1, a) < f(1, b);
  });
  std::vector<int> kept;
  double lowest = std::numeric_limits<double>::infinity();
  int lowest_at = -1;
  for (const int k : order) {
    const bool duplicate =
        lowest_at >= 0 && f(0, k) == f(0, lowest_at) && f(1, k) == f(1, lowest_at);
    if (f(1, k) < lowest || duplicate) {
      kept.push_back(k);
      lowest = f(1, k);
      lowest_at = k;
    }
  }
  std::sort(kept.begin(), kept.end());
  return kept;
}

}  // namespace

bool dominates(ConstVectorRef a, ConstVectorRef b) {
  return (a.array() <= b.array()).all() && (a.array() < b.array()).any();
}

std::vector<int> nondominated_columns(ConstMatrixRef objectives) {
  if (objectives.rows() == 2 && objectives.allFinite()) return nondominated_pairs(objectives);
  std::vector<int> kept;
  for (Eigen::Index k = 0; k < objectives.cols(); ++k) {
    bool dominated = false;
    for (Eigen::Index other = 0; other < objectives.cols() && !dominated; ++other) {
      dominated = other != k && dominates(objectives.col(other), objectives.col(k));
    }
    if (!dominated) kept.push_back(static_cast<int>(k));
  }
  return kept;
}

}  // namespace moo
