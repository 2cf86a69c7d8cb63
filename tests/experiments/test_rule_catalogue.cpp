#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "tests/experiments/rule_examples.hpp"
#include "tests/support/expect_complaint.hpp"

namespace moo::tabular {
namespace {

using test::complaint_of;
using test::expect_says;
using test::RuleExample;
using test::RuleSample;

Matrix random_quantity(const Constraint& rule, const RuleSample& sample, const ProbeBatch& batch,
                       RandomStream random) {
  const auto q = static_cast<int>(sample.data.targets.rows());
  const ModelQuantity quantity = rule.reads();
  const bool directional = quantity.kind == ModelQuantity::Kind::derivatives;
  const bool hidden = quantity.kind == ModelQuantity::Kind::activations;
  Matrix numbers(hidden ? sample.hidden[static_cast<std::size_t>(quantity.layer)] : q,
                 directional ? 3 * batch.num_directional() : batch.size());
  for (double& number : numbers.reshaped()) number = 0.01 + 0.98 * random.uniform();
  return numbers;
}

/// Expects both rules to be the same on the sample: what they are called, which probes they want
/// and what they make of random numbers there.
void expect_same(const Constraint& made, const Constraint& expected, const RuleSample& sample) {
  EXPECT_EQ(made.name(), expected.name());
  EXPECT_EQ(made.unit(), expected.unit());
  EXPECT_EQ(made.sense(), expected.sense());
  EXPECT_EQ(made.reads(), expected.reads());
  ProbeBatch one(sample.data.inputs, sample.hidden);
  ProbeBatch other(sample.data.inputs, sample.hidden);
  const auto bound = made.bind(sample.data, one);
  const auto bound_expected = expected.bind(sample.data, other);
  EXPECT_EQ(one.inputs(), other.inputs());
  ASSERT_EQ(one.num_directional(), other.num_directional());
  if (one.num_directional() > 0) {
    EXPECT_EQ(one.points(), other.points());
    EXPECT_EQ(one.directions(), other.directions());
  }
  ASSERT_EQ(bound->num_residuals(), bound_expected->num_residuals());
  const Matrix numbers = random_quantity(expected, sample, one, RandomStream(7));
  Vector residuals(bound->num_residuals());
  Vector residuals_expected(bound->num_residuals());
  bound->residuals(numbers, residuals);
  bound_expected->residuals(numbers, residuals_expected);
  EXPECT_EQ(residuals, residuals_expected);
  EXPECT_GT(residuals.cwiseAbs().maxCoeff(), 0.0);
}

std::vector<RuleExample> examples() { return test::rule_examples(RuleSample(1).standardizer); }

TEST(RuleCatalogue, ARuleFromJsonIsTheRuleMadeInCpp) {
  for (const RuleExample& example : examples()) {
    SCOPED_TRACE(example.json);
    const RuleSample sample(example.outputs);
    const auto made = make_rule(example.json, "/groups/0/rules/0", sample.context());
    ASSERT_EQ(made.size(), example.rules.size());
    for (std::size_t k = 0; k < made.size(); ++k) {
      expect_same(*made[k], *example.rules[k], sample);
    }
  }
}

TEST(RuleCatalogue, EveryFamilyOnOfferHasAnExample) {
  std::set<std::string> seen;
  for (const RuleExample& example : examples()) {
    seen.insert(nlohmann::ordered_json::parse(example.json).at("rule").get<std::string>());
  }
  std::set<std::string> offered;
  for (const auto& [name, meaning] : rule_families()) {
    EXPECT_TRUE(offered.insert(name).second) << name << " is there twice";
    EXPECT_FALSE(meaning.empty());
  }
  EXPECT_EQ(seen, offered);
}

TEST(RuleCatalogue, EveryExampleFitsIntoAConfig) {
  for (const RuleExample& example : examples()) {
    SCOPED_TRACE(example.json);
    const Config config =
        parse_config(R"({"data": {"file": "a.csv", "target": "y", "task": "binary"}, "groups": [
                         {"name": "g", "rules": [)" +
                         example.json + "]}]}",
                     "a.json");
    EXPECT_EQ(nlohmann::ordered_json::parse(config.groups.at(0).rules.at(0)),
              nlohmann::ordered_json::parse(example.json));
  }
}

TEST(RuleCatalogue, ARegressionRuleIsInTheUnitOfItsTarget) {
  RuleSample sample(1);
  sample.class_names = {"price"};
  const auto unit_of = [&](const std::string& json) {
    return make_rule(json, "/r", sample.context("price")).at(0)->unit();
  };
  EXPECT_EQ(unit_of(R"({"rule": "output_range", "low": 0})"), "price");
  EXPECT_EQ(unit_of(R"({"rule": "output_range", "low": 0, "outputs": ["price"]})"), "price");
  EXPECT_EQ(unit_of(R"({"rule": "output_range", "low": 0, "on": "logits"})"), "logit");
  EXPECT_EQ(unit_of(R"({"rule": "error_parity", "column": "group"})"), "target^2");
}

/// A rule that does not fit the sample, the path complained about and what is said.
struct Misfit {
  std::string json;
  std::string path;
  std::vector<std::string> says;
};

void expect_misfits(const RuleSample& sample, const std::vector<Misfit>& misfits,
                    const std::string& unit = "probability") {
  for (const Misfit& misfit : misfits) {
    SCOPED_TRACE(misfit.json);
    const Complaint complaint = complaint_of<InvalidArgument>(
        [&] { (void)make_rule(misfit.json, "/groups/3/rules/1", sample.context(unit)); });
    EXPECT_TRUE(complaint.who == misfit.path || complaint.who.starts_with(misfit.path + ": "))
        << complaint.who;
    expect_says(complaint, misfit.says);
  }
}

TEST(RuleCatalogue, NamesTheDataLackAreRefusedWithTheNearest) {
  const std::string rule = "/groups/3/rules/1";
  expect_misfits(
      RuleSample(1),
      {{R"({"rule": "demographic_parity", "column": "grup"})",
        rule + "/column",
        {"is no column of the data", "one of a, b", "did you mean 'group'?"}},
       {R"({"rule": "demographic_parity", "column": "region"})",
        rule + "/column",
        {"its levels are columns of their own: 'region=north'"}},
       {R"({"rule": "monotone_pairs", "inputs": ["a", "aa"], "direction": "rising"})",
        rule + "/inputs/1",
        {"is no model input", "one of a, b, c", "did you mean 'a'?"}},
       {R"({"rule": "monotone_pairs", "inputs": ["merit"], "direction": "rising"})",
        rule + "/inputs/0",
        {"is a column but no input of the model", "list it in /data/inputs"}},
       {R"({"rule": "implication", "at_most": 1, "if": [{"column": "bb", "is": "<", "value": 1}]})",
        rule + "/if/0/column",
        {"did you mean 'b'?"}},
       {R"({"rule": "implication", "at_most": 1, "if": [{"model_input": "list", "is": "<",
            "value": 1}]})",
        rule + "/if/0/model_input",
        {"no input of the model"}},
       {R"({"rule": "calibration_within_groups", "column": "group", "bins": {"column": "merits",
            "edges": [0, 1]}})",
        rule + "/bins/column",
        {"did you mean 'merit'?"}},
       {R"({"rule": "invariance", "transformations": [{"changes": [{"change": "swap",
            "input": "a", "other": "d"}]}]})",
        rule + "/transformations/0/changes/0/other",
        {"one of a, b, c"}},
       {R"({"rule": "demographic_parity", "column": "group", "output": 1})",
        rule + "/output",
        {"is no output of the model", "0, the only output", "the number 1"}}});
}

