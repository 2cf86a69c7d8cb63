#include "experiments/compare/comparison.hpp"

#include <algorithm>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/front/dominance.hpp"
#include "libmoo/front/indicators.hpp"
#include "libmoo/run/solve.hpp"

namespace moo::compare {
namespace {

std::unique_ptr<Solver> make_solver(const SolverRegistry& registry, const Contestant& contestant,
                                    int points) {
  std::unique_ptr<Solver> solver = registry.create(contestant.solver, contestant.options);
  const std::vector<std::string> names = solver->options().names();
  if (std::count(names.begin(), names.end(), "points") > 0 &&
      contestant.options.count("points") == 0) {
    solver->options().set("points", std::to_string(points));
  }
  return solver;
}

Matrix scaled(const ContestUnits& units, const Matrix& objectives) {
  const Vector range = (units.nadir - units.ideal).cwiseMax(1e-300);
  return range.cwiseInverse().asDiagonal() * (objectives.colwise() - units.ideal);
}

double volume(const ContestUnits& units, const Matrix& objectives) {
  return hypervolume(scaled(units, objectives), Vector::Constant(objectives.rows(), 1.1));
}

Matrix front_of(const ComparedRun& run) {
  return run.report.front.objectives_of(run.report.front.nondominated());
}

ComparedRun run_once(const SolverRegistry& registry, const Contestant& contestant,
                     const Contest& contest, std::uint64_t seed,
                     const ComparisonSettings& settings) {
  ComparedRun run{contestant.name, contest.name, seed, {}, {}, 0.0, 0.0, {}};
  const std::shared_ptr<const Problem> problem = contest.make(seed);
  const std::unique_ptr<Solver> solver = make_solver(registry, contestant, settings.points);
  run.unsupported = solver->explain_unsupported(*problem);
  if (!run.unsupported.empty()) return run;
  Request request;
  request.seed = seed;
  request.max_gradients = settings.max_gradients;
  request.max_seconds = settings.max_seconds;
  run.report = solve(*problem, *solver, request);
  for (const int k : run.report.front.nondominated()) {
    run.worst_kkt_residual =
        std::max(run.worst_kkt_residual,
                 run.report.front.points()[static_cast<std::size_t>(k)].kkt_residual);
  }
  return run;
}

/// The best of all runs: every non-dominated point that anyone found.
Matrix union_front(const std::vector<ComparedRun>& runs, const std::string& contest) {
  Matrix all;
  for (const ComparedRun& run : runs) {
    if (run.contest != contest || !run.unsupported.empty()) continue;
    const Matrix found = front_of(run);
    const Eigen::Index before = all.cols();
    all.conservativeResize(found.rows(), before + found.cols());
    all.rightCols(found.cols()) = found;
  }
  return all(Eigen::all, nondominated_columns(all));
}

ContestUnits units_of(const Contest& contest, const std::vector<ComparedRun>& runs) {
  ContestUnits units;
  Matrix best;
  if (contest.reference != nullptr) {
    units.analytic = true;
    units.ideal = contest.reference->ideal();
    units.nadir = contest.reference->nadir();
    best = contest.reference->front(contest.reference->num_objectives() == 2 ? 10000 : 4000);
  } else {
    best = union_front(runs, contest.name);
    if (best.cols() == 0) return units;  // nobody found anything
    units.ideal = best.rowwise().minCoeff();
    units.nadir = best.rowwise().maxCoeff();
  }
  units.hypervolume = volume(units, best);
  return units;
}

/// Hypervolume against work, in the order in which points were found.
void judge(const ContestUnits& units, ComparedRun& run) {
  if (!run.unsupported.empty() || units.ideal.size() == 0) return;
  run.hypervolume = volume(units, front_of(run));
  double work = 0.0;
  for (const ParetoPoint& scout : run.report.front.scouts()) {
    work += scout.cost.gradient_equivalents();
  }
  std::vector<int> so_far;
  for (const ParetoPoint& point : run.report.front.points()) {
    work += point.cost.gradient_equivalents();
    if (point.feasible) so_far.push_back(point.id);
    run.progress.emplace_back(work, volume(units, run.report.front.objectives_of(so_far)));
  }
  run.progress.emplace_back(run.report.totals.gradient_equivalents(), run.hypervolume);
}

}  // namespace

Comparison compare(const SolverRegistry& registry, std::vector<Contestant> contestants,
                   std::vector<Contest> contests, const ComparisonSettings& settings,
                   const Announcer& announce) {
  for (const Contestant& contestant : contestants) {  // complains before hours are spent
    static_cast<void>(make_solver(registry, contestant, settings.points));
  }
  for (const Contest& contest : contests) static_cast<void>(contest.make(settings.seeds.front()));

  Comparison comparison{settings, std::move(contestants), std::move(contests), {}, {}};
  const int count = static_cast<int>(comparison.contestants.size() * comparison.contests.size() *
                                     settings.seeds.size());
  for (const Contest& contest : comparison.contests) {
    for (const Contestant& contestant : comparison.contestants) {
      for (const std::uint64_t seed : settings.seeds) {
        announce(static_cast<int>(comparison.runs.size()) + 1, count,
                 contestant.name + " on " + contest.name + ", seed " + std::to_string(seed));
        comparison.runs.push_back(run_once(registry, contestant, contest, seed, settings));
      }
    }
    comparison.units.push_back(units_of(contest, comparison.runs));
  }
  for (ComparedRun& run : comparison.runs) {
    const auto contest =
        std::find_if(comparison.contests.begin(), comparison.contests.end(),
                     [&](const Contest& each) { return each.name == run.contest; });
    judge(comparison.units[static_cast<std::size_t>(contest - comparison.contests.begin())], run);
  }
  return comparison;
}

}  // namespace moo::compare
