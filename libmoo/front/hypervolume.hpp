#pragma once

#include "libmoo/base/vector.hpp"

namespace moo {

/// Volume dominated by the columns of an m x N matrix and bounded by a reference point. Columns
/// that do not strictly dominate the reference add nothing; dominated columns, copies and ties are
/// fine. Exact up to rounding. 0 for no columns. Strictly Pareto compliant: the only family of
/// indicators that is (Zitzler et al. 2003).
///
/// Cost: O(N log N) for m = 2 and 3, O(N^2 log N) at worst and O(N^2) in practice for m = 4, for
/// m >= 5 limited sets down to the sweep of four, exponential in m at worst.
/// Source: Beume, Fonseca, Lopez-Ibanez, Paquete, Vahrenhold (2009) for m = 3; Guerreiro, Fonseca
/// (2018) for m = 4; While, Bradstreet, Barone (2012) for m >= 5.
/// Throws: InvalidArgument when sizes differ or a number is not finite.
double hypervolume(ConstMatrixRef objectives, ConstVectorRef reference);

/// Volume that each column alone dominates: hypervolume of all less that without it. N numbers; 0
/// for dominated columns, for every copy of equal columns, and outside the reference.
///
/// Cost: O(N log N) for m = 2, O(N^2) sweeps' steps for m = 3, a hypervolume of a limited set for
/// each column for m >= 4.
/// Source: as hypervolume(). Throws: as hypervolume().
Vector hypervolume_contributions(ConstMatrixRef objectives, ConstVectorRef reference);

/// Derivative of the hypervolume with respect to every objective of every column: m x N, never
/// positive, since improving an objective gains volume. Entry (i, k) is minus the (m - 1)-volume of
/// the facet of the dominated region that column k holds up against axis i. Columns that another
/// dominates, or that do not strictly dominate the reference, have zeros.
///
/// Where columns agree in an objective the hypervolume has a kink; the entry is the one-sided
/// derivative for improving that objective of that column alone, so that every copy of equal
/// columns has the same, nonzero, derivative. For every i, sum_k entry(i, k) (f(i, k) -
/// reference(i)) is the hypervolume where there are no such ties.
///
/// Cost: m hypervolumes. Source: Emmerich, Deutz (2012), "Time complexity and zeros of the
/// hypervolume indicator gradient field", sec. 2 and 3. Throws: as hypervolume().
Matrix hypervolume_gradient(ConstMatrixRef objectives, ConstVectorRef reference);

}  // namespace moo
