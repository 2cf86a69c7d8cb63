#pragma once

#include <functional>
#include <string>
#include <vector>

#include "libmoo/front/front.hpp"
#include "libmoo/problem/problem.hpp"
#include "libmoo/solver/task.hpp"

namespace moo {

/// A bundle of rays that covers the front, one through every point of the unit simplex.
struct RayBundle {
  std::string kind;  ///< of its tasks, and of the points they find
  /// Where the ray through scaled objectives (m) meets the simplex (m, sums to one).
  std::function<Vector(const Vector&)> coordinates;
};

/// Rays that leave from a point just below the ideal one, z = -below_ideal (1, ..., 1) in scaled
/// objectives, and meet the simplex at (fh - z) / sum(fh - z).
inline constexpr double below_ideal = 0.02;
RayBundle rays_from_below(std::string kind);

/// Rays in which to look for points next. Every task carries "ray" (m, its place on the simplex)
/// and the "multipliers" (m) of the point it starts from, the nearest one found so far.
///
/// Two objectives: rays through the middle of the widest gaps in scaled objectives, except where
/// one was sent through in vain. More: those of the simplex lattice, from its corners inwards.
/// Empty when `points` are found or nothing is left to try.
std::vector<Task> plan_rays(const Front& so_far, const RayBundle& bundle, int points);

/// The task of one given ray, from the nearest points found so far; none once it is done.
std::vector<Task> plan_ray(const Front& so_far, const RayBundle& bundle, const Vector& ray);

/// Where to begin a task of plan_rays: at its start, or half way between the points around the ray
/// where that is nearer to the ray and no worse. An anchor may be a stationary point of what the
/// ray minimises, or lead to where the ray leaves the attainable set. Cost: one evaluation.
Vector ray_start(const Problem& problem, const Task& task, const RayBundle& bundle);

/// The numbers by which plan_rays recognises a point that a ray led to.
Generator ray_generator(const Task& task);

}  // namespace moo
