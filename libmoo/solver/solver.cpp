#include "libmoo/solver/solver.hpp"

namespace moo {

std::string Solver::explain_unsupported(const Problem&) const { return {}; }

std::vector<std::string> Solver::notes(const Front&) const { return {}; }

Coverage Solver::coverage(const Front& front) const { return coverage_by_spacing(front); }

}  // namespace moo
