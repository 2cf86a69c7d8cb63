#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "libmoo/problem/scalarization.hpp"
#include "libmoo/solver/front_solver.hpp"
#include "solvers/tracing/surface.hpp"
#include "solvers/tracing/surface_grid.hpp"

namespace moo {
namespace {

constexpr double clear_of_others = 0.8;  ///< of a spacing: a target nearer to a point is dropped
constexpr double longest_move = 1.25;  ///< of a spacing: a target further from its point is dropped
constexpr double same_target = 0.3;    ///< of a spacing: a target this near one that was missed
constexpr double first_share = 0.3;    ///< of the points: for the pass that measures the surface
constexpr double final_share = 0.88;   ///< of the points: what the last pass aims at

/// Number of points of a simplex lattice of that dimension with k steps along an edge, for real k.
double lattice_points(double k, int dimension) {
  double count = 1.0;
  for (int i = 1; i <= dimension; ++i) count *= (k + i) / i;
  return count;
}

/// Steps along an edge of a simplex lattice with so many points.
double lattice_steps(double points, int dimension) {
  double low = 0.0;
  double high = points;
  for (int i = 0; i < 100; ++i) {
    const double middle = 0.5 * (low + high);
    (lattice_points(middle, dimension) < points ? low : high) = middle;
  }
  return std::max(high, 1e-3);
}

double number_or(const Generator& generator, const std::string& name, double otherwise) {
  const auto found = generator.numbers.find(name);
  return found == generator.numbers.end() ? otherwise : found->second;
}

/// Normal of the tangent plane at a point: the multipliers of the solver's own chart where it left
/// them (those of the certificate are not unique at edges and corners).
Vector normal_of(const Front& front, const ParetoPoint& point) {
  const int m = front.num_objectives();
  const bool traced = point.generator.kind == "trace" && point.weights.size() == m;
  Vector normal = point.weights;
  if (!traced) {
    normal = point.multipliers.head(m)
                 .cwiseProduct(front.scaling()->range())
                 .cwiseQuotient(front.scaling()->range());
  }
  normal = normal.cwiseMax(0.0);
  return normal.norm() > 0.0 ? Vector(normal.normalized()) : Vector(Vector::Ones(m).normalized());
}

/// The roots e_i - e_j, turned by the least rotation that takes (1, ..., 1) to the normal; unit
/// columns, m x m(m-1).
Matrix directions_across(const Vector& normal) {
  const Eigen::Index m = normal.size();
  const Vector even = Vector::Ones(m).normalized();
  const Vector bisector = (even + normal).normalized();
  Matrix directions(m, m * (m - 1));
  Eigen::Index column = 0;
  for (Eigen::Index i = 0; i < m; ++i) {
    for (Eigen::Index j = 0; j < m; ++j) {
      if (i == j) continue;
      Vector root = (Vector::Unit(m, i) - Vector::Unit(m, j)) / std::sqrt(2.0);
      // Two reflections make the rotation; the first leaves roots where they are.
      root -= 2.0 * bisector.dot(root) * bisector;
      directions.col(column++) = root - normal.dot(root) * normal;
    }
  }
  directions.colwise().normalize();
  return directions;
}

/// State of the pass under way, read off the front.
struct Pass {
  double spacing;
  int dimension;  ///< of the front: m - 1, or fewer when nowhere more directions were open
};

Pass pass_of(const Front& front, const SurfaceOptions& options) {
  const int m = front.num_objectives();
  constexpr double typical_edge = 1.5;
  Pass pass{typical_edge / lattice_steps(first_share * options.points, m - 1), 0};
  const auto look = [&](const ParetoPoint& point) {
    pass.spacing = std::min(pass.spacing, number_or(point.generator, "spacing", pass.spacing));
    pass.dimension =
        std::max(pass.dimension, static_cast<int>(number_or(point.generator, "dimension", 0.0)));
  };
  for (const ParetoPoint& point : front.points()) look(point);
  for (const ParetoPoint& scout : front.scouts()) look(scout);
  if (pass.dimension == 0) pass.dimension = m - 1;
  if (options.spacing > 0.0) pass.spacing = options.spacing;
  return pass;
}

/// Earlier targets that were missed at this spacing: parent and place.
struct Missed {
  int from;
  Vector place;
};

std::vector<Missed> missed_at(const Front& front, double spacing) {
  const Scaling& scaling = *front.scaling();
  std::vector<Missed> missed;
  for (const ParetoPoint* point : front.generated_by("trace")) {
    if (!point->dominated || number_or(point->generator, "spacing", 0.0) != spacing) continue;
    missed.push_back(
        {static_cast<int>(point->generator.numbers.at("from")), scaling.scaled(point->objectives)});
  }
  for (const ParetoPoint& scout : front.scouts()) {
    if (scout.generator.kind != "missed") continue;
    if (number_or(scout.generator, "spacing", 0.0) != spacing) continue;
    Vector place(front.num_objectives());
    for (Eigen::Index i = 0; i < place.size(); ++i) {
      place(i) = scout.generator.numbers.at("target_" + std::to_string(i));
    }
    missed.push_back({static_cast<int>(scout.generator.numbers.at("from")), place});
  }
  return missed;
}

/// Columns of numbers, flat.
Vector flat(const std::vector<Vector>& columns) {
  Eigen::Index size = 0;
  for (const Vector& column : columns) size += column.size();
  Vector all(size);
  size = 0;
  for (const Vector& column : columns) {
    all.segment(size, column.size()) = column;
    size += column.size();
  }
  return all;
}

Vector flag(double truth) { return Vector::Constant(1, truth); }

/// Whether tangents of least length, which need no Hessian products, have predicted as well as
/// exact ones: those hardly differed, and points found with them needed no correction.
bool least_length_suffices(const Front& front) {
  int exact = 0;
  int alike = 0;
  int least = 0;
  int corrected = 0;
  for (const ParetoPoint* point : front.generated_by("trace")) {
    const double bend = number_or(point->generator, "bend", -1.0);
    if (bend >= 0.0) {
      ++exact;
      if (bend < 1e-3) ++alike;
    } else if (number_or(point->generator, "corrector", 1.0) == 0.0) {
      ++least;
      if (number_or(point->generator, "step", 0.0) > 0.0) ++corrected;
    }
  }
  return exact >= 2 && alike > 0.8 * exact && corrected <= 0.2 * least;
}

Task expansion(const Front& front, const ParetoPoint& from, double spacing,
               const std::vector<Vector>& targets) {
  const Scaling& scaling = *front.scaling();
  const Vector fh = scaling.scaled(from.objectives);
  int traced = 0;
  for (const ParetoPoint& point : front.points()) {
    if (point.generator.kind == "trace") ++traced;
  }
  const auto by_minimizer = static_cast<int>(
      std::count_if(front.points().begin(), front.points().end(), [](const ParetoPoint& point) {
        return number_or(point.generator, "corrector", 0.0) ==
               static_cast<double>(SurfaceCorrector::augmented);
      }));
  std::vector<Vector> nearby;  // the point itself among them
  std::vector<Vector> nearby_normals;
  for (const int id : front.nondominated()) {
    const ParetoPoint& point = front.points()[static_cast<std::size_t>(id)];
    const Vector there = scaling.scaled(point.objectives);
    if ((there - fh).norm() > 3.0 * spacing) continue;
    nearby.push_back(there);
    nearby_normals.push_back(normal_of(front, point));
  }
  Task task{"expand/" + std::to_string(from.id) + "/" + std::to_string(front.points().size()) +
                "/" + std::to_string(front.scouts().size()),
            "surface",
            from.parameters,
            scaling,
            {{"from", Vector::Constant(1, from.id)},
             {"spacing", Vector::Constant(1, spacing)},
             {"objectives", fh},
             {"normal", normal_of(front, from)},
             {"targets", flat(targets)},
             {"nearby", flat(nearby)},
             {"nearby_normals", flat(nearby_normals)},
             {"least_length", flag(least_length_suffices(front))},
             {"newton_failed", flag(by_minimizer > std::max(10, traced / 2))},
             {"newton_works", flag(traced - by_minimizer > std::max(10, 9 * traced / 10))}}};
  guess_rows(from, 1.0, task);
  return task;
}

/// Moves a target away from what is too near and towards what is too far, in the plane through
/// `from`: springs of length `spacing` to everything around.
Vector relaxed(Vector place, const Vector& from, const Vector& normal, double spacing,
               const SurfaceGrid& taken) {
  const std::vector<Vector> neighbours = taken.within(place);
  for (int pass = 0; pass < 10; ++pass) {
    Vector push = Vector::Zero(place.size());
    double weight = 0.0;
    for (const Vector& other : neighbours) {
      const Vector away = place - other;
      const double distance = away.norm();
      if (distance <= 0.0 || distance > 1.3 * spacing) continue;
      push += (spacing / distance - 1.0) * away;
      weight += 1.0;
    }
    if (weight == 0.0) break;
    place += push / weight;
    place -= normal.dot(place - from) * normal;
  }
  return place;
}

/// Tasks at this spacing, at most `room` targets.
std::vector<Task> tasks_at(const Front& front, double spacing, int room) {
  const Scaling& scaling = *front.scaling();
  SurfaceGrid taken(1.5 * spacing);
  for (const int id : front.nondominated()) {
    taken.add(scaling.scaled(front.points()[static_cast<std::size_t>(id)].objectives));
  }
  const std::vector<Missed> missed = missed_at(front, spacing);
  std::vector<Task> tasks;
  for (const int id : front.nondominated()) {
    const ParetoPoint& point = front.points()[static_cast<std::size_t>(id)];
    const Vector fh = scaling.scaled(point.objectives);
    std::vector<Vector> targets;
    const Vector normal = normal_of(front, point);
    const Matrix directions = directions_across(normal);
    for (Eigen::Index k = 0; k < directions.cols() && room > 0; ++k) {
      const Vector place = relaxed(fh + spacing * directions.col(k), fh, normal, spacing, taken);
      if ((place - fh).norm() > longest_move * spacing) continue;  // another point is nearer
      if (taken.nearest(place) < clear_of_others * spacing) continue;
      if (std::any_of(missed.begin(), missed.end(), [&](const Missed& earlier) {
            return earlier.from == id && (earlier.place - place).norm() < same_target * spacing;
          })) {
        continue;
      }
      targets.emplace_back(place - fh);
      taken.add(place);
      --room;
    }
    if (!targets.empty()) {
      tasks.push_back(expansion(front, point, spacing, targets));
    }
  }
  return tasks;
}

}  // namespace

std::vector<Task> plan_surface(const Front& so_far, const SurfaceOptions& options) {
  const int found = static_cast<int>(so_far.nondominated().size());
  const int room = options.points - static_cast<int>(so_far.points().size());
  if (!so_far.scaling() || room <= 0) return {};
  const Pass pass = pass_of(so_far, options);
  std::vector<Task> tasks = tasks_at(so_far, pass.spacing, room);
  if (!tasks.empty() || options.spacing > 0.0) return tasks;
  // The pass is finished: what it found tells how large the surface is.
  const double steps = lattice_steps(found, pass.dimension);
  const double wanted = lattice_steps(final_share * options.points, pass.dimension);
  if (steps > 0.7 * wanted) return {};
  return tasks_at(so_far, pass.spacing * steps / wanted, room);
}

std::vector<std::string> surface_notes(const Front& front) {
  int newton = 0;
  int augmented = 0;
  double spacing = std::numeric_limits<double>::infinity();
  for (const ParetoPoint* point : front.generated_by("trace")) {
    if (point->generator.numbers.count("corrector") == 0) continue;
    const bool by_newton = point->generator.numbers.at("corrector") == 0.0;
    (by_newton ? newton : augmented) += 1;
    spacing = std::min(spacing, number_or(point->generator, "spacing", spacing));
  }
  if (newton + augmented == 0) return {};
  return {"surface traced at a spacing of " + std::to_string(spacing) + " in scaled objectives: " +
          std::to_string(newton) + " point(s) by Newton steps in the chart, " +
          std::to_string(augmented) + " by minimising the augmented scalarisation"};
}

}  // namespace moo
