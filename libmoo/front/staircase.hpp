#pragma once

#include <span>
#include <utility>
#include <vector>

#include "libmoo/front/rank_set.hpp"

namespace moo {

/// The numbers of a list in ascending order, each once, and where each stands among them.
class Ranking {
 public:
  /// Allocates only when there are more numbers than ever before.
  void rank(std::span<const double> numbers);

  [[nodiscard]] std::span<const double> sorted() const { return sorted_; }
  [[nodiscard]] std::span<const int> ranks() const { return ranks_; }

 private:
  std::vector<std::pair<double, int>> keyed_;
  std::vector<double> sorted_;
  std::vector<int> ranks_;
};

/// The area that points (x, y) of the plane dominate within the quadrant below a corner, as the
/// steps of its boundary: x ascending, y descending. The x that will come are known beforehand, so
/// that a point is the rank of its x and its y; a RankSet over the ranks is the balanced tree.
/// Source: Beume, Fonseca, Lopez-Ibanez, Paquete, Vahrenhold (2009), "On the complexity of
/// computing the hypervolume indicator", sec. IV.
class Staircase {
 public:
  /// `abscissae`: ascending, no repeats, all < `wall`, the corner's x. Call clear() before use.
  void set_abscissae(std::span<const double> abscissae, double wall);

  /// Empties the staircase; points to come have ranks >= `first` and y < `ceiling`, the corner's y.
  void clear(int first, double ceiling);

  /// Area that (rank, y) would add. O(log N) and the number of steps it would cover.
  [[nodiscard]] double added(int rank, double y) const;

  /// Adds the point, drops the steps it covers, and returns the added area. O(log N) amortised.
  double insert(int rank, double y);

 private:
  std::vector<double> x_;  ///< by rank; the wall at the end
  std::vector<double> y_;  ///< of members, by rank; -infinity at the wall
  std::vector<int> next_;  ///< of members: the step to the right
  RankSet members_;
};

}  // namespace moo
