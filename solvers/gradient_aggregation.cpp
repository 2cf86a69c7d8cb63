#include "solvers/gradient_aggregation.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "libmoo/front/gaps.hpp"
#include "libmoo/front/minimum_norm.hpp"

namespace moo {
namespace {

/// What is known at one theta: scaled gradients g_i (times preferences) as columns.
struct State {
  Vector theta;
  Vector values;  ///< m, times the same factors as the gradients
  Matrix gradients;
  Matrix gramian;
};

/// One descent from one start.
class Descent {
 public:
  Descent(const Problem& problem, const Task& task, const Weighting& weighting, double tolerance,
          Recorder& recorder)
      : problem_(problem),
        weighting_(weighting),
        tolerance_(tolerance),
        recorder_(recorder),
        random_(recorder.random()),
        preference_(task.vector("preference")),
        factors_(preference_.cwiseQuotient(task.scaling.range())) {}

  /// To a critical point, on all data; the number of iterations, or -1 where nothing is defined.
  int run(const Vector& start, int max_iterations, Vector& end) {
    LinearizationPtr at = problem_.linearize(start);
    State here = state(start, *at);
    end = start;
    if (!is_finite(here)) return -1;
    double length = 0.0;
    State last;
    for (int iteration = 0; iteration < max_iterations; ++iteration) {
      const double residual = criticality(here);
      end = here.theta;
      if (residual <= tolerance_) return iteration;
      const Vector alpha = weighting_.weigh(here.gramian, random_);
      const Vector direction = -(here.gradients * alpha);
      length =
          iteration == 0 ? first_length(here, direction) : next_length(last, here, alpha, length);
      State next;
      length = search(here, alpha, direction, length, next, at);
      if (length == 0.0) return iteration;
      last = std::move(here);
      here = std::move(next);
      if (!recorder_.proceed({iteration + 1, at->values(), alpha.dot(here.values), residual,
                              (here.theta - last.theta).norm(), at.get()})) {
        end = here.theta;
        return iteration + 1;
      }
    }
    end = here.theta;
    return max_iterations;
  }

  /// On minibatches; the averaged iterate. The number of steps, or -1 where nothing is defined.
  int run(const Vector& start, const GradientAggregationSolver::Options& options,
          const AdamSettings& settings, Vector& end) {
    LearningRate rate(settings.learning_rate, options.steps);
    AdamMoments moments(problem_.num_variables(), settings);
    Vector theta = start;
    Vector average = start;
    Matrix gramian;
    end = start;
    for (int step = 1; step <= options.steps; ++step) {
      const std::shared_ptr<const Problem> batch = problem_.minibatch(random_);
      const Problem& part = batch == nullptr ? problem_ : *batch;
      const State here = state(theta, *part.linearize(theta));
      if (!is_finite(here)) {  // too long a step: back to what was fine
        if (step == 1) return -1;
        rate.back_off();
        moments.reset();
        theta = average = end;
        continue;
      }
      gramian = step == 1 ? here.gramian
                          : Matrix(options.gramian_memory * gramian +
                                   (1.0 - options.gramian_memory) * here.gramian);
      Vector gradient = here.gradients * weighting_.weigh(gramian, random_);
      last_norm_ = gradient.lpNorm<Eigen::Infinity>();
      moments.step(gradient, rate.at(step - 1), theta);
      average += (1.0 - settings.averaging) * (theta - average);
      if (step % settings.check_every == 0 && !look(step, average, end)) return step;
    }
    (void)look(options.steps, average, end);
    return options.steps;
  }

 private:
  [[nodiscard]] State state(const Vector& theta, const Linearization& at) const {
    State found{theta, factors_.cwiseProduct(at.values().head(factors_.size())), {}, {}};
    if (!found.values.allFinite()) return found;
    found.gradients =
        at.transposed_jacobian(static_cast<int>(theta.size())) * factors_.asDiagonal();
    found.gramian = found.gradients.transpose() * found.gradients;
    return found;
  }

  static bool is_finite(const State& state) {
    return state.gradients.size() > 0 && state.gradients.allFinite();
  }

