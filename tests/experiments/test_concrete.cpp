#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "libmoo/data/table.hpp"
#include "tests/experiments/driver_program.hpp"

namespace moo {
namespace {

class ConcreteProgram : public test::DriverProgram {
 protected:
  ConcreteProgram() : DriverProgram("concrete") {}
};

TEST_F(ConcreteProgram, NoMixIsInTwoPartsAndOldSamplesAreInNone) {
  ASSERT_EQ(run("run --quick --points 2" + out()).code, 0);
  const Table samples = read_csv("experiments/data/concrete/concrete.csv");
  const Table predictions = read_csv(folder_ / "fronts" / "weighted_sum.predictions.csv");
  ASSERT_EQ(predictions.num_rows(), 1030);
  std::map<std::string, std::set<std::string>> parts_of_mix;
  const Vector age = samples.numeric("age");
  int old = 0;
  for (int i = 0; i < 1030; ++i) {
    const auto row = static_cast<std::size_t>(i);
    const std::string& part = predictions.text("split")[row];
    EXPECT_EQ(part == "old", age(i) >= 180.0) << "row " << i;
    old += part == "old" ? 1 : 0;
    if (part == "old") continue;
    std::string mix;
    for (const std::string& name : samples.names()) {
      if (name != "age" && name != "compressive_strength") mix += samples.text(name)[row] + " ";
    }
    parts_of_mix[mix].insert(part);
  }
  EXPECT_EQ(old, 59);
  for (const auto& [mix, parts] : parts_of_mix) EXPECT_EQ(parts.size(), 1u) << mix;
}

TEST_F(ConcreteProgram, EverySolverTradesErrorForHardening) {
  for (const std::string& solver : test::main_solvers()) {
    const FrontDocument document = quick(solver);
    EXPECT_GE(test::good_points(document), 4) << solver;
    test::expect_metrics(document, {"train", "validation", "test", "old"},
                         {"root_mean_squared_error", "r_squared", "hardening_violations",
                          "mix_violations", "curvature_violations", "range_violations"});
    const auto& first = document.report.front.points().front().evaluation;
    EXPECT_LT(first.at("train").metrics.at("root_mean_squared_error"), 8.0) << solver;
    EXPECT_GT(first.at("train").metrics.at("r_squared"), 0.75) << solver;
  }
}

TEST_F(ConcreteProgram, RulesAreWrittenInMegapascals) {
  const FrontDocument document = quick("weighted_sum", "--objectives all --points 6");
  ASSERT_EQ(document.groups.size(), 4u);
  for (const GroupInfo& group : document.groups) EXPECT_EQ(group.unit, "MPa") << group.name;
  EXPECT_EQ(document.groups[1].rules.size(), 3u);
}

}  // namespace
}  // namespace moo
