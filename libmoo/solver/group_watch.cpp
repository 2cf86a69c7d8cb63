#include "libmoo/solver/group_watch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace moo {

GroupWatch::GroupWatch(const Problem& problem) {
  for (const std::string& name : problem.rule_groups()) (void)group(name);
  Eigen::Index value = 0;
  for (const ObjectiveInfo& objective : problem.objectives()) {
    const bool named = std::find(names_.begin(), names_.end(), objective.group) != names_.end();
    if (named || objective.kind == ObjectiveKind::penalty) {
      group(objective.group).objectives.push_back(value);
    }
    ++value;
  }
  for (const ConstraintRow& row : problem.hard_rows()) {
    group(row.group).rows.push_back({value++, row.sense});
  }
}

GroupWatch::Group& GroupWatch::group(const std::string& name) {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found != names_.end()) return groups_[static_cast<std::size_t>(found - names_.begin())];
  names_.push_back(name);
  return groups_.emplace_back();
}

double GroupWatch::penalty(std::size_t k, ConstVectorRef values) const {
  const Group& group = groups_[k];
  if (group.objectives.empty() && group.rows.empty()) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  double magnitude = 0.0;
  for (const Eigen::Index objective : group.objectives) magnitude += values(objective);
  if (!group.objectives.empty()) return magnitude;
  for (const Row& row : group.rows) {
    const double c = values(row.value);
    if (std::isnan(c)) return c;
    magnitude = std::max(magnitude, row.sense == Sense::equality ? std::abs(c) : c);
  }
  return magnitude;
}

Vector GroupWatch::violation_rates(const Iterate& iterate) const {
  Vector rates = Vector::Constant(static_cast<Eigen::Index>(names_.size()),
                                  std::numeric_limits<double>::quiet_NaN());
  const Vector known =
      iterate.violation_rates();  // in the order of rule_groups(), which come first
  const Eigen::Index count = std::min(known.size(), rates.size());
  rates.head(count) = known.head(count);
  return rates;
}

}  // namespace moo
