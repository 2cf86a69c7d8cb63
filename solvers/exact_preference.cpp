#include "solvers/exact_preference.hpp"

#include <cmath>
#include <utility>

#include "libmoo/front/minimum_norm.hpp"
#include "solvers/aggregation/preference_direction.hpp"
#include "solvers/pascoletti_serafini.hpp"
#include "solvers/rays.hpp"

namespace moo {
namespace {

constexpr double least_entry = 0.01;     ///< of a ray: importances differ by up to 1/least_entry
constexpr double close_to_front = 1e-2;  ///< criticality at which the search ends

RayBundle bundle() { return rays_from_below("preference"); }

/// Importances and the ray on which they are met are each other's inverse.
Vector other_side(const Vector& entries) {
  const Vector inverse = (entries.cwiseMax(least_entry * entries.maxCoeff())).cwiseInverse();
  return inverse / inverse.sum();
}

/// The search from one start.
class Search {
 public:
  Search(const Problem& problem, const Scaling& scaling, const Vector& preference,
         Recorder& recorder)
      : problem_(problem), scaling_(scaling), preference_(preference), recorder_(recorder) {}

  /// Where it comes close to the front, to a point that no direction improves, or to its limit.
  Vector run(const Vector& start, int steps, double tolerance) {
    State here = state(start);
    if (!here.defined) return start;
    double length = 0.05 * std::max(1.0, start.norm()) / here.gradients.norm();
    for (int step = 0; step < steps; ++step) {
      const Evenness even = evenness(here.away, preference_);
      const Matrix gramian = here.gradients.transpose() * here.gradients;
      const double residual = criticality(here.gradients);
      if (residual <= close_to_front) break;
      const PreferenceDirection direction = preference_direction(gramian, even, tolerance);
      const double slope = direction.even
                               ? direction.rates.sum()
                               : even.adjustments.dot(direction.rates) / preference_.dot(here.away);
      if (!(slope > 0.0)) break;
      const double before = merit(here, direction.even);
      State next;
      bool improved = false;
      for (int trial = 0; trial < 30 && !improved; ++trial) {
        next = state(here.theta - length * (here.gradients * direction.beta));
        improved = next.defined && merit(next, direction.even) <= before - 0.1 * length * slope;
        if (!improved) length *= 0.5;
      }
      if (!improved) break;
      const double moved = (next.theta - here.theta).norm();
      here = std::move(next);
      length *= 2.0;
      if (!recorder_.proceed({step + 1, here.at->values(), merit(here, direction.even), residual,
                              moved, here.at.get()})) {
        break;
      }
    }
    return here.theta;
  }

 private:
  struct State {
    Vector theta;
    LinearizationPtr at;
    Vector away;       ///< m, scaled, from the reference point, > 0
    Matrix gradients;  ///< n x m, scaled
    bool defined = false;
  };

  [[nodiscard]] State state(const Vector& theta) const {
    State found{theta, problem_.linearize(theta), {}, {}, false};
    const int m = problem_.num_objectives();
    found.away = scaling_.scaled(found.at->values().head(m)).array() + below_ideal;
    if (!found.away.allFinite()) return found;
    // Beyond the ideal point as known so far there is no ratio to compare.
    found.away = found.away.cwiseMax(1e-3 * below_ideal);
    found.gradients = found.at->transposed_jacobian(problem_.num_variables()).leftCols(m) *
                      scaling_.range().cwiseInverse().asDiagonal();
    found.defined = found.gradients.allFinite();
    return found;
  }

  [[nodiscard]] double merit(const State& state, bool even) const {
    return even ? state.away.sum() : evenness(state.away, preference_).divergence;
  }

  static double criticality(const Matrix& gradients) {
    const auto m = static_cast<int>(gradients.cols());
    return (gradients * minimum_norm_multipliers(gradients, m, 0)).lpNorm<Eigen::Infinity>();
  }

  const Problem& problem_;
  const Scaling& scaling_;
  const Vector& preference_;
  Recorder& recorder_;
};

}  // namespace

ExactPreferenceSolver::ExactPreferenceSolver() : FrontSolver("exact_preference") {
  table_.add("preference",
             "importance of every objective, such as 1:2; empty: spread over the simplex",
             &options_.preference, {1e-6, 1e6});
  table_.add("search_steps", "along multi-gradient directions before the epigraph form finishes",
             &options_.search_steps, {0, 100000});
  table_.add("evenness", "divergence up to which a preference counts as met during the search",
             &options_.evenness, {1e-12, 1.0});
}

std::string ExactPreferenceSolver::explain_unsupported(const Problem& problem) const {
  const auto given = static_cast<int>(options_.preference.size());
  if (given == 0 || given == problem.num_objectives()) return {};
  return "the preference has " + std::to_string(given) + " number(s) for " +
         std::to_string(problem.num_objectives()) + " objective(s)";
}

std::vector<Task> ExactPreferenceSolver::plan_front(const Front& so_far) const {
  if (options_.preference.empty()) return plan_rays(so_far, bundle(), common_.points);
  const Vector preference =
      Eigen::Map<const Vector>(options_.preference.data(), so_far.num_objectives());
  return plan_ray(so_far, bundle(), other_side(preference));
}

void ExactPreferenceSolver::solve_task(const Problem& problem, const Task& task,
                                       Recorder& recorder) const {
  const Vector preference = other_side(task.vector("ray"));
  Vector theta = ray_start(problem, task, bundle());
  if (problem.bounds().empty() && problem.num_hard_rows() == 0) {
    Search search(problem, task.scaling, preference, recorder);
    theta = search.run(theta, options_.search_steps, options_.evenness);
  }
  const RayProblem along{Vector::Constant(preference.size(), -below_ideal), other_side(preference)};
  RayMinimum found = minimize_along_ray(problem, along, task.scaling, minimizer(), theta,
                                        task.vector("multipliers"), recorder.callback());
  Vector multipliers(problem.num_values());
  multipliers << found.multipliers.cwiseMax(0.0), found.minimum.hard_rows;
  const double sum = multipliers.head(preference.size()).sum();
  if (sum > 0.0) multipliers /= sum;
  Generator generator = ray_generator(task);
  const Vector fh = task.scaling.scaled(found.minimum.values.head(preference.size()));
  const Vector away = fh.array() + below_ideal;
  if (away.allFinite() && away.minCoeff() > 0.0) {
    generator.numbers["divergence"] = evenness(away, preference).divergence;
  }
  record(problem, found.minimum, multipliers.head(preference.size()), multipliers, generator,
         recorder);
}

std::vector<std::string> ExactPreferenceSolver::notes(const Front& front) const {
  std::vector<std::string> notes;
  for (const ParetoPoint* point : front.generated_by(bundle().kind)) {
    const auto divergence = point->generator.numbers.find("divergence");
    if (options_.preference.empty() || divergence == point->generator.numbers.end()) continue;
    if (divergence->second > options_.evenness) {
      notes.push_back(
          "the front has no point that meets the preference: importance times distance "
          "to the ideal is uneven, divergence " +
          std::to_string(divergence->second) + "; the point found is the nearest below");
    }
  }
  return notes;
}

}  // namespace moo
