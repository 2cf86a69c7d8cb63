#pragma once

#include "libmoo/base/vector.hpp"

namespace moo {

// What a binary classifier is worth on N rows. Labels and members are 0 or 1, N each.
// Throws, all of them: InvalidArgument when sizes differ, there are no rows, a score is NaN, or a
// label is neither 0 nor 1.

/// 1 where the probability is at least the threshold, 0 elsewhere; N.
Vector decisions(ConstVectorRef probabilities, double threshold = 0.5);

/// Share of rows whose decision is not their label, in [0, 1].
double error_rate(ConstVectorRef probabilities, ConstVectorRef labels, double threshold = 0.5);

/// Area under the ROC curve: the probability that a row of class 1 scores higher than one of class
/// 0, ties counted half, in [0, 1]; 0.5 when a class is missing. Any scores will do. O(N log N).
///     (R_1 - N_1 (N_1 + 1) / 2) / (N_1 N_0)     R_1: sum of the ranks of class 1, ties averaged
/// Source: Hanley and McNeil (1982), "The meaning and use of the area under a receiver operating
/// characteristic (ROC) curve", Radiology 143, 29-36.
double area_under_curve(ConstVectorRef probabilities, ConstVectorRef labels);

/// Mean over the rows of -log(probability of the label), in nats, >= 0. A probability of the label
/// below 1e-300 counts as that, so that a certain mistake costs 690.8 and not infinity.
/// Throws: InvalidArgument also when a probability is outside [0, 1].
double binary_cross_entropy(ConstVectorRef probabilities, ConstVectorRef labels);

/// Mean score of the members minus mean score of the others, in the score's own unit; of decisions:
/// the gap of demographic parity. Positive: members score higher.
/// Throws: InvalidArgument also when either group is empty.
double group_gap(ConstVectorRef scores, ConstVectorRef member);

}  // namespace moo
