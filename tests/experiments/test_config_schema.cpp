#include <gtest/gtest.h>

#include <cstdlib>

#include "experiments/tabular/config.hpp"
#include "libmoo/base/error.hpp"
#include "libmoo/io/atomic_file.hpp"
#include "libmoo/io/json_text.hpp"
#include "tests/experiments/broken_configs.hpp"
#include "tests/experiments/rule_examples.hpp"
#include "tests/support/temporary_folder.hpp"

// The schema says of a config what the reader says, as far as a schema can.

namespace moo::tabular {
namespace {

using test::BrokenConfig;

bool runs(const TemporaryFolder& folder, const std::string& code) {
  write_file_atomically(folder / "script.py", code);
  const std::string command =
      "cd '" + folder.path().string() + "' && /usr/bin/python3 script.py 2>&1";
  return std::system(command.c_str()) == 0;
}

TEST(ConfigSchema, ListsEveryRuleFamilyWithItsMeaning) {
  const nlohmann::ordered_json schema = config_schema();
  const auto& rule = schema["properties"]["groups"]["items"]["properties"]["rules"]["items"];
  const auto families = rule_families();
  ASSERT_EQ(rule["properties"]["rule"]["oneOf"].size(), families.size());
  for (std::size_t k = 0; k < families.size(); ++k) {
    EXPECT_EQ(rule["properties"]["rule"]["oneOf"][k]["const"], families[k].first);
    EXPECT_FALSE(rule["allOf"][k]["then"].value("additionalProperties", true));
    EXPECT_TRUE(families[k].second.ends_with(".")) << families[k].second;
  }
}

TEST(ConfigSchema, AcceptsWhatTheReaderAcceptsAndRefusesWhatItRefuses) {
  const TemporaryFolder folder;
  if (!runs(folder,
            "import importlib.util, sys\n"
            "sys.exit(importlib.util.find_spec('jsonschema') is None)\n")) {
    GTEST_SKIP() << "no jsonschema: the schema was not tested";
  }
  nlohmann::ordered_json cases = nlohmann::ordered_json::array();
  const auto add = [&](const nlohmann::ordered_json& config, bool fits) {
    cases.push_back({{"config", config}, {"fits", fits}});
  };
  add(test::good_config(), true);
  add({{"data", {{"file", "a"}, {"target", "y"}, {"task", "regression"}}}}, true);
  for (const BrokenConfig& broken : test::broken_configs()) {
    add(broken.config(), broken.schema == BrokenConfig::Schema::cannot_see);
  }
  // Where the tag is left out, the fields are those of the default and no others.
  const auto add_split = [&](const char* split, bool fits) {
    nlohmann::ordered_json config = test::good_config();
    config["split"] = nlohmann::ordered_json::parse(split);
    add(config, fits);
  };
  add_split(R"({"validation": 0.1})", true);
  add_split(R"({"by": ["afam"]})", false);
  for (const test::RuleExample& example : test::rule_examples(test::RuleSample(1).standardizer)) {
    nlohmann::ordered_json config = test::good_config();
    nlohmann::ordered_json& rule = config["groups"][1]["rules"][0];
    rule = nlohmann::ordered_json::parse(example.json);
    add(config, true);
    rule["no_such_field"] = 1;
    add(config, false);
  }
  for (const auto& one : cases) {
    bool reads = true;
    try {
      (void)parse_config(one["config"].dump(), "a.json");
    } catch (const InvalidArgument&) {
      reads = false;
    }
    EXPECT_TRUE(one["fits"].get<bool>() || !reads) << one["config"];
  }
  write_file_atomically(folder / "schema.json", readable_json(config_schema()));
  write_file_atomically(folder / "cases.json", readable_json(cases));
  EXPECT_TRUE(runs(folder, R"(
import json, jsonschema
schema = json.load(open("schema.json"))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
cases = json.load(open("cases.json"))
assert len(cases) > 150, len(cases)
wrong = [(k, case["fits"], [(e.json_path, e.message[:200]) for e in validator.iter_errors(case["config"])])
         for k, case in enumerate(cases) if validator.is_valid(case["config"]) != case["fits"]]
assert not wrong, wrong
)"));
}

}  // namespace
}  // namespace moo::tabular
