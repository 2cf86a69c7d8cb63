#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/aggregation.hpp"
#include "libmoo/constraint/constraint.hpp"
#include "libmoo/constraint/penalty.hpp"
#include "libmoo/problem/objective.hpp"

namespace moo {

/// How a probabilistic group, P(residual > -margin) <= delta, is trained: its one hard row.
enum class ChanceSurrogate {
  cvar,           ///< CVaR_delta(residual + margin) <= 0: convex in the residuals, conservative
  smoothed_rate,  ///< mean sigmoid((residual + margin) / (temperature scale)) <= delta
};

struct Chance {
  double delta = 0.05;  ///< share of probes that may break the rule, in (0, 1)
  ChanceSurrogate surrogate = ChanceSurrogate::cvar;
  double temperature = 0.1;  ///< of smoothed_rate, in units of the penalty's scale; > 0
};

/// Constraints of one origin: one enforcement, one penalty, one objective or one block of hard
/// rows.
struct ConstraintGroup {
  std::string name;
  Enforcement enforcement = Enforcement::soft;
  Penalty penalty;
  double tolerance = 0.0;  ///< residual above which a probe counts as violated, in the rule's unit
  std::vector<std::shared_ptr<const Constraint>> constraints;
  Aggregation aggregation;    ///< of the penalties of all its probes; for soft groups only
  Chance chance;              ///< for probabilistic groups only
  StrengthSchedule schedule;  ///< for solvers that raise weights as training goes on
};

/// Whether a residual (its absolute value for equalities) exceeds the tolerance; a NaN does.
bool is_violation(double residual, Sense sense, double tolerance);

}  // namespace moo
