#pragma once

#include <vector>

#include "libmoo/base/vector.hpp"

namespace moo {

/// Number of vectors (k_1, ..., k_m) / divisions, k_i >= 0 whole numbers that sum to `divisions`:
/// C(divisions + m - 1, m - 1).
/// Throws: InvalidArgument unless m >= 1 and divisions >= 1.
long simplex_lattice_size(int num_objectives, int divisions);

/// The fewest divisions whose lattice has at least that many vectors.
/// Throws: InvalidArgument unless m >= 2 and 1 <= at_least <= 1000000.
int simplex_lattice_divisions(int num_objectives, long at_least);

/// These vectors as columns, m x N, in an order in which one unit moves from one entry to another
/// between neighbouring columns.
/// Source: Das and Dennis (1998), section 3; Scheffe (1958).
Matrix simplex_lattice(Eigen::Index num_objectives, int divisions);

/// A lattice with `outer` divisions and one with `inner` divisions (0: none) shrunk by half towards
/// the centre of the simplex: with many objectives a single affordable lattice has nothing inside.
/// Source: Deb and Jain (2014), section IV-B and table I.
Matrix two_layer_lattice(int num_objectives, int outer, int inner);

/// At least that many weight vectors, m x N: one layer up to four objectives, two from five on,
/// where the inner one has about half the divisions of the outer one.
/// Throws: InvalidArgument unless m >= 2 and 1 <= at_least <= 1000000.
Matrix weight_lattice(int num_objectives, long at_least);

/// `count` weight vectors, m x count: the corners of a lattice that has at least so many, then
/// always the one farthest from those taken, so that few are spread like many. No fewer than m.
/// Throws: InvalidArgument unless m >= 2 and 1 <= count <= 1000000.
Matrix spread_lattice(int num_objectives, int count);

/// When to solve a weight vector, and from where.
struct LatticeVisit {
  int parent = -1;  ///< column of a near vector of an earlier wave; -1 in the first one
  int wave = 0;
};

/// Waves in which every vector but the simplex's corners starts from a neighbour that is already
/// solved, coming inwards from the nearest corner: all of one wave are independent. One entry per
/// column of m x N weights, which sum to one. Without corners the vectors nearest to them come
/// first. Cost: O(N^2 m).
std::vector<LatticeVisit> visit_from_corners(ConstMatrixRef weights);

}  // namespace moo
