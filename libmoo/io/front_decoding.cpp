#include "libmoo/io/front_decoding.hpp"

#include <memory>
#include <string>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/io/front_parameters.hpp"

namespace moo {
namespace {

/// What a front file says about its problem: enough to found a Front on, nothing to solve.
class RecordedProblem final : public Problem {
 public:
  RecordedProblem(std::string name, int num_variables, std::vector<ObjectiveInfo> objectives,
                  std::vector<ConstraintRow> hard_rows)
      : name_(std::move(name)),
        num_variables_(num_variables),
        objectives_(std::move(objectives)),
        hard_rows_(std::move(hard_rows)) {}

  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] int num_variables() const override { return num_variables_; }
  [[nodiscard]] const std::vector<ObjectiveInfo>& objectives() const override {
    return objectives_;
  }
  [[nodiscard]] const std::vector<ConstraintRow>& hard_rows() const override { return hard_rows_; }
  [[nodiscard]] Vector start(RandomStream&) const override { return Vector::Zero(num_variables_); }
  [[nodiscard]] LinearizationPtr linearize(ConstVectorRef) const override {
    throw InvalidArgument({"problem '" + name_ + "'", "was read from a front file",
                           "a problem that can be evaluated", "", "build it from its data"});
  }

 private:
  std::string name_;
  int num_variables_;
  std::vector<ObjectiveInfo> objectives_;
  std::vector<ConstraintRow> hard_rows_;
};

RunContext decode_context(const JsonNode& node) {
  node.allow(
      {"created", "version", "commit", "compiler", "build_type", "command_line", "seed", "cores"});
  RunContext context;
  context.created = node.at("created").text();
  context.version = node.at("version").text();
  context.commit = node.at("commit").text();
  context.compiler = node.at("compiler").text();
  context.build_type = node.at("build_type").text();
  context.command_line = node.at("command_line").texts();
  context.seed = node.at("seed").seed();
  context.cores = node.at("cores").small_count();
  return context;
}

ObjectiveInfo decode_objective(const JsonNode& node) {
  node.allow({"name", "kind", "group", "unit", "enforcement", "tolerance"});
  ObjectiveInfo objective;
  objective.name = node.at("name").text();
  objective.kind = node.at("kind").choice(
      {ObjectiveKind::accuracy, ObjectiveKind::penalty, ObjectiveKind::other});
  objective.group = node.at("group").text();
  objective.unit = node.at("unit").text();
  objective.enforcement =
      node.at("enforcement")
          .choice({Enforcement::soft, Enforcement::hard, Enforcement::probabilistic});
  if (const auto tolerance = node.find("tolerance")) objective.tolerance = tolerance->number();
  return objective;
}

ConstraintRow decode_row(const JsonNode& node) {
  node.allow({"name", "group", "sense", "tolerance", "unit"});
  ConstraintRow row;
  row.name = node.at("name").text();
  row.group = node.at("group").text();
  row.sense = node.at("sense").choice({Sense::inequality, Sense::equality});
  row.tolerance = node.at("tolerance").number();
  row.unit = node.at("unit").text();
  return row;
}

void decode_aggregation(const JsonNode& node, GroupInfo& group) {
  group.aggregation = node.at("kind").text();
  if (group.aggregation == "log_mean_exp") {
    node.allow({"kind", "temperature"});
    group.aggregation_parameter = node.at("temperature").number();
  } else if (group.aggregation == "cvar") {
    node.allow({"kind", "share"});
    group.aggregation_parameter = node.at("share").number();
  } else {
    node.allow({"kind"});
  }
}

ChanceInfo decode_chance(const JsonNode& node) {
  node.allow({"delta", "surrogate", "temperature"});
  ChanceInfo chance;
  chance.delta = node.at("delta").number();
  chance.surrogate = node.at("surrogate").text();
  if (const auto temperature = node.find("temperature")) chance.temperature = temperature->number();
  return chance;
}

GroupInfo decode_group(const JsonNode& node) {
  node.allow({"name", "enforcement", "rules", "unit", "probes", "tolerance", "margin", "scale",
              "scale_origin", "shape", "shape_parameter", "aggregation", "chance"});
  GroupInfo group;
  group.name = node.at("name").text();
  group.enforcement =
      node.at("enforcement")
          .choice({Enforcement::soft, Enforcement::hard, Enforcement::probabilistic});
  group.rules = node.at("rules").texts();
  group.unit = node.at("unit").text();
  group.probes = node.at("probes").count();
  group.tolerance = node.at("tolerance").number();
  group.margin = node.at("margin").number();
  group.scale = node.at("scale").number();
  group.scale_origin = node.at("scale_origin").text();
  if (const auto shape = node.find("shape")) group.shape = shape->text();
  if (const auto number = node.find("shape_parameter")) group.shape_parameter = number->number();
  if (const auto found = node.find("aggregation")) decode_aggregation(*found, group);
  if (const auto chance = node.find("chance")) group.chance = decode_chance(*chance);
  return group;
}

DataInfo decode_data(const JsonNode& node) {
  node.allow({"file", "sha256", "rows", "inputs", "target", "protected", "splits", "dropped_rows",
              "imputed_cells", "weights"});
  DataInfo data;
  data.file = node.at("file").text();
  data.sha256 = node.at("sha256").text();
  data.rows = node.at("rows").count();
  data.inputs = node.at("inputs").texts();
  data.target = node.at("target").text();
  if (const auto columns = node.find("protected")) data.protected_columns = columns->texts();
  for (const auto& [name, rows] : node.at("splits").members()) {
    data.splits.emplace_back(name, rows.count());
  }
  if (const auto dropped = node.find("dropped_rows")) data.dropped_rows = dropped->count();
  if (const auto imputed = node.find("imputed_cells")) data.imputed_cells = imputed->count();
  if (const auto weights = node.find("weights")) data.weights = weights->text();
  return data;
}

ModelInfo decode_model(const JsonNode& node) {
  node.allow({"layers", "activation", "link", "weight_decay", "input_mean", "input_scale",
              "output_shift", "output_factor", "class_names", "embeddings"});
  ModelInfo model;
  for (const JsonNode& width : node.at("layers").items()) model.layers.push_back(width.count());
  model.activation = node.at("activation").text();
  model.link = node.at("link").text();
  model.weight_decay = node.at("weight_decay").number();
  model.input_mean = node.at("input_mean").numbers();
  model.input_scale = node.at("input_scale").numbers();
  if (const auto tables = node.find("embeddings")) {
    for (const JsonNode& table : tables->items()) {
      table.allow({"count", "dimension"});
      model.embeddings.push_back({table.at("count").count(), table.at("dimension").count()});
    }
  }
  if (const auto shift = node.find("output_shift")) model.output_shift = shift->numbers();
  if (const auto factor = node.find("output_factor")) model.output_factor = factor->numbers();
  if (const auto names = node.find("class_names")) model.class_names = names->texts();
  return model;
}

/// An objective's resolution stands with the scaling, which is what it is for.
Front decode_problem(const JsonNode& node, const JsonNode& scaling, FrontDocument& document) {
  node.allow({"name", "num_variables", "objectives", "constraints", "groups", "data", "model"});
  std::vector<ObjectiveInfo> objectives;
  for (const JsonNode& item : node.at("objectives").items()) {
    objectives.push_back(decode_objective(item));
  }
  if (const auto resolution = scaling.find("resolution")) {
    const Vector numbers = resolution->numbers(static_cast<long>(objectives.size()));
    for (std::size_t i = 0; i < objectives.size(); ++i) {
      objectives[i].resolution = numbers(static_cast<Eigen::Index>(i));
    }
  }
  std::vector<ConstraintRow> rows;
  for (const JsonNode& item : node.at("constraints").items()) rows.push_back(decode_row(item));
  if (const auto groups = node.find("groups")) {
    for (const JsonNode& item : groups->items()) document.groups.push_back(decode_group(item));
  }
  if (const auto data = node.find("data")) document.data = decode_data(*data);
  if (const auto model = node.find("model")) document.model = decode_model(*model);
  return Front(RecordedProblem(node.at("name").text(), node.at("num_variables").small_count(),
                               std::move(objectives), std::move(rows)));
}

void decode_solver(const JsonNode& node, Report& report) {
  node.allow({"id", "options", "kkt_tolerance", "notes"});
  report.solver = node.at("id").text();
  for (const auto& [name, value] : node.at("options").members()) {
    if (value.is_text()) {
      report.options[name] = value.text();
    } else if (value.is_whole()) {
      report.options[name] = value.whole();
    } else {
      report.options[name] = value.number();
    }
  }
  if (const auto tolerance = node.find("kkt_tolerance")) report.kkt_tolerance = tolerance->number();
  if (const auto notes = node.find("notes")) report.notes = notes->texts();
}

void decode_scaling(const JsonNode& node, Front& front) {
  node.allow({"ideal", "nadir", "known", "resolution"});
  const long m = front.num_objectives();
  Scaling scaling{node.at("ideal").numbers(m), node.at("nadir").numbers(m)};
  const auto known = node.find("known");
  if (!known || known->flag()) front.freeze_scaling(std::move(scaling));
}

Cost decode_cost(const JsonNode& node) {
  return {node.at("evaluations").count(), node.at("gradients").count(),
          node.at("hessian_products").count(), node.at("seconds").number()};
}

SplitEvaluation decode_evaluation(const JsonNode& node) {
  node.allow({"objectives", "metrics", "violation_rates"});
  SplitEvaluation evaluation;
  evaluation.objectives = node.at("objectives").numbers();
  for (const auto& [name, metric] : node.at("metrics").members()) {
    evaluation.metrics[name] = metric.number();
  }
  for (const auto& [group, rate] : node.at("violation_rates").members()) {
    rate.allow({"rate", "lower", "upper", "count"});
    evaluation.violation_rates[group] = {rate.at("rate").number(), rate.at("lower").number(),
                                         rate.at("upper").number(), rate.at("count").count()};
  }
  return evaluation;
}

Influence decode_influence(const JsonNode& node) {
  node.allow({"first_order", "resolved"});
  Influence influence;
  if (const auto numbers = node.find("first_order")) influence.estimate = numbers->numbers();
  if (const auto numbers = node.find("resolved")) influence.exact = numbers->numbers();
  return influence;
}

ParetoPoint decode_point(const JsonNode& node, int position, long m) {
  node.allow({"id", "task", "objectives", "constraints", "weights", "multipliers", "kkt_residual",
              "converged", "feasible", "dominated", "generator", "cost", "evaluation", "influence",
              "parameters"});
  ParetoPoint point;
  point.id = node.at("id").small_count();
  if (point.id != position) {
    node.at("id").refuse("its position " + std::to_string(position),
                         "points are numbered from 0 without a gap");
  }
  point.task = node.at("task").text();
  point.objectives = node.at("objectives").numbers(m);
  if (const auto constraints = node.find("constraints")) point.constraints = constraints->numbers();
  point.weights = node.at("weights").numbers();
  point.multipliers = node.at("multipliers").numbers();
  point.kkt_residual = node.at("kkt_residual").number();
  point.converged = node.at("converged").flag();
  point.feasible = node.at("feasible").flag();
  point.dominated = node.at("dominated").flag();
  const JsonNode generator = node.at("generator");
  generator.allow({"kind", "numbers"});
  point.generator.kind = generator.at("kind").text();
  for (const auto& [name, number] : generator.at("numbers").members()) {
    point.generator.numbers[name] = number.number();
  }
  const JsonNode cost = node.at("cost");
  cost.allow({"evaluations", "gradients", "hessian_products", "seconds"});
  point.cost = decode_cost(cost);
  if (const auto splits = node.find("evaluation")) {
    for (const auto& [split, evaluation] : splits->members()) {
      point.evaluation[split] = decode_evaluation(evaluation);
    }
  }
  if (const auto groups = node.find("influence")) {
    for (const auto& [group, influence] : groups->members()) {
      point.influence[group] = decode_influence(influence);
    }
  }
  const auto prefix = node.find("parameters");
  if (prefix && prefix->text() != parameter_prefix(position)) {
    prefix->refuse(parameter_prefix(position));
  }
  return point;
}

/// Front::add numbers the points and judges dominance; the file's own verdict is put back.
void decode_points(const JsonNode& node, Front& front) {
  for (const JsonNode& item : node.items()) {
    front.add(decode_point(item, static_cast<int>(front.points().size()), front.num_objectives()));
  }
  const std::vector<JsonNode> items = node.items();
  for (std::size_t k = 0; k < items.size(); ++k) {
    front.points()[k].dominated = items[k].at("dominated").flag();
  }
}

/// Only what was declared is kept: the rest follows from the points.
void decode_indicators(const JsonNode& node, FrontDocument& document) {
  node.allow({"hypervolume", "reference", "ideal", "nadir", "spacing", "held_out"});
  for (const char* name : {"hypervolume", "spacing"}) (void)node.at(name).number();
  for (const char* name : {"reference", "ideal", "nadir"}) (void)node.at(name).numbers();
  const auto held_out = node.find("held_out");
  if (!held_out) return;
  held_out->allow({"metrics", "reference", "hypervolume"});
  document.held_out.emplace();
  document.held_out->metrics = held_out->at("metrics").texts();
  document.held_out->reference = held_out->at("reference").numbers();
  for (const auto& [split, volume] : held_out->at("hypervolume").members()) {
    document.held_out->hypervolume[split] = volume.number();
  }
}

void decode_coverage(const JsonNode& root, Report& report) {
  const auto coverage = root.find("coverage");
  if (!coverage) return;
  for (const JsonNode& segment : coverage->items()) {
    segment.allow({"left", "right", "length", "kind", "decided_by"});
    report.coverage.push_back(
        {segment.at("left").small_count(), segment.at("right").small_count(),
         segment.at("length").number(),
         segment.at("kind").choice({SegmentKind::supported, SegmentKind::nonconvex,
                                    SegmentKind::jump, SegmentKind::disconnected,
                                    SegmentKind::unresolved}),
         segment.at("decided_by").text()});
  }
}

}  // namespace

