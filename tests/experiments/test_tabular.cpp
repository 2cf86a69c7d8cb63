// tabular run: fronts from a config, and what happens to broken ones.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/experiments/tabular_program.hpp"

namespace moo {
namespace {

namespace fs = std::filesystem;
using test::config;
using test::loans;
using test::monotone_group;
using test::Outcome;
using test::TabularProgram;

TEST_F(TabularProgram, FindsTheFrontOfLendingFromAConfig) {
  for (const std::string solver : {"weighted_sum", "augmented_lagrangian"}) {
    const std::string flags = " --points 7 --hidden 4 --seed 2 --solver " + solver + " ";
    ASSERT_EQ(run_program(LENDING_PROGRAM, "run" + flags + out("driver")).code, 0);
    const Outcome outcome = tabular("run experiments/configs/lending.json" + flags + out("config"));
    ASSERT_EQ(outcome.code, 0) << outcome.errors;
    const FrontDocument one = front("driver", solver);
    const FrontDocument two = front("config", solver);
    ASSERT_EQ(one.report.front.points().size(), two.report.front.points().size());
    for (std::size_t k = 0; k < one.report.front.points().size(); ++k) {
      const ParetoPoint& a = one.report.front.points()[k];
      const ParetoPoint& b = two.report.front.points()[k];
      EXPECT_LE((a.objectives - b.objectives).lpNorm<Eigen::Infinity>(), 1e-9) << "point " << k;
      for (const char* split : {"train", "validation", "test"}) {
        EXPECT_LE((a.evaluation.at(split).objectives - b.evaluation.at(split).objectives)
                      .lpNorm<Eigen::Infinity>(),
                  1e-9);
        for (const char* metric :
             {"cross_entropy", "error_rate", "auc", "monotonicity_violations"}) {
          EXPECT_NEAR(a.evaluation.at(split).metrics.at(metric),
                      b.evaluation.at(split).metrics.at(metric), 1e-9);
        }
      }
    }
    EXPECT_EQ(text_of(folder_ / "driver" / (solver + ".predictions.csv")),
              text_of(folder_ / "config" / (solver + ".predictions.csv")));
  }
}

TEST_F(TabularProgram, TakesItsDefaultsFromTheConfigAndTheRestFromTheCommandLine) {
  write("loans.csv", loans());
  const std::string path =
      write("c.json", config("", std::string(monotone_group) + R"(, "seeds": [7])"));
  ASSERT_EQ(tabular("run " + path + " --points 4" + out()).code, 0);
  const FrontDocument document = front("fronts", "weighted_sum");
  EXPECT_EQ(document.context.seed, 7u);
  EXPECT_EQ(document.model->layers, (std::vector<long>{5, 3, 1}));
  ASSERT_EQ(tabular("run " + path + " --points 4 --seed 8 --hidden 2,2" + out()).code, 0);
  EXPECT_EQ(front("fronts", "weighted_sum").context.seed, 8u);
  EXPECT_EQ(front("fronts", "weighted_sum").model->layers, (std::vector<long>{5, 2, 2, 1}));
  ASSERT_EQ(tabular("run " + path + " --points 4 --solver augmented_lagrangian" + out()).code, 0);
  EXPECT_EQ(front("fronts", "augmented_lagrangian").report.front.num_objectives(), 2);
}

TEST_F(TabularProgram, GivesEverySeedAFolder) {
  write("loans.csv", loans());
  const std::string path =
      write("c.json", config("", std::string(monotone_group) + R"(, "seeds": [1, 2])"));
  const Outcome outcome = tabular("run " + path + " --points 3" + out());
  ASSERT_EQ(outcome.code, 0) << outcome.errors;
  EXPECT_EQ(front("fronts/seed_1", "weighted_sum").context.seed, 1u);
  EXPECT_EQ(front("fronts/seed_2", "weighted_sum").context.seed, 2u);
  EXPECT_FALSE(fs::exists(folder_ / "fronts" / "weighted_sum.json"));
}

TEST_F(TabularProgram, PredictsClassesWithAColumnForEach) {
  write("loans.csv", loans());
  const std::string path = write("c.json", config("", "", "area", "multiclass"));
  const Outcome outcome = tabular("run " + path + " --points 3" + out());
  ASSERT_EQ(outcome.code, 0) << outcome.errors;
  const FrontDocument document = front("fronts", "weighted_sum");
  EXPECT_EQ(document.model->class_names, (std::vector<std::string>{"north", "south", "west"}));
  for (const char* metric : {"cross_entropy", "error_rate", "macro_recall"}) {
    EXPECT_EQ(document.report.front.points()[0].evaluation.at("test").metrics.count(metric), 1u);
  }
  std::ifstream predictions(folder_ / "fronts" / "weighted_sum.predictions.csv");
  std::string line;
  std::getline(predictions, line);
  EXPECT_EQ(line.substr(0, 49), "row,split,point_000_north,point_000_south,point_0");
  std::getline(predictions, line);
  EXPECT_EQ(std::count(line.begin(), line.end(), ','),
            1 + 3 * static_cast<long>(
                        std::min<std::size_t>(3, document.report.front.nondominated().size())));
}

TEST_F(TabularProgram, PredictsNumbersInTheirOwnUnit) {
  std::string text = "y,x\n";
  for (int k = 0; k < 100; ++k) {
    text += std::to_string(5000 + 100 * k) + "," + std::to_string(k) + "\n";
  }
  write("loans.csv", text);
  const std::string path =
      write("c.json", config("", R"("groups": [{"name": "range", "penalty": {"scale": 100},
          "rules": [{"rule": "output_range", "low": 6000}]}])",
                             "y", "regression"));
  const Outcome outcome = tabular("run " + path + " --points 3 --weight-decay 0.0001" + out());
  ASSERT_EQ(outcome.code, 0) << outcome.errors;
  const auto metrics =
      front("fronts", "weighted_sum").report.front.points()[0].evaluation.at("test").metrics;
  EXPECT_LT(metrics.at("rmse"), 600.0) << "the targets' deviation is 2900";
  EXPECT_GT(metrics.at("r2"), 0.95);
  EXPECT_NEAR(metrics.at("range_violations"), 0.1, 0.1);
}

