#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libmoo/problem/reference/reference_problem.hpp"
#include "libmoo/solver/registry.hpp"
#include "libmoo/solver/report.hpp"

/// Solvers against each other on the same problems, seeds and budget.
namespace moo::compare {

/// A problem to compare on.
struct Contest {
  std::string name;  ///< as it was asked for: "zdt1", "dtlz2:12:3", "experiments/configs/pima.json"
  /// The problem for a seed: data are split anew, reference problems are always the same.
  std::function<std::shared_ptr<const Problem>(std::uint64_t seed)> make;
  /// The same when its front is known; null otherwise.
  std::shared_ptr<const ReferenceProblem> reference;
};

/// A solver with its options, under a name of its own.
struct Contestant {
  std::string name;  ///< "weighted_sum", or "weighted_sum{minimizer=newton}"
  std::string solver;
  std::map<std::string, std::string> options;
};

struct ComparisonSettings {
  int points = 30;                         ///< what every solver aims for
  std::vector<std::uint64_t> seeds = {1};  ///< of problem and run
  long max_gradients = 0;                  ///< budget of a run; 0: none
  double max_seconds = 0.0;                ///< the same in wall time; 0: none
};

/// What one solver did on one problem with one seed.
struct ComparedRun {
  std::string contestant;
  std::string contest;
  std::uint64_t seed = 0;
  std::string unsupported;  ///< why the problem is not for this solver; nothing else is set then
  Report report;
  double hypervolume = 0.0;  ///< of the non-dominated points, in the comparison's units
  double worst_kkt_residual = 0.0;
  /// Work in gradient-equivalents and hypervolume reached, after every point.
  std::vector<std::pair<double, double>> progress;
};

/// The units of one contest: those of its analytic front, or of the best of all runs together.
struct ContestUnits {
  Vector ideal;              ///< m
  Vector nadir;              ///< m
  double hypervolume = 0.0;  ///< of the analytic front, or of the union of all runs' fronts
  bool analytic = false;
};

struct Comparison {
  ComparisonSettings settings;
  std::vector<Contestant> contestants;
  std::vector<Contest> contests;
  std::vector<ContestUnits> units;  ///< per contest
  std::vector<ComparedRun> runs;    ///< contest by contest, contestant by contestant, seed by seed
};

/// Called before every run with its number, their count and a description.
using Announcer = std::function<void(int, int, const std::string&)>;

/// Runs everything, one after the other so that seconds can be compared. Hypervolumes are those of
/// objectives scaled to [0, 1] between ideal and nadir, with reference 1.1.
/// Throws: InvalidArgument before the first run when a solver, an option or a problem is unusable.
Comparison compare(const SolverRegistry& registry, std::vector<Contestant> contestants,
                   std::vector<Contest> contests, const ComparisonSettings& settings,
                   const Announcer& announce);

}  // namespace moo::compare
