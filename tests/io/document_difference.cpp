#include "tests/io/document_difference.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <map>
#include <optional>
#include <variant>

namespace moo {
namespace {

bool same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

bool same(const Vector& a, const Vector& b) {
  if (a.size() != b.size()) return false;
  for (Eigen::Index k = 0; k < a.size(); ++k) {
    if (!same(a(k), b(k))) return false;
  }
  return true;
}

bool same(const Cost& a, const Cost& b) {
  return a.evaluations == b.evaluations && a.gradients == b.gradients &&
         a.hessian_products == b.hessian_products && same(a.seconds, b.seconds);
}

bool same(const Rate& a, const Rate& b) {
  return same(a.rate, b.rate) && same(a.lower, b.lower) && same(a.upper, b.upper) &&
         a.count == b.count;
}

bool same(const OptionValue& a, const OptionValue& b) {
  if (const double* number = std::get_if<double>(&a)) {
    return std::holds_alternative<double>(b) && same(*number, std::get<double>(b));
  }
  return a == b;
}

bool same(const SplitEvaluation& a, const SplitEvaluation& b);

bool same(const Influence& a, const Influence& b) {
  return same(a.estimate, b.estimate) && same(a.exact, b.exact);
}

template <typename Value>
bool same(const std::map<std::string, Value>& a, const std::map<std::string, Value>& b) {
  if (a.size() != b.size()) return false;
  for (const auto& [name, value] : a) {
    const auto found = b.find(name);
    if (found == b.end() || !same(value, found->second)) return false;
  }
  return true;
}

bool same(const SplitEvaluation& a, const SplitEvaluation& b) {
  return same(a.objectives, b.objectives) && same(a.metrics, b.metrics) &&
         same(a.violation_rates, b.violation_rates);
}

std::string context_difference(const RunContext& a, const RunContext& b) {
  if (a.created != b.created) return "created";
  if (a.version != b.version) return "version";
  if (a.commit != b.commit) return "commit";
  if (a.compiler != b.compiler) return "compiler";
  if (a.build_type != b.build_type) return "build_type";
  if (a.command_line != b.command_line) return "command_line";
  if (a.seed != b.seed) return "seed";
  return a.cores == b.cores ? "" : "cores";
}

std::string point_difference(const ParetoPoint& a, const ParetoPoint& b) {
  if (a.id != b.id) return "id";
  if (a.task != b.task) return "task";
  if (!same(a.parameters, b.parameters)) return "parameters";
  if (!same(a.objectives, b.objectives)) return "objectives";
  if (!same(a.constraints, b.constraints)) return "constraints";
  if (!same(a.weights, b.weights)) return "weights";
  if (!same(a.multipliers, b.multipliers)) return "multipliers";
  if (!same(a.kkt_residual, b.kkt_residual)) return "kkt_residual";
  if (a.converged != b.converged) return "converged";
  if (a.feasible != b.feasible) return "feasible";
  if (a.dominated != b.dominated) return "dominated";
  if (a.generator.kind != b.generator.kind) return "generator.kind";
  if (!same(a.generator.numbers, b.generator.numbers)) return "generator.numbers";
  if (!same(a.cost, b.cost)) return "cost";
  if (!same(a.evaluation, b.evaluation)) return "evaluation";
  return same(a.influence, b.influence) ? "" : "influence";
}

std::string front_difference(const Front& a, const Front& b) {
  if (a.problem_name() != b.problem_name()) return "problem.name";
  if (a.num_variables() != b.num_variables()) return "problem.num_variables";
  const auto same_objective = [](const ObjectiveInfo& x, const ObjectiveInfo& y) {
    return x.name == y.name && x.kind == y.kind && x.group == y.group && x.unit == y.unit &&
           x.enforcement == y.enforcement && same(x.tolerance, y.tolerance) &&
           same(x.resolution, y.resolution);
  };
  const auto same_row = [](const ConstraintRow& x, const ConstraintRow& y) {
    return x.name == y.name && x.group == y.group && x.sense == y.sense && x.unit == y.unit &&
           same(x.tolerance, y.tolerance);
  };
  if (!std::equal(a.objectives().begin(), a.objectives().end(), b.objectives().begin(),
                  b.objectives().end(), same_objective)) {
    return "problem.objectives";
  }
  if (!std::equal(a.hard_rows().begin(), a.hard_rows().end(), b.hard_rows().begin(),
                  b.hard_rows().end(), same_row)) {
    return "problem.constraints";
  }
  if (a.scaling().has_value() != b.scaling().has_value()) return "scaling.known";
  if (a.scaling() && !same(a.scaling()->ideal, b.scaling()->ideal)) return "scaling.ideal";
  if (a.scaling() && !same(a.scaling()->nadir, b.scaling()->nadir)) return "scaling.nadir";
  if (a.points().size() != b.points().size()) return "number of points";
  for (std::size_t k = 0; k < a.points().size(); ++k) {
    const std::string field = point_difference(a.points()[k], b.points()[k]);
    if (!field.empty()) return "points[" + std::to_string(k) + "]." + field;
  }
  return "";
}

std::string report_difference(const Report& a, const Report& b) {
  if (a.solver != b.solver) return "solver.id";
  if (!same(a.options, b.options)) return "solver.options";
  if (a.seed != b.seed) return "report.seed";
  if (!same(a.kkt_tolerance, b.kkt_tolerance)) return "solver.kkt_tolerance";
  if (a.status != b.status) return "status";
  if (a.notes != b.notes) return "solver.notes";
  if (!same(a.totals, b.totals)) return "totals";
  const auto same_segment = [](const Segment& x, const Segment& y) {
    return x.left == y.left && x.right == y.right && same(x.length, y.length) && x.kind == y.kind &&
           x.decided_by == y.decided_by;
  };
  if (!std::equal(a.coverage.begin(), a.coverage.end(), b.coverage.begin(), b.coverage.end(),
                  same_segment)) {
    return "coverage";
  }
  const auto same_failure = [](const Failure& x, const Failure& y) {
    return x.task == y.task && x.reason == y.reason;
  };
  return std::equal(a.failures.begin(), a.failures.end(), b.failures.begin(), b.failures.end(),
                    same_failure)
             ? ""
             : "failures";
}

bool same(const DataInfo& a, const DataInfo& b) {
  return a.file == b.file && a.sha256 == b.sha256 && a.rows == b.rows && a.inputs == b.inputs &&
         a.target == b.target && a.protected_columns == b.protected_columns &&
         a.splits == b.splits && a.dropped_rows == b.dropped_rows &&
         a.imputed_cells == b.imputed_cells && a.weights == b.weights;
}

bool same(const ModelInfo& a, const ModelInfo& b) {
  return a.layers == b.layers && a.embeddings == b.embeddings && a.activation == b.activation &&
         a.link == b.link && same(a.weight_decay, b.weight_decay) &&
         same(a.input_mean, b.input_mean) && same(a.input_scale, b.input_scale) &&
         same(a.output_shift, b.output_shift) && same(a.output_factor, b.output_factor) &&
         a.class_names == b.class_names;
}

bool same(const HeldOut& a, const HeldOut& b) {
  return a.metrics == b.metrics && same(a.reference, b.reference) &&
         same(a.hypervolume, b.hypervolume);
}

bool same(const TensorLayout& a, const TensorLayout& b) {
  return a.name == b.name && a.offset == b.offset && a.rows == b.rows && a.cols == b.cols;
}

bool same(const ChanceInfo& a, const ChanceInfo& b) {
  return same(a.delta, b.delta) && a.surrogate == b.surrogate &&
         a.temperature.has_value() == b.temperature.has_value() &&
         same(a.temperature.value_or(0.0), b.temperature.value_or(0.0));
}

template <typename Part>
bool same(const std::optional<Part>& a, const std::optional<Part>& b) {
  return a.has_value() == b.has_value() && (!a || same(*a, *b));
}

std::string group_difference(const GroupInfo& a, const GroupInfo& b) {
  if (a.name != b.name) return "name";
  if (a.enforcement != b.enforcement) return "enforcement";
  if (a.rules != b.rules) return "rules";
  if (a.unit != b.unit) return "unit";
  if (a.probes != b.probes) return "probes";
  if (!same(a.tolerance, b.tolerance)) return "tolerance";
  if (!same(a.margin, b.margin)) return "margin";
  if (!same(a.scale, b.scale)) return "scale";
  if (a.scale_origin != b.scale_origin) return "scale_origin";
  if (a.shape != b.shape) return "shape";
  if (!same(a.shape_parameter, b.shape_parameter)) return "shape_parameter";
  if (a.aggregation != b.aggregation) return "aggregation";
  if (!same(a.aggregation_parameter, b.aggregation_parameter)) return "aggregation_parameter";
  return same(a.chance, b.chance) ? "" : "chance";
}

std::string groups_difference(const std::vector<GroupInfo>& a, const std::vector<GroupInfo>& b) {
  if (a.size() != b.size()) return "number of groups";
  for (std::size_t k = 0; k < a.size(); ++k) {
    const std::string field = group_difference(a[k], b[k]);
    if (!field.empty()) return "groups[" + std::to_string(k) + "]." + field;
  }
  return "";
}

}  // namespace

std::string difference(const FrontDocument& a, const FrontDocument& b) {
  std::string field = context_difference(a.context, b.context);
  if (!field.empty()) return "context." + field;
  field = report_difference(a.report, b.report);
  if (field.empty()) field = front_difference(a.report.front, b.report.front);
  if (!field.empty()) return field;
  field = groups_difference(a.groups, b.groups);
  if (!field.empty()) return field;
  if (!same(a.data, b.data)) return "data";
  if (!same(a.model, b.model)) return "model";
  if (!same(a.held_out, b.held_out)) return "held_out";
  const bool same_layout =
      std::equal(a.layout.begin(), a.layout.end(), b.layout.begin(), b.layout.end(),
                 [](const TensorLayout& x, const TensorLayout& y) { return same(x, y); });
  return same_layout ? "" : "layout";
}

}  // namespace moo
