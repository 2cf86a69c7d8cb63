#include "libmoo/solver/strength_schedule.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

constexpr std::size_t memory = 5;         // rounds of the running median
constexpr std::size_t least_known = 3;    // a median of fewer says little
constexpr double floor_of_median = 1e-9;  // below, ratios compare rounding errors

void require_usable(const StrengthSchedule& schedule, std::size_t index) {
  const bool usable = schedule.initial > 0.0 && schedule.growth > 1.0 &&
                      schedule.largest >= schedule.initial && std::isfinite(schedule.largest) &&
                      std::isfinite(schedule.growth) && schedule.allowed_rate >= 0.0;
  if (usable) return;
  throw InvalidArgument({"StrengthController", "schedule " + std::to_string(index) + " is unusable",
                         "initial > 0, growth > 1, largest >= initial, allowed_rate >= 0",
                         "initial " + std::to_string(schedule.initial) + ", growth " +
                             std::to_string(schedule.growth) + ", largest " +
                             std::to_string(schedule.largest) + ", allowed_rate " +
                             std::to_string(schedule.allowed_rate),
                         ""});
}

double median(const std::deque<double>& numbers) {
  std::vector<double> sorted(numbers.begin(), numbers.end());
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  return *middle;
}

/// Whether a number is out of all proportion to the earlier ones. Losses may be negative.
bool explodes(double number, const std::deque<double>& earlier, double factor) {
  if (!std::isfinite(number)) return true;
  if (earlier.size() < least_known) return false;
  const double usual = median(earlier);
  return std::abs(number - usual) > factor * std::max(std::abs(usual), floor_of_median);
}

void remember(double number, std::deque<double>& numbers) {
  numbers.push_back(number);
  if (numbers.size() > memory) numbers.pop_front();
}

}  // namespace

StrengthController::StrengthController(std::vector<StrengthSchedule> schedules,
                                       const StrengthControlSettings& settings)
    : schedules_(std::move(schedules)),
      settings_(settings),
      strengths_(Vector::Zero(static_cast<Eigen::Index>(schedules_.size()))),
      moves_(schedules_.size(), StrengthMove::wait),
      back_offs_(schedules_.size(), 0),
      first_excess_(strengths_),
      best_validation_loss_(std::numeric_limits<double>::infinity()) {
  for (std::size_t i = 0; i < schedules_.size(); ++i) {
    require_usable(schedules_[i], i);
    stage_ = i == 0 ? schedules_[i].stage : std::min(stage_, schedules_[i].stage);
  }
  for (Eigen::Index i = 0; i < strengths_.size(); ++i) {
    if (!takes_part(i)) continue;
    strengths_(i) = schedule(i).initial;
    move(i) = StrengthMove::enter;
    raised_last_.push_back(i);
  }
}

bool StrengthController::takes_part(Eigen::Index i) const { return schedule(i).stage <= stage_; }

double StrengthController::excess(Eigen::Index i) const {
  return violations_.size() == 0 ? 0.0 : std::max(0.0, violations_(i) - schedule(i).allowed_rate);
}

bool StrengthController::met(Eigen::Index i) const {
  return violations_.size() > 0 && excess(i) == 0.0;
}

bool StrengthController::can_raise(Eigen::Index i) const {
  return strengths_(i) < schedule(i).largest &&
         back_offs_[static_cast<std::size_t>(i)] < largest_back_offs;
}

bool StrengthController::backed_off() const {
  return std::any_of(moves_.begin(), moves_.end(), [](StrengthMove move) {
    return move == StrengthMove::halve_unstable || move == StrengthMove::halve_overfitted;
  });
}

bool StrengthController::settled() const {
  return rounds_ > 0 && std::all_of(moves_.begin(), moves_.end(), [](StrengthMove move) {
           return move == StrengthMove::hold || move == StrengthMove::exhausted;
         });
}

bool StrengthController::satisfied() const {
  return rounds_ > 0 && std::all_of(moves_.begin(), moves_.end(),
                                    [](StrengthMove move) { return move == StrengthMove::hold; });
}

bool StrengthController::penalty_tells(Eigen::Index i) const {
  return violations_(i) >= 1.0 && penalties_.size() > 0;
}

double StrengthController::shortfall() const {
  double sum = 0.0;
  for (Eigen::Index i = 0; i < strengths_.size(); ++i) {
    if (excess(i) == 0.0) continue;
    sum += excess(i) / first_excess_(i);
    if (!penalty_tells(i)) continue;
    const double share = penalties_(i) / first_penalties_(i);
    sum += std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 1.0;
  }
  return sum;
}

bool StrengthController::unstable(const RoundOutcome& outcome) const {
  return !outcome.violations.allFinite() || std::isinf(outcome.validation_loss) ||
         explodes(outcome.loss, losses_, settings_.explosion) ||
         explodes(outcome.gradient, gradients_, settings_.explosion);
}

