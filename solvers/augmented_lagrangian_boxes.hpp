#pragma once

#include <vector>

#include "libmoo/base/vector.hpp"

namespace moo {

/// A box in which an undominated point may still hide: everything below `upper` (exclusive). Points
/// that lie in no box are dominated by a point found.
struct SearchBox {
  Vector upper;  ///< m
  std::vector<int>
      defined;  ///< m: column of the point whose entry upper(i) is; -1: the outer bound
};

/// The boxes left by the columns of an m x N matrix within an outer bound, none inside another, in
/// an order that depends on the input alone. Cost: grows with the number of boxes, which is of the
/// order N^(m/2); fine for a few hundred points and up to four objectives.
/// Source: Klamroth, Lacour, Vanderpooten (2015), algorithm 2.
std::vector<SearchBox> search_boxes(ConstMatrixRef points, ConstVectorRef bound);

}  // namespace moo