  /// Largest entry of the least vector in the hull of the scaled gradients, preferences apart.
  [[nodiscard]] double criticality(const State& state) const {
    const Matrix scaled = state.gradients * preference_.cwiseInverse().asDiagonal();
    const auto m = static_cast<int>(scaled.cols());
    return (scaled * minimum_norm_multipliers(scaled, m, 0)).lpNorm<Eigen::Infinity>();
  }

  static double first_length(const State& here, const Vector& direction) {
    return 0.05 * std::max(1.0, here.theta.norm()) / direction.norm();
  }

  /// s.s / s.y with the change y of the aggregated gradient under the present weights.
  static double next_length(const State& last, const State& here, const Vector& alpha,
                            double length) {
    const Vector step = here.theta - last.theta;
    const double curvature = step.dot((here.gradients - last.gradients) * alpha);
    return curvature > 1e-12 * step.squaredNorm() ? step.squaredNorm() / curvature : 2.0 * length;
  }

  /// Halves the step until the weighted objectives have fallen by a share of what their slope
  /// promised. Asking the same of every objective, or that none rises above its first value, costs
  /// two to twenty times the evaluations on curved problems and ends on the same front.
  /// 0: no such step.
  double search(const State& here, const Vector& alpha, const Vector& direction, double length,
                State& next, LinearizationPtr& at) const {
    const Vector slopes = here.gradients.transpose() * direction;
    const double rounding = 1e-15 * here.values.lpNorm<1>();
    for (int trial = 0; trial < 60; ++trial, length *= 0.5) {
      const Vector theta = here.theta + length * direction;
      at = problem_.linearize(theta);
      const Vector values = factors_.cwiseProduct(at->values().head(factors_.size()));
      if (!values.allFinite()) continue;
      const bool fell = alpha.dot(values - here.values) <=
                        1e-4 * length * alpha.dot(slopes) + rounding * alpha.sum();
      if (!fell) continue;
      next = state(theta, *at);
      if (is_finite(next)) return length;
    }
    return 0.0;
  }

  /// Takes over the averaged iterate where it is defined. False: told to stop.
  bool look(int step, const Vector& average, Vector& end) {
    const LinearizationPtr at = problem_.linearize(average);
    if (!at->values().allFinite()) return true;
    const double moved = (average - end).norm();
    end = average;
    const double mean = factors_.dot(at->values().head(factors_.size()));
    return recorder_.proceed({step, at->values(), mean, last_norm_, moved, at.get()});
  }

