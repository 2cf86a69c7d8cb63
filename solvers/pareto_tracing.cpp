#include "solvers/pareto_tracing.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/front/indicators.hpp"

namespace moo {
namespace {

/// A point on the way.
struct Station {
  ConstrainedMinimum minimum;  ///< of the chart it was found with
  Vector fh;                   ///< 2, scaled objectives
  Vector multipliers;          ///< 2, in the simplex
  Vector rows;                 ///< p: of the hard rows, in the same units
  double rho = 0.0;            ///< of that chart
};

/// Unit vector across the multipliers, with f_1 falling for direction +1 and f_0 for -1.
Vector along_front(const Vector& multipliers, double direction) {
  Vector c(2);
  c << multipliers(0 + 1), -multipliers(0);
  return direction * c.normalized();
}

/// How far a point lies below a traced front (columns: two scaled objectives, two multipliers;
/// sorted by the first objective): below the chord between its neighbours, which a concave front is
/// not, and below both their tangents, which a convex one is not. Negative or 0: not below.
double below_front(const Matrix& front, const Vector& fh) {
  for (Eigen::Index k = 0; k + 1 < front.cols(); ++k) {
    if (fh(0) < front(0, k) || fh(0) > front(0, k + 1)) continue;
    const auto left = front.col(k);
    const auto right = front.col(k + 1);
    Vector chord(2);
    chord << left(1) - right(1), right(0) - left(0);
    const auto below = [&](const Vector& normal, const auto& at) {
      return -normal.normalized().dot(fh - at.head(2));
    };
    return std::min({below(chord, left), below(left.tail(2), left), below(right.tail(2), right)});
  }
  return 0.0;  // beyond the ends: nothing to compare with
}

/// The steps of one trace.
class Tracer {
 public:
  Tracer(const Problem& problem, const Task& task, const ConstrainedMinimizer& minimizer,
         const ParetoTracingOptions& options, Recorder& recorder)
      : problem_(problem),
        scaling_(task.scaling),
        minimizer_(minimizer),
        options_(options),
        recorder_(recorder),
        direction_(task.number("direction")),
        rho_(options.rho) {
    current_ = {{},
                task.vector("objectives"),
                task.vector("multipliers"),
                row_multipliers(task),
                options.rho};
    current_.minimum.theta = task.start;
  }

  [[nodiscard]] const Station& current() const { return current_; }
  [[nodiscard]] bool jumped() const { return jumped_; }

  /// Moves on by about ds. False at the end of the front or when told to stop.
  bool step(double ds) {
    jumped_ = false;
    double length = ds;
    rho_ = std::max(options_.rho, 0.25 * rho_);
    std::optional<Station> too_far;
    for (int attempt = 0; attempt <= options_.halvings;) {
      const std::optional<Station> next = correct(length);
      if (!next) return false;  // stopped, failed, or off the end of the front
      const double moved = (next->fh - current_.fh).norm();
      if (moved >= 0.5 * length && moved <= 1.5 * length) {
        advance(*next, moved);
        return true;
      }
      if (moved < 0.02 * ds && attempt > 0) return false;  // steps vanish: an end
      if (moved > 1.5 * length) too_far = next;
      if (rho_ < options_.largest_rho) {
        rho_ = std::min(4.0 * rho_, options_.largest_rho);
      } else {
        length *= 0.5;
        ++attempt;
      }
    }
    if (!too_far) return false;
    jumped_ = true;
    advance(*too_far, (too_far->fh - current_.fh).norm());
    previous_.reset();  // no extrapolation across a jump
    return true;
  }

