#include "solvers/penalty_schedule.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "libmoo/minimize/augmented_lagrangian.hpp"

namespace moo {
namespace {

/// How the objectives take part: one is f_0, further accuracies count in full, the rest are
/// scheduled.
struct Roles {
  int accuracy = 0;
  std::vector<int> scheduled;

  explicit Roles(const std::vector<ObjectiveInfo>& objectives) {
    const auto is_accuracy = [](const ObjectiveInfo& objective) {
      return objective.kind == ObjectiveKind::accuracy;
    };
    const auto first = std::find_if(objectives.begin(), objectives.end(), is_accuracy);
    if (first != objectives.end()) accuracy = static_cast<int>(first - objectives.begin());
    for (std::size_t i = 0; i < objectives.size(); ++i) {
      if (static_cast<int>(i) == accuracy || is_accuracy(objectives[i])) continue;
      scheduled.push_back(static_cast<int>(i));
    }
  }

  /// Strengths as weights in the simplex, m.
  [[nodiscard]] Vector weights(const Vector& strengths, int num_objectives) const {
    Vector weights = Vector::Ones(num_objectives);
    for (std::size_t k = 0; k < scheduled.size(); ++k) {
      weights(scheduled[k]) = strengths(static_cast<Eigen::Index>(k));
    }
    return weights / weights.sum();
  }
};

/// Where the violation of a rule is read.
struct Gauge {
  int objective = 0;
  int rate = -1;  ///< into Problem::rule_groups(); -1: the penalty itself
};

/// The truth about a parameter vector: what the strengths are judged by.
struct Truth {
  Vector violations;
  Vector penalties;
  double validation_loss = std::numeric_limits<double>::quiet_NaN();
};

/// Reads violations: rates where the problem knows them, penalties where it does not.
class TrueViolations {
 public:
  TrueViolations(const Problem& problem, const Roles& roles, ConstVectorRef start)
      : problem_(problem), accuracy_(roles.accuracy) {
    const std::vector<std::string>& groups = problem.rule_groups();
    const Vector rates = rates_at(start, problem.validate(start));
    for (const int i : roles.scheduled) {
      const ObjectiveInfo& objective = problem.objectives()[static_cast<std::size_t>(i)];
      const auto group = std::find(groups.begin(), groups.end(), objective.group);
      const auto index = static_cast<int>(group - groups.begin());
      const bool known = index < rates.size() && std::isfinite(rates(index));
      gauges_.push_back({i, known ? index : -1});
      schedules_.push_back(objective.schedule);
      if (!known) {
        schedules_.back().allowed_rate = std::max(objective.resolution, objective.tolerance);
      }
    }
  }

  /// Those of the objectives, with the allowed rate in the unit of the violations.
  [[nodiscard]] const std::vector<StrengthSchedule>& schedules() const { return schedules_; }

  [[nodiscard]] Truth at(ConstVectorRef theta, ConstVectorRef values) const {
    const std::optional<Validation> validation = problem_.validate(theta);
    const Vector rates = rates_at(theta, validation);
    Truth truth{Vector(gauges_.size()), Vector(gauges_.size())};
    for (std::size_t k = 0; k < gauges_.size(); ++k) {
      const Gauge& gauge = gauges_[k];
      const auto i = static_cast<Eigen::Index>(k);
      truth.penalties(i) =
          validation ? validation->objectives(gauge.objective) : values(gauge.objective);
      truth.violations(i) = gauge.rate >= 0 ? rates(gauge.rate) : truth.penalties(i);
    }
    if (validation) truth.validation_loss = validation->objectives(accuracy_);
    return truth;
  }

 private:
  [[nodiscard]] Vector rates_at(ConstVectorRef theta,
                                const std::optional<Validation>& validation) const {
    if (problem_.rule_groups().empty()) return {};
    if (validation && validation->violation_rates.size() > 0) return validation->violation_rates;
    return problem_.linearize(theta)->violation_rates();
  }

