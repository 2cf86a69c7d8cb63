#include <cmath>

#include "experiments/tabular/rule_catalogue.hpp"
#include "libmoo/constraint/activation_bound.hpp"
#include "libmoo/constraint/activation_sparsity.hpp"
#include "libmoo/constraint/decision_parity.hpp"
#include "libmoo/constraint/decision_rate.hpp"

// Rules on decisions, which read logits, and on hidden layers.

namespace moo::tabular {
namespace {

constexpr double most_layers = 1000;

SmoothDecision decision_of(const RuleFields& rule) {
  const bool several = rule.context().class_names.size() > 1;
  const bool largest = rule.has("decision") ? rule.text("decision") == "argmax" : several;
  SmoothDecision decision{
      .kind = largest ? SmoothDecision::Kind::argmax : SmoothDecision::Kind::threshold,
      .output = rule.output(),
      .temperature = rule.number("temperature")};
  const Place place = rule.written().place();
  if (largest && (rule.has("probability") || rule.has("logit"))) {
    refuse(place / (rule.has("logit") ? "logit" : "probability"), "has no effect",
           "the decision threshold", "the decision argmax", "leave it out");
  }
  if (rule.has("logit")) decision.threshold = rule.number("logit");
  if (rule.has("probability")) {
    if (several || rule.context().target_unit != "probability") {
      refuse(place / "probability", "has no threshold on the logits", "a binary task", "",
             "give the threshold as a logit");
    }
    const double p = rule.number("probability");
    decision.threshold = std::log(p / (1.0 - p));
  }
  return decision;
}

void check_decision(const ConfigObject& rule) {
  if (!rule.has("probability") || !rule.has("logit")) return;
  refuse(rule.place(), "has two thresholds", "either probability or logit");
}

Rules decision_parity(const RuleFields& rule) {
  return one_rule(DecisionParity(rule.text("column"), decision_of(rule)));
}

Rules decision_rate(const RuleFields& rule) {
  using Kind = DecisionRate::Kind;
  const std::string kind = bound_of(rule.written());
  return one_rule(DecisionRate({.kind = kind == "at_most"    ? Kind::at_most
                                        : kind == "at_least" ? Kind::at_least
                                                             : Kind::equal,
                                .target = rule.number(kind),
                                .decision = decision_of(rule),
                                .member_column = rule.text("members")}));
}

void check_rate(const ConfigObject& rule) {
  check_decision(rule);
  check_share_bounds(rule);
}

Rules activation_bound(const RuleFields& rule) {
  return one_rule(ActivationBound({.layer = rule.whole("layer"), .bound = rule.number("bound")}));
}

Rules activation_sparsity(const RuleFields& rule) {
  const ConfigObject measure = rule.written().object("measure");
  ActivationSparsityOptions options{.layer = rule.whole("layer"), .target = rule.number("target")};
  if (measure.tag() == "absolute") {
    options.kind = ActivationSparsity::Kind::absolute;
    options.smoothing = measure.number("smoothing");
  } else {
    options.kind = ActivationSparsity::Kind::divergence;
    options.active_share = measure.number("active_share");
  }
  return one_rule(ActivationSparsity(options));
}

Field sparsity_field() {
  const ActivationSparsityOptions defaults;
  return tagged("measure", "of activity", "kind", "absolute",
                {{"absolute",
                  "few units are active in a row",
                  {number("smoothing", "in units of the activation")
                       .above(0)
                       .otherwise(defaults.smoothing)}},
                 {"divergence",
                  "a unit is active in few rows; activations in (0, 1) only, such as sigmoid",
                  {number("active_share", "of rows")
                       .above(0)
                       .below(1)
                       .otherwise(defaults.active_share)}}})
      .optional();
}

}  // namespace

std::vector<RuleFamily> network_families() {
  constexpr auto own = RuleFamily::Subject::own;
  const std::vector<Field> decision = {
      word("decision",
           "above a threshold, or the largest output; what fits the number of outputs if absent",
           {"threshold", "argmax"})
          .optional(),
      number("probability", "threshold of a binary task; 0.5 if absent")
          .above(0)
          .below(1)
          .optional(),
      number("logit", "threshold on the logit, instead").optional(),
      number("temperature", "of the smooth decision, in units of the logit")
          .above(0)
          .otherwise(SmoothDecision{}.temperature),
      output_field()};
  const Field layer =
      whole("layer", "hidden layer, 0 next to the inputs").at_least(0).at_most(most_layers);
  return {
      {"decision_parity", "As many rows inside a column as outside are decided for.",
       joined({protected_column()}, decision), decision_parity, check_decision, own},
      {"decision_rate", "The share of rows that are decided for keeps a bound.",
       joined(joined(share_bounds(),
                     {column("members", "rows where it is 1; all rows if absent").optional()}),
              decision),
       decision_rate, check_rate, own},
      {"activation_bound",
       "No unit of a hidden layer is driven beyond a range.",
       {layer, number("bound", "of the absolute activation")
                   .above(0)
                   .otherwise(ActivationBoundOptions{}.bound)},
       activation_bound,
       nullptr,
       own},
      {"activation_sparsity",
       "Few units of a hidden layer are active.",
       {layer, sparsity_field(),
        number("target", "mean activation, or divergence in nats")
            .at_least(0)
            .otherwise(ActivationSparsityOptions{}.target)},
       activation_sparsity,
       nullptr,
       own},
  };
}

}  // namespace moo::tabular
