#include <cstdint>

#include "experiments/tabular/rule_catalogue.hpp"
#include "libmoo/constraint/convex_in.hpp"
#include "libmoo/constraint/invariance.hpp"
#include "libmoo/constraint/lipschitz_pairs.hpp"
#include "libmoo/constraint/monotone_pairs.hpp"

namespace moo::tabular {
namespace {

using Names = std::vector<std::string>;

constexpr double largest_seed = 9007199254740991.0;  // 2^53 - 1: JSON numbers are exact up to here

/// The inputs of a rule in sets that share one standardised step: all of them for a step in
/// deviations, one by one for a raw one.
std::vector<Names> sets_of_one_step(const RuleFields& rule) {
  const Names inputs = rule.written().texts("inputs");
  if (rule.text("step_unit") == "sd") return {inputs};
  std::vector<Names> sets;
  for (const std::string& name : inputs) sets.push_back({name});
  return sets;
}

Rules monotone_pairs(const RuleFields& rule) {
  const auto direction = rule.text("direction") == "rising" ? MonotonePairs::Direction::rising
                                                            : MonotonePairs::Direction::falling;
  Rules rules;
  for (const Names& inputs : sets_of_one_step(rule)) {
    const double step = rule.standardised_step(inputs.front(), rule.number("step"));
    rules.push_back(
        std::make_shared<MonotonePairs>(inputs, direction, step, rule.output(), rule.unit()));
  }
  return rules;
}

Rules convex_in(const RuleFields& rule) {
  Rules rules;
  for (const std::string& name : rule.written().texts("inputs")) {
    rules.push_back(std::make_shared<ConvexIn>(
        ConvexInOptions{.input = name,
                        .bend = rule.text("bend") == "convex" ? Bend::convex : Bend::concave,
                        .step = rule.standardised_step(name, rule.number("step")),
                        .output = rule.output(),
                        .unit = rule.unit()}));
  }
  return rules;
}

/// K h is the same in either unit: a raw slope times the input's deviation is K.
Rules lipschitz_pairs(const RuleFields& rule) {
  Rules rules;
  for (const Names& inputs : sets_of_one_step(rule)) {
    const double step = rule.standardised_step(inputs.front(), rule.number("step"));
    const double one = rule.standardised_step(inputs.front(), 1.0);
    rules.push_back(std::make_shared<LipschitzPairs>(
        LipschitzPairsOptions{.inputs = inputs,
                              .constant = rule.number("constant") / one,
                              .step = step,
                              .output = rule.output(),
                              .unit = rule.unit()}));
  }
  return rules;
}

InputChange change_from(const ConfigObject& change) {
  const std::string input = change.text("input");
  if (change.tag() == "shift") return shifted(input, change.number("by"));
  if (change.tag() == "mirror") return mirrored(input, change.number("centre"));
  if (change.tag() == "set") return set_to(input, change.number("value"));
  if (change.tag() == "noise") {
    return noised(input, change.number("deviation"), change.value("seed").get<std::uint64_t>());
  }
  return swapped(input, change.text("other"));
}

Rules invariance(const RuleFields& rule) {
  InvarianceOptions options{.outputs = rule.outputs(), .unit = rule.unit()};
  for (const ConfigObject& written : rule.written().objects("transformations")) {
    Transformation transformation;
    for (const ConfigObject& change : written.objects("changes")) {
      transformation.changes.push_back(change_from(change));
    }
    if (rule.text("value_unit") == "raw") {
      transformation.standardizer = rule.context().standardizer;
    }
    options.transformations.push_back(std::move(transformation));
  }
  return one_rule(Invariance(std::move(options)));
}

void check_swaps(const ConfigObject& rule) {
  for (const ConfigObject& transformation : rule.objects("transformations")) {
    for (const ConfigObject& change : transformation.objects("changes")) {
      if (change.tag() == "swap" && change.text("input") == change.text("other")) {
        refuse(change.place() / "other", "is the same as input", "another input",
               described(change.value("other")));
      }
    }
  }
}

Field change_list() {
  const Field moved = input("input", "that is changed");
  return tagged("changes", "done one after the other", "change", "",
                {{"shift", "x -> x + by", {moved, number("by", "how much is added")}},
                 {"mirror",
                  "x -> 2 centre - x",
                  {moved, number("centre", "0: a flip of the sign").otherwise(0.0)}},
                 {"set", "x -> value", {moved, number("value", "the same for all rows")}},
                 {"noise",
                  "x -> x + deviation z, z normal and the same for a row every time",
                  {moved, number("deviation", "of the noise").above(0),
                   whole("seed", "of the draws").at_least(0).at_most(largest_seed).otherwise(0)}},
                 {"swap", "x <-> other", {moved, input("other", "that changes places with it")}}})
      .list(1);
}

}  // namespace

std::vector<RuleFamily> response_families() {
  const Field inputs = input("inputs", "moved one at a time").distinct(1);
  return {
      {"monotone_pairs",
       "The prediction does not fall (or rise) when an input rises by a step.",
       {inputs, word("direction", "of the prediction", {"rising", "falling"}), step_field(),
        step_unit_field(), output_field()},
       monotone_pairs},
      {"convex_in",
       "The prediction is convex (or concave) in an input, by second differences.",
       {inputs, word("bend", "upwards, or downwards: diminishing returns", {"convex", "concave"}),
        step_field(), step_unit_field(), output_field()},
       convex_in},
      {"lipschitz_pairs",
       "The prediction changes by at most a constant per unit of an input.",
       {inputs, number("constant", "largest slope, per step_unit of the input").at_least(0),
        step_field(), step_unit_field(), output_field()},
       lipschitz_pairs},
      {"invariance",
       "The prediction does not change when inputs are shifted, mirrored, set or swapped.",
       {object("transformations", "each is held against the row as it is", {change_list()}).list(1),
        value_unit_field(), output_list_field()},
       invariance,
       check_swaps},
  };
}

}  // namespace moo::tabular
