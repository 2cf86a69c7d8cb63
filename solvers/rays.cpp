#include "solvers/rays.hpp"

#include <algorithm>
#include <utility>

#include "libmoo/front/gaps.hpp"
#include "libmoo/solver/front_solver.hpp"
#include "libmoo/solver/simplex_lattice.hpp"

namespace moo {
namespace {

Vector scaled_at(const Front& front, int k) {
  return front.scaling()->scaled(front.points()[static_cast<std::size_t>(k)].objectives);
}

Vector recorded_ray(const ParetoPoint& point) {
  Vector ray(point.objectives.size());
  for (Eigen::Index i = 0; i < ray.size(); ++i) {
    ray(i) = point.generator.numbers.at("ray_" + std::to_string(i));
  }
  return ray;
}

/// Points that rays of a kind led to: those of the front, and those that turned out to be none.
std::vector<const ParetoPoint*> tried(const Front& front, const std::string& kind) {
  std::vector<const ParetoPoint*> points = front.generated_by(kind);
  for (const ParetoPoint& scout : front.scouts()) {
    if (scout.generator.kind == kind) points.push_back(&scout);
  }
  return points;
}

Task ray_task(const Front& front, const std::string& kind, const Vector& ray,
              const ParetoPoint& start, int number) {
  Task task{kind + "/" + std::to_string(number),
            kind,
            start.parameters,
            *front.scaling(),
            {{"ray", ray}, {"multipliers", start.multipliers.head(front.num_objectives())}}};
  guess_rows(start, 1.0, task);
  return task;
}

/// Of several starts the one where this is least.
double distance_from(const Vector& ray, const RayBundle& bundle, const Vector& fh) {
  return (bundle.coordinates(fh) - ray).lpNorm<1>() + fh.mean();
}

/// Lets a task begin between two points and more.
void offer_middle(const Front& front, const RayBundle& bundle,
                  const std::vector<const ParetoPoint*>& around, const ParetoPoint& start,
                  Task& task) {
  Vector middle = Vector::Zero(front.num_variables());
  for (const ParetoPoint* point : around) middle += point->parameters;
  task.numbers["middle"] = middle / static_cast<double>(around.size());
  const double here =
      distance_from(task.vector("ray"), bundle, front.scaling()->scaled(start.objectives));
  task.numbers["distance"] = Vector::Constant(1, here);
}

/// A ray that was sent out, and what it led to.
struct Place {
  double along;  ///< first coordinate on the simplex
  const ParetoPoint* point;
};

/// Bisects between neighbouring rays that led to points far apart, the farthest first. Rays that
/// have come much closer to each other than the front's points will be have a gap between them.
std::vector<Task> plan_curve(const Front& front, const RayBundle& bundle, int points,
                             int remaining) {
  std::vector<Place> places;
  for (const ParetoPoint* anchor : front.generated_by("anchor")) {
    places.push_back({bundle.coordinates(front.scaling()->scaled(anchor->objectives))(0), anchor});
  }
  for (const ParetoPoint* point : tried(front, bundle.kind)) {
    places.push_back({recorded_ray(*point)(0), point});
  }
  std::stable_sort(places.begin(), places.end(),
                   [](const Place& a, const Place& b) { return a.along < b.along; });
  std::vector<Gap> gaps;
  for (std::size_t k = 0; k + 1 < places.size(); ++k) {
    const Vector difference = places[k + 1].point->objectives - places[k].point->objectives;
    const double length = difference.cwiseQuotient(front.scaling()->range()).norm();
    const double resolution = 0.125 / points;
    if (places[k + 1].along - places[k].along < resolution || length < 1e-6) continue;
    gaps.push_back({static_cast<int>(k), static_cast<int>(k) + 1, length});
  }
  std::vector<Task> tasks;
  if (gaps.empty()) return tasks;
  const int first = static_cast<int>(front.points().size() + front.scouts().size());
  for (const Gap& gap : widest(gaps, remaining)) {
    const Place& left = places[static_cast<std::size_t>(gap.left)];
    const Place& right = places[static_cast<std::size_t>(gap.right)];
    const double middle = 0.5 * (left.along + right.along);
    const Vector ray = (Vector(2) << middle, 1.0 - middle).finished();
    const Place& from = left.point->feasible ? left : right;
    tasks.push_back(
        ray_task(front, bundle.kind, ray, *from.point, first + static_cast<int>(tasks.size())));
    offer_middle(front, bundle, {left.point, right.point}, *from.point, tasks.back());
  }
  return tasks;
}

/// From the m points nearest to a ray that are not the same.
Task task_from_nearest(const Front& front, const RayBundle& bundle, const Vector& ray, int number) {
  std::vector<std::pair<double, int>> nearest;
  for (const int k : front.nondominated()) {
    nearest.emplace_back((bundle.coordinates(scaled_at(front, k)) - ray).norm(), k);
  }
  std::sort(nearest.begin(), nearest.end());
  std::vector<const ParetoPoint*> around;
  for (const auto& [distance, k] : nearest) {
    const ParetoPoint& point = front.points()[static_cast<std::size_t>(k)];
    const bool same = std::any_of(around.begin(), around.end(), [&](const ParetoPoint* other) {
      return (front.scaling()->scaled(other->objectives) -
              front.scaling()->scaled(point.objectives))
                 .norm() < 1e-6;
    });
    if (!same) around.push_back(&point);
    if (static_cast<int>(around.size()) == front.num_objectives()) break;
  }
  Task task = ray_task(front, bundle.kind, ray, *around.front(), number);
  offer_middle(front, bundle, around, *around.front(), task);
  return task;
}

std::vector<Task> plan_lattice(const Front& front, const RayBundle& bundle, int points) {
  const int m = front.num_objectives();
  int divisions = simplex_lattice_divisions(m, points);
  if (divisions > 1 && simplex_lattice_size(m, divisions) > points) --divisions;
  const Matrix rays = simplex_lattice(m, divisions);
  const std::vector<LatticeVisit> visits = visit_from_corners(rays);
  const auto done = static_cast<int>(tried(front, bundle.kind).size());
  // Corners are the anchors; after them the columns of wave 1, wave 2, ... in their order.
  int wave = 1;
  int before = 0;
  const auto of_wave = [&](int w) {
    std::vector<int> columns;
    for (std::size_t k = 0; k < visits.size(); ++k) {
      if (visits[k].wave == w) columns.push_back(static_cast<int>(k));
    }
    return columns;
  };
  std::vector<int> columns = of_wave(wave);
  while (!columns.empty() && before + static_cast<int>(columns.size()) <= done) {
    before += static_cast<int>(columns.size());
    columns = of_wave(++wave);
  }
  std::vector<Task> tasks;
  for (const int column : columns) {
    tasks.push_back(task_from_nearest(front, bundle, rays.col(column),
                                      static_cast<int>(front.points().size() + tasks.size())));
  }
  return tasks;
}

}  // namespace

RayBundle rays_from_below(std::string kind) {
  return {std::move(kind), [](const Vector& fh) {
            const Vector away = (fh.array() + below_ideal).max(0.0);
            return away.sum() > 0.0
                       ? Vector(away / away.sum())
                       : Vector::Constant(fh.size(), 1.0 / static_cast<double>(fh.size()));
          }};
}

std::vector<Task> plan_rays(const Front& so_far, const RayBundle& bundle, int points) {
  const int remaining = points - static_cast<int>(so_far.generated_by("anchor").size()) -
                        static_cast<int>(tried(so_far, bundle.kind).size());
  if (so_far.num_objectives() < 2 || remaining <= 0) return {};
  return so_far.num_objectives() == 2 ? plan_curve(so_far, bundle, points, remaining)
                                      : plan_lattice(so_far, bundle, points);
}

std::vector<Task> plan_ray(const Front& so_far, const RayBundle& bundle, const Vector& ray) {
  if (so_far.num_objectives() < 2 || !tried(so_far, bundle.kind).empty()) return {};
  return {task_from_nearest(so_far, bundle, ray, static_cast<int>(so_far.points().size()))};
}

Vector ray_start(const Problem& problem, const Task& task, const RayBundle& bundle) {
  const Vector& middle = task.vector("middle");
  const Vector values = problem.linearize(middle)->values().head(problem.num_objectives());
  const double there = distance_from(task.vector("ray"), bundle, task.scaling.scaled(values));
  return there < task.number("distance") ? middle : task.start;
}

Generator ray_generator(const Task& task) {
  Generator generator{task.kind, {}};
  const Vector& ray = task.vector("ray");
  for (Eigen::Index i = 0; i < ray.size(); ++i) {
    generator.numbers["ray_" + std::to_string(i)] = ray(i);
  }
  return generator;
}

}  // namespace moo
