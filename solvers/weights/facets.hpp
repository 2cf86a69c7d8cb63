#pragma once

#include <vector>

#include "libmoo/front/coverage.hpp"
#include "libmoo/front/front.hpp"
#include "libmoo/front/gaps.hpp"

namespace moo {

/// A facet with the weights to solve for, and how deep the front may lie below it.
struct Facet {
  std::vector<const ParetoPoint*> ends;  ///< points it goes through, two to m
  Vector weights;                        ///< m, its normal, summing to one
  double length = 0.0;                   ///< of its longest edge
  double error = 0.0;                    ///< depth of the room between it and the cuts
};

/// Weights raised to `floor` where they are less, summing to one again.
Vector floored(const Vector& weights, double floor);

/// Scaled objectives of a point.
Vector scaled_objectives(const Front& front, int index);

/// Facets through two points or more, the one with most room below it first. Weights are at least
/// `floor`. Needs the scaling.
std::vector<Facet> facets_of(const Front& front, double floor);

/// Long gaps of a front of two objectives with so little room below them that no weight has its
/// minimum there, and those within probed gaps. A front that falls or drifts by next to nothing
/// across a gap is no such case: whatever is there lies in that narrow box.
std::vector<Gap> gaps_without_weight(const Front& front, const std::vector<GapProbe>& probes);

}  // namespace moo
