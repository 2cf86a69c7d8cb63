#include "solvers/chebyshev.hpp"

#include <string>
#include <utility>

#include "libmoo/problem/chebyshev.hpp"
#include "solvers/pascoletti_serafini.hpp"
#include "solvers/rays.hpp"

namespace moo {
namespace {

constexpr double least_entry = 0.01;  ///< of a ray: no weight exceeds 1/least_entry

RayBundle bundle() { return rays_from_below("chebyshev"); }

}  // namespace

ChebyshevSolver::ChebyshevSolver() : FrontSolver("chebyshev") {
  table_.add("form", "smooth: a little beside the rays; exact: on them, by the epigraph",
             &options_.form, {"smooth", "exact"});
  table_.add("temperature", "last one of the smoothing, in scaled units", &options_.temperature,
             {1e-4, 10.0});
  table_.add("augmentation", "weight of the sum beside the maximum, against weakly optimal points",
             &options_.augmentation, {0.0, 1.0});
}

std::vector<Task> ChebyshevSolver::plan_front(const Front& so_far) const {
  return plan_rays(so_far, bundle(), common_.points);
}

void ChebyshevSolver::solve_task(const Problem& problem, const Task& task,
                                 Recorder& recorder) const {
  const int m = problem.num_objectives();
  const Vector ray = task.vector("ray").cwiseMax(least_entry) / task.vector("ray").maxCoeff();
  const Vector weights = ray.cwiseInverse();
  const Vector reference = Vector::Constant(m, -below_ideal);

  ConstrainedMinimum minimum;
  minimum.theta = ray_start(problem, task, bundle());
  minimum.hard_rows = row_multipliers(task);
  Vector multipliers;
  for (const double factor : {16.0, 4.0, 1.0}) {
    const SmoothChebyshev phi(weights, reference, factor * options_.temperature,
                              options_.augmentation, task.scaling);
    const bool last = factor == 1.0 && options_.form == "smooth";
    // Gradients of phi are up to the largest weight times those of the objectives.
    const double tolerance = last ? common_.tolerance : 1e-2;
    minimum = minimizer(tolerance).minimize(problem, phi, minimum.theta, {}, minimum.hard_rows,
                                            recorder.callback());
    if (minimum.status == MinimizerStatus::failed) break;
    multipliers = phi.multipliers(minimum.values);
    if (minimum.status == MinimizerStatus::stopped) break;
  }
  if (options_.form == "exact" && minimum.status != MinimizerStatus::failed &&
      minimum.status != MinimizerStatus::stopped) {
    const RayProblem along{reference, ray, options_.augmentation};
    const Vector guess = multipliers.cwiseMax(0.0);
    RayMinimum found = minimize_along_ray(problem, along, task.scaling, minimizer(), minimum.theta,
                                          guess, recorder.callback());
    multipliers = found.multipliers;
    minimum = std::move(found.minimum);
  }
  Vector all;
  if (multipliers.size() > 0) {
    all.resize(problem.num_values());
    all << multipliers.cwiseMax(0.0), minimum.hard_rows;
    all /= all.head(m).sum();
  }
  record(problem, minimum, all.size() > 0 ? Vector(all.head(m)) : weights, all, ray_generator(task),
         recorder);
}

}  // namespace moo
