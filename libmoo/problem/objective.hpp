#pragma once

#include <string>
#include <string_view>

#include "libmoo/base/vector.hpp"

namespace moo {

enum class ObjectiveKind { accuracy, penalty, other };

/// How a constraint group takes part: as an objective, as hard rows, or as a bounded probability.
enum class Enforcement { soft, hard, probabilistic };

/// How a single training run raises the weight of a rule. Only solvers that schedule look at it.
struct StrengthSchedule {
  double initial = 0.01;       ///< first weight, in units of the accuracy's; > 0
  double growth = 2.0;         ///< factor of a raise; > 1
  double largest = 1e4;        ///< no raise goes beyond it
  double allowed_rate = 0.01;  ///< validation violation rate at which raising stops
  int stage = 0;               ///< curriculum: raised from 0 once all lower stages are satisfied
};

/// One number to minimise.
struct ObjectiveInfo {
  std::string name;
  ObjectiveKind kind = ObjectiveKind::other;
  std::string group;  ///< constraint group it stands for; the name itself for the accuracy loss
  std::string unit;
  Enforcement enforcement = Enforcement::soft;
  double tolerance = 0.0;  ///< residual above which a probe counts as violated, in the rule's unit
  /// Smallest range worth resolving, in the objective's unit: a rule that costs nothing must not be
  /// scaled up until its last digits compete with real trade-offs. 0: any range counts.
  double resolution = 0.0;
  StrengthSchedule schedule;
};

enum class Sense { inequality, equality };  ///< c <= 0, c = 0

/// One hard row of c(theta).
struct ConstraintRow {
  std::string name;
  std::string group;
  Sense sense = Sense::inequality;
  double tolerance = 1e-6;  ///< violation that still counts as feasible, in the row's unit
  std::string unit;
};

/// lower <= theta <= upper, elementwise; both empty when the variables are free.
struct Bounds {
  Vector lower;
  Vector upper;
  [[nodiscard]] bool empty() const { return lower.size() == 0; }
};

/// The word used in files and messages.
std::string_view to_string(ObjectiveKind kind);
std::string_view to_string(Enforcement enforcement);
std::string_view to_string(Sense sense);

}  // namespace moo
