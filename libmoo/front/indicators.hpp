#pragma once

#include "libmoo/base/vector.hpp"
#include "libmoo/front/hypervolume.hpp"  // callers of indicators find it here too

namespace moo {

// Fronts are m x N matrices, one column a point, every objective minimised. An indicator is Pareto
// compliant when a front that is better (every point of the other is weakly dominated, and the two
// differ) never gets a worse number, and strictly so when it always gets a better one. Only the
// hypervolume is strictly compliant; IGD+, the additive epsilon and R2 are weakly compliant; what
// measures only how points are spread is not compliant at all and ranks no fronts.
//
// All of them throw InvalidArgument when sizes differ or a number is not finite. Distances are
// those of the objectives as given: scale them beforehand.

/// Mean distance from the points z of a reference front (m x R, R >= 1) to the region that the
/// front dominates: mean over z of min over a of |max(a - z, 0)|. 0 is best; infinity for no
/// columns. Weakly Pareto compliant, which the plain inverted generational distance is not. O(N R
/// m). Source: Ishibuchi, Masuda, Tanigaki, Nojima (2015), "Modified distance calculation in
/// generational distance and inverted generational distance".
double inverted_generational_distance_plus(ConstMatrixRef objectives,
                                           ConstMatrixRef reference_front);

/// Smallest number by which the front, moved towards better values, weakly dominates every point of
/// a reference front (m x R, R >= 1): max over z of min over a of max over i of a_i - z_i. Negative
/// where the front is better throughout; infinity for no columns. Weakly Pareto compliant. O(N R
/// m). Source: Zitzler, Thiele, Laumanns, Fonseca, Grunert da Fonseca (2003), "Performance
/// assessment of multiobjective optimizers", sec. IV.
double additive_epsilon(ConstMatrixRef objectives, ConstMatrixRef reference_front);

/// Mean over the columns w of `weights` (m x K >= 0, such as a simplex lattice) of the best
/// weighted Chebyshev utility, min over a of max over i of w_i (a_i - ideal_i). Smaller is better;
/// infinity for no columns. Weakly Pareto compliant, for an ideal that does not depend on the
/// front. O(N K m). Throws also: InvalidArgument for a negative weight. Sources: Hansen,
/// Jaszkiewicz (1998), "Evaluating the quality of approximations to the non-dominated set", R2;
/// Brockhoff, Wagner, Trautmann (2012), "On the properties of the R2 indicator", sec. 2.
double chebyshev_r2(ConstMatrixRef objectives, ConstMatrixRef weights, ConstVectorRef ideal);

/// Standard deviation (of a sample) of the distances |.|_1 from each column to its nearest other. 0
/// is even; 0 for fewer than 3 columns. Not Pareto compliant. O(N^2 m).
/// Source: Schott (1995), "Fault tolerant design using single and multicriteria genetic algorithm
/// optimization", sec. 4.3.
double schott_spacing(ConstMatrixRef objectives);

/// Spread Delta of a 2 x N front, N >= 1: (d_0 + d_1 + sum_k |d_k - mean d|) / (d_0 + d_1 +
/// (N - 1) mean d) with the distances d_k between neighbours along the front and those, d_0 and
/// d_1, from its ends to the ends of the true front (2 x 2: lowest first objective, lowest second).
/// 0 is even and complete, 1 and more is bad. 1 for no columns. Not Pareto compliant. O(N log N).
/// Source: Deb, Pratap, Agarwal, Meyarivan (2002), "A fast and elitist multiobjective genetic
/// algorithm: NSGA-II", sec. V.
double deb_spread(ConstMatrixRef objectives, ConstMatrixRef ends);

/// Radius of the largest hole: largest distance from a point of a reference front (m x R, R >= 1)
/// to the nearest column. 0 is best; infinity for no columns. Not Pareto compliant: it asks for
/// points near the reference, not for good ones. O(N R m).
double coverage_hole(ConstMatrixRef objectives, ConstMatrixRef reference_front);

/// Number of columns that no other dominates, equal ones counted each. Not Pareto compliant: more
/// is not better.
int number_nondominated(ConstMatrixRef objectives);

/// Coefficient of variation (deviation / mean) of the distances between neighbours along a front of
/// two objectives; of nearest-neighbour distances for more (Schott 1995). 0 for fewer than 3
/// columns. Not Pareto compliant.
double spacing_variation(ConstMatrixRef objectives);

/// Order of the columns of a 2 x N matrix along the front: by the first objective.
Eigen::VectorXi order_along_front(ConstMatrixRef objectives);

}  // namespace moo
