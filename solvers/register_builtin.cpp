#include "solvers/register_builtin.hpp"

#include <limits>
#include <memory>

#include "solvers/augmented_lagrangian.hpp"
#include "solvers/boundary_intersection.hpp"
#include "solvers/chebyshev.hpp"
#include "solvers/exact_preference.hpp"
#include "solvers/gradient_aggregation.hpp"
#include "solvers/hypervolume_ascent.hpp"
#include "solvers/nsga2.hpp"
#include "solvers/pareto_tracing.hpp"
#include "solvers/penalty_schedule.hpp"
#include "solvers/primal_dual.hpp"
#include "solvers/weighted_sum.hpp"

namespace moo {
namespace {

template <typename SolverType>
std::unique_ptr<Solver> make() {
  return std::make_unique<SolverType>();
}

/// Of solvers whose budget is a number of epochs or generations: what it suffices for depends on
/// the problem, and no point is promised to be stationary.
SolverClaims of_a_budget() {
  return {.kkt_residual = std::numeric_limits<double>::infinity(),
          .convex_share = 0.0,
          .same_front = std::numeric_limits<double>::infinity(),
          .same_surface = std::numeric_limits<double>::infinity()};
}

}  // namespace

void register_builtin_solvers(SolverRegistry& registry) {
  // The claims' shares are measured over the reference problems and rounded down.
  // clang-format off
  registry.add("augmented_lagrangian", "epsilon-constraint sweep; convex and concave fronts",
               make<AugmentedLagrangianSolver>,
               {.concave_share = 0.94, .disconnected_share = 0.85, .convex_surface_share = 0.9, .same_surface = 0.5});
  registry.add("boundary_intersection", "even steps on the plane through the anchors, each along its normal; convex and concave fronts",
               make<BoundaryIntersectionSolver>,
               {.concave_share = 0.94, .disconnected_share = 0.85, .convex_surface_share = 0.92, .concave_surface_share = 0.5, .same_surface = 0.3});
  registry.add("chebyshev", "weighted Chebyshev distances along rays; convex and concave fronts",
               make<ChebyshevSolver>,
               {.concave_share = 0.94, .disconnected_share = 0.55, .convex_surface_share = 0.95, .concave_surface_share = 0.6});
  registry.add("exact_preference", "the point that meets given importances of the objectives (EPO), or points for all of them",
               make<ExactPreferenceSolver>,
               {.concave_share = 0.94, .disconnected_share = 0.55, .convex_surface_share = 0.95, .concave_surface_share = 0.6, .same_surface = 0.4, .follows_preference = true});
  registry.add("gradient_aggregation", "common descent directions (MGDA, UPGrad, CAGrad, Nash-MTL, PCGrad), one descent a point",
               make<GradientAggregationSolver>,
               {.concave_share = 0.94, .keeps_hard_rows = false, .keeps_bounds = false});
  registry.add("hypervolume_ascent", "raises the hypervolume of all points at once; small models, polishing",
               make<HypervolumeAscentSolver>,
               {.concave_share = 0.94, .disconnected_share = 0.55, .convex_surface_share = 0.95, .concave_surface_share = 0.4, .moves_all_points = true});
  registry.add("nsga2", "evolutionary baseline; values only, no gradients", make<Nsga2Solver>, of_a_budget());
  registry.add("pareto_tracing", "predictor and corrector along the front, or over its surface, at even spacing",
               make<ParetoTracingSolver>,
               {.concave_share = 0.94, .disconnected_share = 0.85, .convex_surface_share = 0.95, .concave_surface_share = 0.45, .same_surface = 0.9});
  registry.add("penalty_schedule", "one training run that raises the strengths of violated rules; a baseline, not a front",
               make<PenaltyScheduleSolver>, of_a_budget());
  registry.add("primal_dual", "multipliers follow the true rates while minibatches train; large networks",
               make<PrimalDualSolver>, of_a_budget());
  registry.add("weighted_sum", "weights placed in the widest gap; convex parts of the front",
               make<WeightedSumSolver>,
               {.concave_share = 0.6, .disconnected_share = 0.65, .convex_surface_share = 0.97, .same_surface = 0.3});
  // clang-format on
}

}  // namespace moo
