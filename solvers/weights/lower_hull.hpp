#pragma once

#include <vector>

#include "libmoo/base/vector.hpp"

namespace moo {

/// A facet of conv(points) + R^m_+, seen from below: normal . f >= offset for all of it.
struct HullFacet {
  /// Columns it goes through, ascending: m of them, or fewer where it is unbounded along the axes
  /// whose normal entries are zero.
  std::vector<int> points;
  Vector normal;  ///< m, >= 0, summing to one
  double offset = 0.0;
};

/// Facets of the hull of the columns of an m x N matrix and everything they dominate, m >= 2, in an
/// order that depends on the input alone. Points within `tolerance` (Euclidean) of the hull found
/// so far do not take part; among them are the copies of a point. None for N = 0.
/// Method: beneath-beyond in homogeneous coordinates, where the m axes are points at infinity.
/// Cost: grows with the number of facets, which is of the order N^(m/2); fine for a few hundred
/// points and up to four objectives.
/// Source: Preparata and Shamos (1985), section 3.4.2.
std::vector<HullFacet> lower_hull(ConstMatrixRef points, double tolerance = 1e-9);

}  // namespace moo
