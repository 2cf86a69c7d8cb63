#pragma once

#include <string>
#include <vector>

#include "libmoo/minimize/augmented_lagrangian.hpp"
#include "libmoo/solver/solver.hpp"
#include "libmoo/solver/strength_schedule.hpp"

namespace moo {

/// The single training run that practitioners tune by hand, with the tuning written down:
///
///     minimise f_0 + sum_i s_i f_i        f_0 the accuracy, s_i the strength of rule i
///
/// in rounds. Every round goes on from the last one's parameters, looks at the true violation rates
/// on held-out data, and lets a StrengthController raise, hold or halve the strengths, each by its
/// own ObjectiveInfo::schedule. A round that has to be backed off from is undone. Where the problem
/// can be annealed, the first rounds run on it with smoothed decisions, from `temperature_start`
/// geometrically down to 1; rates are those of the problem itself throughout. The run ends when
/// every rule is met, or nothing can be raised any more, or the rounds are spent; the best round at
/// factor 1 is then polished to the full tolerance.
///
/// What a rule's violation is: its group's rate from Problem::validate(), where there is none from
/// Linearization::violation_rates(), and where that knows nothing either the penalty itself,
/// against ObjectiveInfo::resolution or tolerance.
///
/// One run, no scouts and no anchors, hence no common units: weights and certificates are meant in
/// the objectives' own units. Rounds on the problem itself that converged are points ("round"), the
/// polished one is "final"; the others are scouts. Their numbers say what was done and why: per
/// rule NAME.strength, NAME.violation, NAME.allowed, NAME.move (a StrengthMove).
class PenaltyScheduleSolver final : public Solver {
 public:
  struct Options {
    int points = 40;
    int round_iterations = 200;
    double temperature_start = 8.0;
    int temperature_rounds = 5;
    double loss_rise = 0.1;
    double explosion = 100.0;
    double tolerance = 1e-6;
    std::string minimizer{automatic_minimizer};
    int memory = 100;
    int max_iterations = 3000;
  };

  PenaltyScheduleSolver();
  [[nodiscard]] std::string id() const override { return "penalty_schedule"; }
  [[nodiscard]] OptionTable& options() override { return table_; }
  [[nodiscard]] const OptionTable& options() const override { return table_; }

  [[nodiscard]] std::vector<Task> plan(const Front& so_far) const override;
  void solve(const Problem& problem, const Task& task, Recorder& recorder) const override;
  [[nodiscard]] std::vector<std::string> notes(const Front& front) const override;

 private:
  Options options_;
  OptionTable table_;
};

}  // namespace moo