 private:
  /// The chart's minimum at a distance `length` along the front; empty when its multipliers say
  /// that it is beyond the end.
  std::optional<Station> correct(double length) {
    const Vector d = current_.multipliers.normalized();
    const Vector c = along_front(current_.multipliers, direction_);
    // The chart spans its complement with a sign of its own.
    const double sign = ChartScalarization::complement(d).col(0).dot(c);
    const Vector target = Vector::Constant(1, sign * (c.dot(current_.fh) + length));
    const ChartScalarization chart(d, target, rho_, scaling_);

    const Vector& here = current_.minimum.theta;
    Vector start = here;
    if (previous_) {
      const Vector extrapolated = here + (length / last_step_) * (here - previous_->minimum.theta);
      const auto phi = [&](const Vector& theta) {
        return chart.value(problem_.linearize(theta)->values());
      };
      const double at_extrapolated = phi(extrapolated);
      if (std::isfinite(at_extrapolated) && at_extrapolated < phi(start)) start = extrapolated;
    }
    const double weight = current_.multipliers.norm();  // the chart's multipliers have length one
    const ConstrainedMinimum minimum = minimizer_.minimize(
        problem_, chart, start, {}, Vector(current_.rows / weight), recorder_.callback());
    if (minimum.status == MinimizerStatus::stopped) return {};
    if (minimum.status != MinimizerStatus::failed && !minimum.feasible) return {};
    if (minimum.status == MinimizerStatus::failed) {
      recorder_.fail("the objectives are not finite along the front");
      return {};
    }
    const Vector multipliers = chart.multipliers(minimum.values);
    if (multipliers.minCoeff() < -1e-6) return {};
    const Vector objectives = minimum.values.head(2);
    const Vector positive = multipliers.cwiseMax(0.0);
    return Station{minimum, scaling_.scaled(objectives), positive / positive.sum(),
                   minimum.hard_rows / positive.sum(), rho_};
  }

  void advance(const Station& next, double moved) {
    previous_ = std::move(current_);
    current_ = next;
    last_step_ = moved;
  }

