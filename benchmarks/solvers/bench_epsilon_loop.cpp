// pareto_tracing against the shortest program a user of NLopt would write: a warm-started loop of
// epsilon constraints over SLSQP, 100 points, in the same run on the same problems.
// Counters: "share" of the analytic hypervolume (reference a tenth of the range beyond the nadir),
// "values" and "gradients" evaluated (a gradient of both functions counts once each).
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "libmoo/front/hypervolume.hpp"
#include "libmoo/problem/reference/reference_problem.hpp"
#include "libmoo/run/solve.hpp"
#include "solvers/register_builtin.hpp"

#ifdef MOO_BENCHMARK_NLOPT
#include <nlopt.h>
#endif

namespace {

using moo::Matrix;
using moo::ReferenceProblem;
using moo::Vector;

constexpr int points = 100;

double share(const ReferenceProblem& problem, const Matrix& objectives) {
  const Vector range = problem.nadir() - problem.ideal();
  const auto scaled = [&](const Matrix& f) -> Matrix {
    return range.cwiseInverse().asDiagonal() * (f.colwise() - problem.ideal());
  };
  const Vector reference = Vector::Constant(range.size(), 1.1);
  return moo::hypervolume(scaled(objectives), reference) /
         moo::hypervolume(scaled(problem.front(20000)), reference);
}

void pareto_tracing(benchmark::State& state, const std::string& name) {
  const auto problem = moo::make_reference_problem(name, static_cast<int>(state.range(0)));
  moo::SolverRegistry solvers;
  moo::register_builtin_solvers(solvers);
  const auto solver = solvers.create("pareto_tracing", {{"points", std::to_string(points)}});
  moo::Report report;
  for (auto _ : state) report = moo::solve(*problem, *solver);
  state.counters["share"] =
      share(*problem, report.front.objectives_of(report.front.nondominated()));
  state.counters["values"] = static_cast<double>(report.totals.evaluations);
  state.counters["gradients"] = static_cast<double>(report.totals.gradients);
}

#ifdef MOO_BENCHMARK_NLOPT
/// One objective of a problem as NLopt calls it.
struct Side {
  const ReferenceProblem* problem;
  int objective;
  double bound = 0.0;
  long values = 0;
  long gradients = 0;
};

double evaluate(unsigned n, const double* x, double* gradient, void* data) {
  Side& side = *static_cast<Side*>(data);
  const auto at = side.problem->linearize(Eigen::Map<const Vector>(x, n));
  ++side.values;
  if (gradient != nullptr) {
    ++side.gradients;
    Matrix column(n, 1);
    at->pullback(Vector::Unit(2, side.objective), column);
    Eigen::Map<Vector>(gradient, n) = column.col(0);
  }
  return at->values()(side.objective) - side.bound;
}

/// min f_0 subject to f_1 <= epsilon, from x; the end alone where epsilon is infinite.
void minimise(Side first, Side second, double epsilon, Vector& x, Side& counted) {
  const auto n = static_cast<unsigned>(x.size());
  nlopt_opt optimizer = nlopt_create(NLOPT_LD_SLSQP, n);
  nlopt_set_min_objective(optimizer, evaluate, &first);
  second.bound = epsilon;
  if (std::isfinite(epsilon)) {
    nlopt_add_inequality_constraint(optimizer, evaluate, &second, 1e-9);
  }
  const moo::Bounds box = first.problem->bounds();
  if (!box.empty()) {
    nlopt_set_lower_bounds(optimizer, box.lower.data());
    nlopt_set_upper_bounds(optimizer, box.upper.data());
  }
  nlopt_set_xtol_rel(optimizer, 1e-8);
  nlopt_set_maxeval(optimizer, 1000);
  double value = 0.0;
  nlopt_optimize(optimizer, x.data(), &value);
  nlopt_destroy(optimizer);
  counted.values += first.values + second.values;
  counted.gradients += first.gradients + second.gradients;
}

void nlopt_slsqp(benchmark::State& state, const std::string& name) {
  const auto problem = moo::make_reference_problem(name, static_cast<int>(state.range(0)));
  const double infinity = std::numeric_limits<double>::infinity();
  Matrix f(2, points);
  Side total{problem.get(), 0};
  for (auto _ : state) {
    total = {problem.get(), 0};
    moo::RandomStream random(1);
    Vector x = problem->start(random);
    minimise({problem.get(), 1}, {problem.get(), 0}, infinity, x, total);
    const double low = problem->values(x)(1);
    Vector start = problem->start(random);
    minimise({problem.get(), 0}, {problem.get(), 1}, infinity, start, total);
    const double high = problem->values(start)(1);
    x = start;
    for (int k = 0; k < points; ++k) {
      const double epsilon = high + (low - high) * k / (points - 1.0);
      minimise({problem.get(), 0}, {problem.get(), 1}, epsilon, x, total);
      f.col(k) = problem->values(x).head(2);
    }
  }
  state.counters["share"] = share(*problem, f);
  state.counters["values"] = static_cast<double>(total.values);
  state.counters["gradients"] = static_cast<double>(total.gradients);
}
#endif

#define EVERY_PROBLEM(function)                                                                    \
  BENCHMARK_CAPTURE(function, fonseca_fleming, std::string("fonseca_fleming"))                     \
      ->Unit(benchmark::kMillisecond)                                                              \
      ->Arg(20)                                                                                    \
      ->Arg(200)                                                                                   \
      ->Arg(1000);                                                                                 \
  BENCHMARK_CAPTURE(function, jos1, std::string("jos1"))->Unit(benchmark::kMillisecond)->Arg(100); \
  BENCHMARK_CAPTURE(function, zdt1, std::string("zdt1"))->Unit(benchmark::kMillisecond)->Arg(30);  \
  BENCHMARK_CAPTURE(function, zdt2, std::string("zdt2"))->Unit(benchmark::kMillisecond)->Arg(30)

EVERY_PROBLEM(pareto_tracing);
#ifdef MOO_BENCHMARK_NLOPT
EVERY_PROBLEM(nlopt_slsqp);
#endif

}  // namespace

BENCHMARK_MAIN();
