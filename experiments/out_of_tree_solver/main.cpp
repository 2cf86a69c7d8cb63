#include <cstdio>
#include <memory>

#include "cantilever.hpp"
#include "libmoo/problem/gradient_check.hpp"
#include "libmoo/run/solve.hpp"
#include "libmoo/run/solver_contract.hpp"
#include "random_weights.hpp"

int main() {
  moo::SolverRegistry registry;
  moo::SolverClaims claims;
  claims.convex_share = 0.93;
  claims.same_front = 0.1;  // other random weights, another front
  registry.add(
      "random_weights", "weighted sums with random weights",
      [] { return std::make_unique<RandomWeights>(); }, claims);

  int kept = 0;
  for (const char* name : {"two_quadratics", "jos1", "fonseca_fleming"}) {
    const auto breaches =
        moo::check_contract(registry, "random_weights", *moo::make_reference_problem(name));
    std::printf("%s", moo::to_text(breaches).c_str());
    if (breaches.empty()) ++kept;
  }
  std::printf("random_weights keeps its contract on %d problems\n", kept);

  const Cantilever problem;
  const moo::Vector middle{{2.0, 5.0}};
  std::printf("cantilever: worst derivative error %.0e\n",
              moo::check_gradients(problem, middle, moo::RandomStream(1)).worst());
  const moo::Report report = moo::solve(problem, *registry.create("random_weights"));
  std::printf("%zu points, hypervolume %.3f, %ld gradients\n", report.front.points().size(),
              moo::scaled_hypervolume(report.front), report.totals.gradients);
  return kept == 3 ? 0 : 1;
}