TEST_F(TabularProgram, RunsEveryExampleQuickly) {
  for (const std::string name : {"pima", "concrete"}) {
    const Outcome outcome =
        tabular("run experiments/configs/" + name + ".json --points 4 --hidden 4" + out(name));
    ASSERT_EQ(outcome.code, 0) << name << ": " << outcome.errors;
    EXPECT_GE(front(name, "weighted_sum").report.front.points().size(), 3u);
  }
}

/// A broken table or config, and words of its one-line error.
struct Mistake {
  std::string table;
  std::string config;
  std::vector<std::string> words;
};

std::vector<Mistake> mistakes() {
  const auto lines = [](const std::string& header, const std::string& row, int count) {
    std::string text = header + "\n";
    for (int k = 0; k < count; ++k) text += row + "\n";
    return text;
  };
  const auto replaced = [](const std::string& from, const std::string& to) {
    std::string text = loans();
    return text.replace(text.find(from), from.size(), to);
  };
  const std::string regression = config("", "", "y", "regression");
  std::string wide_header = "y";
  std::string wide_row = "1";
  for (int k = 0; k < 20000; ++k) {
    wide_header += ",c" + std::to_string(k);
    wide_row += "," + std::to_string(k);
  }
  std::string wide = wide_header + "\n";
  for (int k = 1; k <= 5; ++k) {
    std::string row = std::to_string(k);
    for (int c = 0; c < 20000; ++c) row += "," + std::to_string(c % 7 + k);
    wide += row + "\n";
  }
  return {
      {loans(), "{\"data\": {", {"c.json", "1"}},
      {loans(), "[]", {"c.json"}},
      {loans(), config("", R"("grups": [])"), {"grups", "groups"}},
      {loans(), config(R"("inputs": ["ration"])"), {"/data/inputs", "'ration'", "'ratio'"}},
      {loans(), config("", "", "deny", "binary"), {"/data/target", "'deny'", "denied"}},
      {loans(), config("", "", "denied", "binry"), {"binry", "binary"}},
      {loans(), config(R"("positive": "yess")"), {"/data/positive", "'yes'"}},
      {loans(), config(R"("exclude": ["ratio", "area", "group"])"), {"no input"}},
      {loans(), config("", "", "area", "binary"), {"two levels", "north, south, west"}},
      {loans(), config("", "", "area", "regression"), {"loans.csv:2", "'north'"}},
      {loans(), config("", "", "ratio", "multiclass"), {"identifier"}},
      {loans(),
       config("", R"("split": {"kind": "time", "by": ["area"]})"),
       {"loans.csv:2", "no time", "north"}},
      {loans(),
       config("", R"("split": {"kind": "column", "by": ["area"]})"),
       {"loans.csv:2", "train, validation, test"}},
      {loans(),
       config("", R"("split": {"kind": "random", "test": 0.7, "validation": 0.5})"),
       {"/split"}},
      {loans(),
       config("", R"("groups": [{"name": "g", "rules": [{"rule": "monotone"}]}])"),
       {"/groups/0/rules/0", "monotone_pairs"}},
      {loans(),
       config("", R"("groups": [{"name": "g", "rules": [{"rule": "demographic_parity",
                  "column": "sex"}]}])"),
       {"/groups/0/rules/0", "'sex'"}},
      {loans(), config("", R"("model": {"hidden": [50000, 50000]})"), {"model"}},
      {"", config(), {"loans.csv:1", "no header"}},
      {"denied,ratio\n", config(), {"no row", "header only"}},
      {"denied,ratio,ratio\nyes,1,2\n", config(), {"two columns have one name", "'ratio'"}},
      {"denied,ratio\nyes\n", config(), {"loans.csv:2", "2 cells"}},
      {"denied,ratio\nyes,1\n", config(), {"constant"}},
      {"y,x\n1,2\n2,3\n", regression, {"too few rows", "at least 3"}},
      {lines("denied,ratio", "no,1", 20), config(), {"constant", "'no'"}},
      {lines("y,x", "1,2", 20), regression, {"constant"}},
      {"y,x\n1,5\n2,5\n3,5\n4,5\n5,5\n6,5\n", regression, {"no input to learn from", "x"}},
      {replaced("no,0,north", "no,,north"), config(), {"loans.csv:2", "'ratio'", "missing"}},
      {replaced("no,0,north", "no,inf,north"), config(), {"loans.csv:2", "'ratio'", "inf"}},
      {replaced("no,0,north", "no,zero,north"), config(), {"loans.csv:2", "'zero'"}},
      {replaced("no,0,north", ",0,north"), config(), {"loans.csv:2", "'denied'", "missing"}},
      {replaced("no,0,north", "maybe,0,north"), config(), {"two levels", "maybe"}},
      {replaced("no,0,north", "no,0,east"),
       config("", "", "area", "multiclass"),
       {"too few rows", "'east'"}},
      {loans(), config(R"("weights": "area")"), {"loans.csv:2", "'area'", "north"}},
      {wide, regression, {"too many inputs", "20000", "at most 10000"}},
  };
}

