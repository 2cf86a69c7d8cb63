#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace moo::test {

/// A config that uses every part there is.
inline nlohmann::ordered_json good_config() {
  return nlohmann::ordered_json::parse(R"({
    "name": "loans",
    "data": {"file": "loans.csv", "target": "deny", "task": "binary", "positive": "yes",
             "inputs": ["pirat", "hirat", "purpose"], "protected": ["afam"],
             "categorical": ["purpose"], "weights": "w", "missing": "impute"},
    "split": {"kind": "stratified", "validation": 0.25, "test": 0.15, "by": ["afam"]},
    "model": {"hidden": [8, 4], "activation": "silu", "weight_decay": 0.001},
    "loss": "cross_entropy",
    "groups": [
      {"name": "parity", "enforcement": "soft", "tolerance": 0.01,
       "penalty": {"shape": "huber_hinge", "scale": "automatic", "margin": 0.5,
                   "shape_parameter": 0.2},
       "aggregation": {"kind": "cvar", "share": 0.3},
       "schedule": {"initial": 0.1, "growth": 3, "largest": 100, "allowed_rate": 0.05, "stage": 1},
       "rules": [{"rule": "demographic_parity", "column": "afam"},
                 {"rule": "monotone_pairs", "inputs": ["pirat", "hirat"], "direction": "rising"}]},
      {"name": "safety", "enforcement": "probabilistic",
       "chance": {"delta": 0.1, "surrogate": "smoothed_rate", "temperature": 0.2},
       "rules": [{"rule": "implication", "at_most": 0.9,
                  "if": [{"column": "pirat", "is": ">", "value": 0.4}]},
                 {"rule": "output_range", "low": 0.01, "high": 0.99}]}],
    "solver": {"name": "pareto_tracing", "options": {"points": 24, "corrector": "newton"}},
    "seeds": [1, 7]
  })");
}

/// A change of the good config that spoils it, and what is said about it.
struct BrokenConfig {
  std::string at;     ///< JSON pointer to what is set
  std::string value;  ///< JSON; empty: what stands there is removed
  std::string place;  ///< the path that the message begins with
  std::vector<std::string> says;

  /// Whether the JSON Schema sees it too: it does not see what several fields say together.
  enum class Schema { refuses, cannot_see } schema = Schema::refuses;

  [[nodiscard]] nlohmann::ordered_json config() const {
    using Pointer = nlohmann::ordered_json::json_pointer;
    nlohmann::ordered_json config = good_config();
    if (value.empty()) {
      config[Pointer(at).parent_pointer()].erase(Pointer(at).back());
    } else {
      config[Pointer(at)] = nlohmann::ordered_json::parse(value);
    }
    return config;
  }
};

