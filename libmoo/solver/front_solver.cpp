#include "libmoo/solver/front_solver.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/front/anchors.hpp"

namespace moo {
namespace {

/// Weights that move from even to `extreme` in a few equal steps of the log-odds: an anchor is
/// reached along the front, not in one leap that may land in a trivial model's basin.
std::vector<Vector> approach(const Vector& extreme) {
  constexpr int steps = 4;
  const Vector floored = extreme.cwiseMax(1e-3 / static_cast<double>(extreme.size()));
  std::vector<Vector> weights;
  for (int k = 1; k < steps; ++k) {
    const Vector w = floored.array().pow(static_cast<double>(k) / steps);
    weights.push_back(w / w.sum());
  }
  weights.push_back(extreme);
  return weights;
}

/// Units until the anchors are known, from the scouts.
Scaling provisional_scaling(const Front& front) {
  const int m = front.num_objectives();
  Matrix payoff(m, m);
  for (int j = 0; j < m; ++j) {
    payoff.col(j) = front.scouts()[static_cast<std::size_t>(j)].objectives;
  }
  return Scaling::from_payoff(payoff, front.resolution());
}

/// Which hard group is broken most, in multiples of its rows' tolerances, and by how much; empty
/// when none is.
std::string broken_group(const Problem& problem, const Vector& values) {
  const ConstraintRow* worst = nullptr;
  double largest = 1.0;
  double violation = 0.0;
  for (int i = 0; i < problem.num_hard_rows(); ++i) {
    const ConstraintRow& row = problem.hard_rows()[static_cast<std::size_t>(i)];
    const double c = values(problem.num_objectives() + i);
    const double beyond = row.sense == Sense::equality ? std::abs(c) : c;
    if (!(beyond > largest * row.tolerance)) continue;
    largest = beyond / row.tolerance;
    violation = beyond;
    worst = &row;
  }
  if (worst == nullptr) return {};
  std::array<char, 32> number{};
  std::snprintf(number.data(), number.size(), "%.3g", violation);
  return "hard group '" + worst->group + "' cannot be met: best violation " + number.data() +
         (worst->unit.empty() ? "" : " " + worst->unit) + " (row '" + worst->name + "')";
}

/// Where an objective alone is minimised in a few iterations, further starts cost next to nothing
/// and may find an end of the front that lies behind a local minimum: so many starts at most, while
/// all of them together took fewer iterations than this.
constexpr int most_cheap_starts = 10;
constexpr int cheap_iterations = 24;
constexpr double clearly_lower = 1e-4;  // relative to the minimum, or 1 where that is less

/// A corner is the least of all objectives but one, and the others' minima are often local ones.
constexpr int corner_starts = 3;

}  // namespace

FrontSolver::FrontSolver(std::string id) : id_(std::move(id)) {
  table_.set_owner("solver " + id_);
  table_.add("points", "how many points to aim for", &common_.points, {1, 100000});
  table_.add("tolerance", "largest scaled gradient entry at a solution", &common_.tolerance,
             {1e-12, 1.0});
  table_.add("extreme_weight", "weight left to the other objectives at an end of the front",
             &common_.extreme_weight, {0.0, 0.3});
  table_.add("minimizer", "algorithm for one scalar", &common_.minimizer,
             constrained_minimizer_names());
  table_.add("memory", "curvature pairs of lbfgs", &common_.memory, {1, 1000});
  table_.add("max_iterations", "of one minimisation", &common_.max_iterations, {1, 10000000});
  table_.add("learning_rate", "of adam, at its highest", &common_.adam.learning_rate.rate,
             {1e-12, 1e3});
  table_.add("schedule", "of adam's learning rate", &common_.schedule, schedule_names());
  table_.add("gradient_clip", "adam shortens gradients to this 2-norm; 0: never",
             &common_.adam.largest_norm, {0.0, 1e12});
  table_.add("batches_per_step", "minibatches adam averages in each step",
             &common_.adam.batches_per_step, {1, 1000000});
  table_.add("check_every", "steps of adam on minibatches between looks at all data",
             &common_.adam.check_every, {1, 10000000});
  table_.add("precision", "in which adam evaluates minibatches", &common_.precision,
             {"double", "single"});
  table_.add("scout_starts",
             "from which every objective alone is minimised, the best being kept; 0: while cheap",
             &common_.scout_starts, {0, 10000});
}

ConstrainedMinimizer FrontSolver::minimizer() const { return minimizer(common_.tolerance); }

ConstrainedMinimizer FrontSolver::minimizer(double tolerance) const {
  return {common_.minimizer, {tolerance, common_.max_iterations, common_.memory, adam()}};
}

AdamSettings FrontSolver::adam() const {
  AdamSettings settings = common_.adam;
  settings.learning_rate.kind = schedule_from(common_.schedule);
  settings.precision = common_.precision == "single" ? Precision::single : Precision::full;
  return settings;
}

Vector FrontSolver::anchor_weights(const Front& front, int j) const {
  const int m = front.num_objectives();
  if (m == 1 || front.objectives()[static_cast<std::size_t>(j)].kind == ObjectiveKind::accuracy) {
    return Vector::Unit(m, j);
  }
  Vector weights = Vector::Constant(m, common_.extreme_weight);
  weights(j) = 1.0 - common_.extreme_weight * (m - 1);
  return weights;
}

std::vector<Task> FrontSolver::plan(const Front& so_far) const {
  const int m = so_far.num_objectives();
  std::vector<Task> tasks;
  if (so_far.scouts().empty()) {
    for (int j = 0; j < m; ++j) {
      tasks.push_back({"scout/" + std::to_string(j),
                       "scout",
                       Vector(),
                       Scaling::identity(m),
                       {{"objective", Vector::Constant(1, j)}}});
    }
    return tasks;
  }
  if (so_far.scaling()) {
    if (so_far.nondominated().empty()) return {};  // hard rows that cannot be met
    return plan_front(so_far);
  }
  if (static_cast<int>(so_far.generated_by("anchor").size()) == m) return plan_corners(so_far);
  if (!so_far.generated_by("anchor").empty() || static_cast<int>(so_far.scouts().size()) < m) {
    return {};  // an end of the front could not be found: the failures say why
  }
  const Scaling scaling = provisional_scaling(so_far);
  int accuracy = -1;
  for (int j = 0; j < m; ++j) {
    if (so_far.objectives()[static_cast<std::size_t>(j)].kind == ObjectiveKind::accuracy) {
      accuracy = accuracy < 0 ? j : accuracy;
    }
  }
  for (int j = 0; j < m; ++j) {
    // A penalty alone leads to a trivial model, from which there is no way back: its anchor is
    // approached from the accuracy optimum.
    const bool penalty =
        so_far.objectives()[static_cast<std::size_t>(j)].kind == ObjectiveKind::penalty;
    const int from = penalty && accuracy >= 0 ? accuracy : j;
    const ParetoPoint& scout = so_far.scouts()[static_cast<std::size_t>(from)];
    tasks.push_back({"anchor/" + std::to_string(j),
                     "anchor",
                     scout.parameters,
                     scaling,
                     {{"weights", anchor_weights(so_far, j)},
                      {"objective", Vector::Constant(1, j)},
                      {"approach", Vector::Constant(1, from == j ? 0.0 : 1.0)}}});
    // Scouts are certified in the objectives' own units.
    guess_rows(scout, 1.0 / scaling.range()(from), tasks.back());
  }
  return tasks;
}

std::vector<Task> FrontSolver::plan_corners(const Front& so_far) const {
  const int m = so_far.num_objectives();
  std::vector<Task> tasks;
  for (const int j : objectives_without_range(so_far)) {
    const double rest = (1.0 - common_.extreme_weight) / (m - 1);
    Vector weights = Vector::Constant(m, rest);
    weights(j) = common_.extreme_weight;
    // From the problem's start: scouts and anchors may be saddle points of this sum.
    tasks.push_back({"anchor/" + std::to_string(m + j),
                     "anchor",
                     Vector(),
                     provisional_scaling(so_far),
                     {{"weights", weights},
                      {"objective", Vector::Constant(1, j)},
                      {"approach", Vector::Constant(1, 0.0)}}});
  }
  return tasks;
}

void FrontSolver::solve(const Problem& problem, const Task& task, Recorder& recorder) const {
  if (task.kind == "scout") return solve_scout(problem, task, recorder);
  if (task.kind == "anchor") return solve_anchor(problem, task, recorder);
  solve_task(problem, task, recorder);
}

void FrontSolver::solve_scout(const Problem& problem, const Task& task, Recorder& recorder) const {
  RandomStream random = recorder.random();
  const int j = static_cast<int>(task.number("objective"));
  const Vector weights = Vector::Unit(problem.num_objectives(), j);
  ConstrainedMinimum minimum;
  int iterations = 0;
  bool stopped = false;
  const auto goes_on = [&](int starts) {
    if (stopped) return false;
    if (common_.scout_starts > 0) return starts < common_.scout_starts;
    return starts == 0 || (starts < most_cheap_starts && iterations < cheap_iterations);
  };
  for (int k = 0; goes_on(k); ++k) {
    ConstrainedMinimum next =
        minimizer().minimize(problem, WeightedSum(weights, task.scaling), problem.start(random), {},
                             Vector(), recorder.callback());
    iterations += next.iterations;
    stopped = next.status == MinimizerStatus::stopped;
    // Equally good minima are one to the search: only a clearly lower one replaces the first.
    const double margin = clearly_lower * std::max(1.0, std::abs(minimum.scalarized));
    const bool better = std::pair(!next.feasible, next.scalarized) <
                        std::pair(!minimum.feasible, minimum.scalarized - margin);
    const bool defined = next.status != MinimizerStatus::failed;
    if (k == 0 || (defined && (better || minimum.status == MinimizerStatus::failed))) {
      minimum = std::move(next);
    }
  }
  if (minimum.status == MinimizerStatus::failed) {
    recorder.fail("objective '" + problem.objectives()[static_cast<std::size_t>(j)].name +
                  "' is not finite at the start");
    return;
  }
  Vector multipliers(problem.num_values());
  multipliers << weights, minimum.hard_rows;
  recorder.record({minimum.theta, weights, multipliers, {"scout", {}}, Candidate::Role::scout});
}

void FrontSolver::solve_anchor(const Problem& problem, const Task& task, Recorder& recorder) const {
  const Vector& weights = task.vector("weights");
  const std::vector<Vector> path =
      task.number("approach") > 0.0 ? approach(weights) : std::vector<Vector>{weights};
  RandomStream random = recorder.random();
  const auto from = [&](Vector start) {
    ConstrainedMinimum minimum;
    minimum.theta = std::move(start);
    minimum.hard_rows = row_multipliers(task);
    for (const Vector& w : path) {
      // The scaling tightens once the anchors are known: leave room below the tolerance.
      const double tolerance = &w == &path.back() ? 0.1 * common_.tolerance : 1e-3;
      minimum = minimizer(tolerance).minimize(problem, WeightedSum(w, task.scaling), minimum.theta,
                                              {}, minimum.hard_rows, recorder.callback());
    }
    return minimum;
  };
  const bool is_corner = task.start.size() == 0;
  ConstrainedMinimum minimum = from(is_corner ? problem.start(random) : task.start);
  for (int k = 1; is_corner && k < corner_starts; ++k) {
    if (minimum.status == MinimizerStatus::stopped) break;
    ConstrainedMinimum next = from(problem.start(random));
    const bool lower = next.scalarized < minimum.scalarized - clearly_lower;
    const bool stopped = next.status == MinimizerStatus::stopped;
    if (stopped || (next.feasible && next.status != MinimizerStatus::failed && lower)) {
      minimum = std::move(next);
    }
  }
  record(problem, minimum, weights, Vector(), {"anchor", {{"objective", task.number("objective")}}},
         recorder);
}

Vector row_multipliers(const Task& task) {
  const auto found = task.numbers.find("row_multipliers");
  return found == task.numbers.end() ? Vector() : found->second;
}

void guess_rows(const ParetoPoint& from, double factor, Task& task) {
  const Eigen::Index p = from.constraints.size();
  if (p > 0 && from.multipliers.size() > p) {
    task.numbers["row_multipliers"] = factor * from.multipliers.tail(p);
  }
}

void FrontSolver::record(const Problem& problem, const ConstrainedMinimum& minimum,
                         const Vector& weights, Vector multipliers, Generator generator,
                         Recorder& recorder) {
  if (minimum.status == MinimizerStatus::failed) {
    recorder.fail("failed: the objectives are not finite here");
    return;
  }
  if (minimum.status != MinimizerStatus::stopped && !minimum.feasible) {
    const std::string broken = broken_group(problem, minimum.values);
    const std::string status(to_string(minimum.status));
    recorder.fail(status + ": " +
                  (broken.empty()
                       ? "smallest violation reached " + std::to_string(minimum.violation)
                       : broken));
  }
  if (multipliers.size() == 0) {
    multipliers.resize(problem.num_values());
    multipliers << weights, minimum.hard_rows;
  }
  recorder.record({minimum.theta, weights, std::move(multipliers), std::move(generator),
                   Candidate::Role::front});
}

}  // namespace moo
