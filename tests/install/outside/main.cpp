#include <cstdio>

#include "libmoo/problem/reference/fonseca_fleming.hpp"
#include "libmoo/run/solve.hpp"
#include "solvers/register_builtin.hpp"

int main() {
  const moo::FonsecaFleming problem(20);  // a concave front: weighted sums find its ends only
  moo::SolverRegistry solvers;
  moo::register_builtin_solvers(solvers);
  const auto tracing = solvers.create("pareto_tracing", {{"points", "50"}});
  const moo::Report report = moo::solve(problem, *tracing);
  std::printf("%zu points, hypervolume %.3f, %ld gradients\n", report.front.points().size(),
              moo::scaled_hypervolume(report.front), report.totals.gradients);
}
