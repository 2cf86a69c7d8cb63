#pragma once

#include <vector>

#include "libmoo/front/front.hpp"

namespace moo {

/// Two neighbours on a front of two objectives.
struct Gap {
  int left = 0;  ///< index of the point with the lower first objective
  int right = 0;
  double length = 0.0;  ///< distance between them in scaled objectives
};

/// Gaps between the non-dominated points of a two-objective front, along the first objective.
/// Needs the scaling. Throws: InvalidArgument when there are not two objectives.
std::vector<Gap> gaps_along(const Front& front);

/// The gaps worth splitting next: the longest first, none shorter than half of it, at most `count`.
std::vector<Gap> widest(std::vector<Gap> gaps, int count);

/// The length in the middle when gaps are sorted by length; 0 without gaps.
double middle_length(const std::vector<Gap>& gaps);

}  // namespace moo