TEST_F(TabularProgram, EveryMistakeIsOneClearLineAndLeavesNoFiles) {
  for (const Mistake& mistake : mistakes()) {
    write("loans.csv", mistake.table);
    const std::string path = write("c.json", mistake.config);
    const Outcome outcome = tabular("run " + path + out());
    EXPECT_EQ(outcome.code, 2) << mistake.config << "\n" << outcome.errors;
    EXPECT_EQ(std::count(outcome.errors.begin(), outcome.errors.end(), '\n'), 1)
        << mistake.config << "\n"
        << outcome.errors;
    EXPECT_LT(outcome.errors.size(), 1200u) << outcome.errors;
    for (const std::string& word : mistake.words) {
      EXPECT_NE(outcome.errors.find(word), std::string::npos)
          << word << " in: " << outcome.errors << " for " << mistake.config;
    }
    EXPECT_FALSE(fs::exists(folder_ / "fronts")) << mistake.config;
  }
}

TEST_F(TabularProgram, RefusesCallsThatMeanNothing) {
  write("loans.csv", loans());
  const std::string path = write("c.json", config());
  const std::vector<std::pair<std::string, std::string>> calls = {
      {"runn", "did you mean 'run'"},
      {"run", "no file"},
      {"run /nowhere/c.json", "/nowhere/c.json"},
      {"run " + path + " --nonsense", "nonsense"},
      {"run " + path + " --solver nonsense", "weighted_sum"},
      {"run " + path + " --hidden 50000,50000" + out(), "the network is too large"},
      {"check", "no file"},
      {"check " + path + " --jsn", "--jsn"},
      {"init", "no file"},
      {"init /nowhere.csv", "/nowhere.csv"},
      {"init " + (folder_ / "loans.csv").string() + " --target denyed", "'denied'"},
      {"init " + (folder_ / "loans.csv").string() + " --task sorting", "'sorting'"},
      {"init " + (folder_ / "loans.csv").string() + " --target area --task binary",
       "two different values"},
  };
  for (const auto& [call, words] : calls) {
    const Outcome outcome = tabular(call);
    EXPECT_EQ(outcome.code, 2) << call;
    EXPECT_EQ(std::count(outcome.errors.begin(), outcome.errors.end(), '\n'), 1) << outcome.errors;
    EXPECT_NE(outcome.errors.find(words), std::string::npos) << call << ": " << outcome.errors;
  }
  EXPECT_FALSE(fs::exists(folder_ / "fronts"));
}

}  // namespace
}  // namespace moo
