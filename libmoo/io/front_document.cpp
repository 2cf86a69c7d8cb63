#include "libmoo/io/front_document.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

constexpr const char* document_name = "front document";

void require(bool fine, const std::string& field, const std::string& expected,
             const std::string& got, const std::string& hint = "") {
  if (!fine) throw InvalidArgument({document_name, field + " is unusable", expected, got, hint});
}

void require_length(const std::string& field, long expected, long got) {
  require_size(document_name, field, expected, got);
}

/// Some vectors may be left out as a whole.
void require_length_or_none(const std::string& field, long expected, long got) {
  if (got != 0) require_length(field, expected, got);
}

void require_not_negative(const std::string& field, double number) {
  require(number >= 0.0, field, "a number >= 0", std::to_string(number));
}

void require_positive(const std::string& field, double number) {
  require(number > 0.0, field, "a number > 0", std::to_string(number));
}

void require_one_of(const std::string& field, const std::vector<std::string>& words,
                    const std::string& got) {
  const std::string near = nearest_name(got, words);
  require(std::find(words.begin(), words.end(), got) != words.end(), field,
          "one of " + join_names(words), "'" + got + "'",
          near.empty() ? "" : "did you mean '" + near + "'?");
}

/// Whether the text is written as 2026-03-01T12:00:00Z.
bool is_utc(const std::string& text) {
  constexpr std::string_view form = "0000-00-00T00:00:00Z";
  return std::equal(text.begin(), text.end(), form.begin(), form.end(), [](char c, char wanted) {
    return wanted == '0' ? c >= '0' && c <= '9' : c == wanted;
  });
}

void check_context(const RunContext& context, const Report& report) {
  require(is_utc(context.created), "context.created", "UTC as in 2026-03-01T12:00:00Z",
          "'" + context.created + "'");
  require(context.cores >= 1, "context.cores", "at least 1", std::to_string(context.cores));
  require(context.seed == report.seed, "context.seed",
          "the report's " + std::to_string(report.seed), std::to_string(context.seed),
          "pass the seed of the run to current_context");
}

void check_cost(const std::string& field, const Cost& cost) {
  require_not_negative(field + ".evaluations", static_cast<double>(cost.evaluations));
  require_not_negative(field + ".gradients", static_cast<double>(cost.gradients));
  require_not_negative(field + ".hessian_products", static_cast<double>(cost.hessian_products));
  require_not_negative(field + ".seconds", cost.seconds);
}

void check_evaluation(const std::string& field, const SplitEvaluation& evaluation, long m) {
  require_length(field + ".objectives", m, evaluation.objectives.size());
  for (const auto& [group, rate] : evaluation.violation_rates) {
    std::string where = field + ".violation_rates.";
    where += group;
    for (const double share : {rate.rate, rate.lower, rate.upper}) {
      require(share >= 0.0 && share <= 1.0, where, "shares from 0 to 1", std::to_string(share));
    }
    require_not_negative(where + ".count", static_cast<double>(rate.count));
  }
}

void check_point(const std::string& field, const ParetoPoint& point, const Front& front, long id) {
  const long m = front.num_objectives();
  const auto p = static_cast<long>(front.hard_rows().size());
  require(point.id == id, field + ".id", "its position " + std::to_string(id),
          std::to_string(point.id));
  require_length(field + ".objectives", m, point.objectives.size());
  require_length(field + ".constraints", p, point.constraints.size());
  require_length_or_none(field + ".weights", m, point.weights.size());
  require_length_or_none(field + ".multipliers", m + p, point.multipliers.size());
  require_not_negative(field + ".kkt_residual", point.kkt_residual);
  check_cost(field + ".cost", point.cost);
  for (const auto& [split, evaluation] : point.evaluation) {
    check_evaluation((field + ".evaluation.").append(split), evaluation, m);
  }
  for (const auto& [group, influence] : point.influence) {
    const std::string where = (field + ".influence.").append(group);
    require_length_or_none(where + ".first_order", m, influence.estimate.size());
    require_length_or_none(where + ".resolved", m, influence.exact.size());
  }
}

void check_front(const Front& front) {
  const long m = front.num_objectives();
  require(front.num_variables() >= 1, "problem.num_variables", "at least 1",
          std::to_string(front.num_variables()));
  require(m >= 1, "problem.objectives", "at least one", "none");
  for (const ObjectiveInfo& objective : front.objectives()) {
    require_not_negative("scaling.resolution", objective.resolution);
  }
  if (front.scaling()) {
    require_length("scaling.ideal", m, front.scaling()->ideal.size());
    require_length("scaling.nadir", m, front.scaling()->nadir.size());
  }
  for (std::size_t k = 0; k < front.points().size(); ++k) {
    check_point("points[" + std::to_string(k) + "]", front.points()[k], front,
                static_cast<long>(k));
  }
}

