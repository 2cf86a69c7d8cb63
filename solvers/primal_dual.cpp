#include "solvers/primal_dual.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "libmoo/minimize/adam.hpp"
#include "libmoo/minimize/augmented_lagrangian.hpp"
#include "solvers/dual_rule.hpp"

namespace moo {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// An iterate that was looked at on all data.
struct Kept {
  Vector theta;
  Vector values;
  Vector multipliers;
  double excess = infinity;  ///< largest violation in multiples of its tolerance, 1 at least
  double objective = infinity;
};

/// The stochastic game of one task.
class Game {
 public:
  Game(const Problem& problem, const PrimalDualSolver::Options& options, Vector weights,
       std::vector<DualRule> rules, Recorder& recorder)
      : problem_(problem),
        options_(options),
        weights_(std::move(weights)),
        rules_(std::move(rules)),
        recorder_(recorder),
        random_(recorder.random().substream("minibatches")),
        bounds_(problem.bounds()),
        controller_(senses(), options.multipliers) {}

  /// False when nothing is defined at the start, or told to stop: see best().
  bool run(const Vector& start) {
    LearningRate rate({.rate = options_.learning_rate}, options_.steps);
    const AdamSettings adam;
    AdamMoments moments(problem_.num_variables(), adam);
    Vector theta = start;
    Vector average = start;
    Vector gradient(start.size());
    (void)look(0, theta);
    if (best_.theta.size() == 0) return false;
    for (int step = 1; step <= options_.steps; ++step) {
      const double length = rate.at(step - 1);
      if (!differentiate(theta, length / options_.learning_rate, gradient)) {
        rate.back_off();
        moments.reset();
        theta = average = best_.theta;
        continue;
      }
      moments.step(gradient, length, theta);
      if (!bounds_.empty()) theta = theta.cwiseMax(bounds_.lower).cwiseMin(bounds_.upper);
      average += (1.0 - adam.averaging) * (theta - average);
      last_norm_ = gradient.lpNorm<Eigen::Infinity>();
      if (step % options_.check_every != 0 && step != options_.steps) {
        if (step % 10 == 0 && !goes_on(step)) return false;
        continue;
      }
      if (!look(step, theta) || !look(step, average)) return false;
    }
    return true;
  }

  [[nodiscard]] const Kept& best() const { return best_; }
  /// Of the rules, after the last step: they have settled further than the best iterate's.
  [[nodiscard]] const Vector& multipliers() const { return controller_.multipliers(); }
  [[nodiscard]] const std::vector<DualRule>& rules() const { return rules_; }

  /// m + p: of the scaled objectives and the hard rows.
  [[nodiscard]] Vector all_multipliers(const Vector& range) const {
    Vector all = lagrangian_weights(problem_, best_.values, best_.multipliers);
    all.head(range.size()) = all.head(range.size()).cwiseProduct(range);
    return all;
  }

 private:
  [[nodiscard]] std::vector<Sense> senses() const {
    std::vector<Sense> all;
    for (const DualRule& rule : rules_) all.push_back(rule.sense);
    return all;
  }

  [[nodiscard]] Vector lagrangian_weights(const Problem& part, const Vector& values,
                                          const Vector& multipliers) const {
    Vector all = Vector::Zero(part.num_values());
    all.head(weights_.size()) = weights_;
    for (std::size_t k = 0; k < rules_.size(); ++k) {
      rules_[k].add_weights(multipliers(static_cast<Eigen::Index>(k)), part, values, all);
    }
    return all;
  }

  /// A minibatch: moves the multipliers, then the gradient of the Lagrangian at them, divided by
  /// 1 + the sum of multipliers. False where it is not finite.
  bool differentiate(const Vector& theta, double share, Vector& gradient) {
    const std::shared_ptr<const Problem> batch = problem_.minibatch(random_);
    const Problem& part = batch == nullptr ? problem_ : *batch;
    const LinearizationPtr at = part.linearize(theta);
    const Vector& values = at->values();
    if (!values.allFinite()) return false;
    const Vector rates = needs_rates() ? at->violation_rates() : Vector();
    Vector drives(std::ssize(rules_));
    for (std::size_t k = 0; k < rules_.size(); ++k) {
      drives(static_cast<Eigen::Index>(k)) = rules_[k].drive(part, values, rates);
    }
    const Vector& multipliers = controller_.update(drives, share);
    const Vector all = lagrangian_weights(part, values, multipliers);
    at->pullback(all / (1.0 + multipliers.lpNorm<1>()), gradient);
    return gradient.allFinite();
  }

