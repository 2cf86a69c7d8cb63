#include "tests/experiments/rule_examples.hpp"

#include "libmoo/constraint/calibration_within_groups.hpp"
#include "libmoo/constraint/conservation.hpp"
#include "libmoo/constraint/convex_in.hpp"
#include "libmoo/constraint/counterfactual_fairness.hpp"
#include "libmoo/constraint/covariance_parity.hpp"
#include "libmoo/constraint/demographic_parity.hpp"
#include "libmoo/constraint/equal_opportunity.hpp"
#include "libmoo/constraint/equalised_odds.hpp"
#include "libmoo/constraint/error_parity.hpp"
#include "libmoo/constraint/implication.hpp"
#include "libmoo/constraint/invariance.hpp"
#include "libmoo/constraint/lipschitz_pairs.hpp"
#include "libmoo/constraint/list_exposure.hpp"
#include "libmoo/constraint/logical_rule.hpp"
#include "libmoo/constraint/monotone_pairs.hpp"
#include "libmoo/constraint/on_logits.hpp"
#include "libmoo/constraint/output_budget.hpp"
#include "libmoo/constraint/output_order.hpp"
#include "libmoo/constraint/output_range.hpp"
#include "libmoo/constraint/safety_margin.hpp"
#include "libmoo/constraint/score_distance.hpp"
#include "libmoo/constraint/score_moment.hpp"
#include "libmoo/constraint/score_quantiles.hpp"
#include "libmoo/constraint/top_k_share.hpp"

namespace moo::test {
namespace {

using Rules = std::vector<std::shared_ptr<const Constraint>>;

template <class Rule>
Rules one(Rule rule) {
  return {std::make_shared<const Rule>(std::move(rule))};
}

const std::string p = "probability";

std::vector<RuleExample> fairness() {
  return {
      {R"({"rule": "demographic_parity", "column": "group"})", 1, one(DemographicParity("group"))},
      {R"({"rule": "demographic_parity", "column": "group", "output": "blue"})", 3,
       one(DemographicParity("group", 2))},
      {R"({"rule": "demographic_parity", "column": "region=north", "output": 1, "on": "logits"})",
       3,
       {on_logits(std::make_shared<DemographicParity>("region=north", 1))}},
      {R"({"rule": "equal_opportunity", "column": "group", "output": "green"})", 3,
       one(EqualOpportunity("group", 1))},
      {R"({"rule": "equalised_odds", "column": "group"})", 1, one(EqualisedOdds("group"))},
      {R"({"rule": "error_parity", "column": "group"})", 1,
       one(ErrorParity("group", ErrorParity::Kind::binary))},
      {R"({"rule": "error_parity", "column": "group", "error": "regression", "output": "red"})", 3,
       one(ErrorParity("group", ErrorParity::Kind::regression, 0))},
      {R"({"rule": "covariance_parity", "column": "a", "output": 2})", 3,
       one(CovarianceParity("a", 2))},
      {R"({"rule": "calibration_within_groups", "column": "list"})", 1,
       one(CalibrationWithinGroups("list"))},
      {R"({"rule": "calibration_within_groups", "column": "group", "min_rows": 2,
           "bins": {"column": "merit", "edges": [0, 2, 10]}, "output": "green"})",
       3,
       one(CalibrationWithinGroups(
           "group", {.bins = {"merit", {0.0, 2.0, 10.0}}, .min_rows = 2, .output = 1}))},
  };
}

