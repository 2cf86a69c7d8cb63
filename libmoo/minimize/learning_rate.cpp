#include "libmoo/minimize/learning_rate.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "libmoo/base/error.hpp"

namespace moo {

LearningRate::LearningRate(const LearningRateSettings& settings, int steps)
    : settings_(settings), steps_(steps) {
  const auto complain = [](const std::string& what, const std::string& expected, double got) {
    throw InvalidArgument({"LearningRate", what, expected, std::to_string(got), ""});
  };
  if (!(settings.rate > 0.0) || !std::isfinite(settings.rate)) {
    complain("unusable rate", "a number > 0", settings.rate);
  }
  if (!(settings.warm_up >= 0.0 && settings.warm_up < 1.0)) {
    complain("unusable warm-up", "a share in [0, 1)", settings.warm_up);
  }
  if (!(settings.smallest_share > 0.0 && settings.smallest_share <= 1.0)) {
    complain("unusable smallest share", "a share in (0, 1]", settings.smallest_share);
  }
  if (settings.patience < 1) complain("unusable patience", ">= 1", settings.patience);
  if (steps < 1) complain("no steps", ">= 1", steps);
}

double LearningRate::at(int step) const {
  const double warm_up = settings_.warm_up * steps_;
  const double rate = factor_ * settings_.rate;
  if (step < warm_up) return rate * std::min(1.0, (step + 1.0) / warm_up);
  if (settings_.kind != ScheduleKind::cosine) return rate;
  const double left = std::max(1.0, steps_ - warm_up);
  const double done = std::min(1.0, (step - warm_up) / left);
  const double share = 0.5 * (1.0 + std::cos(std::numbers::pi * done));
  return rate * (settings_.smallest_share + (1.0 - settings_.smallest_share) * share);
}

void LearningRate::judge(double objective) {
  if (settings_.kind != ScheduleKind::plateau) return;
  if (objective < best_ - 1e-4 * std::abs(best_) || !std::isfinite(best_)) {
    best_ = objective;
    worse_ = 0;
  } else if (++worse_ >= settings_.patience) {
    worse_ = 0;
    factor_ = std::max(0.5 * factor_, std::min(factor_, settings_.smallest_share));
  }
}

const std::vector<std::string>& schedule_names() {
  static const std::vector<std::string> names = {"constant", "cosine", "plateau"};
  return names;
}

ScheduleKind schedule_from(std::string_view name) {
  for (const ScheduleKind kind :
       {ScheduleKind::constant, ScheduleKind::cosine, ScheduleKind::plateau}) {
    if (to_string(kind) == name) return kind;
  }
  throw InvalidArgument({"learning-rate schedule", "no such schedule", join_names(schedule_names()),
                         "'" + std::string(name) + "'", ""});
}

std::string_view to_string(ScheduleKind kind) {
  switch (kind) {
    case ScheduleKind::constant:
      return "constant";
    case ScheduleKind::cosine:
      return "cosine";
    case ScheduleKind::plateau:
      return "plateau";
  }
  return "constant";
}

}  // namespace moo
