#pragma once

#include <vector>

#include "libmoo/base/vector.hpp"

namespace moo {

// What ranked lists are worth: the metrics themselves, on scores as they are. None of them is
// differentiable.
// Throws, all of them: InvalidArgument when sizes do not fit, a number is NaN, or k < 1.

/// Indices of the k highest scores (all of fewer), highest first, ties by index. O(n log k).
std::vector<int> top_of(ConstVectorRef scores, int k);

/// Normalised discounted cumulative gain of the k highest scores,
///
///     DCG = sum_{i <= k} relevance(i-th) / log2(i + 1),      NDCG = DCG / (DCG of the best order),
///
/// in [0, 1] for relevances >= 0; 0 where nothing is relevant.
/// Source: Jarvelin and Kekalainen (2002), "Cumulated gain-based evaluation of IR techniques",
/// section 2.
double ndcg(ConstVectorRef scores, ConstVectorRef relevance, int k);

/// Gini's coefficient of amounts >= 0: 0 where all are equal, 1 - 1/n where one has everything; 0
/// where there is nothing.
///     (sum_i (2 i - n - 1) x_i) / (n sum x)     x rising, i from 1
double gini_coefficient(ConstVectorRef amounts);

/// How often every one of `num_items` items is in a list. Throws: InvalidArgument also for an item
/// that is none.
Vector exposure_counts(const std::vector<std::vector<int>>& lists, int num_items);

/// Mean over pairs of a list's items of 1 - |A and B| / |A or B|, their distance as sets of
/// features (Jaccard); 0 for fewer than two. Two items without any feature are alike.
/// @param features one column of zeros and ones per item
/// Source: Ziegler, McNee, Konstan, Lausen (2005), "Improving recommendation lists through topic
/// diversification", section 3.1 (intra-list similarity).
double intra_list_diversity(const std::vector<int>& list, ConstMatrixRef features);

}  // namespace moo
