#pragma once

#include <string>
#include <vector>

#include "experiments/tabular/config.hpp"
#include "libmoo/data/table.hpp"

namespace moo::tabular {

/// What is to be predicted, as numbers.
struct Targets {
  Matrix values;                         ///< q x N: 0 or 1, one-hot classes, or raw numbers
  std::vector<std::string> class_names;  ///< q; binary: the positive word; regression: the target
  std::string negative;                  ///< binary: the other word
  std::vector<int> codes;                ///< N: class, 0 or 1; regression: quintile
};

/// Reads the target's column, which has no missing cell.
/// Throws: FileError or InvalidArgument for a constant target, other than two levels of a binary
/// one, an unknown positive word, a class with fewer rows than parts of the split, or a regression
/// cell that is no finite number.
Targets read_targets(const Table& table, const DataConfig& data);

}  // namespace moo::tabular
