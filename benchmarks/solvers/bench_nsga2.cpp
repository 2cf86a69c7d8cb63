// NSGA-II of the solvers against pagmo2's in the same run: as many evaluations, the same settings,
// the same reference problems. Arguments: seed. Counter "share": of the analytic hypervolume
// (reference a tenth of the range beyond the nadir); "evaluations": of the objectives.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "libmoo/front/hypervolume.hpp"
#include "libmoo/problem/reference/reference_problem.hpp"
#include "libmoo/run/solve.hpp"
#include "solvers/register_builtin.hpp"

#ifdef MOO_BENCHMARK_PAGMO
#include <pagmo/algorithm.hpp>
#include <pagmo/algorithms/nsga2.hpp>
#include <pagmo/population.hpp>
#include <pagmo/problem.hpp>
#endif

namespace {

using moo::Matrix;
using moo::ReferenceProblem;
using moo::Vector;

constexpr int population = 100;
constexpr int generations = 250;

double share(const ReferenceProblem& problem, const Matrix& objectives) {
  const Vector range = problem.nadir() - problem.ideal();
  const auto scaled = [&](const Matrix& f) -> Matrix {
    return range.cwiseInverse().asDiagonal() * (f.colwise() - problem.ideal());
  };
  const Vector reference = Vector::Constant(range.size(), 1.1);
  return moo::hypervolume(scaled(objectives), reference) /
         moo::hypervolume(scaled(problem.front(5000)), reference);
}

void libmoo_nsga2(benchmark::State& state, const std::string& name) {
  const auto problem = moo::make_reference_problem(name);
  moo::SolverRegistry solvers;
  moo::register_builtin_solvers(solvers);
  const auto solver = solvers.create("nsga2", {{"points", std::to_string(population)},
                                               {"generations", std::to_string(generations)}});
  moo::Request request;
  request.seed = static_cast<std::uint64_t>(state.range(0));
  moo::Report report;
  for (auto _ : state) report = moo::solve(*problem, *solver, request);
  state.counters["share"] =
      share(*problem, report.front.objectives_of(report.front.nondominated()));
  state.counters["evaluations"] = static_cast<double>(report.totals.evaluations);
}

#ifdef MOO_BENCHMARK_PAGMO
/// A reference problem as pagmo's users write theirs.
struct PagmoProblem {
  std::shared_ptr<const ReferenceProblem> problem;
  pagmo::vector_double fitness(const pagmo::vector_double& x) const {
    const Vector f =
        problem->values(Eigen::Map<const Vector>(x.data(), static_cast<Eigen::Index>(x.size())));
    return {f.data(), f.data() + f.size()};
  }
  pagmo::vector_double::size_type get_nobj() const { return problem->objectives().size(); }
  std::pair<pagmo::vector_double, pagmo::vector_double> get_bounds() const {
    const moo::Bounds box = problem->bounds();
    return {{box.lower.data(), box.lower.data() + box.lower.size()},
            {box.upper.data(), box.upper.data() + box.upper.size()}};
  }
};

void pagmo_nsga2(benchmark::State& state, const std::string& name) {
  const auto problem = moo::make_reference_problem(name);
  const auto seed = static_cast<unsigned>(state.range(0));
  Matrix f(problem->num_objectives(), population);
  for (auto _ : state) {
    pagmo::population found(pagmo::problem(PagmoProblem{problem}), population, seed);
    found = pagmo::algorithm(pagmo::nsga2(generations, 0.9, 15.0,
                                          1.0 / static_cast<double>(problem->num_variables()), 20.0,
                                          seed))
                .evolve(found);
    for (int k = 0; k < population; ++k) {
      const auto& one = found.get_f()[static_cast<std::size_t>(k)];
      f.col(k) = Eigen::Map<const Vector>(one.data(), f.rows());
    }
    state.counters["evaluations"] = static_cast<double>(found.get_problem().get_fevals());
  }
  state.counters["share"] = share(*problem, f);
}
#endif

void seeds(benchmark::internal::Benchmark* benchmark) {
  benchmark->Unit(benchmark::kMillisecond)->Iterations(1)->ArgName("seed")->DenseRange(1, 5);
}

#define EVERY_SIZE(function)                                            \
  BENCHMARK_CAPTURE(function, zdt1, std::string("zdt1"))->Apply(seeds); \
  BENCHMARK_CAPTURE(function, zdt2, std::string("zdt2"))->Apply(seeds); \
  BENCHMARK_CAPTURE(function, zdt3, std::string("zdt3"))->Apply(seeds); \
  BENCHMARK_CAPTURE(function, dtlz2, std::string("dtlz2"))->Apply(seeds)

EVERY_SIZE(libmoo_nsga2);
#ifdef MOO_BENCHMARK_PAGMO
EVERY_SIZE(pagmo_nsga2);
#endif

}  // namespace

BENCHMARK_MAIN();
