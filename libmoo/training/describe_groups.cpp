#include "libmoo/training/describe_groups.hpp"

#include <algorithm>
#include <string>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

/// The rules' units, each once, such as "probability" or "km, kg".
std::string units_of(const ConstraintGroup& group) {
  std::vector<std::string> units;
  for (const auto& rule : group.constraints) {
    const std::string unit = rule->unit();
    if (std::find(units.begin(), units.end(), unit) == units.end()) units.push_back(unit);
  }
  return join_names(units);
}

void describe_penalty(const ConstraintGroup& group, GroupInfo& info) {
  info.shape = to_string(group.penalty.shape);
  const double parameter = group.penalty.resolved_parameter();
  if (parameter != 0.0) info.shape_parameter = parameter;
  info.aggregation = to_string(group.aggregation.kind);
  switch (group.aggregation.kind) {
    case AggregationKind::mean:
      break;
    case AggregationKind::log_mean_exp:
      info.aggregation_parameter = group.aggregation.temperature;
      break;
    case AggregationKind::cvar:
      info.aggregation_parameter = group.aggregation.share;
      break;
  }
}

ChanceInfo describe(const Chance& chance) {
  if (chance.surrogate == ChanceSurrogate::cvar) return {chance.delta, "cvar", {}};
  return {chance.delta, "smoothed_rate", chance.temperature};
}

GroupInfo describe(const ConstraintGroup& group) {
  GroupInfo info;
  info.name = group.name;
  info.enforcement = group.enforcement;
  for (const auto& rule : group.constraints) info.rules.push_back(rule->name());
  info.unit = units_of(group);
  info.tolerance = group.tolerance;
  info.margin = group.penalty.margin;
  info.scale = group.penalty.scale;
  if (group.enforcement == Enforcement::soft) describe_penalty(group, info);
  if (group.enforcement == Enforcement::probabilistic) info.chance = describe(group.chance);
  return info;
}

void note_automatic(const std::string& name, std::vector<GroupInfo>& groups) {
  const auto found = std::find_if(groups.begin(), groups.end(),
                                  [&](const GroupInfo& group) { return group.name == name; });
  if (found != groups.end()) {
    found->scale_origin = "automatic";
    return;
  }
  std::vector<std::string> names;
  for (const GroupInfo& group : groups) names.push_back(group.name);
  const std::string near = nearest_name(name, names);
  throw InvalidArgument({"describe_groups", "no such group", join_names(names), "'" + name + "'",
                         near.empty() ? "" : "did you mean '" + near + "'?"});
}

}  // namespace

std::vector<GroupInfo> describe_groups(const TrainingProblem& problem,
                                       const std::set<std::string>& automatic) {
  const Vector theta = Vector::Zero(problem.num_variables());
  std::vector<GroupInfo> groups;
  for (const ConstraintGroup& group : problem.setup().groups) {
    GroupInfo info = describe(group);
    info.probes = problem.residuals(groups.size(), theta).residuals.size();
    groups.push_back(std::move(info));
  }
  for (const std::string& name : automatic) note_automatic(name, groups);
  return groups;
}

}  // namespace moo
