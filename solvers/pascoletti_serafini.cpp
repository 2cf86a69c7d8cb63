#include "solvers/pascoletti_serafini.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace moo {
namespace {

/// Objective t + rho sum_i fh_i / ray_i; rows fh_i - from_i - t ray_i, then the problem's own.
AffineMap along_ray(const Problem& problem, const RayProblem& along, const Scaling& scaling) {
  const Eigen::Index m = problem.num_objectives();
  const Eigen::Index p = problem.num_hard_rows();
  const Vector units = scaling.range().cwiseInverse();
  AffineMap map;
  map.objectives = {{.name = "distance", .group = "distance"}};
  for (Eigen::Index i = 0; i < m; ++i) {
    map.rows.push_back({.name = "ray_" + std::to_string(i), .group = "ray", .sense = along.sense});
  }
  map.rows.insert(map.rows.end(), problem.hard_rows().begin(), problem.hard_rows().end());
  map.values = Matrix::Zero(1 + m + p, m + p);
  map.values.block(1, 0, m, m) = units.asDiagonal();
  map.values.bottomRightCorner(p, p).setIdentity();
  map.constant = Vector::Zero(1 + m + p);
  map.constant.segment(1, m) = -scaling.ideal.cwiseProduct(units) - along.from;
  map.extra = Matrix::Zero(1 + m + p, 1);
  map.extra(0, 0) = 1.0;
  map.extra.col(0).segment(1, m) = -along.ray;
  map.extra_start = Vector::Zero(1);
  if (along.augmentation > 0.0) {
    const Vector slopes = along.augmentation * along.ray.cwiseInverse();
    map.values.row(0).head(m) = slopes.cwiseProduct(units).transpose();
    map.constant(0) = -slopes.dot(scaling.ideal.cwiseProduct(units));
  }
  return map;
}

}  // namespace

RayMinimum minimize_along_ray(const Problem& problem, const RayProblem& along,
                              const Scaling& scaling, const ConstrainedMinimizer& minimizer,
                              ConstVectorRef start, ConstVectorRef multipliers,
                              const IterationCallback& callback) {
  const int n = problem.num_variables();
  const Eigen::Index m = problem.num_objectives();
  const AffineValues epigraph(problem, along_ray(problem, along, scaling));
  // t at the start: as far along the ray as the worst objective is.
  const Vector fh = scaling.scaled(problem.linearize(start)->values().head(m));
  double distance = -std::numeric_limits<double>::infinity();
  for (Eigen::Index i = 0; i < m; ++i) {
    if (along.ray(i) > 0.0) distance = std::max(distance, (fh(i) - along.from(i)) / along.ray(i));
  }
  Vector begin(n + 1);
  begin << start, distance;
  const WeightedSum phi(Vector::Ones(1), Scaling::identity(1));
  Vector guess;
  if (multipliers.size() > 0) {
    guess = Vector::Zero(epigraph.num_hard_rows());
    guess.head(multipliers.size()) = multipliers;
  }
  // The caller sees the values of the problem it knows: fh = rows + from + t ray.
  const IterationCallback watched = [&](const Iterate& iterate) {
    const Vector rows = iterate.values.segment(1, m) + along.from;
    const double slack = along.augmentation > 0.0 ? rows.cwiseQuotient(along.ray).sum() : 0.0;
    const double t = (iterate.values(0) - along.augmentation * slack) /
                     (1.0 + along.augmentation * static_cast<double>(m));
    Vector values(problem.num_values());
    values << scaling.unscaled(rows + t * along.ray), iterate.values.tail(problem.num_hard_rows());
    return callback({iterate.iteration, values, iterate.scalarized, iterate.gradient_norm,
                     iterate.step_norm, iterate.linearization});
  };
  ConstrainedMinimum found = minimizer.minimize(epigraph, phi, begin, {}, guess, watched);
  RayMinimum result;
  result.distance = found.theta(n);
  result.multipliers = found.hard_rows.head(m);
  if (along.augmentation > 0.0) {
    result.multipliers += along.augmentation * along.ray.cwiseInverse();
  }
  const Vector rows = found.hard_rows.tail(problem.num_hard_rows());
  found.hard_rows = rows;
  found.theta = Vector(found.theta.head(n));
  found.values = problem.linearize(found.theta)->values();
  result.minimum = std::move(found);
  return result;
}

}  // namespace moo