  [[nodiscard]] bool needs_rates() const {
    return std::any_of(rules_.begin(), rules_.end(),
                       [](const DualRule& rule) { return rule.rate >= 0; });
  }

  /// Judges an iterate on all data and keeps the best. False: told to stop.
  bool look(int step, const Vector& theta) {
    const LinearizationPtr at = problem_.linearize(theta);
    const Vector& values = at->values();
    if (!values.allFinite()) return true;
    const Vector rates = needs_rates() ? at->violation_rates() : Vector();
    double excess = 1.0;
    for (const DualRule& rule : rules_) {
      const double c = rule.drive(problem_, values, rates);
      const bool by_rate = rule.rate >= 0;
      const bool both_sides = rule.sense == Sense::equality && !by_rate;
      const double broken = both_sides ? std::abs(c) : std::max(c, 0.0);
      const double tolerance = by_rate ? options_.feasibility_tolerance : rule.tolerance;
      excess = std::max(excess, broken / tolerance);
    }
    const double objective = weights_.dot(values.head(weights_.size()));
    const double moved = best_.theta.size() > 0 ? (theta - best_.theta).norm() : 0.0;
    if (std::pair(excess, objective) < std::pair(best_.excess, best_.objective)) {
      best_ = {theta, values, controller_.multipliers(), excess, objective};
    }
    last_values_ = values;
    last_objective_ = objective;
    return step == 0 || recorder_.proceed({step, values, objective, last_norm_, moved, at.get()});
  }

  /// Asks between two looks, with what the last one saw.
  [[nodiscard]] bool goes_on(int step) {
    return recorder_.proceed({step, last_values_, last_objective_, last_norm_, 0.0});
  }

  const Problem& problem_;
  const PrimalDualSolver::Options& options_;
  Vector weights_;  ///< m, on the objectives in their own units
  std::vector<DualRule> rules_;
  Recorder& recorder_;
  RandomStream random_;
  Bounds bounds_;
  MultiplierController controller_;
  Kept best_;
  Vector last_values_;  ///< of the last look at all data
  double last_objective_ = infinity;
  double last_norm_ = infinity;  ///< of the last step's gradient
};

/// An augmented Lagrangian on all data from where the game ended. Rules by rates have chosen their
/// multipliers, which stay; the other rules' constraints are met.
ConstrainedMinimum finish(const Problem& problem, const PrimalDualSolver::Options& options,
                          const Task& task, const Game& game, Recorder& recorder) {
  Vector weights = task.vector("weights");
  ValueConstraints constraints;
  std::vector<double> guess;
  std::vector<double> rows;
  for (std::size_t k = 0; k < game.rules().size(); ++k) {
    const DualRule& rule = game.rules()[k];
    const double lambda = game.multipliers()(static_cast<Eigen::Index>(k));
    if (rule.kind == DualRule::Kind::row) rows.push_back(lambda / rule.scale);
    if (rule.kind != DualRule::Kind::objective) continue;
    if (rule.rate >= 0) {
      weights(rule.index) += lambda;
      continue;
    }
    constraints.push_back({rule.index, rule.bound, rule.scale, Sense::inequality, rule.index});
    guess.push_back(lambda);
  }
  guess.insert(guess.end(), rows.begin(), rows.end());
  const ConstrainedMinimizer minimizer(
      "lbfgs", {options.tolerance, options.finish_iterations, options.memory},
      {.max_outer_iterations = 10});
  return minimizer.minimize(problem, WeightedSum(weights, task.scaling), game.best().theta,
                            constraints, Eigen::Map<const Vector>(guess.data(), std::ssize(guess)),
                            recorder.callback());
}

/// m + p multipliers of the finished point, on scaled objectives.
Vector finished_multipliers(const Problem& problem, const Task& task, const Game& game,
                            const ConstrainedMinimum& minimum) {
  Vector all(problem.num_values());
  all << task.vector("weights"), minimum.hard_rows;
  Eigen::Index next = 0;
  for (std::size_t k = 0; k < game.rules().size(); ++k) {
    const DualRule& rule = game.rules()[k];
    if (rule.kind != DualRule::Kind::objective) continue;
    all(rule.index) += rule.rate >= 0 ? game.multipliers()(static_cast<Eigen::Index>(k))
                                      : minimum.multipliers(next++);
  }
  return all;
}

/// f_i <= epsilon_i, by values or by rates; none for the ends of the front.
std::vector<DualRule> epsilon_rules(const Problem& problem, const Task& task,
                                    const PrimalDualSolver::Options& options) {
  std::vector<DualRule> rules;
  if (task.kind != "epsilon") return rules;
  const Vector& epsilons = task.vector("epsilons");
  const Vector start_rates = options.drive == "rates" && !problem.rule_groups().empty()
                                 ? problem.linearize(task.start)->violation_rates()
                                 : Vector();
  for (int i = 1; i < problem.num_objectives(); ++i) {
    const double range = task.scaling.range()(i);
    DualRule rule{.kind = DualRule::Kind::objective,
                  .index = i,
                  .group = problem.objectives()[static_cast<std::size_t>(i)].group,
                  .bound = task.scaling.ideal(i) + epsilons(i - 1) * range,
                  .scale = range,
                  .tolerance = options.feasibility_tolerance};
    const int rate = start_rates.size() > 0 ? rate_index(problem, rule.group) : -1;
    if (rate >= 0 && std::isfinite(start_rates(rate))) {
      rule.rate = rate;
      rule.allowed_rate = epsilons(i - 1) * start_rates(rate);
    }
    rules.push_back(std::move(rule));
  }
  return rules;
}

}  // namespace