std::vector<RuleExample> response(const Standardizer& standardizer) {
  const auto raw = [&](int row, double x) {
    return (x - standardizer.mean(row)) / standardizer.scale(row);
  };
  const Vector& scale = standardizer.scale;
  using Direction = MonotonePairs::Direction;
  return {
      {R"({"rule": "counterfactual_fairness", "changes": [{"input": "a", "a": 90, "b": 110},
           {"input": "b", "a": 2, "b": 3}]})",
       1,
       one(CounterfactualFairness({{"a", raw(0, 90), raw(0, 110)}, {"b", raw(1, 2), raw(1, 3)}}))},
      {R"({"rule": "counterfactual_fairness", "changes": [{"input": "a", "a": 1, "b": -1}],
           "value_unit": "sd", "output": "blue"})",
       3, one(CounterfactualFairness({{"a", 1.0, -1.0}}, 2))},
      {R"({"rule": "monotone_pairs", "inputs": ["a", "b"], "direction": "rising"})", 1,
       one(MonotonePairs({"a", "b"}, Direction::rising, 1.0))},
      {R"({"rule": "monotone_pairs", "inputs": ["a", "c"], "direction": "falling", "step": 5,
           "step_unit": "raw", "output": "green"})",
       3,
       {std::make_shared<MonotonePairs>(std::vector<std::string>{"a"}, Direction::falling,
                                        5.0 / scale(0), 1),
        std::make_shared<MonotonePairs>(std::vector<std::string>{"c"}, Direction::falling,
                                        5.0 / scale(2), 1)}},
      {R"({"rule": "convex_in", "inputs": ["b"], "bend": "convex"})", 1,
       one(ConvexIn({.input = "b", .unit = p}))},
      {R"({"rule": "convex_in", "inputs": ["a", "b"], "bend": "concave", "step": 0.5,
           "step_unit": "raw", "output": 2})",
       3,
       {std::make_shared<ConvexIn>(ConvexInOptions{
            .input = "a", .bend = Bend::concave, .step = 0.5 / scale(0), .output = 2, .unit = p}),
        std::make_shared<ConvexIn>(ConvexInOptions{
            .input = "b", .bend = Bend::concave, .step = 0.5 / scale(1), .output = 2, .unit = p})}},
      {R"({"rule": "lipschitz_pairs", "inputs": ["a", "b"], "constant": 0.3, "step": 0.7})", 1,
       one(LipschitzPairs({.inputs = {"a", "b"}, .constant = 0.3, .step = 0.7, .unit = p}))},
      {R"({"rule": "lipschitz_pairs", "inputs": ["a"], "constant": 0.01, "step": 10,
           "step_unit": "raw", "output": "red"})",
       3,
       one(LipschitzPairs({.inputs = {"a"},
                           .constant = 0.01 / (1.0 / scale(0)),
                           .step = 10.0 / scale(0),
                           .output = 0,
                           .unit = p}))},
      {R"({"rule": "invariance", "value_unit": "sd", "outputs": ["blue", 0], "transformations": [
           {"changes": [{"change": "shift", "input": "a", "by": 0.5},
                        {"change": "mirror", "input": "b"}]},
           {"changes": [{"change": "set", "input": "c", "value": 2}]}]})",
       3,
       one(Invariance(
           {.transformations = {{{shifted("a", 0.5), mirrored("b")}}, {{set_to("c", 2.0)}}},
            .outputs = {2, 0},
            .unit = p}))},
      {R"({"rule": "invariance", "transformations": [{"changes": [
           {"change": "mirror", "input": "a", "centre": 100},
           {"change": "swap", "input": "b", "other": "c"},
           {"change": "noise", "input": "a", "deviation": 3, "seed": 4}]}]})",
       1,
       one(Invariance(
           {.transformations = {{{mirrored("a", 100.0), swapped("b", "c"), noised("a", 3.0, 4)},
                                 standardizer}},
            .unit = p}))},
  };
}

