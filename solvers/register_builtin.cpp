#include "solvers/register_builtin.hpp"

#include <memory>

#include "solvers/augmented_lagrangian.hpp"
#include "solvers/pareto_tracing.hpp"
#include "solvers/penalty_schedule.hpp"
#include "solvers/weighted_sum.hpp"

namespace moo {
namespace {

template <typename SolverType>
std::unique_ptr<Solver> make() {
  return std::make_unique<SolverType>();
}

}  // namespace

void register_builtin_solvers(SolverRegistry& registry) {
  // clang-format off
  registry.add("augmented_lagrangian", "epsilon-constraint sweep; convex and concave fronts", make<AugmentedLagrangianSolver>);
  registry.add("pareto_tracing", "predictor and corrector along the front at even spacing; two objectives", make<ParetoTracingSolver>);
  registry.add("penalty_schedule", "one training run that raises the strengths of violated rules; a baseline, not a front", make<PenaltyScheduleSolver>);
  registry.add("weighted_sum", "weights placed in the widest gap; convex parts of the front", make<WeightedSumSolver>);
  // clang-format on
}

}  // namespace moo