PrimalDualSolver::PrimalDualSolver() {
  table_.set_owner("solver primal_dual");
  table_.add("points", "how many points to aim for", &options_.points, {1, 100000});
  table_.add("steps", "of Adam per point", &options_.steps, {1, 10000000});
  table_.add("learning_rate", "longest step of a parameter", &options_.learning_rate, {1e-8, 10.0});
  table_.add("check_every", "steps between looks at all data", &options_.check_every, {1, 1000000});
  table_.add("drive", "what multipliers follow: the objectives, or true violation rates",
             &options_.drive, {"values", "rates"});
  table_.add("multiplier_rate", "step of a multiplier per unit of violation",
             &options_.multipliers.rate, {1e-8, 1e3});
  table_.add("proportional", "K_P: answer to changes of the violation",
             &options_.multipliers.proportional, {0.0, 1e4});
  table_.add("integral", "K_I: answer to the violation", &options_.multipliers.integral,
             {0.0, 1e4});
  table_.add("smoothing", "nu: memory of the violations that K_P sees",
             &options_.multipliers.smoothing, {-0.999, 0.999});
  table_.add("extreme_weight", "weight left to the other objectives at an end of the front",
             &options_.extreme_weight, {0.0, 0.3});
  table_.add("feasibility_tolerance", "largest excess over an epsilon, in scaled units or rates",
             &options_.feasibility_tolerance, {1e-12, 1.0});
  table_.add("finish_iterations",
             "of L-BFGS on all data per multiplier update after the steps; 0: no such finish",
             &options_.finish_iterations, {0, 1000000});
  table_.add("tolerance", "largest scaled gradient entry the finish aims at", &options_.tolerance,
             {1e-12, 1.0});
  table_.add("memory", "curvature pairs of the finish", &options_.memory, {1, 1000});
}

std::vector<Task> PrimalDualSolver::plan(const Front& so_far) const {
  const int m = so_far.num_objectives();
  if (so_far.points().empty()) {
    return {{"anchor/0",
             "anchor",
             Vector(),
             Scaling::identity(m),
             {{"weights", Vector::Unit(m, 0)}, {"objective", Vector::Zero(1)}}}};
  }
  const auto ends = static_cast<int>(so_far.generated_by("anchor").size());
  if (ends == 1 && m > 1 && !so_far.scouts().empty()) return plan_ends(so_far);
  if (ends < m || !so_far.scaling() || !so_far.generated_by("epsilon").empty()) return {};
  return plan_epsilons(so_far);
}

