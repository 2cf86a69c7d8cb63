#pragma once

#include <cstdint>
#include <vector>

#include "experiments/tabular/config.hpp"
#include "libmoo/data/split.hpp"
#include "libmoo/data/table.hpp"

namespace moo::tabular {

/// Cuts the rows of the table as the config says. `target_codes` are those of Targets. For kind
/// stratified the strata are target codes x levels of every column in `by`; columns of more than
/// ten different numbers count by their quintiles, and a missing cell is a level.
/// Throws: InvalidArgument or FileError for unusable columns, fewer rows than parts, or a part
/// without rows.
Split split_rows(const Table& table, const SplitConfig& config,
                 const std::vector<int>& target_codes, std::uint64_t seed);

}  // namespace moo::tabular
