#pragma once

#include "libmoo/solver/registry.hpp"

namespace moo {

/// Every solver of this folder, one line each.
void register_builtin_solvers(SolverRegistry& registry);

}  // namespace moo
