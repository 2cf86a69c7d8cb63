#include "libmoo/training/chance.hpp"

#include <cmath>
#include <string>

#include "libmoo/base/error.hpp"

namespace moo {

Penalty::Value chance_penalty(const ConstraintGroup& group, double residual, Sense sense) {
  const double sign = sense == Sense::equality && residual < 0.0 ? -1.0 : 1.0;
  const Penalty& penalty = group.penalty;
  const double x = (sign * residual - group.tolerance + penalty.margin) / penalty.scale;
  if (group.chance.surrogate == ChanceSurrogate::cvar) return {x, sign / penalty.scale, 0.0};
  const double t = group.chance.temperature;
  const double share = 0.5 * (1.0 + std::tanh(0.5 * x / t));
  const double slope = share * (1.0 - share) / t;
  return {share, sign * slope / penalty.scale,
          slope * (1.0 - 2.0 * share) / t / (penalty.scale * penalty.scale)};
}

Aggregation chance_aggregation(const Chance& chance) {
  if (chance.surrogate == ChanceSurrogate::smoothed_rate) return {};
  return {.kind = AggregationKind::cvar, .share = chance.delta};
}

// A row within its tolerance still keeps its promise: the aim lies one tolerance inside.
double chance_target(const Chance& chance) {
  const double aim = chance.surrogate == ChanceSurrogate::smoothed_rate ? chance.delta : 0.0;
  return aim - ConstraintRow().tolerance;
}

void check_chance(const std::string& who, const Chance& chance) {
  if (!(chance.delta > 0.0 && chance.delta < 1.0)) {
    throw InvalidArgument({who, "unusable probability of a violation", "0 < delta < 1",
                           std::to_string(chance.delta),
                           "a rule that must always hold is hard, not probabilistic"});
  }
  if (!(chance.temperature > 0.0) || !std::isfinite(chance.temperature)) {
    throw InvalidArgument(
        {who, "unusable temperature", "> 0", std::to_string(chance.temperature), ""});
  }
}

}  // namespace moo