std::vector<RuleExample> domain() {
  using Budget = OutputBudget;
  return {
      {R"({"rule": "output_range", "low": 0.1, "high": 0.9})", 1,
       one(OutputRange({.low = 0.1, .high = 0.9, .unit = p}))},
      {R"({"rule": "output_range", "high": 2, "outputs": ["green"], "on": "logits"})",
       3,
       {on_logits(std::make_shared<OutputRange>(
           OutputRangeOptions{.high = 2.0, .outputs = {1}, .unit = "logit"}))}},
      {R"({"rule": "non_negativity", "outputs": [0, 2]})", 3, one(non_negativity({0, 2}, p))},
      {R"({"rule": "safety_margin", "reference": "b"})", 1,
       one(SafetyMargin({.reference = "b", .unit = p}))},
      {R"({"rule": "safety_margin", "reference": "merit", "side": "never_above", "margin": -0.2,
           "output": 1})",
       3,
       one(SafetyMargin({.reference = "merit",
                         .side = SafeSide::never_above,
                         .margin = -0.2,
                         .output = 1,
                         .unit = p}))},
      {R"({"rule": "implication", "at_most": 0.2, "if": [
           {"column": "a", "is": ">", "value": 95}, {"column": "group", "is": "=", "value": 1}]})",
       1,
       one(Implication({.premise = {{side_column("a"), Comparison::greater, 95.0},
                                    {side_column("group"), Comparison::equal, 1.0}},
                        .bound = 0.2,
                        .unit = p}))},
      {R"({"rule": "implication", "at_least": 0.7, "output": "blue", "if": [
           {"model_input": "a", "is": "<=", "value": 0.5},
           {"column": "list", "is": "!=", "value": 2}, {"column": "b", "is": "<", "value": 9},
           {"column": "b", "is": ">=", "value": 0}]})",
       3,
       one(Implication({.premise = {{model_input("a"), Comparison::less_or_equal, 0.5},
                                    {side_column("list"), Comparison::not_equal, 2.0},
                                    {side_column("b"), Comparison::less, 9.0},
                                    {side_column("b"), Comparison::greater_or_equal, 0.0}},
                        .conclusion = Conclusion::at_least,
                        .bound = 0.7,
                        .output = 2,
                        .unit = p}))},
      {R"({"rule": "logical_rule", "formula": "implication", "literals": [{"output": "red"},
           {"output": "green", "holds": "no"}]})",
       3,
       one(LogicalRule({.connective = Connective::implication, .literals = {is(0), is_not(1)}}))},
      {R"({"rule": "logical_rule", "formula": "any", "t_norm": "lukasiewicz", "literals": [
           {"output": 2}, {"output": 1}]})",
       3,
       one(LogicalRule({.connective = Connective::disjunction,
                        .literals = {is(2), is(1)},
                        .t_norm = TNorm::lukasiewicz}))},
      {R"({"rule": "logical_rule", "formula": "all", "literals": [{"output": 0}, {"output": 1}]})",
       3, one(LogicalRule({.connective = Connective::conjunction, .literals = {is(0), is(1)}}))},
      {R"({"rule": "logical_rule", "formula": "exactly_one", "literals": [{"output": 0},
           {"output": 1}]})",
       3, one(LogicalRule({.connective = Connective::exactly_one, .literals = {is(0), is(1)}}))},
      {R"({"rule": "conservation", "total": 1, "terms": [{"output": "red"},
           {"output": "blue", "weight": -2}]})",
       3, one(Conservation({.terms = {{0, 1.0}, {2, -2.0}}, .total = 1.0, .unit = p}))},
      {R"({"rule": "conservation", "total_column": "merit", "terms": [{"output": 0}]})", 1,
       one(Conservation({.terms = {{0, 1.0}}, .total_column = "merit", .unit = p}))},
      {R"({"rule": "output_order", "outputs": ["blue", "red"], "gap": 0.1})", 3,
       one(OutputOrder({.outputs = {2, 0}, .gap = 0.1, .unit = p}))},
      {R"({"rule": "output_budget", "budget": 0.4})", 1,
       one(Budget(0.4, {.basis = Budget::Basis::per_row}))},
      {R"({"rule": "output_budget", "budget": 7, "kind": "at_most", "basis": "total",
           "weight_column": "merit", "output": "green"})",
       3,
       one(Budget(7.0, {.kind = Budget::Kind::at_most,
                        .basis = Budget::Basis::total,
                        .weight_column = "merit",
                        .output = 1}))},
      {R"({"rule": "output_budget", "budget": 0.2, "kind": "at_least"})", 1,
       one(Budget(0.2, {.kind = Budget::Kind::at_least, .basis = Budget::Basis::per_row}))},
  };
}

