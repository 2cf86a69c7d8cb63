#include "solvers/weighted_sum.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <set>
#include <utility>

#include "libmoo/front/gaps.hpp"

namespace moo {
namespace {

double log_odds(double w) {
  const double inside = std::clamp(w, 1e-12, 1.0 - 1e-12);
  return std::log(inside / (1.0 - inside));
}

/// Weights for which both ends of a gap are equally good.
Vector chord_normal(const Front& front, const Gap& gap) {
  const Vector p =
      front.scaling()->scaled(front.points()[static_cast<std::size_t>(gap.left)].objectives);
  const Vector q =
      front.scaling()->scaled(front.points()[static_cast<std::size_t>(gap.right)].objectives);
  Vector normal(2);
  normal << p(1) - q(1), q(0) - p(0);
  return normal / normal.sum();
}

/// Whether the weight that would find the deepest point of a gap has not been tried yet. (Where it
/// has, it led to one of the gap's ends, or to a point that others dominate.)
bool reachable(const Front& front, const Gap& gap) {
  const double wanted = log_odds(chord_normal(front, gap)(1));
  constexpr double margin = 0.01;
  return std::none_of(front.points().begin(), front.points().end(), [&](const ParetoPoint& point) {
    return point.generator.kind == "weight" &&
           std::abs(log_odds(point.weights(1)) - wanted) < margin;
  });
}

/// Weights of a point, for more than two objectives: its own, or an anchor's multipliers, whose
/// weights were meant in provisional units. Own weights come first because a trivial model is
/// optimal for many, and its multipliers do not tell for which of them it was found.
Vector weights_of(const ParetoPoint& point, double floor) {
  const Eigen::Index m = point.objectives.size();
  const Vector weights =
      point.generator.kind == "weight" ? point.weights : Vector(point.multipliers.head(m));
  return weights.cwiseMax(floor);
}

std::vector<Gap> reachable_gaps(const Front& front) {
  std::vector<Gap> gaps = gaps_along(front);
  std::erase_if(gaps, [&](const Gap& gap) { return !reachable(front, gap); });
  return gaps;
}

Task weight_task(const Front& front, const Vector& weights, int left, int right, int number) {
  const auto phi = [&](int k) {
    return weights.dot(
        front.scaling()->scaled(front.points()[static_cast<std::size_t>(k)].objectives));
  };
  const int from = phi(left) <= phi(right) ? left : right;
  const ParetoPoint& start = front.points()[static_cast<std::size_t>(from)];
  Task task{"weight/" + std::to_string(number),
            "weight",
            start.parameters,
            *front.scaling(),
            {{"weights", weights}, {"ends", (Vector(2) << left, right).finished()}}};
  guess_rows(start, 1.0, task);
  return task;
}

/// An edge of the triangulated weight simplex, by point index.
struct Edge {
  int a;
  int b;
  double length;
};

/// The edges left after bisecting the simplex of the anchors at every point found so far, longest
/// (in scaled objectives) first.
std::vector<Edge> edges_of(const Front& front) {
  const int m = front.num_objectives();
  std::vector<std::vector<int>> simplices(1);
  for (int j = 0; j < m; ++j) simplices[0].push_back(j);  // the anchors come first in the front
  for (const ParetoPoint& point : front.points()) {
    if (point.generator.kind != "weight") continue;
    const int a = static_cast<int>(point.generator.numbers.at("end_a"));
    const int b = static_cast<int>(point.generator.numbers.at("end_b"));
    std::vector<std::vector<int>> next;
    for (const std::vector<int>& simplex : simplices) {
      const bool has_edge = std::count(simplex.begin(), simplex.end(), a) > 0 &&
                            std::count(simplex.begin(), simplex.end(), b) > 0;
      if (!has_edge) {
        next.push_back(simplex);
        continue;
      }
      for (const int end : {a, b}) {
        std::vector<int> half = simplex;
        std::replace(half.begin(), half.end(), end, point.id);
        next.push_back(std::move(half));
      }
    }
    simplices = std::move(next);
  }
  std::set<std::pair<int, int>> seen;
  std::vector<Edge> edges;
  for (const std::vector<int>& simplex : simplices) {
    for (std::size_t i = 0; i < simplex.size(); ++i) {
      for (std::size_t j = i + 1; j < simplex.size(); ++j) {
        const auto [a, b] = std::minmax(simplex[i], simplex[j]);
        if (!seen.emplace(a, b).second) continue;
        const Vector difference = front.points()[static_cast<std::size_t>(a)].objectives -
                                  front.points()[static_cast<std::size_t>(b)].objectives;
        edges.push_back({a, b, difference.cwiseQuotient(front.scaling()->range()).norm()});
      }
    }
  }
  std::stable_sort(edges.begin(), edges.end(),
                   [](const Edge& x, const Edge& y) { return x.length > y.length; });
  return edges;
}

}  // namespace

WeightedSumSolver::WeightedSumSolver() : FrontSolver("weighted_sum") {}

std::vector<Task> WeightedSumSolver::plan_front(const Front& so_far) const {
  std::vector<Task> tasks;
  int number = static_cast<int>(so_far.points().size());
  const int remaining = common_.points - number;
  if (so_far.num_objectives() < 2 || remaining <= 0) return {};

  if (so_far.num_objectives() == 2) {
    const std::vector<Gap> gaps = reachable_gaps(so_far);
    if (gaps.empty()) return {};
    for (const Gap& gap : widest(gaps, remaining)) {
      tasks.push_back(
          weight_task(so_far, chord_normal(so_far, gap), gap.left, gap.right, number++));
    }
    return tasks;
  }
  // Bisect the longest edges. The geometric mean of two weights is the middle in log-odds; ends
  // whose weights hardly differ have a jump between them that no weight fills.
  constexpr double resolution = 0.02;
  double longest = 0.0;
  for (const Edge& edge : edges_of(so_far)) {
    const auto weights_at = [&](int k) {
      return weights_of(so_far.points()[static_cast<std::size_t>(k)], 0.1 * common_.extreme_weight);
    };
    const Vector a = weights_at(edge.a);
    const Vector b = weights_at(edge.b);
    if ((a.array() / b.array()).log().abs().maxCoeff() < resolution) continue;
    longest = std::max(longest, edge.length);
    if (static_cast<int>(tasks.size()) == remaining || edge.length < 0.5 * longest) break;
    const Vector mean = a.cwiseProduct(b).cwiseSqrt();
    tasks.push_back(weight_task(so_far, mean / mean.sum(), edge.a, edge.b, number++));
  }
  return tasks;
}

void WeightedSumSolver::solve_task(const Problem& problem, const Task& task,
                                   Recorder& recorder) const {
  const Vector& weights = task.vector("weights");
  const ConstrainedMinimum minimum =
      minimizer().minimize(problem, WeightedSum(weights, task.scaling), task.start, {},
                           row_multipliers(task), recorder.callback());
  record(problem, minimum, weights, Vector(),
         {"weight", {{"end_a", task.vector("ends")(0)}, {"end_b", task.vector("ends")(1)}}},
         recorder);
}

std::vector<std::string> WeightedSumSolver::notes(const Front& front) const {
  std::vector<std::string> notes;
  if (front.num_objectives() != 2 || !front.scaling()) return notes;
  const std::vector<Gap> gaps = gaps_along(front);
  std::vector<double> lengths;
  for (const Gap& gap : gaps) lengths.push_back(gap.length);
  std::sort(lengths.begin(), lengths.end());
  for (const Gap& gap : gaps) {
    if (gap.length < 3.0 * lengths[lengths.size() / 2] || gap.length < 0.05) continue;
    if (reachable(front, gap)) continue;  // only not refined yet
    std::array<char, 160> text{};
    std::snprintf(
        text.data(), text.size(),
        "no weight reaches the gap of %.3g (scaled) between points %d and %d: the front is "
        "not convex there, or the path of optima jumps",
        gap.length, gap.left, gap.right);
    notes.emplace_back(text.data());
  }
  return notes;
}

}  // namespace moo
