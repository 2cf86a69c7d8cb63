#include "solvers/weighted_sum.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "libmoo/front/gaps.hpp"
#include "libmoo/solver/simplex_lattice.hpp"
#include "solvers/weights/cuts.hpp"
#include "solvers/weights/facets.hpp"
#include "solvers/weights/gap_probe.hpp"

namespace moo {
namespace {

constexpr double flat = 1e-5;     // room below a facet that is not worth a solve, scaled
constexpr int most_for_hull = 4;  // objectives

/// The point that was found for these lattice weights, or the best of all for them.
const ParetoPoint* solved_for(const Front& front, const Vector& weights, double floor) {
  const Vector wanted = floored(weights, floor);
  const ParetoPoint* best = nullptr;
  double least = INFINITY;
  for (const ParetoPoint& point : front.points()) {
    const double phi = wanted.dot(front.scaling()->scaled(point.objectives));
    if (!point.feasible || phi >= least) continue;
    least = phi;
    best = &point;
  }
  return best;
}

/// Whether nearly these weights have been solved for: they would lead to the same point again.
bool tried(const Front& front, const Vector& weights) {
  constexpr double margin = 0.01;  // of the logarithms
  const auto same = [&](const ParetoPoint& point) {
    return point.generator.kind == "weight" &&
           (point.weights.array() / weights.array()).log().abs().maxCoeff() < margin;
  };
  return std::any_of(front.points().begin(), front.points().end(), same) ||
         std::any_of(front.scouts().begin(), front.scouts().end(), same);
}

/// The n-th task of a wave that solves for weights from one of several ends.
Task weight_task(const Front& front, const std::string& kind, const Vector& weights,
                 std::vector<const ParetoPoint*> ends, std::size_t n) {
  const auto phi = [&](const ParetoPoint* point) {
    return weights.dot(front.scaling()->scaled(point->objectives));
  };
  std::stable_sort(ends.begin(), ends.end(),
                   [&](const ParetoPoint* a, const ParetoPoint* b) { return phi(a) < phi(b); });
  const std::size_t found = front.points().size() + front.scouts().size();
  Task task{kind + "/" + std::to_string(found) + "/" + std::to_string(n),
            kind,
            ends.front()->parameters,
            *front.scaling(),
            {{"weights", weights}}};
  Vector ids(static_cast<Eigen::Index>(ends.size()));
  for (std::size_t k = 0; k < ends.size(); ++k) {
    const std::string number = std::to_string(k);
    ids(static_cast<Eigen::Index>(k)) = ends[k]->id;
    task.numbers["objectives_" + number] = front.scaling()->scaled(ends[k]->objectives);
    if (k > 0) task.numbers["start_" + number] = ends[k]->parameters;
  }
  task.numbers["ends"] = ids;
  guess_rows(*ends.front(), 1.0, task);
  return task;
}

/// Where a task may start from, the best first: its ends, and, without hard rows, mixtures of
/// their parameters that are better than all of them. Cost: an evaluation per mixture.
struct Starts {
  std::vector<Vector> ends;
  Vector mixture;  ///< empty: none is better
};

Starts starts_of(const Problem& problem, const Task& task, const Scalarization& phi) {
  Starts starts;
  starts.ends.push_back(task.start);
  const Eigen::Index count = task.vector("ends").size();
  for (Eigen::Index k = 1; k < count; ++k) {
    starts.ends.push_back(task.vector("start_" + std::to_string(k)));
  }
  if (count < 2 || problem.num_hard_rows() > 0) return starts;
  std::vector<Vector> mixtures;
  if (count == 2) {
    for (const double share : {0.25, 0.5, 0.75}) {
      mixtures.emplace_back((1.0 - share) * starts.ends[0] + share * starts.ends[1]);
    }
  } else {
    Vector mean = Vector::Zero(task.start.size());
    for (const Vector& end : starts.ends) mean += end / static_cast<double>(count);
    mixtures.push_back(std::move(mean));
  }
  double best = phi.value(task.scaling.unscaled(task.vector("objectives_0")));
  for (Vector& mixture : mixtures) {
    const double value = phi.value(problem.linearize(mixture)->values());
    if (!(value < best)) continue;
    best = value;
    starts.mixture = std::move(mixture);
  }
  return starts;
}

template <typename... Values>
std::string text(const char* format, Values... values) {
  std::array<char, 240> buffer{};
  std::snprintf(buffer.data(), buffer.size(), format, values...);
  return buffer.data();
}

}  // namespace

WeightedSumSolver::WeightedSumSolver() : FrontSolver("weighted_sum") {
  table_.add("error_tolerance",
             "stop when no supported point can lie deeper below the points' hull, scaled; 0: never",
             &options_.error_tolerance, {0.0, 1.0});
  table_.add("starts",
             "of two objectives: one end of the segment or a mixture, both ends, or both where no "
             "mixture is better; cold: the problem's own start, for comparison",
             &options_.starts, {"auto", "one", "both", "cold"});
  table_.add("jump_tolerance", "distance below a cut that counts as a better branch, scaled",
             &options_.jump_tolerance, {1e-9, 1.0});
  table_.add("probes", "most gaps to look into, of two objectives; 0: none", &options_.probes,
             {0, 1000});
  table_.add("lattice_share",
             "of the points that lie on a lattice of weights, for three and four objectives",
             &options_.lattice_share, {0.0, 1.0});
}

std::vector<Task> WeightedSumSolver::plan_front(const Front& so_far) const {
  const int m = so_far.num_objectives();
  if (m < 2) return {};
  std::vector<Task> tasks = plan_branches(so_far);
  if (!tasks.empty()) return tasks;
  int points = 0;
  for (const Cut& cut : cuts_of(so_far)) points += cut.is_point ? 1 : 0;
  if (m > 2) {
    const int share = static_cast<int>(std::lround(options_.lattice_share * common_.points));
    const int lattice = m > most_for_hull ? common_.points : share;
    tasks = plan_lattice(so_far, lattice);
    if (!tasks.empty()) return tasks;
  }
  if (m <= most_for_hull && points < common_.points) {
    tasks = plan_facets(so_far, common_.points - points);
    if (!tasks.empty()) return tasks;
  }
  return m == 2 ? plan_probes(so_far) : std::vector<Task>{};
}

std::vector<Task> WeightedSumSolver::plan_branches(const Front& so_far) const {
  const std::vector<Cut> cuts = cuts_of(so_far);
  std::vector<Task> tasks;
  std::vector<const ParetoPoint*> done = so_far.generated_by("branch");
  for (const ParetoPoint& scout : so_far.scouts()) {
    if (scout.generator.kind == "branch") done.push_back(&scout);
  }
  if (static_cast<int>(done.size()) > 3 * common_.points) return {};
  for (const BetterBranch& better : better_branches(so_far, cuts, options_.jump_tolerance)) {
    const bool again = std::any_of(done.begin(), done.end(), [&](const ParetoPoint* point) {
      return static_cast<int>(point->generator.numbers.at("from")) == better.from->id &&
             (point->weights - better.cut->weights).lpNorm<Eigen::Infinity>() < 1e-12;
    });
    if (again) continue;
    tasks.push_back(
        weight_task(so_far, "branch", better.cut->weights, {better.from}, tasks.size()));
  }
  return tasks;
}

std::vector<Task> WeightedSumSolver::plan_lattice(const Front& so_far, int points) const {
  const int m = so_far.num_objectives();
  if (points <= m) return {};
  const Matrix weights = spread_lattice(m, points);
  const std::vector<LatticeVisit> visits = visit_from_corners(weights);
  int wave = 1;  // the corners are the anchors
  for (const ParetoPoint* point : so_far.generated_by("weight")) {
    const auto known = point->generator.numbers.find("wave");
    if (known != point->generator.numbers.end()) {
      wave = std::max(wave, static_cast<int>(known->second) + 1);
    }
  }
  std::vector<Task> tasks;
  for (std::size_t k = 0; k < visits.size(); ++k) {
    if (visits[k].wave != wave) continue;
    const Vector w = weights.col(static_cast<Eigen::Index>(k));
    const ParetoPoint* from =
        solved_for(so_far, weights.col(visits[k].parent), 0.1 * common_.extreme_weight);
    tasks.push_back(weight_task(so_far, "weight", floored(w, 0.1 * common_.extreme_weight), {from},
                                tasks.size()));
    tasks.back().numbers["wave"] = Vector::Constant(1, wave);
  }
  return tasks;
}

std::vector<Task> WeightedSumSolver::plan_facets(const Front& so_far, int remaining) const {
  std::vector<Task> tasks;
  double largest = 0.0;
  const double crowded = 0.1 / common_.points;  // of a front about one and a half long
  for (const Facet& facet : facets_of(so_far, 0.1 * std::max(common_.extreme_weight, 1e-8))) {
    if (facet.error <= std::max(options_.error_tolerance, flat)) break;
    if (facet.error < 0.5 * largest || static_cast<int>(tasks.size()) == remaining) break;
    if (facet.length < crowded || tried(so_far, facet.weights)) continue;
    largest = std::max(largest, facet.error);
    tasks.push_back(weight_task(so_far, "weight", facet.weights, facet.ends, tasks.size()));
  }
  return tasks;
}

std::vector<Task> WeightedSumSolver::plan_probes(const Front& so_far) const {
  const std::vector<GapProbe> probes = probes_in(so_far);
  const int remaining = options_.probes - static_cast<int>(probes.size());
  std::vector<Gap> gaps = gaps_without_weight(so_far, probes);
  std::erase_if(gaps, [&](const Gap& gap) {
    const GapProbe* probe = probe_over(so_far, gap, probes);
    if (probe == nullptr) return false;
    const Vector left = scaled_objectives(so_far, gap.left);
    const Vector right = scaled_objectives(so_far, gap.right);
    // Nothing was found in it, or there is nothing more to find out.
    return (probe->left - left).norm() + (probe->right - right).norm() < 1e-9 ||
           judge(*probe, left, right) == SegmentKind::disconnected ||
           judge(*probe, left, right) == SegmentKind::supported;
  });
  std::vector<Task> tasks;
  for (const Gap& gap : widest(std::move(gaps), remaining)) {
    tasks.push_back(
        probe_task(so_far, gap,
                   "probe/" + std::to_string(probes.size()) + "/" + std::to_string(tasks.size())));
  }
  return tasks;
}

void WeightedSumSolver::solve_task(const Problem& problem, const Task& task,
                                   Recorder& recorder) const {
  if (task.kind == "probe") return solve_probe(problem, task, minimizer(), recorder);
  solve_weight(problem, task, recorder);
}

void WeightedSumSolver::solve_weight(const Problem& problem, const Task& task,
                                     Recorder& recorder) const {
  const Vector& weights = task.vector("weights");
  const WeightedSum phi(weights, task.scaling);
  Starts starts;
  if (options_.starts == "cold" && task.kind == "weight") {
    RandomStream random = recorder.random();
    starts.ends.push_back(problem.start(random));
  } else {
    starts = starts_of(problem, task, phi);
  }
  const bool both =
      options_.starts == "both" || (options_.starts == "auto" && starts.mixture.size() == 0);
  std::vector<Vector> from;
  if (both && starts.ends.size() == 2) {
    from = std::move(starts.ends);
  } else {
    from.push_back(starts.mixture.size() > 0 ? starts.mixture : starts.ends.front());
  }
  ConstrainedMinimum best;
  for (const Vector& start : from) {
    ConstrainedMinimum minimum =
        minimizer().minimize(problem, phi, start, {}, row_multipliers(task), recorder.callback());
    const bool better =
        &start == &from.front() || best.status == MinimizerStatus::failed ||
        (minimum.feasible && (!best.feasible || minimum.scalarized < best.scalarized));
    if (better && minimum.status != MinimizerStatus::failed) best = std::move(minimum);
  }
  const Vector& ends = task.vector("ends");
  Generator generator{task.kind, {}};
  if (task.kind == "branch") {
    generator.numbers = {{"from", ends(0)}};
  } else {
    for (Eigen::Index k = 0; k < ends.size(); ++k) {
      generator.numbers[std::string("end_") + static_cast<char>('a' + k)] = ends(k);
    }
    const auto wave = task.numbers.find("wave");
    if (wave != task.numbers.end()) generator.numbers["wave"] = wave->second(0);
    generator.numbers["starts"] = static_cast<double>(from.size());
    generator.numbers["mixed"] = starts.mixture.size() > 0 ? 1.0 : 0.0;
  }
  record(problem, best, weights, Vector(), std::move(generator), recorder);
}

Coverage WeightedSumSolver::coverage(const Front& front) const {
  Coverage coverage = FrontSolver::coverage(front);
  if (coverage.empty()) return coverage;
  for (const Gap& gap : gaps_without_weight(front, probes_in(front))) {
    const auto segment = std::find_if(coverage.begin(), coverage.end(),
                                      [&](const Segment& each) { return each.left == gap.left; });
    segment->kind = SegmentKind::unresolved;
    segment->decided_by = "weight";
  }
  apply_probes(front, coverage);
  return coverage;
}

std::vector<std::string> WeightedSumSolver::notes(const Front& front) const {
  std::vector<std::string> notes;
  if (!front.scaling() || front.num_objectives() < 2) return notes;
  for (const Segment& segment : coverage(front)) {
    if (segment.decided_by != "weight" && segment.decided_by != "probe") continue;
    if (segment.kind == SegmentKind::supported) continue;
    notes.push_back(text("no weight reaches the gap of %.3g (scaled) between points %d and %d: %s",
                         segment.length, segment.left, segment.right,
                         std::string(to_string(segment.kind)).c_str()));
  }
  const std::vector<Facet> facets = facets_of(front, 0.0);
  if (!facets.empty()) {
    notes.push_back(text(
        "no supported point lies more than %.2g (scaled) below the points' hull, if every minimum "
        "is a global one",
        facets.front().error));
  }
  const std::size_t branches = front.generated_by("branch").size();
  if (branches > 0) {
    notes.push_back(text("%d weight(s) had a better minimum on another branch: local minima",
                         static_cast<int>(branches)));
  }
  return notes;
}

}  // namespace moo
