#include "solvers/tracing/surface_corner.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "libmoo/problem/scalarization.hpp"

namespace moo {
namespace {

constexpr double suspicious = 1e-3;   ///< share of the widest range, or of the corner's
constexpr double tie_break = 0.0005;  ///< weight of the objective itself: no weakly optimal corners

const ParetoPoint* corner_of(const Front& front, Eigen::Index objective) {
  for (const ParetoPoint& scout : front.scouts()) {
    if (scout.generator.kind != "corner") continue;
    if (scout.generator.numbers.at("objective") == static_cast<double>(objective)) return &scout;
  }
  return nullptr;
}

/// Ranges of the objectives between the anchors, m; the scaling hides those that are nothing.
Vector anchor_ranges(const Front& front) {
  Vector lowest = front.scaling()->ideal;
  Vector highest = lowest;
  for (const ParetoPoint* anchor : front.generated_by("anchor")) {
    lowest = lowest.cwiseMin(anchor->objectives);
    highest = highest.cwiseMax(anchor->objectives);
  }
  return highest - lowest;
}

bool widens(const Front& front, const ParetoPoint& corner, Eigen::Index objective) {
  const double found = corner.objectives(objective) - front.scaling()->ideal(objective);
  return anchor_ranges(front)(objective) < suspicious * found &&
         found > front.resolution()(objective);
}

bool is_restated(const Front& front, Eigen::Index objective) {
  const auto tells = [&](const ParetoPoint& point) {
    const auto found = point.generator.numbers.find("corner");
    return found != point.generator.numbers.end() &&
           found->second == static_cast<double>(objective);
  };
  return std::any_of(front.points().begin(), front.points().end(), tells) ||
         std::any_of(front.scouts().begin(), front.scouts().end(), tells);
}

}  // namespace

Scaling surface_scaling(const Front& front) {
  Scaling scaling = *front.scaling();
  for (Eigen::Index i = 0; i < scaling.ideal.size(); ++i) {
    const ParetoPoint* corner = corner_of(front, i);
    if (corner != nullptr && widens(front, *corner, i)) scaling.nadir(i) = corner->objectives(i);
  }
  return scaling;
}

std::vector<Task> corner_tasks(const Front& front) {
  const Vector range = anchor_ranges(front);
  std::vector<Task> tasks;
  for (Eigen::Index i = 0; i < range.size(); ++i) {
    if (range(i) >= suspicious * range.maxCoeff() || corner_of(front, i) != nullptr) continue;
    // Other narrow ranges are no units either.
    Scaling scaling = *front.scaling();
    for (Eigen::Index j = 0; j < range.size(); ++j) {
      if (range(j) < suspicious * range.maxCoeff()) {
        scaling.nadir(j) = scaling.ideal(j) + range.maxCoeff();
      }
    }
    const double objective = static_cast<double>(i);
    tasks.push_back({"corner/" + std::to_string(i),
                     "corner",
                     Vector(),
                     scaling,
                     {{"objective", Vector::Constant(1, objective)}}});
  }
  if (!tasks.empty()) return tasks;
  const Scaling scaling = surface_scaling(front);
  for (Eigen::Index i = 0; i < range.size(); ++i) {
    const ParetoPoint* corner = corner_of(front, i);
    if (corner == nullptr || !widens(front, *corner, i) || is_restated(front, i)) continue;
    const double objective = static_cast<double>(i);
    tasks.push_back({"seed/" + std::to_string(i),
                     "seed",
                     corner->parameters,
                     scaling,
                     {{"corner", Vector::Constant(1, objective)}}});
  }
  return tasks;
}

void solve_corner(const Problem& problem, const Task& task, const ConstrainedMinimizer& minimizer,
                  Recorder& recorder) {
  const auto objective = static_cast<Eigen::Index>(task.number("objective"));
  RandomStream random = recorder.random();
  Vector weights = Vector::Constant(problem.num_objectives(), 1.0 / problem.num_objectives());
  weights(objective) = 0.0;
  ConstrainedMinimum minimum =
      minimizer.minimize(problem, WeightedSum(weights, task.scaling), problem.start(random), {},
                         Vector(), recorder.callback());
  if (minimum.status == MinimizerStatus::failed) {
    recorder.fail("the objectives are not finite at the start");
    return;
  }
  weights(objective) = tie_break;
  minimum = minimizer.minimize(problem, WeightedSum(weights, task.scaling), minimum.theta, {},
                               minimum.hard_rows, recorder.callback());
  recorder.record({minimum.theta,
                   weights,
                   Vector(),
                   {"corner", {{"objective", task.number("objective")}}},
                   Candidate::Role::scout});
}

}  // namespace moo
