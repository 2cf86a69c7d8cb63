#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "libmoo/solver/front_solver.hpp"
#include "solvers/tracing/curve_front.hpp"

namespace moo {
namespace {

Vector multipliers_of(const Station& station) {
  Vector all(station.multipliers.size() + station.rows.size());
  all << station.multipliers, station.rows;
  return all;
}

Candidate candidate(const Station& station, const std::string& kind, double direction) {
  return {station.theta,
          station.multipliers,
          multipliers_of(station),
          {kind,
           {{"corrector", static_cast<double>(station.method)},
            {"direction", direction},
            {"rho", station.rho},
            {"order", static_cast<double>(station.order)},
            {"jump", station.jump ? 1.0 : 0.0}}},
          Candidate::Role::front};
}

/// What solve_curve and its parts share.
struct CurveRun {
  const Problem& problem;
  const Task& task;
  const CurveOptions& options;
  const ConstrainedMinimizer& minimizer;
  Recorder& recorder;

  [[nodiscard]] double spacing() const { return curve_spacing(options.points); }
  [[nodiscard]] double step() const { return curve_stride(options.points) * spacing(); }
  [[nodiscard]] CurveCorrector corrector() const {
    return {problem, task.scaling, minimizer, options.settings, recorder.callback()};
  }
  /// Whether to go on, for what has no iterations of its own.
  [[nodiscard]] bool proceed(const Station& station) const {
    Vector values =
        Vector::Constant(problem.num_values(), std::numeric_limits<double>::quiet_NaN());
    values.head(station.fh.size()) = task.scaling.unscaled(station.fh);  // rows are not known here
    return recorder.proceed({0, values, 0.0, 0.0, 0.0});
  }
};

/// Says that the task is done, and how it ended.
void close(const CurveRun& run, const Station& last, const std::string& kind,
           std::map<std::string, double> numbers) {
  run.recorder.record({last.theta,
                       last.multipliers,
                       multipliers_of(last),
                       {kind, std::move(numbers)},
                       Candidate::Role::scout});
}

void solve_trace(const CurveRun& run) {
  const Task& task = run.task;
  const double direction = task.number("direction");
  const bool lower_only = task.numbers.count("known") > 0;
  Matrix columns;
  if (lower_only) columns = task.vector("known").reshaped(4, task.vector("known").size() / 4);
  const TracedFront known(columns);
  const auto joined = [&](const Station& station) {
    return lower_only && known.below(station.fh) <= lower_by;
  };
  CurveCorrector corrector = run.corrector();
  CurveTracer tracer(corrector, run.options.settings, direction, [&](const Station& station) {
    if (!joined(station)) {
      run.recorder.record(candidate(station, lower_only ? "lower_branch" : "trace", direction));
    }
    return run.proceed(station);
  });
  const CurveEnd end =
      tracer.trace(get_station(task, "from"), get_station(task, "towards"), run.step(), joined);
  if (end == CurveEnd::stopped) return;
  const Station last = tracer.last();
  if (end == CurveEnd::arrived && curve_stride(run.options.points) > 2) {
    tracer.fill_to(run.options.points);
  } else {
    tracer.fill(run.spacing());
  }
  close(run, last, "trace_end",
        {{"arrived", end == CurveEnd::arrived ? 1.0 : 0.0},
         {"end", static_cast<double>(end)},
         {"jumps", tracer.jumps()},
         {"length", tracer.length()}});
}

/// Traces both ways from a point of a branch that was just found, and records all of it.
void trace_component(const CurveRun& run, const Station& seed, const Station& left,
                     const Station& right, const std::string& kind,
                     const std::function<bool(const Station&)>& known = {}) {
  run.recorder.record(candidate(seed, kind, 0.0));
  const Station first = get_station(run.task, "first");
  const Station second = get_station(run.task, "second");
  for (const double direction : {1.0, -1.0}) {
    CurveCorrector corrector = run.corrector();
    CurveTracer tracer(corrector, run.options.settings, direction, [&](const Station& station) {
      if (!known || !known(station)) run.recorder.record(candidate(station, kind, direction));
      return run.proceed(station);
    });
    // A neighbour that the seed dominates is nothing to arrive at: go on to the end of the front.
    const Station& neighbour = direction > 0.0 ? right : left;
    const bool ahead = direction * (neighbour.fh(0) - seed.fh(0)) > 0.0 &&
                       direction * (neighbour.fh(1) - seed.fh(1)) < 0.0;
    const Station& towards = ahead ? neighbour : direction > 0.0 ? second : first;
    const CurveEnd end = tracer.trace(seed, towards, run.step(), known);
    if (end == CurveEnd::stopped) return;
    tracer.fill(run.spacing());
  }
}

/// Where phi has its lowest further minimum along a ray, sampled at `samples` places beyond its
/// origin; nothing where it only rises. Cost: a value per sample.
std::optional<Vector> further_basin(const Problem& problem, const Scalarization& phi,
                                    const Vector& origin, const Vector& ray) {
  constexpr int samples = 12;
  constexpr double reach = 1.5;  // of the ray
  const Bounds box = problem.bounds();
  double before = phi.value(problem.linearize(origin)->values());
  double least = std::numeric_limits<double>::infinity();
  std::optional<Vector> basin;
  for (int k = 1; k <= samples; ++k) {
    Vector theta = origin + reach * k / samples * ray;
    if (!box.empty()) theta = theta.cwiseMax(box.lower).cwiseMin(box.upper);
    const double here = phi.value(problem.linearize(theta)->values());
    if (!std::isfinite(here)) break;
    if (here < before && here < least) {  // over a hill, or down from where it began
      least = here;
      basin = std::move(theta);
    }
    before = here;
  }
  return basin;
}

/// An end of the front is a minimum of one objective, perhaps one of several.
void solve_beyond(const CurveRun& run) {
  const Station end = get_station(run.task, "end");
  const double direction = run.task.number("direction");
  const double rest = run.options.settings.extreme_weight;
  Aim aim;
  aim.multipliers = direction > 0.0 ? Vector(Eigen::Vector2d(rest, 1.0 - rest))
                                    : Vector(Eigen::Vector2d(1.0 - rest, rest));
  const WeightedSum phi(aim.multipliers, run.task.scaling);
  double found = 0.0;
  if (const auto start = further_basin(run.problem, phi, end.theta, run.task.vector("ray"))) {
    aim.theta = aim.near = *start;
    aim.rows = end.rows;
    CurveCorrector corrector = run.corrector();
    const CurveCorrection lower = corrector.by_weights(aim);
    if (lower.status == CurveStatus::stopped) return;
    if (lower.status == CurveStatus::found &&
        aim.multipliers.dot(lower.station->fh - end.fh) < -lower_by) {
      trace_component(run, *lower.station, end, end, "component");
      found = 1.0;
    }
  }
  close(run, end, "beyond_end", {{"found", found}});
}

/// The mid-gap solve: down along the normal of the chord across the hole, at a share of it.
class GapSolve {
 public:
  explicit GapSolve(const CurveRun& run)
      : run_(run), left_(get_station(run.task, "left")), right_(get_station(run.task, "right")) {}

