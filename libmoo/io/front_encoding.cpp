#include "libmoo/io/front_encoding.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/front/indicators.hpp"
#include "libmoo/io/front_parameters.hpp"

namespace moo {
namespace {

using Json = nlohmann::ordered_json;

Json encode(const Vector& vector) {
  Json numbers = Json::array();
  for (const double number : vector) numbers.push_back(number);
  return numbers;
}

Json encode(const Cost& cost) {
  return {{"evaluations", cost.evaluations},
          {"gradients", cost.gradients},
          {"hessian_products", cost.hessian_products},
          {"seconds", cost.seconds}};
}

/// A map as an object, also when it is empty.
template <typename Map>
Json encode_map(const Map& entries) {
  Json object = Json::object();
  for (const auto& [name, value] : entries) object[name] = value;
  return object;
}

Json encode(const RunContext& context) {
  return {{"created", context.created},
          {"version", context.version},
          {"commit", context.commit},
          {"compiler", context.compiler},
          {"build_type", context.build_type},
          {"command_line", context.command_line},
          {"seed", context.seed},
          {"cores", context.cores}};
}

Json encode(const ObjectiveInfo& objective) {
  Json json{{"name", objective.name},
            {"kind", to_string(objective.kind)},
            {"group", objective.group},
            {"unit", objective.unit},
            {"enforcement", to_string(objective.enforcement)}};
  const bool measured = objective.kind == ObjectiveKind::penalty || objective.tolerance != 0.0;
  if (measured) json["tolerance"] = objective.tolerance;
  return json;
}

Json encode(const ConstraintRow& row) {
  return {{"name", row.name},
          {"group", row.group},
          {"sense", to_string(row.sense)},
          {"tolerance", row.tolerance},
          {"unit", row.unit}};
}

Json encode(const ChanceInfo& chance) {
  Json json{{"delta", chance.delta}, {"surrogate", chance.surrogate}};
  if (chance.temperature) json["temperature"] = *chance.temperature;
  return json;
}

Json encode(const GroupInfo& group) {
  Json json{{"name", group.name},
            {"enforcement", to_string(group.enforcement)},
            {"rules", group.rules},
            {"unit", group.unit},
            {"probes", group.probes},
            {"tolerance", group.tolerance},
            {"margin", group.margin},
            {"scale", group.scale},
            {"scale_origin", group.scale_origin}};
  if (!group.shape.empty()) json["shape"] = group.shape;
  if (group.shape_parameter) json["shape_parameter"] = *group.shape_parameter;
  if (!group.aggregation.empty()) {
    Json& aggregation = json["aggregation"] = {{"kind", group.aggregation}};
    const char* const name = group.aggregation == "cvar" ? "share" : "temperature";
    if (group.aggregation_parameter) aggregation[name] = *group.aggregation_parameter;
  }
  if (group.chance) json["chance"] = encode(*group.chance);
  return json;
}

Json encode(const DataInfo& data) {
  Json json{{"file", data.file},
            {"sha256", data.sha256},
            {"rows", data.rows},
            {"inputs", data.inputs},
            {"target", data.target},
            {"protected", data.protected_columns},
            {"splits", encode_map(data.splits)}};
  if (data.dropped_rows != 0) json["dropped_rows"] = data.dropped_rows;
  if (data.imputed_cells != 0) json["imputed_cells"] = data.imputed_cells;
  if (!data.weights.empty()) json["weights"] = data.weights;
  return json;
}

Json encode(const ModelInfo& model) {
  Json json{{"layers", model.layers},
            {"activation", model.activation},
            {"link", model.link},
            {"weight_decay", model.weight_decay},
            {"input_mean", encode(model.input_mean)},
            {"input_scale", encode(model.input_scale)}};
  for (const auto& [count, dimension] : model.embeddings) {
    json["embeddings"].push_back({{"count", count}, {"dimension", dimension}});
  }
  if (model.output_shift.size() > 0) json["output_shift"] = encode(model.output_shift);
  if (model.output_factor.size() > 0) json["output_factor"] = encode(model.output_factor);
  if (!model.class_names.empty()) json["class_names"] = model.class_names;
  return json;
}

Json encode_problem(const FrontDocument& document) {
  const Front& front = document.report.front;
  Json json{{"name", front.problem_name()},
            {"num_variables", front.num_variables()},
            {"objectives", Json::array()},
            {"constraints", Json::array()}};
  for (const ObjectiveInfo& objective : front.objectives()) {
    json["objectives"].push_back(encode(objective));
  }
  for (const ConstraintRow& row : front.hard_rows()) json["constraints"].push_back(encode(row));
  for (const GroupInfo& group : document.groups) json["groups"].push_back(encode(group));
  if (document.data) json["data"] = encode(*document.data);
  if (document.model) json["model"] = encode(*document.model);
  return json;
}

Json encode_solver(const Report& report) {
  Json options = Json::object();
  for (const auto& [name, value] : report.options) {
    std::visit([&options, &key = name](const auto& held) { options[key] = held; }, value);
  }
  Json json{{"id", report.solver},
            {"options", std::move(options)},
            {"kkt_tolerance", report.kkt_tolerance}};
  if (!report.notes.empty()) json["notes"] = report.notes;
  return json;
}

Json encode_scaling(const Front& front) {
  const Scaling scaling = front.scaling().value_or(Scaling::identity(front.num_objectives()));
  Json json{{"ideal", encode(scaling.ideal)}, {"nadir", encode(scaling.nadir)}};
  if (!front.scaling()) json["known"] = false;
  const Vector resolution = front.resolution();
  if ((resolution.array() != 0.0).any()) json["resolution"] = encode(resolution);
  return json;
}

Json encode(const Rate& rate) {
  return {{"rate", rate.rate}, {"lower", rate.lower}, {"upper", rate.upper}, {"count", rate.count}};
}

Json encode(const SplitEvaluation& evaluation) {
  Json rates = Json::object();
  for (const auto& [group, rate] : evaluation.violation_rates) rates[group] = encode(rate);
  return {{"objectives", encode(evaluation.objectives)},
          {"metrics", encode_map(evaluation.metrics)},
          {"violation_rates", std::move(rates)}};
}

Json encode(const Influence& influence) {
  Json json = Json::object();
  if (influence.estimate.size() > 0) json["first_order"] = encode(influence.estimate);
  if (influence.exact.size() > 0) json["resolved"] = encode(influence.exact);
  return json;
}

Json encode(const ParetoPoint& point) {
  Json json{{"id", point.id}, {"task", point.task}, {"objectives", encode(point.objectives)}};
  if (point.constraints.size() > 0) json["constraints"] = encode(point.constraints);
  json["weights"] = encode(point.weights);
  json["multipliers"] = encode(point.multipliers);
  json["kkt_residual"] = point.kkt_residual;
  json["converged"] = point.converged;
  json["feasible"] = point.feasible;
  json["dominated"] = point.dominated;
  json["generator"] = {{"kind", point.generator.kind},
                       {"numbers", encode_map(point.generator.numbers)}};
  json["cost"] = encode(point.cost);
  for (const auto& [split, evaluation] : point.evaluation) {
    json["evaluation"][split] = encode(evaluation);
  }
  for (const auto& [group, influence] : point.influence) {
    json["influence"][group] = encode(influence);
  }
  return json;
}

Json encode(const Segment& segment) {
  return {{"left", segment.left},
          {"right", segment.right},
          {"length", segment.length},
          {"kind", to_string(segment.kind)},
          {"decided_by", segment.decided_by}};
}

Json encode_totals(const Report& report) {
  Json json{{"points", report.front.points().size()}};
  json.update(encode(report.totals));
  return json;
}

/// Scaled objectives of the given points; as they are before the scaling is known.
Matrix scaled_columns(const Front& front, const std::vector<int>& indices) {
  Matrix columns = front.objectives_of(indices);
  if (!front.scaling()) return columns;
  for (Eigen::Index k = 0; k < columns.cols(); ++k) {
    columns.col(k) = front.scaling()->scaled(columns.col(k));
    if (columns.col(k).allFinite()) continue;
    throw InvalidArgument({"write_front",
                           "points[" + std::to_string(indices[static_cast<std::size_t>(k)]) +
                               "].objectives is not finite in the units of the scaling",
                           "a nadir that differs from the ideal by more than a rounding error", "",
                           ""});
  }
  return columns;
}

}  // namespace

Json encode_front(const FrontDocument& document) {
  const Report& report = document.report;
  Json json{{"schema_version", "1.0"},
            {"context", encode(document.context)},
            {"problem", encode_problem(document)},
            {"solver", encode_solver(report)},
            {"status", to_string(report.status)},
            {"scaling", encode_scaling(report.front)},
            {"points", Json::array()},
            {"indicators", Json::object()},
            {"failures", Json::array()},
            {"totals", encode_totals(report)}};
  for (const ParetoPoint& point : report.front.points()) {
    json["points"].push_back(encode(point));
    if (!document.layout.empty()) json["points"].back()["parameters"] = parameter_prefix(point.id);
  }
  for (const Segment& segment : report.coverage) json["coverage"].push_back(encode(segment));
  for (const Failure& failure : report.failures) {
    json["failures"].push_back({{"task", failure.task}, {"reason", failure.reason}});
  }
  return json;
}

Json encode_indicators(const FrontDocument& document) {
  const Front& front = document.report.front;
  const std::vector<int> indices = front.nondominated();
  const Matrix columns = front.objectives_of(indices);
  const Matrix scaled = scaled_columns(front, indices);
  const bool any = !indices.empty();
  Json json{{"hypervolume", scaled_hypervolume(front)},
            {"reference", encode(hypervolume_reference(front))},
            {"ideal", encode(any ? Vector(columns.rowwise().minCoeff()) : Vector())},
            {"nadir", encode(any ? Vector(columns.rowwise().maxCoeff()) : Vector())},
            {"spacing", front.scaling() ? spacing_variation(scaled) : 0.0}};
  if (document.held_out) {
    json["held_out"] = {{"metrics", document.held_out->metrics},
                        {"reference", encode(document.held_out->reference)},
                        {"hypervolume", encode_map(document.held_out->hypervolume)}};
  }
  return json;
}

}  // namespace moo
