#include "solvers/weights/gap_probe.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "libmoo/solver/front_solver.hpp"

namespace moo {
namespace {

GapProbe probe_of(const Task& task) {
  return {task.vector("left"),
          task.vector("right"),
          static_cast<int>(task.number("bounded")),
          task.number("level"),
          {}};
}

/// What one end of the gap leads to.
struct Find {
  ConstrainedMinimum minimum;
  Vector fh;
  Vector multipliers;  ///< m + p
};

Find minimize_from(const Problem& problem, const Task& task, const Vector& start,
                   const ConstrainedMinimizer& minimizer, Recorder& recorder) {
  const int bounded = static_cast<int>(task.number("bounded"));
  const double range = task.scaling.range()(bounded);
  const double bound = task.scaling.ideal(bounded) + task.number("level") * range;
  const WeightedSum other(Vector::Unit(2, 1 - bounded), task.scaling);
  const Vector rows = row_multipliers(task);
  Vector guess(1 + rows.size());
  guess << task.number("slope"), rows;
  Find find;
  find.minimum = minimizer.minimize(problem, other, start,
                                    {{bounded, bound, range, Sense::inequality, bounded}}, guess,
                                    recorder.callback());
  find.multipliers = Vector::Zero(problem.num_values());
  if (find.minimum.status == MinimizerStatus::failed) return find;
  find.fh = task.scaling.scaled(find.minimum.values.head(2));
  find.multipliers(1 - bounded) = 1.0;
  find.multipliers(bounded) = find.minimum.multipliers(0);
  find.multipliers.tail(find.minimum.hard_rows.size()) = find.minimum.hard_rows;
  return find;
}

}  // namespace

Task probe_task(const Front& front, const Gap& gap, const std::string& id) {
  const ParetoPoint& left = front.points()[static_cast<std::size_t>(gap.left)];
  const ParetoPoint& right = front.points()[static_cast<std::size_t>(gap.right)];
  const Vector a = front.scaling()->scaled(left.objectives);
  const Vector b = front.scaling()->scaled(right.objectives);
  const Vector sides = (b - a).cwiseAbs();
  const int bounded = sides(0) > sides(1) ? 0 : 1;
  Task task{id,
            "probe",
            left.parameters,
            *front.scaling(),
            {{"left", a},
             {"right", b},
             {"bounded", Vector::Constant(1, bounded)},
             {"level", Vector::Constant(1, 0.5 * (a(bounded) + b(bounded)))},
             {"slope", Vector::Constant(1, sides(1 - bounded) / sides(bounded))},
             {"other_start", right.parameters}}};
  guess_rows(left, 1.0 / std::max(left.multipliers(1 - bounded), 1e-3), task);
  return task;
}

void solve_probe(const Problem& problem, const Task& task, const ConstrainedMinimizer& minimizer,
                 Recorder& recorder) {
  const GapProbe probe = probe_of(task);
  const std::array<const Vector*, 2> starts = {&task.start, &task.vector("other_start")};
  Vector first;
  for (const Vector* start : starts) {
    Find find = minimize_from(problem, task, *start, minimizer, recorder);
    if (find.minimum.status == MinimizerStatus::stopped) return;
    if (find.fh.size() == 0 || !find.minimum.feasible) {
      recorder.fail("nothing was found at the middle of the gap: " +
                    std::string(to_string(find.minimum.status)));
      continue;
    }
    const double same = 1e-3 * (probe.right - probe.left).norm();
    if (first.size() > 0 && (find.fh - first).norm() < same) continue;
    first = find.fh;
    recorder.record(
        {find.minimum.theta,
         Vector(),
         find.multipliers,
         {"probe", probe.numbers()},
         lies_within(probe, find.fh) ? Candidate::Role::front : Candidate::Role::scout});
  }
}

}  // namespace moo