void check_coverage(const Report& report) {
  const auto points = static_cast<long>(report.front.points().size());
  require(report.coverage.empty() || report.front.num_objectives() == 2, "coverage",
          "none unless there are two objectives", std::to_string(report.coverage.size()));
  for (std::size_t k = 0; k < report.coverage.size(); ++k) {
    const Segment& segment = report.coverage[k];
    const std::string field = "coverage[" + std::to_string(k) + "]";
    for (const auto& [end, id] : {std::pair{".left", segment.left}, {".right", segment.right}}) {
      require(id >= 0 && id < points, field + end, "the id of a point", std::to_string(id));
    }
    require(segment.left != segment.right, field + ".right", "another point than the left one",
            std::to_string(segment.right));
    require_not_negative(field + ".length", segment.length);
    require(!segment.decided_by.empty(), field + ".decided_by", "how it was found out", "no text");
  }
}

void check_data(const DataInfo& data) {
  const bool hexadecimal = data.sha256.size() == 64 &&
                           data.sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
  require(hexadecimal, "problem.data.sha256", "64 lower-case hexadecimal digits",
          "'" + data.sha256 + "'");
  require_not_negative("problem.data.rows", static_cast<double>(data.rows));
  std::set<std::string> names;
  for (const auto& [name, rows] : data.splits) {
    require(names.insert(name).second, "problem.data.splits", "every name once",
            "'" + name + "' again");
    require_not_negative("problem.data.splits." + name, static_cast<double>(rows));
  }
  require_not_negative("problem.data.dropped_rows", static_cast<double>(data.dropped_rows));
  require_not_negative("problem.data.imputed_cells", static_cast<double>(data.imputed_cells));
}

void check_outputs(const ModelInfo& model) {
  const long q = model.layers.back();
  const long shifts = model.output_shift.size();
  require_length_or_none("problem.model.output_shift", q, shifts);
  require_length("problem.model.output_factor", shifts, model.output_factor.size());
  require(shifts == 0 || model.link == "identity", "problem.model.output_shift",
          "none with the link " + model.link, std::to_string(shifts) + " numbers",
          "probabilities have no scale of their own");
  for (const double factor : model.output_factor) {
    require_positive("problem.model.output_factor", factor);
  }
  require_length_or_none("problem.model.class_names", q,
                         static_cast<long>(model.class_names.size()));
}

void check_model(const ModelInfo& model) {
  require(!model.layers.empty(), "problem.model.layers", "at least the number of inputs", "none");
  for (const long width : model.layers) {
    require(width >= 1, "problem.model.layers", "widths >= 1", std::to_string(width));
  }
  require(std::ssize(model.embeddings) <= model.layers.front(), "problem.model.embeddings",
          "at most one per input", std::to_string(model.embeddings.size()));
  for (const auto& [count, dimension] : model.embeddings) {
    require(count >= 1 && dimension >= 1, "problem.model.embeddings", "counts and dimensions >= 1",
            std::to_string(count) + " and " + std::to_string(dimension));
  }
  require_one_of("problem.model.activation",
                 {"tanh", "softplus", "silu", "sigmoid", "relu", "identity"}, model.activation);
  require_one_of("problem.model.link", {"identity", "sigmoid", "softmax"}, model.link);
  require_not_negative("problem.model.weight_decay", model.weight_decay);
  require_length("problem.model.input_mean", model.layers.front(), model.input_mean.size());
  require_length("problem.model.input_scale", model.layers.front(), model.input_scale.size());
  check_outputs(model);
}

/// What only some enforcements have: there when expected, and only then.
void require_presence(const std::string& field, bool expected, bool present,
                      const std::string& owners) {
  require(present == expected, field, expected ? "one, as " + owners + " have" : "none",
          present ? "one" : "none", expected ? "" : "only " + owners + " have one");
}

void check_aggregation(const std::string& field, const GroupInfo& group) {
  require_one_of(field + ".kind", {"mean", "log_mean_exp", "cvar"}, group.aggregation);
  require_presence(field + " parameter", group.aggregation != "mean",
                   group.aggregation_parameter.has_value(), "log_mean_exp and cvar");
  const double parameter = group.aggregation_parameter.value_or(1.0);
  if (group.aggregation == "cvar") {
    require(parameter > 0.0 && parameter <= 1.0, field + ".share", "0 < share <= 1",
            std::to_string(parameter));
  } else {
    require_positive(field + ".temperature", parameter);
  }
}