bool StrengthController::overfitted(const RoundOutcome& outcome) const {
  const double best = best_validation_loss_;
  const bool worse = outcome.validation_loss > best + settings_.loss_rise * std::abs(best);
  const bool raised_now = std::any_of(moves_.begin(), moves_.end(), [](StrengthMove move) {
    return move == StrengthMove::raise || move == StrengthMove::enter;
  });
  if (!worse || !raised_now || before_.size() == 0) return false;
  return std::none_of(raised_last_.begin(), raised_last_.end(),
                      [&](Eigen::Index i) { return met(i) || improved(i); });
}

bool StrengthController::improved(Eigen::Index i) const {
  constexpr double least_gain = 1e-3;  // relative; smaller ones are noise
  const auto falls = [&](const Vector& before, const Vector& now) {
    return now(i) < before(i) - least_gain * std::abs(before(i));
  };
  if (falls(before_, violations_)) return true;
  return before_(i) >= 1.0 && penalty_tells(i) && penalties_before_.size() > 0 &&
         falls(penalties_before_, penalties_);
}

void StrengthController::update(const RoundOutcome& outcome) {
  require_size("StrengthController::update", "the violations", strengths_.size(),
               outcome.violations.size());
  if (outcome.penalties.size() > 0) {
    require_size("StrengthController::update", "the penalties", strengths_.size(),
                 outcome.penalties.size());
  }
  ++rounds_;
  ++rounds_in_stage_;
  if (unstable(outcome)) return back_off(StrengthMove::halve_unstable);
  remember(outcome.loss, losses_);
  remember(outcome.gradient, gradients_);
  before_ = std::exchange(violations_, outcome.violations);
  penalties_before_ = std::exchange(penalties_, outcome.penalties);
  if (first_penalties_.size() == 0) first_penalties_ = penalties_;
  for (Eigen::Index i = 0; i < strengths_.size(); ++i) {
    if (first_excess_(i) == 0.0) first_excess_(i) = excess(i);
  }
  if (overfitted(outcome)) return back_off(StrengthMove::halve_overfitted);
  best_validation_loss_ = std::fmin(best_validation_loss_, outcome.validation_loss);
  go_on();
}

void StrengthController::forget_what_is_usual() {
  losses_.clear();
  gradients_.clear();
}

void StrengthController::back_off(StrengthMove reason) {
  for (Eigen::Index i = 0; i < strengths_.size(); ++i) {
    move(i) = takes_part(i) ? StrengthMove::hold : StrengthMove::wait;
  }
  for (const Eigen::Index i : raised_last_) {
    strengths_(i) *= 0.5;
    ++back_offs_[static_cast<std::size_t>(i)];
    move(i) = reason;
  }
}

void StrengthController::go_on() {
  std::vector<Eigen::Index> raised;
  for (Eigen::Index i = 0; i < strengths_.size(); ++i) {
    move(i) = !takes_part(i) ? StrengthMove::wait
              : met(i)       ? StrengthMove::hold
              : can_raise(i) ? StrengthMove::raise
                             : StrengthMove::exhausted;
    if (move(i) != StrengthMove::raise) continue;
    const double growth =
        std::pow(schedule(i).growth, std::ldexp(1.0, -back_offs_[static_cast<std::size_t>(i)]));
    strengths_(i) = std::min(growth * strengths_(i), schedule(i).largest);
    raised.push_back(i);
  }
  const bool stage_over = raised.empty() || rounds_in_stage_ >= settings_.rounds_per_stage;
  if (!raised.empty()) raised_last_ = std::move(raised);
  if (stage_over) enter_next_stage();
}

void StrengthController::enter_next_stage() {
  int next = std::numeric_limits<int>::max();
  for (const StrengthSchedule& s : schedules_) {
    if (s.stage > stage_) next = std::min(next, s.stage);
  }
  if (next == std::numeric_limits<int>::max()) return;
  stage_ = next;
  rounds_in_stage_ = 0;
  // Another rule is another regime: what was usual or best before does not bind it.
  forget_what_is_usual();
  best_validation_loss_ = std::numeric_limits<double>::infinity();
  raised_last_.clear();
  for (Eigen::Index i = 0; i < strengths_.size(); ++i) {
    if (move(i) == StrengthMove::raise) raised_last_.push_back(i);
    if (move(i) != StrengthMove::wait || !takes_part(i)) continue;
    strengths_(i) = schedule(i).initial;
    move(i) = StrengthMove::enter;
    raised_last_.push_back(i);
  }
}

std::string_view to_string(StrengthMove move) {
  switch (move) {
    case StrengthMove::wait:
      return "waiting for its stage";
    case StrengthMove::enter:
      return "entered";
    case StrengthMove::hold:
      return "held";
    case StrengthMove::raise:
      return "raised";
    case StrengthMove::exhausted:
      return "not raised any further";
    case StrengthMove::halve_unstable:
      return "halved after an unstable round";
    case StrengthMove::halve_overfitted:
      return "halved because held-out loss rose";
  }
  return "held";
}

}  // namespace moo