  const Problem& problem_;
  int accuracy_;
  std::vector<Gauge> gauges_;
  std::vector<StrengthSchedule> schedules_;
};

/// Numbers of a point's generator, by rule.
std::map<std::string, double> numbers_of(const Problem& problem, const Roles& roles,
                                         const StrengthController& controller,
                                         const std::vector<StrengthSchedule>& schedules,
                                         const Vector& strengths, const Vector& violations) {
  std::map<std::string, double> numbers{{"round", controller.rounds()}};
  for (std::size_t k = 0; k < schedules.size(); ++k) {
    const auto i = static_cast<Eigen::Index>(k);
    const std::string& name =
        problem.objectives()[static_cast<std::size_t>(roles.scheduled[k])].name;
    numbers[name + ".strength"] = strengths(i);
    if (std::isfinite(violations(i))) numbers[name + ".violation"] = violations(i);
    numbers[name + ".allowed"] = schedules[k].allowed_rate;
    numbers[name + ".move"] = static_cast<int>(controller.moves()[k]);
  }
  return numbers;
}

/// A state worth returning to.
struct Kept {
  Vector theta;
  Vector strengths;
  double shortfall = std::numeric_limits<double>::infinity();
  double loss = std::numeric_limits<double>::infinity();  ///< held-out accuracy, or the training's
};

/// One run of the recipe.
class Training {
 public:
  using Options = PenaltyScheduleSolver::Options;

  Training(const Problem& problem, const Options& options, const Task& task, Recorder& recorder,
           Vector start)
      : problem_(problem),
        options_(options),
        scaling_(task.scaling),
        recorder_(recorder),
        roles_(problem.objectives()),
        truth_(problem, roles_, start),
        controller_(truth_.schedules(), {options.explosion, options.loss_rise, rounds_per_stage()}),
        theta_(std::move(start)) {}

  void run() {
    for (int round = 1; round <= options_.points; ++round) {
      if (!train_round(round)) return;
    }
    finish();
  }

 private:
  /// Trains, judges and adjusts once; false when the run is over.
  bool train_round(int number) {
    const double factor = temperature(number);
    const std::shared_ptr<const Problem> smoothed =
        factor > 1.0 ? problem_.annealed(factor) : nullptr;
    if (smoothed || annealing_) controller_.forget_what_is_usual();  // another problem
    annealing_ = smoothed != nullptr;
    const Problem& trained = smoothed ? *smoothed : problem_;
    const Vector strengths = controller_.strengths();
    const double pull = gradient_norm(trained, strengths, theta_);
    const ConstrainedMinimum minimum =
        minimize(trained, strengths, theta_,
                 polishing_ ? options_.max_iterations : options_.round_iterations);
    // A round that begins at its minimum has no iteration in which to be told to stop.
    const bool told =
        minimum.iterations == 0 && minimum.status != MinimizerStatus::failed &&
        !recorder_.proceed({0, minimum.values, minimum.scalarized, minimum.gradient_norm, 0.0});
    if (told || minimum.status == MinimizerStatus::stopped) return stop(minimum, strengths);
    const Truth truth = judge(minimum);
    controller_.update({truth.violations, loss_of(minimum, strengths),
                        std::max(pull, gradient_norm(trained, strengths, minimum.theta)),
                        truth.validation_loss, truth.penalties});
    const bool undone = controller_.backed_off();
    if (!undone) theta_ = minimum.theta;
    if (!undone && !annealing_) keep(minimum, truth, strengths);
    return leave(minimum, truth, strengths);
  }

  /// Records the round, as the final one when every rule is met; false when the run is over.
  bool leave(const ConstrainedMinimum& minimum, const Truth& truth, const Vector& strengths) {
    const bool converged = minimum.status == MinimizerStatus::converged;
    const bool failed = minimum.status == MinimizerStatus::failed;
    if (!annealing_ && !failed && controller_.satisfied() && (converged || polishing_)) {
      record("final", minimum.theta, strengths, truth.violations, Candidate::Role::front);
      return false;
    }
    const bool usable = !annealing_ && converged && !controller_.backed_off();
    record("round", usable ? minimum.theta : theta_, strengths, truth.violations,
           usable ? Candidate::Role::front : Candidate::Role::scout);
    if (!annealing_ && controller_.settled() && !controller_.satisfied()) {
      finish();
      return false;
    }
    polishing_ = !annealing_ && controller_.satisfied();
    return true;
  }

  /// Polishes the best round and hands it in.
  void finish() {
    if (best_.theta.size() == 0) best_ = {theta_, controller_.strengths()};
    const ConstrainedMinimum minimum =
        minimize(problem_, best_.strengths, best_.theta, options_.max_iterations);
    if (minimum.status == MinimizerStatus::infeasible) {
      recorder_.fail("infeasible: smallest violation reached " + std::to_string(minimum.violation));
    }
    if (minimum.status == MinimizerStatus::failed) {
      recorder_.fail("the objectives or their gradients are not finite here");
      return;
    }
    hand_in(minimum.theta, best_.strengths);
  }

