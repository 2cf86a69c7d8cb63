#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/aggregation.hpp"
#include "libmoo/constraint/constraint.hpp"
#include "libmoo/constraint/penalty.hpp"
#include "libmoo/problem/objective.hpp"

namespace moo {

/// Constraints of one origin: one enforcement, one penalty, one objective or one block of hard
/// rows.
struct ConstraintGroup {
  std::string name;
  Enforcement enforcement = Enforcement::soft;
  Penalty penalty;
  double tolerance = 0.0;  ///< residual above which a probe counts as violated, in the rule's unit
  std::vector<std::shared_ptr<const Constraint>> constraints;
  Aggregation aggregation;  ///< of the penalties of all its probes; without effect on hard groups
};

}  // namespace moo