FrontDocument decode_front(const JsonNode& root) {
  const JsonNode version = root.at("schema_version");  // explains every other difference
  if (!version.is_text() || version.text() != "1.0") {
    version.refuse("\"1.0\"", "read it with the version of libmoo that wrote it");
  }
  root.allow({"schema_version", "context", "problem", "solver", "status", "scaling", "points",
              "indicators", "coverage", "failures", "totals", "parameters_file"});
  FrontDocument document;
  Report& report = document.report;
  document.context = decode_context(root.at("context"));
  report.seed = document.context.seed;
  report.front = decode_problem(root.at("problem"), root.at("scaling"), document);
  decode_solver(root.at("solver"), report);
  report.status = root.at("status").choice(
      {RunStatus::complete, RunStatus::budget_exhausted, RunStatus::stopped, RunStatus::failed});
  decode_scaling(root.at("scaling"), report.front);
  decode_points(root.at("points"), report.front);
  decode_indicators(root.at("indicators"), document);
  decode_coverage(root, report);
  for (const JsonNode& failure : root.at("failures").items()) {
    failure.allow({"task", "reason"});
    report.failures.push_back({failure.at("task").text(), failure.at("reason").text()});
  }
  const JsonNode totals = root.at("totals");
  totals.allow({"points", "evaluations", "gradients", "hessian_products", "seconds"});
  report.totals = decode_cost(totals);
  if (totals.at("points").count() != static_cast<long>(report.front.points().size())) {
    totals.at("points").refuse(std::to_string(report.front.points().size()),
                               "it counts the points of the file");
  }
  return document;
}

}  // namespace moo
