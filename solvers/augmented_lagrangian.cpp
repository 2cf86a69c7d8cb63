#include "solvers/augmented_lagrangian.hpp"

#include <algorithm>
#include <cmath>

#include "libmoo/front/gaps.hpp"

namespace moo {
namespace {

/// epsilons: m-1 in scaled units. slopes: guess of the m-1 multipliers, relative to that of f_0.
Task epsilon_task(const Front& front, const Vector& epsilons, const Vector& slopes, int from,
                  int number) {
  const ParetoPoint& start = front.points()[static_cast<std::size_t>(from)];
  Task task{"epsilon/" + std::to_string(number),
            "epsilon",
            start.parameters,
            *front.scaling(),
            {{"epsilons", epsilons}, {"slopes", slopes}}};
  guess_rows(start, 1.0 / std::max(start.multipliers(0), 1e-3), task);
  return task;
}

/// Multipliers of f_1 .. f_{m-1} when that of f_0 is one; capped where f_0 hardly counts.
Vector slopes_at(const ParetoPoint& point, int m) {
  const double first = std::max(point.multipliers(0), 1e-3);
  return point.multipliers.segment(1, m - 1) / first;
}

}  // namespace

AugmentedLagrangianSolver::AugmentedLagrangianSolver() : FrontSolver("augmented_lagrangian") {
  table_.add("feasibility_tolerance", "largest excess over an epsilon, in scaled units",
             &outer_.feasibility_tolerance, {1e-12, 1.0});
  table_.add("initial_penalty", "rho at the start of every subproblem", &outer_.initial_penalty,
             {1e-6, 1e8});
  table_.add("penalty_growth", "factor on rho of a group whose violation fell too little",
             &outer_.penalty_growth, {1.1, 1000.0});
  table_.add("max_outer_iterations", "multiplier updates of one subproblem",
             &outer_.max_outer_iterations, {1, 1000});
}

std::vector<Task> AugmentedLagrangianSolver::plan_front(const Front& so_far) const {
  if (so_far.num_objectives() < 2) return {};
  return so_far.num_objectives() == 2 ? plan_gaps(so_far) : plan_grid(so_far);
}

std::vector<Task> AugmentedLagrangianSolver::plan_gaps(const Front& so_far) const {
  int number = static_cast<int>(so_far.points().size());
  const auto scaled_at = [&](int k) {
    return so_far.scaling()->scaled(so_far.points()[static_cast<std::size_t>(k)].objectives);
  };
  std::vector<Gap> gaps = gaps_along(so_far);
  std::erase_if(gaps, [&](const Gap& gap) {
    // An epsilon inside the gap was tried and led outside: the front is disconnected there.
    const double high = scaled_at(gap.left)(1);
    const double low = scaled_at(gap.right)(1);
    const double margin = 1e-3 * (high - low);
    return std::any_of(so_far.points().begin(), so_far.points().end(), [&](const ParetoPoint& p) {
      const auto epsilon = p.generator.numbers.find("epsilon_1");
      return epsilon != p.generator.numbers.end() && epsilon->second > low + margin &&
             epsilon->second < high - margin;
    });
  });
  std::vector<Task> tasks;
  if (gaps.empty()) return tasks;
  for (const Gap& gap : widest(gaps, common_.points - number)) {
    const Vector left = scaled_at(gap.left);
    const Vector right = scaled_at(gap.right);
    const Vector epsilon = Vector::Constant(1, 0.5 * (left(1) + right(1)));
    // Slopes of a convex front change geometrically rather than linearly.
    const Vector slope =
        (slopes_at(so_far.points()[static_cast<std::size_t>(gap.left)], 2).cwiseMax(1e-3))
            .cwiseProduct(slopes_at(so_far.points()[static_cast<std::size_t>(gap.right)], 2))
            .cwiseSqrt();
    tasks.push_back(epsilon_task(so_far, epsilon, slope, gap.left, number++));
  }
  return tasks;
}

std::vector<Task> AugmentedLagrangianSolver::plan_grid(const Front& so_far) const {
  const int m = so_far.num_objectives();
  if (!so_far.generated_by("epsilon").empty()) return {};
  const int remaining = common_.points - static_cast<int>(so_far.points().size());
  const int per_axis =
      static_cast<int>(std::floor(std::pow(std::max(remaining, 0), 1.0 / (m - 1))));
  if (per_axis < 1) return {};
  std::vector<Task> tasks;
  Eigen::VectorXi digits = Eigen::VectorXi::Zero(m - 1);
  for (;;) {
    const Vector epsilons = (digits.cast<double>().array() + 1.0) / (per_axis + 1.0);
    // Start from the anchor whose objectives are nearest to the box's corner.
    int from = 0;
    double nearest = INFINITY;
    for (int j = 0; j < m; ++j) {
      const Vector f =
          so_far.scaling()->scaled(so_far.points()[static_cast<std::size_t>(j)].objectives);
      const double distance = (f.tail(m - 1) - epsilons).norm() + 0.1 * f(0);
      if (distance < nearest) {
        nearest = distance;
        from = j;
      }
    }
    tasks.push_back(epsilon_task(so_far, epsilons, Vector::Zero(m - 1), from,
                                 static_cast<int>(so_far.points().size() + tasks.size())));
    int axis = 0;
    while (axis < m - 1 && ++digits(axis) == per_axis) digits(axis++) = 0;
    if (axis == m - 1) return tasks;
  }
}

void AugmentedLagrangianSolver::solve_task(const Problem& problem, const Task& task,
                                           Recorder& recorder) const {
  const int m = problem.num_objectives();
  const Vector& epsilons = task.vector("epsilons");
  std::vector<ValueConstraint> constraints;
  Generator generator{"epsilon", {}};
  for (int i = 1; i < m; ++i) {
    const double bound = task.scaling.ideal(i) + epsilons(i - 1) * task.scaling.range()(i);
    constraints.push_back({i, bound, task.scaling.range()(i), Sense::inequality, i});
    generator.numbers["epsilon_" + std::to_string(i)] = epsilons(i - 1);
  }
  const ConstrainedMinimizer solver(
      common_.minimizer, {common_.tolerance, common_.max_iterations, common_.memory}, outer_);
  const WeightedSum first(Vector::Unit(m, 0), task.scaling);
  const Vector rows = row_multipliers(task);
  Vector guess(m - 1 + rows.size());
  guess << task.vector("slopes"), rows;
  const ConstrainedMinimum minimum =
      solver.minimize(problem, first, task.start, constraints, guess, recorder.callback());
  Vector multipliers(problem.num_values());
  multipliers << 1.0, minimum.multipliers.head(m - 1), minimum.hard_rows;
  generator.numbers["outer_iterations"] = minimum.outer_iterations;
  record(problem, minimum, Vector(), multipliers, std::move(generator), recorder);
}

}  // namespace moo
