#include "solvers/augmented_lagrangian.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "libmoo/front/gaps.hpp"
#include "solvers/augmented_lagrangian_boxes.hpp"

namespace moo {
namespace {

/// An exact penalty for the subproblem: of several starts, the one where it is least.
double penalized(ConstVectorRef scaled, ConstVectorRef epsilons, ConstVectorRef slopes) {
  const Vector excess = (scaled.tail(epsilons.size()) - epsilons).cwiseMax(0.0);
  return scaled(0) + (1.0 + 2.0 * slopes.array()).matrix().dot(excess);
}

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

Vector scaled_at(const Front& front, int index) {
  return front.scaling()->scaled(front.points()[static_cast<std::size_t>(index)].objectives);
}

/// Lets a task begin between the points around it, where that is better than at its own start: a
/// minimum of f_0 alone may be a saddle point, or a maximum, of what is to be minimised next.
void offer_middle(const Front& front, const std::vector<int>& around, int from, Task& task) {
  Vector middle = Vector::Zero(front.num_variables());
  for (const int k : around) middle += front.points()[static_cast<std::size_t>(k)].parameters;
  task.numbers["middle"] = middle / static_cast<double>(around.size());
  const double here =
      penalized(scaled_at(front, from), task.vector("epsilons"), task.vector("slopes"));
  task.numbers["penalized"] = Vector::Constant(1, here);
}

/// How many epsilons inside the gap were tried and led outside it.
long led_outside(const Front& front, const Gap& gap) {
  const double high = scaled_at(front, gap.left)(1);
  const double low = scaled_at(front, gap.right)(1);
  const double margin = 1e-3 * (high - low);
  return std::count_if(front.points().begin(), front.points().end(), [&](const ParetoPoint& p) {
    const auto epsilon = p.generator.numbers.find("epsilon_1");
    return epsilon != p.generator.numbers.end() && epsilon->second > low + margin &&
           epsilon->second < high - margin;
  });
}

/// Non-dominated points that differ, two objectives; the others were solved for in vain.
int count_distinct(const Front& front) {
  int count = 1;
  for (const Gap& gap : gaps_along(front)) count += gap.length > 1e-6 ? 1 : 0;
  return count;
}

/// A search box with the subproblem that looks into it.
struct OpenBox {
  double volume = 0.0;      ///< above the ideal point
  int from = 0;             ///< point to start from
  std::vector<int> around;  ///< points that bound it
  Vector epsilons;          ///< m-1, scaled
  Vector slopes;            ///< m-1
};

bool tried(const Front& front, const Vector& epsilons) {
  return std::any_of(front.points().begin(), front.points().end(), [&](const ParetoPoint& point) {
    if (point.generator.kind != "epsilon") return false;
    for (Eigen::Index i = 0; i < epsilons.size(); ++i) {
      const double other = point.generator.numbers.at("epsilon_" + std::to_string(i + 1));
      if (std::abs(other - epsilons(i)) > 1e-9) return false;
    }
    return true;
  });
}

/// Boxes that have not been looked into, the largest first.
std::vector<OpenBox> open_boxes(const Front& front) {
  const int m = front.num_objectives();
  const std::vector<int> ids = front.nondominated();
  Matrix scaled = front.objectives_of(ids);
  for (auto column : scaled.colwise()) column = front.scaling()->scaled(column);
  const Vector ideal = scaled.rowwise().minCoeff();
  const Vector bound = scaled.rowwise().maxCoeff().cwiseMax(1.0).array() + 1e-3;
  std::vector<OpenBox> open;
  for (const SearchBox& box : search_boxes(scaled, bound)) {
    if (box.defined[0] < 0) continue;  // beyond the worst first objective: nothing to start from
    const Vector first = scaled.col(box.defined[0]);
    OpenBox next;
    next.volume = (box.upper - ideal).prod();
    next.from = ids[static_cast<std::size_t>(box.defined[0])];
    next.epsilons = 0.5 * (box.upper.tail(m - 1) + first.tail(m - 1));
    // Slopes of a convex front change geometrically rather than linearly.
    Vector logarithms = Vector::Zero(m - 1);
    for (const int column : box.defined) {
      if (column < 0) continue;
      const ParetoPoint& point =
          front.points()[static_cast<std::size_t>(ids[static_cast<std::size_t>(column)])];
      logarithms += slopes_at(point, m).cwiseMax(1e-3).array().log().matrix();
      next.around.push_back(ids[static_cast<std::size_t>(column)]);
    }
    next.slopes = (logarithms / static_cast<double>(next.around.size())).array().exp();
    if (!tried(front, next.epsilons)) open.push_back(std::move(next));
  }
  std::stable_sort(open.begin(), open.end(),
                   [](const OpenBox& a, const OpenBox& b) { return a.volume > b.volume; });
  return open;
}

}  // namespace

AugmentedLagrangianSolver::AugmentedLagrangianSolver() : FrontSolver("augmented_lagrangian") {
  table_.add("feasibility_tolerance", "largest excess over an epsilon, in scaled units",
             &outer_.feasibility_tolerance, {1e-12, 1.0});
  table_.add("initial_penalty", "rho at the start of every subproblem", &outer_.initial_penalty,
             {1e-6, 1e8});
  table_.add("penalty_growth", "factor on rho of a group whose violation fell too little",
             &outer_.penalty_growth, {1.1, 1000.0});
  table_.add("slack_weight",
             "weight of the other objectives beside the first, three objectives and more",
             &slack_weight_, {0.0, 0.1});
  table_.add("max_outer_iterations", "multiplier updates of one subproblem",
             &outer_.max_outer_iterations, {1, 1000});
}

std::vector<Task> AugmentedLagrangianSolver::plan_front(const Front& so_far) const {
  if (so_far.num_objectives() < 2) return {};
  return so_far.num_objectives() == 2 ? plan_gaps(so_far) : plan_boxes(so_far);
}

std::vector<Task> AugmentedLagrangianSolver::plan_gaps(const Front& so_far) const {
  constexpr int most_attempts = 2;  // at a gap: from its left end or its middle, from its right end
  int number = static_cast<int>(so_far.points().size());
  std::vector<Gap> gaps = gaps_along(so_far);
  std::erase_if(gaps, [&](const Gap& gap) {
    return gap.length < 1e-6 || led_outside(so_far, gap) >= most_attempts;
  });
  const int wanted = std::min(common_.points - count_distinct(so_far), 3 * common_.points - number);
  std::vector<Task> tasks;
  if (gaps.empty()) return tasks;
  for (const Gap& gap : widest(gaps, wanted)) {
    const Vector left = scaled_at(so_far, gap.left);
    const Vector right = scaled_at(so_far, gap.right);
    const Vector epsilon = Vector::Constant(1, 0.5 * (left(1) + right(1)));
    // Slopes of a convex front change geometrically rather than linearly.
    const Vector slope =
        (slopes_at(so_far.points()[static_cast<std::size_t>(gap.left)], 2).cwiseMax(1e-3))
            .cwiseProduct(slopes_at(so_far.points()[static_cast<std::size_t>(gap.right)], 2))
            .cwiseSqrt();
    const bool again = led_outside(so_far, gap) > 0;
    const int from = again ? gap.right : gap.left;
    tasks.push_back(epsilon_task(so_far, epsilon, slope, from, number++));
    if (!again) offer_middle(so_far, {gap.left, gap.right}, from, tasks.back());
  }
  return tasks;
}

std::vector<Task> AugmentedLagrangianSolver::plan_boxes(const Front& so_far) const {
  const int number = static_cast<int>(so_far.points().size());
  std::vector<Task> tasks;
  std::set<int> taken;
  double largest = 0.0;
  for (const OpenBox& box : open_boxes(so_far)) {
    if (number + static_cast<int>(tasks.size()) >= common_.points) break;
    if (box.volume < 0.5 * largest) break;
    largest = std::max(largest, box.volume);
    if (!taken.insert(box.from).second) continue;  // its neighbour: the same minimum, perhaps
    tasks.push_back(epsilon_task(so_far, box.epsilons, box.slopes, box.from,
                                 number + static_cast<int>(tasks.size())));
    offer_middle(so_far, box.around, box.from, tasks.back());
  }
  return tasks;
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
  const double slack_weight = m > 2 ? slack_weight_ : 0.0;
  Vector weights = Vector::Constant(m, slack_weight);
  weights(0) = 1.0;
  const WeightedSum first(weights, task.scaling);
  Vector start = task.start;
  if (task.numbers.count("middle") > 0) {
    const Vector& middle = task.vector("middle");
    const Vector there = task.scaling.scaled(problem.linearize(middle)->values().head(m));
    const double worth = penalized(there, epsilons, task.vector("slopes"));
    if (worth < task.number("penalized")) start = middle;
  }
  const Vector rows = row_multipliers(task);
  Vector guess(m - 1 + rows.size());
  guess << (task.vector("slopes").array() - slack_weight).max(0.0), rows;
  const ConstrainedMinimum minimum =
      solver.minimize(problem, first, start, constraints, guess, recorder.callback());
  Vector multipliers(problem.num_values());
  multipliers << 1.0, minimum.multipliers.head(m - 1).array() + slack_weight, minimum.hard_rows;
  generator.numbers["outer_iterations"] = minimum.outer_iterations;
  record(problem, minimum, Vector(), multipliers, std::move(generator), recorder);
}

Coverage AugmentedLagrangianSolver::coverage(const Front& front) const {
  Coverage coverage = FrontSolver::coverage(front);
  for (Segment& segment : coverage) {
    if (segment.kind != SegmentKind::unresolved) continue;
    if (led_outside(front, {segment.left, segment.right, segment.length}) == 0) continue;
    segment.kind = SegmentKind::disconnected;
    segment.decided_by = "epsilon";
  }
  return coverage;
}

}  // namespace moo
