#pragma once

#include <map>
#include <string>
#include <vector>

#include "libmoo/data/dataset.hpp"

namespace moo {

/// What the ten films with the highest scores of every person's list are worth (see Ratings for the
/// columns), as means over the lists but for the last two:
///
///     ndcg_at_10          with the stars as gains, 0 for films that are not rated
///     tail_at_10          share of films of the long tail
///     diversity_at_10     distance of two of the ten in their genres
///     gini_at_10          Gini's coefficient of how often every film of the catalogue is shown
///     coverage_at_10      share of the catalogue that is shown to anybody
///
/// @param scores N   @param genres columns of zeros and ones   @param films in the catalogue
/// Throws: InvalidArgument when the data have no listed row.
std::map<std::string, double> top_ten_metrics(const Dataset& data, ConstVectorRef scores,
                                              const std::vector<std::string>& genres, int films);

}  // namespace moo
