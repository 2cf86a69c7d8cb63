#pragma once

#include <deque>
#include <limits>
#include <string_view>
#include <vector>

#include "libmoo/base/vector.hpp"
#include "libmoo/problem/objective.hpp"

namespace moo {

/// What a round of training came to, as far as strengths are concerned; k strengths.
struct RoundOutcome {
  Vector violations;      ///< k: true rates, or whatever the allowed rates are meant in
  double loss = 0.0;      ///< scalarised, per unit of total weight
  double gradient = 0.0;  ///< |.|_inf of the same, the larger of the round's two ends
  /// Accuracy loss on held-out data; not a number where there is none.
  double validation_loss = std::numeric_limits<double>::quiet_NaN();
  /// k: the rules' penalties on held-out data, or empty. They tell progress where every probe of a
  /// rule is violated, and of a rule with a single probe no rate can.
  Vector penalties = Vector();
};

/// What happened to one strength after a round, and why.
enum class StrengthMove {
  wait,              ///< at 0: a lower stage is not done yet
  enter,             ///< set to its initial value: the lower stages are done
  hold,              ///< held: the rule is met, or another strength was to blame
  raise,             ///< raised: the rule is violated more often than allowed
  exhausted,         ///< violated, but at its largest, or backed off too often to try again
  halve_unstable,    ///< halved: the round that followed its last raise was unstable
  halve_overfitted,  ///< halved: since its last raise held-out loss rises and no rate falls
};

struct StrengthControlSettings {
  /// A loss or gradient this many times its running median counts as unstable. Raising by g moves
  /// them by up to g^3 within the memory of the median.
  double explosion = 100.0;
  double loss_rise = 0.1;       ///< share by which held-out loss may exceed its best
  int rounds_per_stage = 1000;  ///< after which the next stage enters even so
};

/// Raises the strengths s of soft rules gently, while and where they are violated:
///
///     s_i <- growth_i s_i     while the rule's violation exceeds allowed_rate_i,
///     s_i held                when it does not,
///     s_i <- s_i / 2          for those raised last when the round was unstable (not finite, or
///                             loss or gradient far above their running median), or when held-out
///                             loss exceeds its best by more than a share while no rate falls
///                             (nor, where all probes are violated, the penalty).
///
/// A strength that is halved is raised more carefully from then on (growth_i <- sqrt(growth_i)),
/// and after `largest_back_offs` no more. Strengths of a later stage are 0 until every strength of
/// the earlier ones is held or exhausted, or the stage has spent its rounds.
///
/// One number per soft rule and nothing else: no model, no problem. Deterministic.
class StrengthController {
 public:
  static constexpr int largest_back_offs = 4;

  /// @param schedules k
  /// Throws: InvalidArgument on an initial strength that is not > 0, a growth that is not > 1, a
  /// largest strength below the initial one, or a negative allowed rate.
  explicit StrengthController(std::vector<StrengthSchedule> schedules,
                              const StrengthControlSettings& settings = {});

  /// Adjusts the strengths after a round.
  /// Throws: InvalidArgument when `violations` has the wrong size.
  void update(const RoundOutcome& outcome);

  /// To be called when losses change their meaning, such as between annealed problems: what was
  /// usual so far does not bind the next rounds.
  void forget_what_is_usual();

  [[nodiscard]] const Vector& strengths() const { return strengths_; }             ///< k
  [[nodiscard]] const std::vector<StrengthMove>& moves() const { return moves_; }  ///< k, last ones
  [[nodiscard]] int stage() const { return stage_; }  ///< highest that takes part
  [[nodiscard]] int rounds() const { return rounds_; }

  /// Whether the last round was stable and met every rule of every stage.
  [[nodiscard]] bool satisfied() const;

  /// Whether another round at these strengths would be the same one: the last stage takes part and
  /// every strength is held or exhausted.
  [[nodiscard]] bool settled() const;

  /// Whether the last round was thrown back: its parameters are not worth going on from.
  [[nodiscard]] bool backed_off() const;

  /// How far the last stable round was from meeting the rules: the sum of max(0, violation_i -
  /// allowed_i), each in units of its first value; 0 when all are met. A rule whose every probe is
  /// violated adds its penalty, in units of the first one and 1 at most.
  [[nodiscard]] double shortfall() const;

 private:
  [[nodiscard]] bool met(Eigen::Index i) const;
  [[nodiscard]] bool takes_part(Eigen::Index i) const;
  [[nodiscard]] bool can_raise(Eigen::Index i) const;
  [[nodiscard]] double excess(Eigen::Index i) const;
  [[nodiscard]] bool unstable(const RoundOutcome& outcome) const;
  [[nodiscard]] bool overfitted(const RoundOutcome& outcome) const;
  [[nodiscard]] bool improved(Eigen::Index i) const;
  [[nodiscard]] bool penalty_tells(Eigen::Index i) const;
  void back_off(StrengthMove reason);
  void go_on();
  void enter_next_stage();
  [[nodiscard]] const StrengthSchedule& schedule(Eigen::Index i) const {
    return schedules_[static_cast<std::size_t>(i)];
  }
  [[nodiscard]] StrengthMove& move(Eigen::Index i) { return moves_[static_cast<std::size_t>(i)]; }

  std::vector<StrengthSchedule> schedules_;
  StrengthControlSettings settings_;
  Vector strengths_;
  std::vector<StrengthMove> moves_;
  std::vector<int> back_offs_;
  std::vector<Eigen::Index> raised_last_;
  Vector violations_;  ///< of the last stable round
  Vector before_;      ///< of the one before
  Vector penalties_;   ///< of the last stable round, or empty
  Vector penalties_before_;
  Vector first_penalties_;
  Vector first_excess_;  ///< units of the shortfall; 0: not violated so far
  std::deque<double> losses_;
  std::deque<double> gradients_;
  double best_validation_loss_;
  int stage_ = 0;
  int rounds_ = 0;
  int rounds_in_stage_ = 0;
};

/// The word used in notes.
std::string_view to_string(StrengthMove move);

}  // namespace moo
