// tabular init, check and the texts it prints.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <string>

#include "tests/experiments/tabular_program.hpp"

namespace moo {
namespace {

using test::config;
using test::loans;
using test::monotone_group;
using test::Outcome;
using test::TabularProgram;

using TabularCommands = TabularProgram;

TEST_F(TabularCommands, InitWritesAConfigThatRunsAndWhoseRulesMayBeUncommented) {
  const std::vector<std::pair<std::string, std::string>> tables = {
      {"experiments/data/hmda/hmda.csv", ""},
      {"experiments/data/pima/pima.csv", ""},
      {"experiments/data/concrete/concrete.csv", ""},
      {write("loans.csv", loans()), " --target area"}};
  for (const auto& [table, flags] : tables) {
    const std::string path = (folder_ / "init.json").string();
    ASSERT_EQ(tabular("init " + table + flags + " --force --out " + path).code, 0) << table;
    const std::string text = text_of(path);
    EXPECT_EQ(tabular("check " + path).code, 0) << tabular("check " + path).errors;
    const Outcome outcome = tabular("run " + path + " --points 2 --hidden 2" + out());
    EXPECT_EQ(outcome.code, 0) << table << ": " << outcome.errors;
    // The first example of a group without its slashes.
    const std::regex example(R"(    // (\{"name": "monotonicity".*)\n    // (.*)\n)");
    const std::string uncommented = std::regex_replace(text, example, "    $1\n    $2\n",
                                                       std::regex_constants::format_first_only);
    ASSERT_NE(uncommented, text);
    write("init.json", uncommented);
    const Outcome with_rule = tabular("run " + path + " --points 2 --hidden 2" + out());
    EXPECT_EQ(with_rule.code, 0) << with_rule.errors << uncommented;
  }
}

TEST_F(TabularCommands, InitSuggestsProtectedColumnsAndLeavesIdentifiersOut) {
  std::string text = "customer_id,Gender,homeAge,income,y\n";
  for (int k = 0; k < 60; ++k) {
    text += std::to_string(k) + (k % 2 ? ",f," : ",m,") + std::to_string(20 + k) + "," +
            std::to_string(k * k) + "," + (k % 3 ? "good" : "bad") + "\n";
  }
  const std::string path = (folder_ / "init.json").string();
  ASSERT_EQ(tabular("init " + write("t.csv", text) + " --out " + path).code, 0);
  const nlohmann::json config =
      nlohmann::json::parse(text_of(path), nullptr, true, /*ignore_comments=*/true);
  EXPECT_EQ(config["data"]["file"], "t.csv") << "beside the config";
  EXPECT_EQ(config["data"]["target"], "y");
  EXPECT_EQ(config["data"]["protected"], (std::vector<std::string>{"Gender", "homeAge"}));
  EXPECT_EQ(config["data"]["exclude"], std::vector<std::string>{"customer_id"});
  EXPECT_EQ(config["data"]["inputs"], std::vector<std::string>{"income"});
}

TEST_F(TabularCommands, InitReplacesNothingUnlessForced) {
  const std::string table = write("t.csv", loans());
  const std::string path = write("init.json", "mine");
  const Outcome refused = tabular("init " + table + " --target denied --out " + path);
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.errors.find("--force"), std::string::npos);
  EXPECT_EQ(text_of(path), "mine");
  EXPECT_EQ(tabular("init " + table + " --target denied --force --out " + path).code, 0);
  EXPECT_NE(text_of(path), "mine");
}

TEST_F(TabularCommands, CheckReportsLeaksRulesAndSmallGroups) {
  std::string text = "denied,ratio,leak,sex\n";
  for (int k = 0; k < 200; ++k) {
    const bool denied = (k * 7) % 10 < 3;
    text += std::string(denied ? "yes," : "no,") + std::to_string((k * 13) % 50) + "," +
            std::to_string(denied ? 1 : 0) + (k % 20 == 0 ? ",f" : ",m") + "\n";
  }
  write("loans.csv", text);
  const std::string path = write("c.json", config(R"("protected": ["sex"])",
                                                  R"("split": {"kind": "stratified", "by": ["sex"]},
                "groups": [{"name": "caution", "tolerance": 0.01,
                "rules": [{"rule": "implication", "if": [{"column": "ratio", "is": ">=", "value": 0}],
                           "at_most": 0.5}]}, )" + std::string(monotone_group).substr(11)));
  const Outcome outcome = tabular("check " + path + " --json");
  ASSERT_EQ(outcome.code, 0) << outcome.errors;
  const nlohmann::json report = nlohmann::json::parse(outcome.output);
  ASSERT_EQ(report["leaks"].size(), 1u);
  EXPECT_EQ(report["leaks"][0]["input"], "leak");
  EXPECT_EQ(report["leaks"][0]["score"], 1.0);
  EXPECT_FALSE(report["small_cells"].empty());
  ASSERT_EQ(report["rules"].size(), 2u);
  EXPECT_NEAR(
      report["rules"][0]["violations"].get<double>() / report["rules"][0]["probes"].get<double>(),
      0.3, 0.02)
      << "the share that was denied";
  EXPECT_TRUE(report["rules"][1].contains("needs_model"));
  const Outcome readable = tabular("check " + path);
  for (const char* words : {"leak: area under the ROC curve 1", "sex = f", "needs a model"}) {
    EXPECT_NE(readable.output.find(words), std::string::npos) << words << readable.output;
  }
}

TEST_F(TabularCommands, CheckCountsWhatPairsOfConcreteSamplesSay) {
  const Outcome outcome = tabular("check experiments/configs/concrete.json --json");
  ASSERT_EQ(outcome.code, 0) << outcome.errors;
  const nlohmann::json report = nlohmann::json::parse(outcome.output);
  for (const auto& twin : report["twins"]) {
    if (twin["input"] != "age") continue;
    EXPECT_EQ(twin["pairs"], 1630);
    EXPECT_GT(twin["rising"], 1600);
    return;
  }
  ADD_FAILURE() << "no twins in age";
}

TEST_F(TabularCommands, HelpSchemaFamiliesAndSolversAreThere) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> texts = {
      {"--help", {"init", "check", "--points", "--objectives", "families"}},
      {"run --help", {"--solver"}},
      {"families", {"monotone_pairs: ", "demographic_parity: ", "output_range: "}},
      {"solvers", {"weighted_sum", "augmented_lagrangian"}},
      {"schema", {"json-schema.org/draft/2020-12", "monotone_pairs"}},
  };
  for (const auto& [call, words] : texts) {
    const Outcome outcome = tabular(call);
    EXPECT_EQ(outcome.code, 0) << call;
    for (const std::string& word : words) {
      EXPECT_NE(outcome.output.find(word), std::string::npos) << call << " has no " << word;
    }
  }
  EXPECT_TRUE(nlohmann::json::accept(tabular("schema").output));
}

}  // namespace
}  // namespace moo