  /// Told to stop: the best round so far stands, unpolished.
  bool stop(const ConstrainedMinimum& minimum, const Vector& strengths) {
    if (best_.theta.size() == 0) best_ = {minimum.theta, strengths};
    hand_in(best_.theta, best_.strengths);
    return false;
  }

  void hand_in(const Vector& theta, const Vector& strengths) {
    const Vector values = problem_.linearize(theta)->values();
    record("final", theta, strengths, truth_.at(theta, values).violations, Candidate::Role::front);
  }

  ConstrainedMinimum minimize(const Problem& problem, const Vector& strengths, const Vector& start,
                              int iterations) {
    const ConstrainedMinimizer minimizer(options_.minimizer,
                                         {options_.tolerance, iterations, options_.memory});
    return minimizer.minimize(problem, WeightedSum(weights(strengths), scaling_), start, {},
                              Vector(), recorder_.callback());
  }

  /// Of the weighted sum alone, without what holds hard rows and bounds.
  [[nodiscard]] double gradient_norm(const Problem& problem, const Vector& strengths,
                                     const Vector& theta) const {
    Vector all = Vector::Zero(problem.num_values());
    all.head(problem.num_objectives()) = weights(strengths);
    Vector gradient(problem.num_variables());
    problem.linearize(theta)->pullback(all, gradient);
    return gradient.allFinite() ? gradient.lpNorm<Eigen::Infinity>()
                                : std::numeric_limits<double>::infinity();
  }

  /// Violations are not finite where the round failed.
  Truth judge(const ConstrainedMinimum& minimum) const {
    if (minimum.status != MinimizerStatus::failed) {
      return truth_.at(minimum.theta, minimum.values);
    }
    return {
        Vector::Constant(controller_.strengths().size(), std::numeric_limits<double>::quiet_NaN())};
  }

  [[nodiscard]] double loss_of(const ConstrainedMinimum& minimum, const Vector& strengths) const {
    if (minimum.status == MinimizerStatus::failed) return std::numeric_limits<double>::infinity();
    return weights(strengths).dot(minimum.values.head(problem_.num_objectives()));
  }

  void keep(const ConstrainedMinimum& minimum, const Truth& truth, const Vector& strengths) {
    const double loss = std::isfinite(truth.validation_loss) ? truth.validation_loss
                                                             : minimum.values(roles_.accuracy);
    const double shortfall = controller_.shortfall();
    if (std::pair(shortfall, loss) < std::pair(best_.shortfall, best_.loss)) {
      best_ = {minimum.theta, strengths, shortfall, loss};
    }
  }

  void record(const std::string& kind, const Vector& theta, const Vector& strengths,
              const Vector& violations, Candidate::Role role) {
    Generator generator{
        kind, numbers_of(problem_, roles_, controller_, truth_.schedules(), strengths, violations)};
    generator.numbers["temperature"] = annealing_ ? temperature(controller_.rounds()) : 1.0;
    recorder_.record({theta, weights(strengths), Vector(), std::move(generator), role});
  }

  [[nodiscard]] Vector weights(const Vector& strengths) const {
    return roles_.weights(strengths, problem_.num_objectives());
  }

  /// Geometric from the start down to 1, which the last round has at the latest.
  [[nodiscard]] double temperature(int round) const {
    const int rounds = std::min(options_.temperature_rounds, options_.points - 1);
    if (round > rounds) return 1.0;
    return std::pow(options_.temperature_start, 1.0 - (round - 1.0) / rounds);
  }

  /// An even share for every stage.
  [[nodiscard]] int rounds_per_stage() const {
    std::vector<int> stages;
    for (const StrengthSchedule& schedule : truth_.schedules()) stages.push_back(schedule.stage);
    std::sort(stages.begin(), stages.end());
    const auto count = std::unique(stages.begin(), stages.end()) - stages.begin();
    return std::max(1, options_.points / std::max(1, static_cast<int>(count)));
  }