  const Problem& problem_;
  const Weighting& weighting_;
  double tolerance_;
  Recorder& recorder_;
  RandomStream random_;
  const Vector& preference_;
  Vector factors_;          ///< preference / range
  double last_norm_ = 0.0;  ///< of the last minibatch's aggregated gradient
};

Task descent_task(const Front& front, const Vector& start, const Vector& preference, int number,
                  Gap between) {
  const Vector ends = (Vector(2) << between.left, between.right).finished();
  return {"descent/" + std::to_string(number),
          "descent",
          start,
          *front.scaling(),
          {{"preference", preference}, {"ends", ends}}};
}

const ParetoPoint& point_of(const Front& front, int index) {
  return front.points()[static_cast<std::size_t>(index)];
}

}  // namespace

GradientAggregationSolver::GradientAggregationSolver() : FrontSolver("gradient_aggregation") {
  table_.add("aggregation", "how gradients become one direction", &options_.aggregation,
             weighting_names());
  table_.add("data", "what a step sees", &options_.data, {"all_data", "minibatches"});
  table_.add("radius", "of cagrad: distance from the mean gradient, in units of its length",
             &options_.radius, {0.0, 0.99});
  table_.add("steps", "of one descent on minibatches", &options_.steps, {1, 10000000});
  table_.add("gramian_memory", "share of the Gramian kept from step to step on minibatches",
             &options_.gramian_memory, {0.0, 0.9999});
}

std::string GradientAggregationSolver::explain_unsupported(const Problem& problem) const {
  if (problem.num_hard_rows() > 0) {
    return "it has hard rows, and a common descent direction may leave them";
  }
  if (!problem.bounds().empty()) {
    return "its variables have bounds, and a common descent direction may leave them";
  }
  return {};
}

std::vector<Task> GradientAggregationSolver::plan_front(const Front& so_far) const {
  if (so_far.num_objectives() < 2) return {};
  return so_far.num_objectives() == 2 ? plan_gaps(so_far) : plan_combinations(so_far);
}

std::vector<Task> GradientAggregationSolver::plan_gaps(const Front& so_far) const {
  std::vector<Gap> gaps = gaps_along(so_far);
  std::erase_if(gaps, [&](const Gap& gap) {
    return std::any_of(so_far.points().begin(), so_far.points().end(), [&](const ParetoPoint& p) {
      const std::map<std::string, double>& numbers = p.generator.numbers;
      return p.generator.kind == "descent" && numbers.at("end_a") == gap.left &&
             numbers.at("end_b") == gap.right;  // a descent from here ended elsewhere
    });
  });
  int number = static_cast<int>(so_far.points().size());
  std::vector<Task> tasks;
  if (gaps.empty()) return tasks;
  for (const Gap& gap : widest(gaps, common_.points - number)) {
    const ParetoPoint& left = point_of(so_far, gap.left);
    const ParetoPoint& right = point_of(so_far, gap.right);
    const Vector chord =
        (right.objectives - left.objectives).cwiseQuotient(so_far.scaling()->range()).cwiseAbs();
    const Vector normal = chord.reverse().cwiseMax(1e-3 * chord.sum());
    tasks.push_back(descent_task(so_far, 0.5 * (left.parameters + right.parameters),
                                 normal / normal.mean(), number++, gap));
  }
  return tasks;
}

std::vector<Task> GradientAggregationSolver::plan_combinations(const Front& so_far) const {
  const int m = so_far.num_objectives();
  const int found = static_cast<int>(so_far.points().size());
  std::vector<Task> tasks;
  if (!so_far.generated_by("descent").empty()) return tasks;
  // Evenly in the simplex: spacings of sorted points of a Kronecker sequence (Roberts 2018).
  double root = 2.0;
  for (int k = 0; k < 50; ++k) root = std::pow(1.0 + root, 1.0 / m);
  for (int k = 0; k < common_.points - found; ++k) {
    Vector cuts(m + 1);
    cuts(0) = 0.0;
    cuts(m) = 1.0;
    for (int i = 1; i < m; ++i) cuts(i) = std::fmod(0.5 + (k + 1) * std::pow(root, -i), 1.0);
    std::sort(cuts.begin(), cuts.end());
    const Vector shares = cuts.tail(m) - cuts.head(m);
    Vector start = Vector::Zero(so_far.num_variables());
    for (int j = 0; j < m; ++j) start += shares(j) * point_of(so_far, j).parameters;
    tasks.push_back(
        descent_task(so_far, start, (shares.array() + 1e-3) * m / (1.0 + 1e-3 * m), found + k, {}));
  }
  return tasks;
}

void GradientAggregationSolver::solve_task(const Problem& problem, const Task& task,
                                           Recorder& recorder) const {
  const std::unique_ptr<Weighting> weighting =
      make_weighting(options_.aggregation, {.radius = options_.radius});
  Descent descent(problem, task, *weighting, 0.5 * common_.tolerance, recorder);
  Vector end;
  const int iterations = options_.data == "minibatches"
                             ? descent.run(task.start, options_, adam(), end)
                             : descent.run(task.start, common_.max_iterations, end);
  if (iterations < 0) {
    recorder.fail("failed: the objectives are not finite half-way between two points");
    return;
  }
  recorder.record({end,
                   Vector(),
                   Vector(),
                   {"descent",
                    {{"iterations", iterations},
                     {"end_a", task.vector("ends")(0)},
                     {"end_b", task.vector("ends")(1)}}},
                   Candidate::Role::front});
}

}  // namespace moo
