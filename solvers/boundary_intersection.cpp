#include "solvers/boundary_intersection.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "solvers/pascoletti_serafini.hpp"
#include "solvers/rays.hpp"

namespace moo {
namespace {

/// Rays are normal to the simplex.
Vector coordinates(const Vector& fh) {
  return fh.array() + (1.0 - fh.sum()) / static_cast<double>(fh.size());
}

RayBundle bundle() { return {"normal", coordinates}; }

/// Along the normal: fh = beta + t (1, ..., 1), t as small as possible.
RayMinimum normal_boundary(const Problem& problem, const Task& task,
                           const ConstrainedMinimizer& minimizer, Recorder& recorder) {
  const RayProblem along{task.vector("ray"), Vector::Ones(problem.num_objectives()), 0.0,
                         Sense::equality};
  return minimize_along_ray(problem, along, task.scaling, minimizer,
                            ray_start(problem, task, bundle()), task.vector("multipliers"),
                            recorder.callback());
}

/// min fh_{m-1} subject to (e_k - e_{m-1}) . (fh - beta) <= 0 for k < m-1: rows on differences of
/// scaled objectives.
RayMinimum normal_constraint(const Problem& problem, const Task& task,
                             const ConstrainedMinimizer& minimizer, Recorder& recorder) {
  const Eigen::Index m = problem.num_objectives();
  const Eigen::Index p = problem.num_hard_rows();
  const Vector units = task.scaling.range().cwiseInverse();
  const Vector shift = task.scaling.ideal.cwiseProduct(units) + task.vector("ray");
  AffineMap map;
  map.objectives = {problem.objectives().back()};
  map.values = Matrix::Zero(m + p, m + p);
  map.values(0, m - 1) = units(m - 1);
  map.constant = Vector::Zero(m + p);
  map.extra = Matrix(m + p, 0);
  for (Eigen::Index k = 0; k + 1 < m; ++k) {
    map.rows.push_back({.name = "normal_" + std::to_string(k), .group = "normal"});
    map.values(1 + k, k) = units(k);
    map.values(1 + k, m - 1) = -units(m - 1);
    map.constant(1 + k) = shift(m - 1) - shift(k);
  }
  map.rows.insert(map.rows.end(), problem.hard_rows().begin(), problem.hard_rows().end());
  map.values.bottomRightCorner(p, p).setIdentity();
  const AffineValues rows(problem, std::move(map));

  RayMinimum result;
  result.minimum =
      minimizer.minimize(rows, WeightedSum(Vector::Ones(1), Scaling::identity(1)),
                         ray_start(problem, task, bundle()), {}, Vector(), recorder.callback());
  const Vector mu = result.minimum.hard_rows.head(m - 1);
  result.multipliers.resize(m);
  result.multipliers << mu, 1.0 - mu.sum();
  result.minimum.hard_rows = Vector(result.minimum.hard_rows.tail(p));
  result.minimum.values = problem.linearize(result.minimum.theta)->values();
  return result;
}

}  // namespace

BoundaryIntersectionSolver::BoundaryIntersectionSolver() : FrontSolver("boundary_intersection") {
  table_.add("form", "of the subproblem: equalities along the normal, or inequalities across it",
             &options_.form, {"normal_boundary", "normal_constraint"});
}

std::vector<Task> BoundaryIntersectionSolver::plan_front(const Front& so_far) const {
  return plan_rays(so_far, bundle(), common_.points);
}

void BoundaryIntersectionSolver::solve_task(const Problem& problem, const Task& task,
                                            Recorder& recorder) const {
  const Eigen::Index m = problem.num_objectives();
  const auto solve = options_.form == "normal_boundary" ? normal_boundary : normal_constraint;
  RayMinimum found = solve(problem, task, minimizer(), recorder);
  if (found.minimum.status == MinimizerStatus::stopped) return;
  Vector multipliers(problem.num_values());
  multipliers << found.multipliers.cwiseMax(0.0), found.minimum.hard_rows;
  const double sum = multipliers.head(m).sum();
  if (sum > 0.0) multipliers /= sum;
  // Negative multipliers: the normal meets the boundary of the attainable set where it is no front.
  if (!(found.multipliers.minCoeff() >= -1e-6 * sum)) {
    recorder.record({found.minimum.theta, multipliers.head(m), multipliers, ray_generator(task),
                     Candidate::Role::scout});
    return;
  }
  record(problem, found.minimum, multipliers.head(m), multipliers, ray_generator(task), recorder);
}

std::vector<std::string> BoundaryIntersectionSolver::notes(const Front& front) const {
  const auto beside =
      std::count_if(front.scouts().begin(), front.scouts().end(),
                    [](const ParetoPoint& scout) { return scout.generator.kind == "normal"; });
  if (beside == 0) return {};
  return {std::to_string(beside) +
          " normal(s) met the boundary of the attainable set where it is not the front: a gap, or "
          "an edge beyond the anchors"};
}

}  // namespace moo