  const Problem& problem_;
  const Options& options_;
  const Scaling& scaling_;
  Recorder& recorder_;
  Roles roles_;
  TrueViolations truth_;
  StrengthController controller_;
  Vector theta_;  ///< where the next round begins
  Kept best_;
  bool annealing_ = false;  ///< the current round
  bool polishing_ = false;  ///< the next round: every rule was met, but not to full tolerance
};

std::string text_of(double number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g", number);
  return text.data();
}

/// "1-6, 9" for 1, 2, 3, 4, 5, 6, 9.
std::string ranges(const std::vector<int>& rounds) {
  std::string text;
  for (std::size_t k = 0; k < rounds.size();) {
    std::size_t last = k;
    while (last + 1 < rounds.size() && rounds[last + 1] == rounds[last] + 1) ++last;
    text += (text.empty() ? "" : ", ") + std::to_string(rounds[k]);
    if (last > k) text += "-" + std::to_string(rounds[last]);
    k = last + 1;
  }
  return text;
}

/// Moves of one rule by round. A polished point repeats the numbers of the last round.
std::map<int, StrengthMove> moves_of(const Front& front, const std::string& name) {
  std::map<int, StrengthMove> moves;
  for (const std::vector<ParetoPoint>* points : {&front.scouts(), &front.points()}) {
    for (const ParetoPoint& point : *points) {
      const std::map<std::string, double>& numbers = point.generator.numbers;
      moves.try_emplace(static_cast<int>(numbers.at("round")),
                        static_cast<StrengthMove>(static_cast<int>(numbers.at(name + ".move"))));
    }
  }
  return moves;
}

/// "held in round 7; raised in rounds 1-6".
std::string history(const std::map<int, StrengthMove>& moves) {
  std::map<StrengthMove, std::vector<int>> rounds;
  for (const auto& [round, move] : moves) rounds[move].push_back(round);
  std::string text;
  for (const auto& [move, list] : rounds) {
    text += (text.empty() ? "" : "; ") + std::string(to_string(move)) +
            (list.size() == 1 ? " in round " : " in rounds ") + ranges(list);
  }
  return text;
}

}  // namespace

PenaltyScheduleSolver::PenaltyScheduleSolver() {
  table_.set_owner("solver penalty_schedule");
  table_.add("points", "rounds at most; each leaves one point at most", &options_.points,
             {1, 100000});
  table_.add("round_iterations", "iterations of one round at most", &options_.round_iterations,
             {1, 10000000});
  table_.add("temperature_start", "factor on the temperatures in the first round",
             &options_.temperature_start, {1.0, 1e6});
  table_.add("temperature_rounds", "rounds until the factor is 1", &options_.temperature_rounds,
             {1, 100000});
  table_.add("loss_rise", "share by which held-out loss may exceed its best while no rate falls",
             &options_.loss_rise, {0.0, 1e6});
  table_.add("explosion", "loss or gradient, in running medians, that counts as unstable",
             &options_.explosion, {1.0, 1e12});
  table_.add("tolerance", "largest gradient entry at a solution, weights summing to 1",
             &options_.tolerance, {1e-12, 1.0});
  table_.add("minimizer", "algorithm for one scalar", &options_.minimizer,
             constrained_minimizer_names());
  table_.add("memory", "curvature pairs of lbfgs", &options_.memory, {1, 1000});
  table_.add("max_iterations", "of the final polish", &options_.max_iterations, {1, 10000000});
}

std::vector<Task> PenaltyScheduleSolver::plan(const Front& so_far) const {
  if (!so_far.points().empty() || !so_far.scouts().empty()) return {};
  return {{"training", "training", Vector(), Scaling::identity(so_far.num_objectives()), {}}};
}

void PenaltyScheduleSolver::solve(const Problem& problem, const Task& task,
                                  Recorder& recorder) const {
  RandomStream random = recorder.random();
  Vector start = task.start.size() > 0 ? task.start : problem.start(random);
  if (!problem.linearize(start)->values().allFinite()) {
    recorder.fail("the objectives are not finite at the start");
    return;
  }
  Training(problem, options_, task, recorder, std::move(start)).run();
}

std::vector<std::string> PenaltyScheduleSolver::notes(const Front& front) const {
  const std::vector<const ParetoPoint*> finals = front.generated_by("final");
  if (finals.empty()) return {};
  const std::map<std::string, double>& numbers = finals.back()->generator.numbers;
  std::vector<std::string> notes;
  for (const ObjectiveInfo& objective : front.objectives()) {
    const auto strength = numbers.find(objective.name + ".strength");
    if (strength == numbers.end()) continue;  // the accuracy
    const double violation = numbers.at(objective.name + ".violation");
    const double allowed = numbers.at(objective.name + ".allowed");
    notes.push_back("'" + objective.name + "' " + (violation <= allowed ? "is met" : "is not met") +
                    " at strength " + text_of(strength->second) + ": violation " +
                    text_of(violation) + ", allowed " + text_of(allowed) + "; " +
                    history(moves_of(front, objective.name)));
  }
  return notes;
}

}  // namespace moo
