#pragma once

#include <Eigen/Core>
#include <memory>
#include <vector>

#include "libmoo/base/vector.hpp"

namespace moo {

/// The columns of a d x N matrix as ranks: entry (i, k) stands for the number axes[i][entry].
/// Dominance reads ranks only; numbers are looked up where lengths are multiplied.
struct RankedColumns {
  std::vector<std::vector<double>>
      axes;               ///< by objective: its numbers ascending, then the corner's
  Eigen::MatrixXi ranks;  ///< d x N, equal numbers have equal ranks
};

/// Columns strictly below `corner`. O(d N log N).
RankedColumns rank_columns(ConstMatrixRef columns, ConstVectorRef corner);

/// The region that a growing set of points of d >= 3 objectives dominates below a corner. A point
/// is its d ranks. The region answers how much volume a further point would add: one loop over the
/// points, along the last objective, through the box between the new point and the corner, while a
/// region of one objective less (below three a Staircase) keeps the section at the height of the
/// loop.
///
/// For d = 3 a point costs O(N log N) to base 64, and O(N) when few of the others reach into its
/// box: a hypervolume of four objectives is N such points, as in HV4D+. For d >= 4 the loop is
/// WFG's: others are limited to the box, those that others dominate drop out, and one objective
/// falls away. Points are kept sorted, so that no level of the recursion sorts; no level allocates.
/// Sources: Guerreiro, Fonseca (2018), "Computing and updating hypervolume contributions in up to
/// four dimensions", sec. IV (their linear-time step keeps lists of delimiters in place of ranks);
/// While, Bradstreet, Barone (2012), "A fast way of calculating exact hypervolumes", sec. 3 and 4.
class Region {
 public:
  virtual ~Region() = default;

  /// Empties the region.
  virtual void clear() = 0;

  /// Some point of the set is no worse in any objective.
  [[nodiscard]] virtual bool covers(const int* point) const = 0;

  /// Volume that the point would add, >= 0; 0 where the region covers it.
  virtual double added(const int* point) = 0;

  /// Adds a point that nothing covers; drops those it dominates.
  virtual void insert(const int* point) = 0;

  /// Adds a point that is the last in the last objective, covered or not.
  virtual void append(const int* point) = 0;
};

/// An empty region for the points of `columns`, which must outlive it; takes all its memory here.
std::unique_ptr<Region> make_region(const RankedColumns& columns);

}  // namespace moo
