#pragma once

#include <vector>

#include "libmoo/base/random.hpp"
#include "libmoo/base/vector.hpp"

namespace moo {

/// Row indices of three parts of a table, ascending in each; every row is in exactly one.
struct Split {
  std::vector<int> train;
  std::vector<int> validation;
  std::vector<int> test;
};

/// Splits N rows so that every stratum is spread over the parts in proportion. `strata` holds N
/// codes, such as 2 * label + group; each stratum is shuffled by its own substream, so another
/// stratum's rows do not change its cut. Per stratum a part is within one row of its share; a
/// stratum of few rows may miss the small parts. A part with share 0 stays empty; train gets the
/// rest. Throws: InvalidArgument when a share is outside [0, 1), the two leave nothing for train,
/// or a part with a positive share gets no row.
Split stratified_split(const std::vector<int>& strata, double validation_share, double test_share,
                       RandomStream random);

/// The same for `count` rows of one stratum.
Split random_split(int count, double validation_share, double test_share, RandomStream random);

/// The rows in rising order of their times: the last ones are the test, those before them the
/// validation. Rows of one moment stay together, in the earlier part. A part with share 0 stays
/// empty. Throws: InvalidArgument as stratified_split, or for a time that is not finite.
Split ordered_split(ConstVectorRef times, double validation_share, double test_share);

/// Codes 0 ... count - 1 of rows by their values: how many of the count - 1 inner quantiles of the
/// values are not above a row's. Equal values have one code, so a code may not occur.
/// Throws: InvalidArgument for count < 1 or a value that is not finite.
std::vector<int> quantile_codes(ConstVectorRef values, int count);

}  // namespace moo
