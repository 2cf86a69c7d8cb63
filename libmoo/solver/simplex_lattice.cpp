#include "libmoo/solver/simplex_lattice.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

void require_lattice(int num_objectives, int divisions) {
  if (num_objectives >= 1 && divisions >= 1) return;
  throw InvalidArgument({"simplex_lattice", "unusable size", "m >= 1 and divisions >= 1",
                         std::to_string(num_objectives) + " and " + std::to_string(divisions), ""});
}

void require_count(int num_objectives, long at_least) {
  if (num_objectives >= 2 && at_least >= 1 && at_least <= 1000000) return;
  throw InvalidArgument({"simplex_lattice", "unusable number of weight vectors",
                         "m >= 2 and 1 to 1000000 vectors",
                         std::to_string(num_objectives) + " and " + std::to_string(at_least), ""});
}

/// Appends every way to share `units` among the entries from `first` on, entry `first` growing;
/// every other block is reversed, so that blocks meet at neighbours.
void share(int units, Eigen::Index first, Eigen::VectorXi& counts,
           std::vector<Eigen::VectorXi>& found) {
  if (first + 1 == counts.size()) {
    counts(first) = units;
    found.push_back(counts);
    return;
  }
  for (int k = 0; k <= units; ++k) {
    counts(first) = k;
    const auto block = static_cast<std::ptrdiff_t>(found.size());
    share(units - k, first + 1, counts, found);
    if (k % 2 == 1) std::reverse(found.begin() + block, found.end());
  }
}

}  // namespace

long simplex_lattice_size(int num_objectives, int divisions) {
  require_lattice(num_objectives, divisions);
  long size = 1;
  for (int i = 1; i < num_objectives; ++i) {
    const long factor = divisions + i;
    if (size > std::numeric_limits<long>::max() / factor) return std::numeric_limits<long>::max();
    size = size * factor / i;
  }
  return size;
}

int simplex_lattice_divisions(int num_objectives, long at_least) {
  require_count(num_objectives, at_least);
  int divisions = 1;
  while (simplex_lattice_size(num_objectives, divisions) < at_least) ++divisions;
  return divisions;
}

Matrix simplex_lattice(Eigen::Index num_objectives, int divisions) {
  require_lattice(static_cast<int>(num_objectives), divisions);
  Eigen::VectorXi counts = Eigen::VectorXi::Zero(num_objectives);
  std::vector<Eigen::VectorXi> found;
  share(divisions, 0, counts, found);
  Matrix weights(num_objectives, static_cast<Eigen::Index>(found.size()));
  for (std::size_t k = 0; k < found.size(); ++k) {
    weights.col(static_cast<Eigen::Index>(k)) = found[k].cast<double>() / divisions;
  }
  return weights;
}

Matrix two_layer_lattice(int num_objectives, int outer, int inner) {
  const Matrix shell = simplex_lattice(num_objectives, outer);
  if (inner == 0) return shell;
  const Matrix core = simplex_lattice(num_objectives, inner);
  Matrix weights(num_objectives, shell.cols() + core.cols());
  weights << shell, 0.5 * core.array() + 0.5 / num_objectives;
  return weights;
}

Matrix weight_lattice(int num_objectives, long at_least) {
  require_count(num_objectives, at_least);
  if (num_objectives < 5) {
    return simplex_lattice(num_objectives, simplex_lattice_divisions(num_objectives, at_least));
  }
  const auto inner_of = [](int outer) { return outer / 2; };
  int outer = 1;
  const auto size = [&] {
    const int inner = inner_of(outer);
    return simplex_lattice_size(num_objectives, outer) +
           (inner > 0 ? simplex_lattice_size(num_objectives, inner) : 0);
  };
  while (size() < at_least) ++outer;
  return two_layer_lattice(num_objectives, outer, inner_of(outer));
}

Matrix spread_lattice(int num_objectives, int count) {
  const Matrix all = weight_lattice(num_objectives, count);
  std::vector<Eigen::Index> taken;
  Vector distance = Vector::Constant(all.cols(), std::numeric_limits<double>::infinity());
  const auto take = [&](Eigen::Index k) {
    taken.push_back(k);
    for (Eigen::Index other = 0; other < all.cols(); ++other) {
      distance(other) = std::min(distance(other), (all.col(other) - all.col(k)).norm());
    }
  };
  for (Eigen::Index k = 0; k < all.cols(); ++k) {
    if (all.col(k).maxCoeff() > 1.0 - 1e-9) take(k);
  }
  while (static_cast<int>(taken.size()) < count) {
    Eigen::Index farthest = 0;
    if (!(distance.maxCoeff(&farthest) > 0.0)) break;
    take(farthest);
  }
  return all(Eigen::all, taken);
}

std::vector<LatticeVisit> visit_from_corners(ConstMatrixRef weights) {
  std::vector<Eigen::Index> order(static_cast<std::size_t>(weights.cols()));
  std::iota(order.begin(), order.end(), Eigen::Index{0});
  const Vector largest = weights.colwise().maxCoeff();
  constexpr double rounding = 1e-9;
  std::stable_sort(order.begin(), order.end(), [&](Eigen::Index a, Eigen::Index b) {
    return largest(a) > largest(b) + rounding;
  });
  std::vector<LatticeVisit> visits(order.size());
  for (const Eigen::Index k : order) {
    LatticeVisit& visit = visits[static_cast<std::size_t>(k)];
    double nearest = std::numeric_limits<double>::infinity();
    for (const Eigen::Index other : order) {
      if (!(largest(other) > largest(k) + rounding)) break;
      const double distance = (weights.col(other) - weights.col(k)).lpNorm<1>();
      if (distance > nearest - rounding) continue;
      nearest = distance;
      visit.parent = static_cast<int>(other);
      visit.wave = visits[static_cast<std::size_t>(other)].wave + 1;
    }
  }
  return visits;
}

}  // namespace moo