inline std::vector<BrokenConfig> broken_configs() {
  constexpr auto unseen = BrokenConfig::Schema::cannot_see;
  const std::string rule = "/groups/0/rules/0";
  const std::string condition = "/groups/1/rules/0/if/0";
  return {
      // Names of fields.
      {"/modl", "{}", "/modl", {"is an unknown field", "did you mean 'model'?"}},
      {"/data/targt", "1", "/data/targt", {"unknown field", "did you mean 'target'?"}},
      {"/groups/0/a~1b", "1", "/groups/0/a~1b", {"unknown field", "one of name, enforcement"}},
      {rule + "/colum", "\"afam\"", rule + "/colum", {"one of rule, column", "mean 'column'?"}},
      {"/groups/0/aggregation/temperature",
       "1",
       "/groups/0/aggregation/temperature",
       {"unknown field", "one of kind, share", "it goes with \"kind\": \"log_mean_exp\""}},
      {"/data", "", "/data", {"is missing", "an object"}},
      {"/data/target", "", "/data/target", {"is missing", "a text (column that is predicted)"}},
      {"/groups/0/name", "", "/groups/0/name", {"is missing"}},
      {rule + "/rule", "", rule + "/rule", {"is missing", "one of demographic_parity, equal"}},
      {rule + "/column", "", rule + "/column", {"is missing", "the name of a column"}},
      // Types.
      {"/data/file", "3", "/data/file", {"wrong type", "a text", "the number 3", "write \"3\""}},
      {"/data/inputs",
       "\"pirat\"",
       "/data/inputs",
       {"wrong type", "a list of texts", "the text \"pirat\"", "write [\"pirat\"]"}},
      {"/data/target", "[\"deny\"]", "/data/target", {"a list of 1", "leave out the brackets"}},
      {"/data", "[]", "/data", {"an object", "a list of 0"}},
      {"/model/weight_decay",
       "\"0.01\"",
       "/model/weight_decay",
       {"a number >= 0", "the text \"0.01\"", "write 0.01 without quotes"}},
      {"/model/hidden/1", "2.5", "/model/hidden/1", {"is no whole number", "the number 2.5"}},
      {"/groups/0/rules", "{}", "/groups/0/rules", {"a list", "an object", "into brackets"}},
      {"/solver/options/points", "[3]", "/solver/options/points", {"wrong type", "a list of 1"}},
      {"/loss", "null", "/loss", {"wrong type", "null"}},
      // Words.
      {"/data/task", "\"binry\"", "/data/task", {"is unknown", "one of binary", "mean 'binary'?"}},
      {"/data/missing", "\"drop\"", "/data/missing", {"error, drop_row, impute"}},
      {"/model/activation", "\"tahn\"", "/model/activation", {"did you mean 'tanh'?"}},
      {"/split/kind", "\"stratify\"", "/split/kind", {"did you mean 'stratified'?"}},
      {"/loss", "\"hubber\"", "/loss", {"did you mean 'huber'?"}},
      {"/groups/0/enforcement", "\"sofft\"", "/groups/0/enforcement", {"mean 'soft'?"}},
      {"/groups/0/penalty/shape",
       "\"square_hinge\"",
       "/groups/0/penalty/shape",
       {"did you mean 'squared_hinge'?"}},
      {"/groups/0/penalty/scale",
       "\"auto\"",
       "/groups/0/penalty/scale",
       {"a number > 0 or \"automatic\"", "the text \"auto\"", "mean 'automatic'?"}},
      {rule + "/rule",
       "\"demografic_parity\"",
       rule + "/rule",
       {"is unknown", "did you mean 'demographic_parity'?"}},
      {rule + "/rule", "\"differential\"", rule + "/rule", {"is not for configs", "pde_residual"}},
      {rule + "/rule",
       "\"pointwise\"",
       rule + "/rule",
       {"is not for configs", "moo::PointwiseRule", "in a driver of your own"}},
      {"/groups/0/rules/1/direction", "\"up\"", "/groups/0/rules/1/direction", {"rising, falling"}},
      {condition + "/is", "\"==\"", condition + "/is", {"did you mean '='?"}},
      // Numbers.
      {"/model/hidden", "[8, 0]", "/model/hidden/1", {"out of range", "number 0"}},
      {"/model/weight_decay", "-1", "/model/weight_decay", {"a number >= 0", "number -1"}},
      {"/groups/0/penalty/scale", "-0.5", "/groups/0/penalty/scale", {"> 0", "the number -0.5"}},
      {"/groups/0/tolerance", "-1", "/groups/0/tolerance", {">= 0"}},
      {"/groups/0/aggregation/share", "0", "/groups/0/aggregation/share", {"in (0, 1]"}},
      {"/groups/0/schedule/growth", "1", "/groups/0/schedule/growth", {"> 1"}},
      {"/groups/1/chance/delta", "1", "/groups/1/chance/delta", {"in (0, 1)"}},
      {"/split/test", "1", "/split/test", {"in [0, 1)"}},
      {"/groups/0/rules/1/step", "0", "/groups/0/rules/1/step", {"a number > 0"}},
      {rule + "/output", "-1", rule + "/output", {"an index >= 0"}},
      // Lists.
      {"/groups/0/rules", "[]", "/groups/0/rules", {"is empty", "a list of at least 1"}},
      {"/seeds", "[]", "/seeds", {"is empty"}},
      {"/seeds", "[3, 0]", "/seeds/1", {"whole number in [1, ", "the number 0"}},
      {"/seeds", "[3, 5, 3]", "/seeds/2", {"is there twice", "the number 3"}},
      {"/data/inputs", "[\"a\", \"a\"]", "/data/inputs/1", {"is there twice", "\"a\""}},
      {"/groups/1/rules/0/if", "[]", "/groups/1/rules/0/if", {"is empty"}},
      {"/split", R"({"kind": "time", "by": ["a", "b"]})", "/split/by", {"one entry", "list of 2"}},
      {"/split",
       R"({"kind": "column", "by": ["part"], "test": 0.2})",
       "/split/test",
       {"unknown field", "one of kind, by", "it goes with \"kind\": \"random\""}},
      // Texts.
      {"/data/target", "\"\"", "/data/target", {"is empty"}},
      {"/groups/0/name", "\"a, b\"", "/groups/0/name", {"is unusable", "letters, digits"}},
      // What several fields say together.
      {"/split/test", "0.75", "/split", {"no rows for training", "validation + test < 1"}, unseen},
      {"/data/target", "\"afam\"", "/data/protected/0", {"is the target already"}, unseen},
      {"/data/target", "\"hirat\"", "/data/inputs/1", {"is the target already", "'hirat'"}, unseen},
      {"/data/weights", "\"deny\"", "/data/weights", {"is the target already"}, unseen},
      {"/data/weights", "\"afam\"", "/data/protected/0", {"is the weights already"}, unseen},
      {"/data/exclude", "[\"x\", \"hirat\"]", "/data/exclude/1", {"listed in inputs"}, unseen},
      {"/split/by", "[\"deny\"]", "/split/by/0", {"is the target already"}, unseen},
      {"/data/task", "\"regression\"", "/data/positive", {"the task binary", "leave it"}, unseen},
      {"/groups/1/name", "\"parity\"", "/groups/1/name", {"is there twice", "'parity'"}, unseen},
      {"/groups/1/name", "\"huber\"", "/groups/1/name", {"is the name of a loss"}, unseen},
      {"/groups/0/schedule/initial", "1e6", "/groups/0/schedule/initial", {"than largest"}, unseen},
      {"/groups/0/enforcement",
       "\"hard\"",
       "/groups/0/aggregation",
       {"has no effect", "soft enforcement", "hard enforcement"},
       unseen},
      {"/groups/1/enforcement", "\"soft\"", "/groups/1/chance", {"has no effect"}, unseen},
      {"/groups/1/rules/1/low", "1.5", "/groups/1/rules/1/low", {"is greater than high"}, unseen},
      {"/groups/1/rules/1",
       R"({"rule": "output_range"})",
       "/groups/1/rules/1",
       {"no bound"},
       unseen},
      {"/groups/1/rules/0/at_least", "0.1", "/groups/1/rules/0", {"has two conclusions"}, unseen},
      {condition + "/model_input", "\"hirat\"", condition, {"names two columns"}, unseen},
      {condition + "/column", "", condition, {"names no column"}, unseen},
      {rule,
       R"({"rule": "quantile_parity", "column": "afam"})",
       rule,
       {"either levels or"},
       unseen},
      {rule,
       R"({"rule": "score_moment", "moment": "variance", "target": -1})",
       rule + "/target",
       {"is no variance"},
       unseen},
      {rule,
       R"({"rule": "calibration_within_groups", "column": "afam",
                 "bins": {"column": "s", "edges": [0, 2, 1]}})",
       rule + "/bins/edges/2",
       {"does not rise", "more than the number 2"},
       unseen},
      {rule, R"({"rule": "decision_rate"})", rule, {"has no bound", "one of at_most"}, unseen},
      {rule,
       R"({"rule": "decision_rate", "equal": 1, "probability": 0.5, "logit": 0})",
       rule,
       {"has two thresholds"},
       unseen},
      {rule, R"({"rule": "score_distance"})", rule, {"has no reference"}, unseen},
      {rule, R"({"rule": "ode_residual", "input": "t"})", rule, {"has no equation"}, unseen},
      {rule,
       R"({"rule": "curvature_bound", "inputs": ["t"], "kind": "smooth", "bound": -1})",
       rule + "/bound",
       {"for the kind smooth"},
       unseen},
      {rule,
       R"({"rule": "slope_bound", "inputs": ["t"], "bound": 1, "points":
                 {"ranges": [{"input": "t", "low": 2, "high": 1}]}})",
       rule + "/points/ranges/0/high",
       {"is not above low"},
       unseen},
      {rule,
       R"({"rule": "clearance", "outputs": ["x", "y"], "obstacles": [
                 {"centre": [0, 0], "radius": 1}, {"centre": [0, 0, 0], "radius": 1}]})",
       rule + "/obstacles/1/centre",
       {"2 coordinates"},
       unseen},
      {rule, R"({"rule": "conservation", "terms": [{"output": 0}]})", rule, {"no total"}, unseen},
      {rule,
       R"({"rule": "invariance", "transformations": [{"changes":
                 [{"change": "swap", "input": "a", "other": "a"}]}]})",
       rule + "/transformations/0/changes/0/other",
       {"the same as input"},
       unseen},
  };
}

}  // namespace moo::test
