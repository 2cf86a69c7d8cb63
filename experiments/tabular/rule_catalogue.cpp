#include "experiments/tabular/rule_catalogue.hpp"

#include <algorithm>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/on_logits.hpp"

namespace moo::tabular {
namespace {

std::vector<std::string> side_columns(const Dataset& data) {
  std::vector<std::string> names;
  for (const auto& [name, values] : data.columns) names.push_back(name);
  return names;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// A categorical column is there level by level, as "region=north", ...
std::string levels_hint(const std::string& name, const std::vector<std::string>& names) {
  std::vector<std::string> levels;
  for (const std::string& candidate : names) {
    if (candidate.starts_with(name + "=")) levels.push_back("'" + candidate + "'");
  }
  return levels.empty() ? "" : "its levels are columns of their own: " + join_names(levels);
}

void check_name(const std::string& name, const std::string& what,
                const std::vector<std::string>& names, const Place& place) {
  if (contains(names, name)) return;
  std::string hint = levels_hint(name, names);
  if (hint.empty()) hint = did_you_mean(name, names);
  refuse(place, "is no " + what + " of the data", "one of " + join_names(names), "'" + name + "'",
         hint);
}

void check_against_data(const Field& field, const Json& value, const Place& place,
                        const RuleContext& context);

void check_entry(const Field& field, const Json& value, const Place& place,
                 const RuleContext& context) {
  if (field.kind == FieldKind::column) {
    check_name(value.get<std::string>(), "column", side_columns(context.data), place);
  } else if (field.kind == FieldKind::input) {
    const auto name = value.get<std::string>();
    const auto& inputs = context.data.input_names;
    if (!contains(inputs, name) && context.data.columns.contains(name)) {
      refuse(place, "is a column but no input of the model", "one of " + join_names(inputs),
             "'" + name + "'", "list it in /data/inputs, or ask for another input");
    }
    check_name(name, "model input", inputs, place);
  } else if (field.kind == FieldKind::object || field.kind == FieldKind::tagged) {
    const std::vector<Field>* fields = &field.fields;
    if (field.kind == FieldKind::tagged) {
      const Json tag = value.contains(field.tag) ? value.at(field.tag) : field.fallback[field.tag];
      for (const Variant& variant : field.variants) {
        if (variant.tag == tag) fields = &variant.fields;
      }
    }
    for (const Field& part : *fields) {
      if (value.contains(part.name)) {
        check_against_data(part, value.at(part.name), place / part.name, context);
      }
    }
  }
}

/// Looks up every name of a column or an input, all the way down.
void check_against_data(const Field& field, const Json& value, const Place& place,
                        const RuleContext& context) {
  if (field.plurality == Field::Plurality::one) return check_entry(field, value, place, context);
  for (std::size_t k = 0; k < value.size(); ++k) {
    check_entry(field, value[k], place / k, context);
  }
}

const RuleFamily& family_named(const std::string& name) {
  const auto& catalogue = rule_catalogue();
  return *std::find_if(catalogue.begin(), catalogue.end(),
                       [&](const RuleFamily& family) { return family.name == name; });
}

Field on_field() {
  return word("on", "predictions, or the raw outputs before the link", {"predictions", "logits"})
      .otherwise("predictions");
}

bool is_on_logits(const ConfigObject& rule) {
  return rule.offers("on") && rule.text("on") == "logits";
}

Comparison comparison_from(const std::string& sign) {
  if (sign == "<") return Comparison::less;
  if (sign == "<=") return Comparison::less_or_equal;
  if (sign == "=") return Comparison::equal;
  if (sign == "!=") return Comparison::not_equal;
  if (sign == ">=") return Comparison::greater_or_equal;
  return Comparison::greater;
}

}  // namespace

RuleFields::RuleFields(ConfigObject object, const RuleContext& context)
    : object_(std::move(object)), context_(context) {}

std::string RuleFields::unit() const {
  return is_on_logits(object_) ? "logit" : context_.target_unit;
}

int RuleFields::output_at(const Json& value, const Place& place) const {
  const auto& names = context_.class_names;
  if (value.is_number()) {
    if (value.get<double>() < static_cast<double>(names.size())) return value.get<int>();
    refuse(place, "is no output of the model",
           names.size() == 1 ? "0, the only output" : "0 to " + std::to_string(names.size() - 1),
           described(value));
  }
  const auto name = value.get<std::string>();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    refuse(place, "is no output of the model", "one of " + join_names(names), "'" + name + "'",
           did_you_mean(name, names));
  }
  return static_cast<int>(found - names.begin());
}

int RuleFields::output(const std::string& name) const {
  const Place place = object_.place() / name;
  if (has(name)) return output_at(object_.value(name), place);
  if (context_.class_names.size() > 1) {
    refuse(place, "is missing: the model has several outputs",
           "one of " + join_names(context_.class_names));
  }
  return 0;
}

std::vector<int> RuleFields::outputs(const std::string& name) const {
  std::vector<int> found;
  const Json& list = object_.value(name);
  for (std::size_t k = 0; k < list.size(); ++k) {
    const Place place = object_.place() / name / k;
    found.push_back(output_at(list[k], place));
    if (std::count(found.begin(), found.end(), found.back()) > 1) {
      refuse(place, "names an output that is there already", "distinct outputs",
             described(list[k]));
    }
  }
  return found;
}

RowPredicate RuleFields::conditions(const std::string& name) const {
  RowPredicate predicate;
  for (const ConfigObject& condition : object_.objects(name)) {
    const bool of_model = condition.has("model_input");
    predicate.push_back({of_model ? model_input(condition.text("model_input"))
                                  : side_column(condition.text("column")),
                         comparison_from(condition.text("is")), condition.number("value")});
  }
  return predicate;
}

std::vector<RuleFields> RuleFields::objects(const std::string& name) const {
  std::vector<RuleFields> found;
  for (const ConfigObject& object : object_.objects(name)) found.emplace_back(object, context_);
  return found;
}

double RuleFields::standardised_step(const std::string& input, double step,
                                     const std::string& unit_field) const {
  if (text(unit_field) == "sd") return step;
  return step / context_.standardizer.scale(context_.data.input_index(input));
}

double RuleFields::standardised_value(const std::string& input, double value,
                                      const std::string& unit_field) const {
  if (text(unit_field) == "sd") return value;
  const int row = context_.data.input_index(input);
  return (value - context_.standardizer.mean(row)) / context_.standardizer.scale(row);
}

Field protected_column() { return column("column", "protected column of 0 and 1"); }

Field output_field() {
  return output("output", "class or index the rule is about; not needed where there is one output")
      .optional();
}

Field output_list_field() {
  return output("outputs", "classes or indices the rule is about; all if absent")
      .distinct(1)
      .optional();
}

Field step_field() { return number("step", "how far the input is moved").above(0).otherwise(1.0); }

Field step_unit_field() {
  return word("step_unit", "what the step counts: standard deviations, or the input's own unit",
              {"sd", "raw"})
      .otherwise("sd");
}

Field value_unit_field() {
  return word("value_unit", "what values are in: the input's own unit, or deviations from its mean",
              {"raw", "sd"})
      .otherwise("raw");
}

Field condition_list(const std::string& name, const std::string& meaning) {
  return object(name, meaning,
                {column("column", "compared in its own unit").optional(),
                 input("model_input", "instead of column: compared standardised").optional(),
                 word("is", "the comparison", {"=", "!=", "<", "<=", ">=", ">"}),
                 number("value", "what it is compared with")})
      .list(1);
}

std::vector<Field> share_bounds() {
  const auto share = [](const char* name, const char* meaning) {
    return number(name, meaning).at_least(0).at_most(1).optional();
  };
  return {share("at_most", "largest share"), share("at_least", "least share, instead"),
          share("equal", "the share, instead")};
}

void check_share_bounds(const ConfigObject& rule) {
  const int bounds = static_cast<int>(rule.has("at_most")) +
                     static_cast<int>(rule.has("at_least")) + static_cast<int>(rule.has("equal"));
  if (bounds == 1) return;
  refuse(rule.place(), bounds == 0 ? "has no bound" : "has several bounds",
         "one of at_most, at_least, equal");
}

std::string bound_of(const ConfigObject& rule) {
  if (rule.has("at_most")) return "at_most";
  return rule.has("at_least") ? "at_least" : "equal";
}

void check_conditions(const ConfigObject& rule, const std::string& name) {
  for (const ConfigObject& condition : rule.objects(name)) {
    const bool both = condition.has("column") && condition.has("model_input");
    if (both || (!condition.has("column") && !condition.has("model_input"))) {
      refuse(condition.place(), both ? "names two columns" : "names no column",
             "either column (raw numbers) or model_input (standardised)");
    }
  }
}

void check_low_and_high(const ConfigObject& object) {
  if (!object.has("low") && !object.has("high")) {
    refuse(object.place(), "has no bound", "low, high or both");
  }
  if (object.has("low") && object.has("high") && object.number("low") > object.number("high")) {
    refuse(object.place() / "low", "is greater than high",
           "at most " + described(object.value("high")), described(object.value("low")));
  }
}

const std::vector<RuleFamily>& rule_catalogue() {
  static const std::vector<RuleFamily> catalogue = [] {
    std::vector<RuleFamily> all;
    for (auto* list : {fairness_families, response_families, domain_families, distribution_families,
                       derivative_families, network_families}) {
      for (RuleFamily& family : list()) {
        if (family.subject == RuleFamily::Subject::predictions) family.fields.push_back(on_field());
        all.push_back(std::move(family));
      }
    }
    return all;
  }();
  return catalogue;
}

const Field& rule_table() {
  static const Field table = [] {
    std::vector<Variant> variants;
    for (const RuleFamily& family : rule_catalogue()) {
      variants.push_back({family.name, family.meaning, family.fields});
    }
    Field rules =
        tagged("rules", "what the group asks of the model", "rule", "", std::move(variants))
            .list(1);
    rules.refused_tags = {{"pointwise",
                           "a formula of your own is C++: write it as a moo::PointwiseRule "
                           "(libmoo/constraint/pointwise_rule.hpp) in a driver of your own; "
                           "implication and output_range cover simple ones"},
                          {"differential",
                           "a formula of your own is C++: write it as a moo::DifferentialRule "
                           "(libmoo/constraint/differential_rule.hpp) in a driver of your own; "
                           "ode_residual and pde_residual cover many"}};
    return rules;
  }();
  return table;
}

void check_rule(const ConfigObject& rule) {
  const RuleFamily& family = family_named(rule.tag());
  if (family.check != nullptr) family.check(rule);
}

Rules make_rule(const std::string& json, const std::string& path, const RuleContext& context) {
  const Place place{"", path};
  const Json value = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) refuse(place, "is no JSON", "an object", "'" + json + "'");
  static const Field field = [] {
    Field one = rule_table();
    one.plurality = Field::Plurality::one;
    return one;
  }();
  check_value(field, value, place);
  const ConfigObject rule(field, value, place);
  check_rule(rule);
  check_against_data(field, value, place, context);
  try {
    Rules rules = family_named(rule.tag()).make(RuleFields(rule, context));
    for (auto& made : rules) {
      if (is_on_logits(rule)) made = on_logits(made);
      const bool of_layers = made->reads().kind == ModelQuantity::Kind::activations;
      if (of_layers && context.hidden.empty()) continue;  // the network is not known here
      ProbeBatch batch(context.data.inputs, context.hidden);
      (void)made->bind(context.data, batch);
    }
    return rules;
  } catch (const InvalidArgument& error) {
    Complaint complaint = error.complaint();
    if (!complaint.who.starts_with(path)) complaint.who = path + ": " + complaint.who;
    throw InvalidArgument(complaint);
  }
}

std::vector<std::pair<std::string, std::string>> rule_families() {
  std::vector<std::pair<std::string, std::string>> families;
  for (const RuleFamily& family : rule_catalogue()) {
    families.emplace_back(family.name, family.meaning);
  }
  return families;
}

}  // namespace moo::tabular
