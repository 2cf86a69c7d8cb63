#pragma once

#include <vector>

#include "libmoo/base/random.hpp"
#include "libmoo/data/dataset.hpp"

namespace moo {

/// Some rows of a table and what each of them stands for.
struct RowSample {
  std::vector<int> rows;
  Vector weights;  ///< rows of the whole table per row of the sample
};

/// The parts of a table that every sample of it should have in proportion: rows alike in their
/// classes and in all side columns of few values (protected groups, flags), as far as parts of
/// eight rows of a sample each allow; columns come in the order of their names, classes first.
/// Source: Cochran (1977), section 5.5, proportional allocation.
class RowStrata {
 public:
  /// @param rows of a sample, >= 1
  RowStrata(const Dataset& data, int rows);

  [[nodiscard]] int count() const { return static_cast<int>(strata_.size()); }

  /// About `rows` different rows: every stratum's share, rounded up or down at random so that it is
  /// right in the mean, and two rows at least where the stratum has them. With the sample's weights
  /// a mean over it has no bias.
  [[nodiscard]] RowSample draw(int rows, RandomStream& random) const;

 private:
  std::vector<std::vector<int>> strata_;  ///< row indices, ascending
  int num_rows_;
};

}  // namespace moo
