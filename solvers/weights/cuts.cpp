#include "solvers/weights/cuts.hpp"

#include <Eigen/LU>
#include <algorithm>

namespace moo {
namespace {

constexpr double rounding = 1e-12;

void add_cut(const ParetoPoint& point, bool is_point, const Scaling& scaling,
             std::vector<Cut>& cuts) {
  const std::string& kind = point.generator.kind;
  if (!point.feasible || (kind != "anchor" && kind != "weight" && kind != "branch")) return;
  Cut cut;
  cut.weights =
      kind == "anchor" ? Vector(point.multipliers.head(point.objectives.size())) : point.weights;
  if (!(cut.weights.sum() > 0.0)) return;
  cut.weights /= cut.weights.sum();
  cut.at = scaling.scaled(point.objectives);
  cut.value = cut.weights.dot(cut.at);
  cut.point = &point;
  cut.is_point = is_point;
  const auto same = std::find_if(cuts.begin(), cuts.end(), [&](const Cut& other) {
    return (other.weights - cut.weights).lpNorm<Eigen::Infinity>() < rounding;
  });
  if (same == cuts.end()) {
    cuts.push_back(std::move(cut));
  } else if (cut.value < same->value) {
    *same = std::move(cut);
  }
}

}  // namespace

std::vector<Cut> cuts_of(const Front& front) {
  std::vector<Cut> cuts;
  for (const ParetoPoint& point : front.points()) add_cut(point, true, *front.scaling(), cuts);
  for (const ParetoPoint& scout : front.scouts()) add_cut(scout, false, *front.scaling(), cuts);
  return cuts;
}

double bound_below(const std::vector<Cut>& cuts, ConstVectorRef ideal, ConstVectorRef weights) {
  const Eigen::Index m = weights.size();
  const auto count = static_cast<Eigen::Index>(cuts.size());
  Matrix columns(m, m + count);
  Vector values(m + count);
  columns.leftCols(m).setIdentity();
  values.head(m) = ideal;
  for (Eigen::Index k = 0; k < count; ++k) {
    columns.col(m + k) = cuts[static_cast<std::size_t>(k)].weights;
    values(m + k) = cuts[static_cast<std::size_t>(k)].value;
  }
  std::vector<Eigen::Index> basis;
  for (Eigen::Index j = 0; j < m; ++j) basis.push_back(j);
  for (Eigen::Index step = 0;; ++step) {
    const Matrix b = columns(Eigen::all, basis);
    const Eigen::PartialPivLU<Matrix> factor(b);
    const Vector shares = factor.solve(weights);
    const Vector prices = b.transpose().partialPivLu().solve(Vector(values(basis)));
    Eigen::Index entering = -1;
    const Vector gains = values - columns.transpose() * prices;
    // The limit only guards against cycles of degenerate steps.
    const bool last = step > 10 * (m + count);
    if (last || !(gains.maxCoeff(&entering) > 1e-10)) return values(basis).dot(shares);
    const Vector direction = factor.solve(columns.col(entering));
    Eigen::Index leaving = -1;
    double ratio = 0.0;
    for (Eigen::Index i = 0; i < m; ++i) {
      if (direction(i) < rounding) continue;
      const double limit = std::max(shares(i), 0.0) / direction(i);
      if (leaving >= 0 && limit >= ratio) continue;
      leaving = i;
      ratio = limit;
    }
    if (leaving < 0) return values(basis).dot(shares);  // cannot be: all columns sum to one
    basis[static_cast<std::size_t>(leaving)] = entering;
  }
}

std::vector<BetterBranch> better_branches(const Front& front, const std::vector<Cut>& cuts,
                                          double tolerance) {
  std::vector<BetterBranch> found;
  for (const Cut& cut : cuts) {
    BetterBranch best{&cut, nullptr, tolerance};
    for (const ParetoPoint& point : front.points()) {
      if (!point.feasible) continue;
      const double below = cut.value - cut.weights.dot(front.scaling()->scaled(point.objectives));
      const double depth = below / cut.weights.norm();
      if (!(depth > best.depth)) continue;
      best.depth = depth;
      best.from = &point;
    }
    if (best.from != nullptr) found.push_back(best);
  }
  return found;
}

}  // namespace moo
