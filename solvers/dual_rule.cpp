#include "solvers/dual_rule.hpp"

#include <algorithm>
#include <cmath>

#include "libmoo/minimize/value_constraint.hpp"

namespace moo {
namespace {

/// Values' indices of the group's hard rows.
std::vector<int> rows_of(const std::string& group, const Problem& part) {
  std::vector<int> rows;
  for (int j = 0; j < part.num_hard_rows(); ++j) {
    if (part.hard_rows()[static_cast<std::size_t>(j)].group == group) {
      rows.push_back(part.num_objectives() + j);
    }
  }
  return rows;
}

/// |c| or max(c, 0), and its slope.
struct Violation {
  double value;
  double slope;
};
Violation violation(const Problem& part, const Vector& values, int i) {
  const ConstraintRow& row = part.hard_rows()[static_cast<std::size_t>(i - part.num_objectives())];
  if (values(i) > 0.0) return {values(i), 1.0};
  if (row.sense == Sense::equality) return {-values(i), -1.0};
  return {0.0, 0.0};
}

}  // namespace

double DualRule::residual(const Problem& part, const Vector& values) const {
  if (kind != Kind::rows_of_group) return (values(index) - bound) / scale;
  const std::vector<int> rows = rows_of(group, part);
  double sum = 0.0;
  for (const int i : rows) sum += violation(part, values, i).value;
  return rows.empty() ? 0.0 : sum / (scale * static_cast<double>(rows.size()));
}

double DualRule::drive(const Problem& part, const Vector& values, const Vector& rates) const {
  return rate >= 0 ? rates(rate) - allowed_rate : residual(part, values);
}

void DualRule::add_weights(double lambda, const Problem& part, const Vector& values,
                           Vector& weights) const {
  if (kind != Kind::rows_of_group) {
    weights(index) += lambda / scale;
    return;
  }
  const std::vector<int> rows = rows_of(group, part);
  for (const int i : rows) {
    const double slope = violation(part, values, i).slope;
    weights(i) += lambda * slope / (scale * static_cast<double>(rows.size()));
  }
}

int rate_index(const Problem& problem, const std::string& group) {
  const std::vector<std::string>& groups = problem.rule_groups();
  const auto found = std::find(groups.begin(), groups.end(), group);
  return found == groups.end() ? -1 : static_cast<int>(found - groups.begin());
}

std::vector<DualRule> hard_rules(const Problem& problem, const Problem* batch,
                                 double allowed_rate) {
  std::vector<DualRule> rules;
  const bool same = batch == nullptr || batch->num_hard_rows() == problem.num_hard_rows();
  for (int j = 0; j < problem.num_hard_rows(); ++j) {
    const ConstraintRow& row = problem.hard_rows()[static_cast<std::size_t>(j)];
    if (same) {
      rules.push_back({.kind = DualRule::Kind::row,
                       .index = problem.num_objectives() + j,
                       .group = row.group,
                       .sense = row.sense,
                       .tolerance = row.tolerance});
      continue;
    }
    const bool known = std::any_of(rules.begin(), rules.end(),
                                   [&](const DualRule& rule) { return rule.group == row.group; });
    if (known) continue;
    rules.push_back({.kind = DualRule::Kind::rows_of_group,
                     .group = row.group,
                     .tolerance = row.tolerance,
                     .rate = allowed_rate > 0.0 ? rate_index(problem, row.group) : -1,
                     .allowed_rate = allowed_rate});
  }
  return rules;
}

void equalise_units(const Problem& problem, const Linearization& at, ConstVectorRef weights,
                    std::vector<DualRule>& rules) {
  Vector all = Vector::Zero(problem.num_values());
  all.head(weights.size()) = weights;
  Vector gradient(problem.num_variables());
  at.pullback(all, gradient);
  const double objective = gradient.norm();

  ValueConstraints rows;
  std::vector<std::string> names;
  for (int j = 0; j < problem.num_hard_rows(); ++j) {
    const ConstraintRow& row = problem.hard_rows()[static_cast<std::size_t>(j)];
    auto name = std::find(names.begin(), names.end(), row.group);
    if (name == names.end()) name = names.insert(name, row.group);
    rows.push_back(
        {.index = problem.num_objectives() + j, .group = static_cast<int>(name - names.begin())});
  }
  if (rows.empty()) return;
  const Vector sizes = gradient_sizes(at, rows, problem.num_variables());
  for (DualRule& rule : rules) {
    if (rule.kind == DualRule::Kind::objective) continue;
    const auto name = std::find(names.begin(), names.end(), rule.group);
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const ValueConstraint& each) {
      return each.group == static_cast<int>(name - names.begin());
    });
    const double unit = sizes(row - rows.begin()) / objective;
    if (!(unit > 0.0) || !std::isfinite(unit)) continue;
    rule.tolerance /= unit;
    rule.scale = unit;
  }
}

}  // namespace moo