  /// A point of the front within the hole, or nothing.
  [[nodiscard]] std::optional<Station> at(double share, CurveCorrector& corrector) {
    Aim aim;
    aim.fh = (1.0 - share) * left_.fh + share * right_.fh;
    aim.along = (right_.fh - left_.fh).normalized();
    aim.normal = (Vector(2) << -aim.along(1), aim.along(0)).finished();
    aim.multipliers = aim.normal / aim.normal.sum();
    aim.rows = (1.0 - share) * left_.rows + share * right_.rows;
    aim.theta = aim.near = (1.0 - share) * left_.theta + share * right_.theta;
    const Vector nearer = share <= 0.5 ? left_.theta : right_.theta;
    for (const Vector& start : {aim.theta, nearer}) {
      aim.theta = aim.near = start;
      CurveCorrection found = corrector.by_augmentation(aim, run_.options.settings.largest_rho);
      if (found.status == CurveStatus::beyond_end && found.station) {
        // No critical point: descend from there to one.
        aim.theta = aim.near = found.station->theta;
        aim.multipliers = found.station->multipliers;
        found = corrector.by_weights(aim);
      }
      if (found.status == CurveStatus::stopped) stopped_ = true;
      if (stopped_) return {};
      if (found.status == CurveStatus::found && is_within(found.station->fh)) return found.station;
    }
    return {};
  }

