#include <algorithm>

#include "experiments/tabular/rule_catalogue.hpp"
#include "libmoo/constraint/conservation.hpp"
#include "libmoo/constraint/implication.hpp"
#include "libmoo/constraint/logical_rule.hpp"
#include "libmoo/constraint/output_budget.hpp"
#include "libmoo/constraint/output_order.hpp"
#include "libmoo/constraint/output_range.hpp"
#include "libmoo/constraint/safety_margin.hpp"

namespace moo::tabular {
namespace {

Rules output_range(const RuleFields& rule) {
  OutputRangeOptions options{.outputs = rule.outputs(), .unit = rule.unit()};
  if (rule.has("low")) options.low = rule.number("low");
  if (rule.has("high")) options.high = rule.number("high");
  return one_rule(OutputRange(std::move(options)));
}

Rules no_negatives(const RuleFields& rule) {
  return one_rule(non_negativity(rule.outputs(), rule.unit()));
}

Rules safety_margin(const RuleFields& rule) {
  return one_rule(SafetyMargin(
      {.reference = rule.text("reference"),
       .side = rule.text("side") == "never_below" ? SafeSide::never_below : SafeSide::never_above,
       .margin = rule.number("margin"),
       .output = rule.output(),
       .unit = rule.unit()}));
}

Rules implication(const RuleFields& rule) {
  const bool at_most = rule.has("at_most");
  return one_rule(Implication({.premise = rule.conditions("if"),
                               .conclusion = at_most ? Conclusion::at_most : Conclusion::at_least,
                               .bound = rule.number(at_most ? "at_most" : "at_least"),
                               .output = rule.output(),
                               .unit = rule.unit()}));
}

void check_implication(const ConfigObject& rule) {
  check_conditions(rule, "if");
  if (rule.has("at_most") == rule.has("at_least")) {
    refuse(rule.place(), rule.has("at_most") ? "has two conclusions" : "has no conclusion",
           "either at_most or at_least", "", "write two rules for a range");
  }
}

Rules logical_rule(const RuleFields& rule) {
  LogicalRuleOptions options;
  const std::string formula = rule.text("formula");
  options.connective = formula == "all"           ? Connective::conjunction
                       : formula == "any"         ? Connective::disjunction
                       : formula == "implication" ? Connective::implication
                                                  : Connective::exactly_one;
  std::vector<int> seen;
  for (const RuleFields& literal : rule.objects("literals")) {
    const int output = literal.output();
    if (std::find(seen.begin(), seen.end(), output) != seen.end()) {
      refuse(literal.written().place() / "output", "names an output that is there already",
             "distinct outputs", described(literal.written().value("output")));
    }
    seen.push_back(output);
    options.literals.push_back({output, literal.text("holds") == "no"});
  }
  options.t_norm = rule.text("t_norm") == "product" ? TNorm::product : TNorm::lukasiewicz;
  if (rule.context().target_unit != "probability") {
    refuse(rule.written().place(), "needs probabilities", "a binary or multiclass task",
           "predictions in units of '" + rule.context().target_unit + "'");
  }
  return one_rule(LogicalRule(std::move(options)));
}

Rules conservation(const RuleFields& rule) {
  ConservationOptions options{.total_column = rule.text("total_column"), .unit = rule.unit()};
  if (rule.has("total")) options.total = rule.number("total");
  for (const RuleFields& term : rule.objects("terms")) {
    options.terms.push_back({term.output(), term.number("weight")});
  }
  return one_rule(Conservation(std::move(options)));
}

void check_total(const ConfigObject& rule) {
  if (rule.has("total") != rule.has("total_column")) return;
  refuse(rule.place(), rule.has("total") ? "has two totals" : "has no total",
         "either total or total_column");
}

Rules output_order(const RuleFields& rule) {
  return one_rule(
      OutputOrder({.outputs = rule.outputs(), .gap = rule.number("gap"), .unit = rule.unit()}));
}

Rules output_budget(const RuleFields& rule) {
  using Kind = OutputBudget::Kind;
  const std::string kind = rule.text("kind");
  return one_rule(OutputBudget(
      rule.number("budget"), {.kind = kind == "exactly"   ? Kind::exactly
                                      : kind == "at_most" ? Kind::at_most
                                                          : Kind::at_least,
                              .basis = rule.text("basis") == "total" ? OutputBudget::Basis::total
                                                                     : OutputBudget::Basis::per_row,
                              .weight_column = rule.text("weight_column"),
                              .output = rule.output()}));
}

}  // namespace

std::vector<RuleFamily> domain_families() {
  return {
      {"output_range",
       "Predictions stay in a range, either side of which may be open.",
       {number("low", "no bound from below if absent").optional(),
        number("high", "no bound from above if absent").optional(), output_list_field()},
       output_range,
       check_low_and_high},
      {"non_negativity", "Predictions are not negative.", {output_list_field()}, no_negatives},
      {"safety_margin",
       "Predictions are never below (or above) a reference column plus a margin.",
       {column("reference", "in the prediction's unit"),
        word("side", "which side is safe", {"never_below", "never_above"}).otherwise("never_below"),
        number("margin", "added to the reference on either side").otherwise(0.0), output_field()},
       safety_margin},
      {"implication",
       "Where conditions on a row hold, the prediction keeps a bound.",
       {condition_list("if", "conditions that must all hold"),
        number("at_most", "the prediction's upper bound").optional(),
        number("at_least", "the prediction's lower bound, instead").optional(), output_field()},
       implication,
       check_implication},
      {"logical_rule",
       "A logical formula over the classes of a row is true.",
       {word("formula",
             "all hold, one at least does, the last one does if all others do, exactly one does",
             {"all", "any", "implication", "exactly_one"}),
        object("literals", "what it is about",
               {output("output", "class or index"),
                word("holds", "the class, or its negation", {"yes", "no"}).otherwise("yes")})
            .list(2),
        word("t_norm", "how truth values are joined", {"product", "lukasiewicz"})
            .otherwise("product")},
       logical_rule,
       nullptr,
       RuleFamily::Subject::own},
      {"conservation",
       "A weighted sum of a row's outputs has a given total.",
       {object("terms", "of the sum",
               {output("output", "class or index"),
                number("weight", "its factor").otherwise(WeightedOutput{}.weight)})
            .list(1),
        number("total", "the same for all rows").optional(),
        column("total_column", "the total of each row, instead").optional()},
       conservation,
       check_total},
      {"output_order",
       "Outputs rise in a given order, by a gap at least.",
       {output("outputs", "smallest first").distinct(2),
        number("gap", "least distance between neighbours").otherwise(OutputOrderOptions{}.gap)},
       output_order},
      {"output_budget",
       "The weighted sum of the predictions over rows is (at most, at least) a given amount.",
       {number("budget", "in units of weight times prediction"),
        word("kind", "what the sum is to the budget", {"exactly", "at_most", "at_least"})
            .otherwise("exactly"),
        word("basis", "a total belongs to its rows; an amount per row fits any split",
             {"per_row", "total"})
            .otherwise("per_row"),
        column("weight_column", "weights of the rows; 1 if absent").optional(), output_field()},
       output_budget},
  };
}

}  // namespace moo::tabular
