#pragma once

#include "libmoo/base/vector.hpp"

namespace moo {

// What a model is worth on N rows. Means are over the rows, each counted by its weight where there
// are N weights >= 0 (no weights: all equal).
// Throws, all of them: InvalidArgument when sizes differ, there are no rows, a score is NaN, a
// label is none, or weights are negative, not finite or all 0.

// --- binary classes: labels and members are 0 or 1, N each ---------------------------------------

/// 1 where the probability is at least the threshold, 0 elsewhere; N.
Vector decisions(ConstVectorRef probabilities, double threshold = 0.5);

/// Share of rows whose decision is not their label, in [0, 1].
double error_rate(ConstVectorRef probabilities, ConstVectorRef labels, double threshold = 0.5,
                  ConstVectorRef weights = Vector());

/// Area under the ROC curve: the probability that a row of class 1 scores higher than one of class
/// 0, ties counted half, in [0, 1]; 0.5 when a class is missing. Any scores will do. O(N log N).
///     (R_1 - N_1 (N_1 + 1) / 2) / (N_1 N_0)     R_1: sum of the ranks of class 1, ties averaged
/// With weights a pair of rows counts by the product of theirs.
/// Source: Hanley and McNeil (1982), "The meaning and use of the area under a receiver operating
/// characteristic (ROC) curve", Radiology 143, 29-36.
double area_under_curve(ConstVectorRef probabilities, ConstVectorRef labels,
                        ConstVectorRef weights = Vector());

/// Mean over the rows of -log(probability of the label), in nats, >= 0. A probability of the label
/// below 1e-300 counts as that, so that a certain mistake costs 690.8 and not infinity.
/// Throws: InvalidArgument also when a probability is outside [0, 1].
double binary_cross_entropy(ConstVectorRef probabilities, ConstVectorRef labels,
                            ConstVectorRef weights = Vector());

/// Mean score of the members minus mean score of the others, in the score's own unit; of decisions:
/// the gap of demographic parity. Positive: members score higher.
/// Throws: InvalidArgument also when either group is empty.
double group_gap(ConstVectorRef scores, ConstVectorRef member);

// --- several classes: probabilities and one-hot labels are q x N ---------------------------------

/// Mean of -log(probability of the row's class), in nats; as binary_cross_entropy.
double cross_entropy(ConstMatrixRef probabilities, ConstMatrixRef labels,
                     ConstVectorRef weights = Vector());

/// Share of rows whose likeliest class (the first of equally likely ones) is not theirs.
double class_error_rate(ConstMatrixRef probabilities, ConstMatrixRef labels,
                        ConstVectorRef weights = Vector());

/// Mean over the classes that have rows of the share of their rows that are recognised, in [0, 1]:
/// a rare class counts as much as a common one.
/// Source: Sokolova and Lapalme (2009), table 3, Recall_M.
double macro_recall(ConstMatrixRef probabilities, ConstMatrixRef labels,
                    ConstVectorRef weights = Vector());

// --- numbers: predictions and targets in one unit, N each ----------------------------------------

/// sqrt(mean (z - y)^2), in the targets' unit.
double root_mean_squared_error(ConstVectorRef predictions, ConstVectorRef targets,
                               ConstVectorRef weights = Vector());

/// mean |z - y|, in the targets' unit.
double mean_absolute_error(ConstVectorRef predictions, ConstVectorRef targets,
                           ConstVectorRef weights = Vector());

/// 1 - sum (z - y)^2 / sum (y - mean y)^2, at most 1; negative for predictions worse than the mean.
/// Constant targets leave nothing to explain: 0.
double r_squared(ConstVectorRef predictions, ConstVectorRef targets,
                 ConstVectorRef weights = Vector());

}  // namespace moo
