#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "libmoo/front/gaps.hpp"
#include "libmoo/front/indicators.hpp"
#include "libmoo/solver/front_solver.hpp"
#include "solvers/tracing/curve_front.hpp"

namespace moo {
namespace {

/// Neighbours farther apart than so many spacings have a hole between them.
constexpr double hole = 2.5;

const ParetoPoint& point_at(const Front& front, int id) {
  return front.points()[static_cast<std::size_t>(id)];
}

/// Scouts say which tasks are done.
const ParetoPoint* end_of(const Front& front, const std::string& task) {
  for (const ParetoPoint& scout : front.scouts()) {
    if (scout.task == task) return &scout;
  }
  return nullptr;
}

int number_of(const Front& front, const std::string& kind) {
  return static_cast<int>(
      std::count_if(front.scouts().begin(), front.scouts().end(),
                    [&](const ParetoPoint& scout) { return scout.generator.kind == kind; }));
}

Task trace_task(const Front& front, const std::string& id, const ParetoPoint& from,
                const ParetoPoint& towards, double direction) {
  Task task{id,
            "trace",
            from.parameters,
            *front.scaling(),
            {{"direction", Vector::Constant(1, direction)}}};
  put_station(from, task.scaling, "from", task);
  put_station(towards, task.scaling, "towards", task);
  return task;
}

/// Backwards from the far side of every jump.
std::vector<Task> backward_tasks(const Front& front) {
  std::vector<Task> tasks;
  for (const ParetoPoint* point : front.generated_by("trace")) {
    const auto jump = point->generator.numbers.find("jump");
    if (jump == point->generator.numbers.end() || jump->second == 0.0 || point->dominated) continue;
    const double direction = point->generator.numbers.at("direction");
    const std::string id = "back/" + std::to_string(point->id);
    if (point->task.rfind("back/", 0) == 0 || end_of(front, id) != nullptr) continue;
    const ParetoPoint& anchor = front.points()[direction > 0.0 ? 0 : 1];
    tasks.push_back(trace_task(front, id, *point, anchor, -direction));
    const Matrix known = TracedFront::columns_of(front);
    tasks.back().numbers["known"] = known.reshaped();
  }
  return tasks;
}

/// The ends of the front, the first and the second anchor.
void put_ends(const Front& front, Task& task) {
  put_station(front.points()[0], task.scaling, "first", task);
  put_station(front.points()[1], task.scaling, "second", task);
}

/// How far the Pareto set goes on straight ahead at one end of the front, as far as it is long.
std::vector<Task> beyond_tasks(const Front& front, const CurveOptions& options) {
  const std::vector<int> indices = front.nondominated();
  const Eigen::VectorXi order = order_along_front(front.objectives_of(indices));
  const auto at = [&](Eigen::Index k) -> const ParetoPoint& {
    return point_at(front, indices[static_cast<std::size_t>(order(k))]);
  };
  const Eigen::Index last = order.size() - 1;
  std::vector<Task> tasks;
  if (last < 2 || number_of(front, "beyond_end") >= options.gap_solves) return tasks;
  for (const double direction : {-1.0, 1.0}) {
    const ParetoPoint& end = at(direction < 0.0 ? 0 : last);
    const std::string id = "beyond/" + std::to_string(end.id);
    if (end_of(front, id) != nullptr) continue;
    const Eigen::Index inside = std::max<Eigen::Index>(1, last / 10);
    const Vector ahead = end.parameters - at(direction < 0.0 ? inside : last - inside).parameters;
    if (!(ahead.norm() > 0.0)) continue;
    const double length = (at(0).parameters - at(last).parameters).norm();
    Task task{
        id,
        "beyond",
        end.parameters,
        *front.scaling(),
        {{"direction", Vector::Constant(1, direction)}, {"ray", length / ahead.norm() * ahead}}};
    put_station(end, task.scaling, "end", task);
    put_ends(front, task);
    tasks.push_back(std::move(task));
  }
  return tasks;
}

std::string gap_id(const Gap& gap) {
  return "gap/" + std::to_string(gap.left) + "-" + std::to_string(gap.right);
}

std::vector<Gap> holes_of(const Front& front, double spacing) {
  std::vector<Gap> gaps = gaps_along(front);
  std::erase_if(gaps, [&](const Gap& gap) { return gap.length < hole * spacing; });
  return gaps;
}

std::vector<Task> gap_tasks(const Front& front, const CurveOptions& options) {
  const int done = number_of(front, "gap_end");
  std::vector<Task> tasks;
  for (const Gap& gap : holes_of(front, curve_spacing(options.points))) {
    if (done + static_cast<int>(tasks.size()) >= options.gap_solves) break;
    if (end_of(front, gap_id(gap)) != nullptr) continue;
    const ParetoPoint& left = point_at(front, gap.left);
    Task task{gap_id(gap), "gap", left.parameters, *front.scaling(), {}};
    put_station(left, task.scaling, "left", task);
    put_station(point_at(front, gap.right), task.scaling, "right", task);
    put_ends(front, task);
    tasks.push_back(std::move(task));
  }
  return tasks;
}

/// Cold starts against points spread evenly along what was traced.
std::vector<Task> restart_tasks(const Front& front, const CurveOptions& options) {
  const std::vector<int> indices = front.nondominated();
  if (indices.size() < 3) return {};
  const Matrix known = TracedFront::columns_of(front);
  const Eigen::VectorXi order = order_along_front(front.objectives_of(indices));
  std::vector<Task> tasks;
  for (int k = 0; k < options.restarts; ++k) {
    const std::string id = "restart/" + std::to_string(k);
    if (end_of(front, id) != nullptr) return {};
    const double share = (k + 1.0) / (options.restarts + 1.0);
    const auto at =
        static_cast<Eigen::Index>(std::lround(share * (static_cast<double>(order.size()) - 1.0)));
    const ParetoPoint& point = point_at(front, indices[static_cast<std::size_t>(order(at))]);
    Task task{id, "restart", Vector(), *front.scaling(), {}};
    put_station(point, task.scaling, "traced", task);
    put_ends(front, task);
    task.numbers["known"] = known.reshaped();
    tasks.push_back(std::move(task));
  }
  return tasks;
}

}  // namespace

bool searched_in_vain(const Front& front, int left, int right) {
  const ParetoPoint* end = end_of(front, gap_id({left, right, 0.0}));
  return end != nullptr && end->generator.numbers.at("found") == 0.0;
}

double curve_spacing(int points) {
  // A monotone curve between the corners of the unit box is 1.41 to 2 long.
  constexpr double typical_length = 1.65;
  return typical_length / (points - 1);
}

int curve_stride(int points) { return points < 16 ? 1 : points < 33 ? 2 : 4; }

void put_station(const ParetoPoint& point, const Scaling& scaling, const std::string& prefix,
                 Task& task) {
  task.numbers[prefix + "_theta"] = point.parameters;
  task.numbers[prefix + "_objectives"] = scaling.scaled(point.objectives);
  task.numbers[prefix + "_multipliers"] = point.multipliers.head(2);
  if (point.constraints.size() > 0) {
    task.numbers[prefix + "_rows"] = point.multipliers.tail(point.constraints.size());
  }
}

Station get_station(const Task& task, const std::string& prefix) {
  Station station;
  station.theta = task.vector(prefix + "_theta");
  station.fh = task.vector(prefix + "_objectives");
  station.multipliers = task.vector(prefix + "_multipliers");
  const auto rows = task.numbers.find(prefix + "_rows");
  if (rows != task.numbers.end()) station.rows = rows->second;
  return station;
}

Matrix TracedFront::columns_of(const Front& front) {
  const std::vector<int> indices = front.nondominated();
  const Matrix objectives = front.objectives_of(indices);
  const Eigen::VectorXi order = order_along_front(objectives);
  Matrix columns(4, objectives.cols());
  for (Eigen::Index k = 0; k < objectives.cols(); ++k) {
    const int id = indices[static_cast<std::size_t>(order(k))];
    columns.col(k).head(2) = front.scaling()->scaled(objectives.col(order(k)));
    columns.col(k).tail(2) = point_at(front, id).multipliers.head(2);
  }
  return columns;
}

double TracedFront::below(const Vector& fh) const {
  for (Eigen::Index k = 0; k + 1 < columns_.cols(); ++k) {
    if (fh(0) < columns_(0, k) || fh(0) > columns_(0, k + 1)) continue;
    const auto left = columns_.col(k);
    const auto right = columns_.col(k + 1);
    Vector chord(2);
    chord << left(1) - right(1), right(0) - left(0);
    const auto distance = [&](const Vector& normal, const auto& at) {
      return -normal.normalized().dot(fh - at.head(2));
    };
    return std::min(
        {distance(chord, left), distance(left.tail(2), left), distance(right.tail(2), right)});
  }
  return INFINITY;
}

std::vector<Task> plan_curve(const Front& so_far, const CurveOptions& options) {
  const auto anchors = so_far.generated_by("anchor");
  if (!anchors[0]->feasible || !anchors[1]->feasible) return {};  // nowhere to start from
  const ParetoPoint* forward = end_of(so_far, "trace/forward");
  if (forward == nullptr) {
    Task task = trace_task(so_far, "trace/forward", *anchors[0], *anchors[1], 1.0);
    return {task};
  }
  std::vector<Task> tasks = backward_tasks(so_far);
  const bool arrived = forward->generator.numbers.at("arrived") > 0.0;
  if (!arrived && end_of(so_far, "trace/backward") == nullptr) {
    tasks.push_back(trace_task(so_far, "trace/backward", *anchors[1], *forward, -1.0));
  }
  if (!tasks.empty()) return tasks;
  tasks = beyond_tasks(so_far, options);
  if (!tasks.empty()) return tasks;
  tasks = gap_tasks(so_far, options);
  if (!tasks.empty()) return tasks;
  return restart_tasks(so_far, options);
}

}  // namespace moo
