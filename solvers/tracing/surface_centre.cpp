#include "solvers/tracing/surface_centre.hpp"

#include <algorithm>

#include "libmoo/problem/scaling.hpp"
#include "libmoo/solver/front_solver.hpp"
#include "solvers/tracing/chart.hpp"

namespace moo {

std::vector<Task> plan_centre(const Front& so_far) {
  const bool tried =
      std::any_of(so_far.scouts().begin(), so_far.scouts().end(),
                  [](const ParetoPoint& scout) { return scout.generator.kind == "centre_end"; });
  const std::vector<const ParetoPoint*> anchors = so_far.generated_by("anchor");
  if (tried || anchors.empty()) return {};
  Vector theta = Vector::Zero(so_far.num_variables());
  Vector fh = Vector::Zero(so_far.num_objectives());
  for (const ParetoPoint* anchor : anchors) {
    theta += anchor->parameters / static_cast<double>(anchors.size());
    fh += so_far.scaling()->scaled(anchor->objectives) / static_cast<double>(anchors.size());
  }
  Task task{"centre", "centre", theta, *so_far.scaling(), {{"objectives", fh}}};
  guess_rows(*anchors.front(), 1.0, task);
  return {task};
}

void solve_centre(const Problem& problem, const Task& task, double rho,
                  const ConstrainedMinimizer& minimizer, Recorder& recorder) {
  const Eigen::Index m = problem.num_objectives();
  const Vector even = Vector::Ones(m).normalized();
  const Vector target =
      ChartScalarization::complement(even).transpose() * task.vector("objectives");
  const ChartScalarization chart(even, target, rho, task.scaling);
  const ConstrainedMinimum minimum = minimizer.minimize(problem, chart, task.start, {},
                                                        row_multipliers(task), recorder.callback());
  if (minimum.status == MinimizerStatus::stopped) return;
  Vector multipliers = Vector::Constant(problem.num_values(), 1.0 / static_cast<double>(m));
  bool critical = minimum.status != MinimizerStatus::failed && minimum.feasible;
  if (critical) {
    multipliers << chart.multipliers(minimum.values), minimum.hard_rows;
    critical = multipliers.head(m).minCoeff() >= -1e-6 * multipliers.head(m).sum();
    multipliers.head(m) = multipliers.head(m).cwiseMax(0.0);
    multipliers /= multipliers.head(m).sum();
  }
  if (critical) {
    recorder.record(
        {minimum.theta, multipliers.head(m), multipliers, {"centre", {}}, Candidate::Role::front});
  }
  recorder.record({critical ? minimum.theta : task.start,
                   Vector(multipliers.head(m)),
                   Vector(),
                   {"centre_end", {{"found", critical ? 1.0 : 0.0}}},
                   Candidate::Role::scout});
}

}  // namespace moo