void check_chance(const std::string& field, const ChanceInfo& chance) {
  require(chance.delta > 0.0 && chance.delta < 1.0, field + ".delta", "0 < delta < 1",
          std::to_string(chance.delta));
  require_one_of(field + ".surrogate", {"cvar", "smoothed_rate"}, chance.surrogate);
  require_presence(field + ".temperature", chance.surrogate == "smoothed_rate",
                   chance.temperature.has_value(), "smoothed rates");
  require_positive(field + ".temperature", chance.temperature.value_or(1.0));
}

void check_group(const std::string& field, const GroupInfo& group) {
  const bool soft = group.enforcement == Enforcement::soft;
  require_not_negative(field + ".probes", static_cast<double>(group.probes));
  require_not_negative(field + ".tolerance", group.tolerance);
  require_positive(field + ".scale", group.scale);
  require_one_of(field + ".scale_origin", {"given", "automatic"}, group.scale_origin);
  require_presence(field + ".shape", soft, !group.shape.empty(), "soft groups");
  require_presence(field + ".aggregation", soft, !group.aggregation.empty(), "soft groups");
  require_presence(field + ".chance", group.enforcement == Enforcement::probabilistic,
                   group.chance.has_value(), "probabilistic groups");
  if (soft) {
    require_one_of(field + ".shape",
                   {"hinge", "squared_hinge", "softplus", "squared_softplus", "huber_hinge",
                    "exponential", "power", "relaxed_log_barrier"},
                   group.shape);
    check_aggregation(field + ".aggregation", group);
  } else {
    require_presence(field + ".shape_parameter", false, group.shape_parameter.has_value(),
                     "soft groups");
    require_presence(field + ".aggregation parameter", false,
                     group.aggregation_parameter.has_value(), "soft groups");
  }
  require_positive(field + ".shape_parameter", group.shape_parameter.value_or(1.0));
  if (group.chance) check_chance(field + ".chance", *group.chance);
}

/// The groups, and that nothing influences a point but they, where they are recorded.
void check_groups(const FrontDocument& document) {
  std::vector<std::string> names;
  for (std::size_t k = 0; k < document.groups.size(); ++k) {
    const GroupInfo& group = document.groups[k];
    const std::string field = "problem.groups[" + std::to_string(k) + "]";
    require(std::find(names.begin(), names.end(), group.name) == names.end(), field + ".name",
            "every name once", "'" + group.name + "' again");
    names.push_back(group.name);
    check_group(field, group);
  }
  if (names.empty()) return;
  for (const ParetoPoint& point : document.report.front.points()) {
    for (const auto& [group, influence] : point.influence) {
      require_one_of("points[" + std::to_string(point.id) + "].influence", names, group);
    }
  }
}

}  // namespace

void check_layout(const std::vector<TensorLayout>& layout, long num_variables) {
  if (layout.empty()) return;
  std::vector<TensorLayout> tensors = layout;
  std::sort(tensors.begin(), tensors.end(),
            [](const TensorLayout& a, const TensorLayout& b) { return a.offset < b.offset; });
  std::set<std::string> names;
  long end = 0;
  for (const TensorLayout& tensor : tensors) {
    const std::string field = "layout of tensor '" + tensor.name + "'";
    require(!tensor.name.empty() && names.insert(tensor.name).second, field, "a name of its own",
            tensor.name.empty() ? "an empty name" : "a name used twice");
    require(tensor.rows >= 1 && tensor.rows <= num_variables && tensor.cols >= 0 &&
                tensor.cols <= num_variables,
            field, "sizes up to the " + std::to_string(num_variables) + " parameters of a point",
            std::to_string(tensor.rows) + " x " + std::to_string(tensor.cols));
    require(tensor.offset == end, field, "offset " + std::to_string(end) + ": no gap, no overlap",
            std::to_string(tensor.offset));
    end += tensor.size();
  }
  require_length("layout of all tensors", num_variables, end);
}

void check_document(const FrontDocument& document) {
  check_context(document.context, document.report);
  check_front(document.report.front);
  check_coverage(document.report);
  require_not_negative("solver.kkt_tolerance", document.report.kkt_tolerance);
  check_cost("totals", document.report.totals);
  check_groups(document);
  if (document.data) check_data(*document.data);
  if (document.model) check_model(*document.model);
  if (document.held_out) {
    require_length("indicators.held_out.reference",
                   static_cast<long>(document.held_out->metrics.size()),
                   document.held_out->reference.size());
  }
  check_layout(document.layout, document.report.front.num_variables());
  if (document.layout.empty()) return;
  for (const ParetoPoint& point : document.report.front.points()) {
    require_length("points[" + std::to_string(point.id) + "].parameters",
                   document.report.front.num_variables(), point.parameters.size());
  }
}

}  // namespace moo