  [[nodiscard]] bool stopped() const { return stopped_; }
  [[nodiscard]] const Station& left() const { return left_; }
  [[nodiscard]] const Station& right() const { return right_; }

 private:
  /// In the hole, clear of both its ends, and not dominated by them. It may dominate one of them: a
  /// hole can hide a part of the front that reaches below what bounds it.
  [[nodiscard]] bool is_within(const Vector& fh) const {
    const double clear = 0.5 * run_.spacing();
    return fh(0) < right_.fh(0) && fh(1) < left_.fh(1) && (fh - left_.fh).norm() > clear &&
           (fh - right_.fh).norm() > clear;
  }

  const CurveRun& run_;
  Station left_;
  Station right_;
  bool stopped_ = false;
};

void solve_gap(const CurveRun& run) {
  GapSolve gap(run);
  CurveCorrector corrector = run.corrector();
  for (const double share : {0.5, 0.25, 0.75}) {
    const std::optional<Station> seed = gap.at(share, corrector);
    if (gap.stopped()) return;
    if (!seed) continue;
    trace_component(run, *seed, gap.left(), gap.right(), "component");
    return close(run, *seed, "gap_end", {{"found", 1.0}});
  }
  close(run, gap.left(), "gap_end", {{"found", 0.0}});
}

/// One cold start against a traced point, compared at a rough tolerance first.
void solve_restart(const CurveRun& run, const ConstrainedMinimizer& rough) {
  const Station traced = get_station(run.task, "traced");
  const Matrix columns = run.task.vector("known").reshaped(4, run.task.vector("known").size() / 4);
  const TracedFront known(columns);
  RandomStream random = run.recorder.random();
  Aim aim;
  aim.theta = aim.near = run.problem.start(random);
  aim.fh = traced.fh;
  aim.multipliers = traced.multipliers;
  aim.normal = traced.multipliers.normalized();
  aim.along = (Vector(2) << aim.normal(1), -aim.normal(0)).finished();
  aim.rows = traced.rows;
  // Where the traced point is the best there is for its multipliers, they alone find its like.
  const Vector worth = columns.topRows(2).transpose() * traced.multipliers;
  const bool supported = traced.multipliers.dot(traced.fh) <= worth.minCoeff() + 1e-9;
  const auto solve = [&](const ConstrainedMinimizer& minimizer) {
    CurveCorrector corrector(run.problem, run.task.scaling, minimizer, run.options.settings,
                             run.recorder.callback());
    return supported ? corrector.by_weights(aim)
                     : corrector.by_augmentation(aim, run.options.settings.rho);
  };
  CurveCorrection found = solve(rough);
  if (found.status == CurveStatus::stopped) return;
  double distance = 0.0;
  if (found.status == CurveStatus::found) distance = known.below(found.station->fh);
  if (distance > lower_by && std::isfinite(distance)) {
    aim.theta = aim.near = found.station->theta;
    found = solve(run.minimizer);
    if (found.status == CurveStatus::stopped) return;
    distance = found.status == CurveStatus::found ? known.below(found.station->fh) : 0.0;
  }
  if (distance > lower_by && std::isfinite(distance)) {
    trace_component(run, *found.station, get_station(run.task, "first"),
                    get_station(run.task, "second"), "lower_branch",
                    [&](const Station& station) { return known.below(station.fh) <= lower_by; });
  }
  close(run, traced, "restart_end", {{"below", std::isfinite(distance) ? distance : 0.0}});
}

}  // namespace

void solve_curve(const Problem& problem, const Task& task, const CurveOptions& options,
                 const ConstrainedMinimizer& minimizer, const ConstrainedMinimizer& rough,
                 Recorder& recorder) {
  const CurveRun run{problem, task, options, minimizer, recorder};
  if (task.kind == "trace") return solve_trace(run);
  if (task.kind == "gap") return solve_gap(run);
  if (task.kind == "beyond") return solve_beyond(run);
  solve_restart(run, rough);
}

}  // namespace moo