TEST(RuleCatalogue, OutputsOfSeveralAreNamedByClassOrIndex) {
  const std::string rule = "/groups/3/rules/1";
  expect_misfits(
      RuleSample(3),
      {{R"({"rule": "demographic_parity", "column": "group"})",
        rule + "/output",
        {"is missing: the model has several outputs", "one of red, green, blue"}},
       {R"({"rule": "demographic_parity", "column": "group", "output": "bleu"})",
        rule + "/output",
        {"one of red, green, blue", "did you mean 'blue'?"}},
       {R"({"rule": "demographic_parity", "column": "group", "output": 3})",
        rule + "/output",
        {"0 to 2", "the number 3"}},
       {R"({"rule": "output_order", "outputs": ["blue", 2]})",
        rule + "/outputs/1",
        {"is there already"}},
       {R"({"rule": "logical_rule", "formula": "any", "literals": [{"output": "red"},
            {"output": 0}]})",
        rule + "/literals/1/output",
        {"is there already"}},
       {R"({"rule": "decision_rate", "at_most": 0.1, "output": 1, "logit": 1})",
        rule + "/logit",
        {"has no effect"}},
       {R"({"rule": "decision_rate", "at_most": 0.1, "output": 1, "decision": "threshold",
            "probability": 0.2})",
        rule + "/probability",
        {"a binary task"}}});
}

TEST(RuleCatalogue, WhatOnlyTheDataCanRefuseIsRefusedInTheNameOfThePath) {
  const std::string rule = "/groups/3/rules/1";
  expect_misfits(
      RuleSample(1),
      {{R"({"rule": "demographic_parity", "column": "a"})", rule, {"parity over a", "0"}},
       {R"({"rule": "implication", "at_most": 1, "if": [{"column": "a", "is": ">",
            "value": 1e6}]})",
        rule,
        {"a > "}},
       {R"({"rule": "activation_bound", "layer": 2})", rule, {"layer"}},
       {R"({"rule": "demographic_parity"})", rule + "/column", {"is missing"}},
       {R"({"rule": "demographic_party", "column": "group"})", rule + "/rule", {"demographic_par"}},
       {R"({"rule": )", rule, {"is no JSON"}}});
  expect_misfits(RuleSample(3),
                 {{R"({"rule": "logical_rule", "formula": "any", "literals": [{"output": 0},
                       {"output": 1}]})",
                   rule,
                   {"needs probabilities", "'price'"}}},
                 "price");
}

TEST(RuleCatalogue, WhateverStandsInAFieldTheRuleIsMadeOrRefusedInTheNameOfItsPath) {
  using Json = nlohmann::ordered_json;
  const Json values = Json::parse(R"([null, true, -1, 0, 1.5, 1e300, "", "x", [], {}, [{}]])");
  int refused = 0;
  for (const RuleExample& example : examples()) {
    const RuleSample sample(example.outputs);
    const Json good = Json::parse(example.json);
    const Json leaves = good.flatten();
    for (const auto& [pointer, leaf] : leaves.items()) {
      for (const Json& value : values) {
        SCOPED_TRACE(example.json + " " + pointer + " = " + value.dump());
        Json rule = good;
        rule[Json::json_pointer(pointer)] = value;
        try {
          (void)make_rule(rule.dump(), "/r", sample.context());
        } catch (const InvalidArgument& error) {
          ++refused;
          EXPECT_TRUE(error.complaint().who.starts_with("/r")) << error.what();
        }  // anything else fails the test
      }
    }
  }
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace moo::tabular