  const Problem& problem_;
  const Scaling& scaling_;
  const ConstrainedMinimizer& minimizer_;
  const ParetoTracingOptions& options_;
  Recorder& recorder_;
  double direction_;
  double rho_;
  double last_step_ = 0.0;
  bool jumped_ = false;
  Station current_;
  std::optional<Station> previous_;
};

/// A trace that starts at an anchor, for both directions.
Task trace_task(const Front& front, double direction, double ds) {
  const ParetoPoint& from = front.points()[direction > 0.0 ? 0 : 1];
  const ParetoPoint& to = front.points()[direction > 0.0 ? 1 : 0];
  Task task{direction > 0.0 ? "trace/forward" : "trace/backward",
            "trace",
            from.parameters,
            *front.scaling(),
            {{"direction", Vector::Constant(1, direction)},
             {"spacing", Vector::Constant(1, ds)},
             {"objectives", front.scaling()->scaled(from.objectives)},
             {"multipliers", from.multipliers.head(2)},
             {"end", front.scaling()->scaled(to.objectives)}}};
  guess_rows(from, 1.0, task);
  return task;
}

}  // namespace

ParetoTracingSolver::ParetoTracingSolver() : FrontSolver("pareto_tracing") {
  table_.add("rho", "curvature of the chart across the front, in scaled units", &options_.rho,
             {0.1, 1e6});
  table_.add("largest_rho", "limit of its growth when a step loses the front",
             &options_.largest_rho, {0.1, 1e6});
  table_.add("halvings", "of a step before it counts as a jump", &options_.halvings, {0, 20});
  table_.add("directions", "trace from one end, or check from the other end too",
             &options_.directions, {"both", "forward"});
}

std::string ParetoTracingSolver::explain_unsupported(const Problem& problem) const {
  if (problem.num_objectives() <= 2) return {};
  return "it walks along a curve and needs no more than two objectives, here there are " +
         std::to_string(problem.num_objectives());
}

std::vector<Task> ParetoTracingSolver::plan_front(const Front& so_far) const {
  if (so_far.num_objectives() < 2 || common_.points <= 2) return {};
  // A monotone curve between the corners of the unit box is 1.41 to 2 long.
  constexpr double typical_length = 1.65;
  const double ds = typical_length / (common_.points - 1);
  const auto ends = so_far.generated_by("anchor");
  if (!ends[0]->feasible || !ends[1]->feasible) return {};  // nowhere to start from, or to go to
  if (so_far.points().size() == 2) return {trace_task(so_far, 1.0, ds)};
  const bool checked =
      std::any_of(so_far.scouts().begin(), so_far.scouts().end(),
                  [](const ParetoPoint& p) { return p.generator.kind == "checked"; });
  if (options_.directions == "forward" || checked) return {};

  Task check = trace_task(so_far, -1.0, ds);
  const std::vector<int> indices = so_far.nondominated();
  const Matrix objectives = so_far.objectives_of(indices);
  const Eigen::VectorXi order = order_along_front(objectives);
  Vector traced(4 * objectives.cols());
  for (Eigen::Index k = 0; k < objectives.cols(); ++k) {
    const auto id = static_cast<std::size_t>(indices[static_cast<std::size_t>(order(k))]);
    traced.segment(4 * k, 2) = so_far.scaling()->scaled(objectives.col(order(k)));
    traced.segment(4 * k + 2, 2) = so_far.points()[id].multipliers.head(2);
  }
  check.numbers["traced"] = traced;
  return {check};
}

void ParetoTracingSolver::solve_task(const Problem& problem, const Task& task,
                                     Recorder& recorder) const {
  const double ds = task.number("spacing");
  const Vector& end = task.vector("end");
  const bool check = task.numbers.count("traced") > 0;
  Matrix traced;
  if (check) {
    const Vector& flat = task.vector("traced");
    traced = Eigen::Map<const Matrix>(flat.data(), 4, flat.size() / 4);
  }
  const ConstrainedMinimizer inner = minimizer();
  Tracer tracer(problem, task, inner, options_, recorder);
  constexpr double coarse = 3.0;   // a check looks closely only where it finds something
  constexpr double better = 1e-3;  // scaled: what counts as a lower branch
  bool on_lower_branch = false;
  for (int steps = 0; steps < 20 * common_.points; ++steps) {
    const double reach = check && !on_lower_branch ? coarse * ds : ds;
    const double remaining = (tracer.current().fh - end).norm();
    if (remaining < 1.5 * reach) break;
    // Even steps up to the end rather than a short one at last.
    const double length =
        remaining < 3.5 * reach ? remaining / std::round(remaining / reach) : reach;
    if (!tracer.step(length)) break;
    const Station& station = tracer.current();
    if (task.number("direction") * (station.fh(0) - end(0)) > 0.0) break;  // past the other anchor
    if (check) {
      on_lower_branch = below_front(traced, station.fh) > better;
      if (!on_lower_branch) continue;
    }
    Vector multipliers(problem.num_values());
    multipliers << station.multipliers, station.rows;
    record(problem, station.minimum, station.multipliers, multipliers,
           {check ? "lower_branch" : "trace",
            {{"step", static_cast<double>(steps)},
             {"rho", station.rho},
             {"jump", tracer.jumped() ? 1.0 : 0.0}}},
           recorder);
  }
  if (check) {  // tells plan() that the check is done, whatever it found
    recorder.record({tracer.current().minimum.theta,
                     tracer.current().multipliers,
                     Vector(),
                     {"checked", {}},
                     Candidate::Role::scout});
  }
}

std::vector<std::string> ParetoTracingSolver::notes(const Front& front) const {
  std::vector<std::string> notes;
  int jumps = 0;
  for (const ParetoPoint* point : front.generated_by("trace")) {
    if (point->generator.numbers.at("jump") > 0.0) ++jumps;
  }
  if (jumps > 0) {
    notes.push_back(std::to_string(jumps) +
                    " jump(s) of the path of optima: no front was found in between");
  }
  const auto lower = front.generated_by("lower_branch").size();
  if (lower > 0) {
    notes.push_back(std::to_string(lower) + " point(s) of a lower branch found from the other end");
  }
  return notes;
}

}  // namespace moo
