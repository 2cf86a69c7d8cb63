#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libmoo/problem/reference/reference_problem.hpp"
#include "libmoo/solver/registry.hpp"

namespace moo {

/// One clause of the contract that a solver did not keep.
struct Breach {
  std::string clause;   ///< such as "same seed, same front"
  std::string problem;  ///< on which it was broken
  std::string detail;   ///< what was seen, with numbers
};

struct ContractSettings {
  int points = 30;          ///< asked for with two objectives; 100 with three, 300 with more
  std::uint64_t seed = 11;  ///< of every run
  /// Gradients beyond a budget that may be in flight when it is noticed, besides one Jacobian: a
  /// line search.
  int in_flight = 40;
};

/// Whether a solver is meant for a problem: by its claims, and by what it says itself.
bool fits(const SolverRegistry& registry, const std::string& id, const Problem& problem);

/// Holds a registered solver to what moo::solve and its users rely on, on a problem that fits it:
///
///  - the run ends `complete`, with at least one feasible point where there are feasible ones; with
///    hard rows and local fronts it may fail instead, when it says so;
///  - points not marked dominated are mutually non-dominated, the others are dominated;
///  - every point re-evaluates to the objectives it is stored with, exactly;
///  - its multipliers and its KKT residual are those of an independent computation; the residual of
///    at least nine points in ten is within the claimed one, and so is that of every point called
///    converged;
///  - points called feasible keep bounds and hard rows;
///  - the same seed gives the same front, bit for bit, on one thread and on three;
///  - a budget of half the gradients is respected, a stop is honoured within one iteration, and
///    what was found until then is kept;
///  - permuting the objectives, or changing the unit of one (where claimed), leaves the front in
///    place, judged by its hypervolume;
///  - the hypervolume is within the claimed share of the analytic one, and nothing lies beyond the
///    analytic front.
///
/// Returns every clause that was broken; empty: the contract is kept. About six runs of the solver.
std::vector<Breach> check_contract(const SolverRegistry& registry, const std::string& id,
                                   const ReferenceProblem& problem,
                                   const ContractSettings& settings = {});

/// The clauses that need no particular problem: an unknown option and a value that is none are
/// refused; one objective gives one point, its minimum; objectives that are NaN outside a ball, or
/// already at the start, give a status and no point that is not finite; identical objectives give a
/// front.
std::vector<Breach> check_general_contract(const SolverRegistry& registry, const std::string& id,
                                           const ContractSettings& settings = {});

/// One line per breach, for a test's message.
std::string to_text(const std::vector<Breach>& breaches);

}  // namespace moo
