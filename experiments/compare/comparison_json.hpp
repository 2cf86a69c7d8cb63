#pragma once

#include <nlohmann/json_fwd.hpp>

#include "experiments/compare/comparison.hpp"
#include "libmoo/io/context.hpp"

namespace moo::compare {

/// The comparison file, described in docs/compare.md; analysis/compare_solvers.py reads it.
nlohmann::ordered_json to_json(const Comparison& comparison, const SolverRegistry& registry,
                               const RunContext& context);

}  // namespace moo::compare