std::vector<RuleExample> distribution() {
  using Moment = ScoreMoment::Moment;
  using Measure = ExposureConcentration::Measure;
  return {
      {R"({"rule": "score_moment", "moment": "mean", "target": 0.3})", 1,
       one(ScoreMoment(Moment::mean, 0.3))},
      {R"({"rule": "score_moment", "moment": "variance", "target": 0.05, "members": "group",
           "output": 2})",
       3, one(ScoreMoment(Moment::variance, 0.05, {.member_column = "group", .output = 2}))},
      {R"({"rule": "quantile_parity", "column": "group", "levels": [0.1, 0.5]})", 1,
       one(QuantileParity("group", {0.1, 0.5}))},
      {R"({"rule": "quantile_parity", "column": "group", "count": 4, "output": "green"})", 3,
       one(QuantileParity("group", midpoint_levels(4), 1))},
      {R"({"rule": "quantile_bound", "level": 0.9, "at_most": 0.6})", 1,
       one(QuantileBound(QuantileBound::Kind::at_most, 0.9, 0.6))},
      {R"({"rule": "quantile_bound", "level": 0.2, "at_least": 0.1, "members": "group",
           "output": 1})",
       3,
       one(QuantileBound(QuantileBound::Kind::at_least, 0.2, 0.1,
                         {.member_column = "group", .output = 1}))},
      {R"({"rule": "exposure_parity", "lists": "list", "column": "group"})", 1,
       one(ExposureParity({.list_column = "list"}, "group"))},
      {R"({"rule": "exposure_parity", "lists": "list", "column": "group", "merit": "merit",
           "temperature": 0.3, "output": 2})",
       3,
       one(ExposureParity({.list_column = "list", .temperature = 0.3, .output = 2}, "group",
                          "merit"))},
      {R"({"rule": "exposure_concentration", "lists": "list", "measure": "gini", "limit": 0.1,
           "items": "item", "output": "red"})",
       3, one(ExposureConcentration({.list_column = "list"}, Measure::gini, 0.1, "item"))},
      {R"({"rule": "exposure_concentration", "lists": "list", "measure": "entropy_deficit",
           "limit": 0.2})",
       1, one(ExposureConcentration({.list_column = "list"}, Measure::entropy_deficit, 0.2))},
      {R"({"rule": "list_similarity", "lists": "list", "feature": "a", "width": 20,
           "limit": 0.3})",
       1, one(ListSimilarity({.list_column = "list"}, "a", 20.0, 0.3))},
      {R"({"rule": "score_distance", "reference_column": "merit"})", 1,
       one(ScoreDistance({.reference_column = "merit"}))},
      {R"({"rule": "score_distance", "reference": [0.1, 0.4, 0.9], "limit": 0.05,
           "measure": {"kind": "wasserstein_1", "smoothing": 0.1}, "members": "group",
           "output": "green"})",
       3,
       one(ScoreDistance({.kind = ScoreDistance::Kind::wasserstein_1,
                          .reference = Vector{{0.1, 0.4, 0.9}},
                          .tolerance = 0.05,
                          .smoothing = 0.1,
                          .member_column = "group",
                          .output = 1}))},
      {R"({"rule": "score_distance", "reference": [0.5], "measure": {"kind": "wasserstein_2"}})", 1,
       one(ScoreDistance(
           {.kind = ScoreDistance::Kind::wasserstein_2, .reference = Vector{{0.5}}}))},
      {R"({"rule": "top_k_share", "column": "group", "at_least": 0.4})", 1,
       one(TopKShare({.member_column = "group", .target = 0.4}))},
      {R"({"rule": "top_k_share", "column": "group", "count": 3, "equal": 0.5, "lists": "list",
           "temperature": 0.2, "width": 1, "output": 2})",
       3,
       one(TopKShare({.member_column = "group",
                      .count = 3,
                      .kind = TopKShare::Kind::equal,
                      .target = 0.5,
                      .list_column = "list",
                      .temperature = 0.2,
                      .width = 1.0,
                      .output = 2}))},
      {R"({"rule": "top_k_share", "column": "group", "at_most": 0.6})", 1,
       one(TopKShare({.member_column = "group", .kind = TopKShare::Kind::at_most, .target = 0.6}))},
  };
}

}  // namespace

std::vector<RuleExample> rule_examples(const Standardizer& standardizer) {
  std::vector<RuleExample> all;
  for (const auto& part : {fairness(), response(standardizer), domain(), distribution(),
                           derivative_examples(standardizer), network_examples()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace moo::test