std::vector<Task> PrimalDualSolver::plan_ends(const Front& so_far) const {
  const int m = so_far.num_objectives();
  const ParetoPoint& first = so_far.points().front();
  // What training has gained in the first objective, and what that has left of the others.
  Vector unit = first.objectives.cwiseAbs();
  const double gained = so_far.scouts().front().objectives(0) - first.objectives(0);
  unit(0) = std::max(gained, 1e-3 * unit(0));
  unit = unit.cwiseMax(so_far.resolution()).cwiseMax(1e-9);
  std::vector<Task> tasks;
  for (int j = 1; j < m; ++j) {
    Vector weights = Vector::Constant(m, options_.extreme_weight);
    weights(j) = 1.0 - options_.extreme_weight * (m - 1);
    tasks.push_back({"anchor/" + std::to_string(j),
                     "anchor",
                     first.parameters,
                     Scaling{Vector::Zero(m), unit},
                     {{"weights", weights}, {"objective", Vector::Constant(1, j)}}});
  }
  return tasks;
}

std::vector<Task> PrimalDualSolver::plan_epsilons(const Front& so_far) const {
  const int m = so_far.num_objectives();
  const int remaining = options_.points - static_cast<int>(so_far.points().size());
  if (m < 2 || remaining < 1) return {};
  const int per_axis =
      std::max(1, static_cast<int>(std::floor(std::pow(remaining, 1.0 / (m - 1)) + 1e-9)));
  std::vector<Task> tasks;
  Eigen::VectorXi digits = Eigen::VectorXi::Zero(m - 1);
  for (int axis = 0; axis < m - 1 && static_cast<int>(tasks.size()) < remaining;) {
    const Vector epsilons = (digits.cast<double>().array() + 1.0) / (per_axis + 1.0);
    tasks.push_back({"epsilon/" + std::to_string(so_far.points().size() + tasks.size()),
                     "epsilon",
                     so_far.points().front().parameters,
                     *so_far.scaling(),
                     {{"weights", Vector::Unit(m, 0)}, {"epsilons", epsilons}}});
    for (axis = 0; axis < m - 1 && ++digits(axis) == per_axis; ++axis) digits(axis) = 0;
  }
  return tasks;
}

void PrimalDualSolver::solve(const Problem& problem, const Task& task, Recorder& recorder) const {
  RandomStream random = recorder.random();
  const Vector start = task.start.size() > 0 ? task.start : problem.start(random);
  const std::shared_ptr<const Problem> batch = problem.minibatch(random);
  std::vector<DualRule> rules = epsilon_rules(problem, task, options_);
  const std::vector<DualRule> hard = hard_rules(
      problem, batch.get(), options_.drive == "rates" ? options_.feasibility_tolerance : 0.0);
  rules.insert(rules.end(), hard.begin(), hard.end());

  // Units from an untrained point: at the end of a training the objective has no gradient.
  const Vector weights = task.vector("weights").cwiseQuotient(task.scaling.range());
  const Vector untrained = task.start.size() > 0 ? problem.start(random) : start;
  if (!hard.empty()) equalise_units(problem, *problem.linearize(untrained), weights, rules);
  Game game(problem, options_, weights, rules, recorder);
  const bool goes_on = game.run(start);
  const Kept& best = game.best();
  if (best.theta.size() == 0) {
    recorder.fail("failed: the objectives are not finite at the start");
    return;
  }
  if (task.start.size() == 0) {
    recorder.record({start, Vector(), Vector(), {"start", {}}, Candidate::Role::scout});
  }
  Generator generator{task.kind, {}};
  if (task.kind == "anchor") generator.numbers["objective"] = task.number("objective");
  for (int i = 1; i < problem.num_objectives() && task.kind == "epsilon"; ++i) {
    generator.numbers["epsilon_" + std::to_string(i)] = task.vector("epsilons")(i - 1);
  }
  generator.numbers["stochastic_objective"] = best.objective;
  generator.numbers["stochastic_excess"] = best.excess;
  Candidate candidate{best.theta, Vector(), game.all_multipliers(task.scaling.range()),
                      std::move(generator), Candidate::Role::front};
  bool feasible = best.excess <= 1.0;
  if (goes_on && options_.finish_iterations > 0) {
    const ConstrainedMinimum minimum = finish(problem, options_, task, game, recorder);
    if (minimum.status != MinimizerStatus::failed && (minimum.feasible || !feasible)) {
      candidate.parameters = minimum.theta;
      candidate.multipliers = finished_multipliers(problem, task, game, minimum);
      feasible = minimum.feasible;
    }
  }
  if (!feasible) {
    recorder.fail("smallest violation found is " + std::to_string(best.excess) +
                  " times its tolerance");
  }
  recorder.record(std::move(candidate));
}

}  // namespace moo
