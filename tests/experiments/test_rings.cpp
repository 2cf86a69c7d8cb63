#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "libmoo/front/indicators.hpp"
#include "tests/experiments/driver_program.hpp"

namespace moo {
namespace {

class RingsProgram : public test::DriverProgram {
 protected:
  RingsProgram() : DriverProgram("rings") {}
};

TEST_F(RingsProgram, EverySolverFindsTheKnownFront) {
  for (const std::string& solver : test::main_solvers()) {
    const FrontDocument document = quick(solver, "--points 12");
    EXPECT_GE(test::good_points(document), 10) << solver;
    double least = 4.0;
    double most = 0.0;
    for (const ParetoPoint& point : document.report.front.points()) {
      EXPECT_NEAR(std::sqrt(point.objectives(0)) + std::sqrt(point.objectives(1)), 2.0, 1e-8);
      EXPECT_NEAR(point.evaluation.at("train").metrics.at("distance_to_front"), 0.0, 1e-8);
      least = std::min(least, point.objectives(0));
      most = std::max(most, point.objectives(0));
    }
    EXPECT_NEAR(least, 0.0, 1e-4) << solver;
    EXPECT_NEAR(most, 4.0, 1e-2) << solver;
  }
}

TEST_F(RingsProgram, APlainProblemLeavesNoPredictionsAndNoModel) {
  const FrontDocument document = quick("weighted_sum");
  EXPECT_EQ(files(), (std::set<std::string>{"weighted_sum.json", "weighted_sum.safetensors",
                                            "weighted_sum.log.jsonl", "weighted_sum.run.jsonl"}));
  EXPECT_FALSE(document.model.has_value());
  EXPECT_FALSE(document.data.has_value());
  EXPECT_EQ(document.layout.at(0).name, "point");
}

TEST_F(RingsProgram, FlagsOfNetworksAreRefused) {
  for (const char* flag : {"--hidden 4", "--activation tanh", "--weight-decay 0",
                           "--influence none", "--objectives ring_a"}) {
    const Outcome outcome = run(std::string("run --quick ") + flag + out());
    EXPECT_EQ(outcome.code, 2) << flag;
    EXPECT_EQ(std::count(outcome.errors.begin(), outcome.errors.end(), '\n'), 1) << outcome.errors;
    EXPECT_EQ(files(), std::set<std::string>{});
  }
  EXPECT_EQ(run("--help").output.find("--hidden"), std::string::npos);
}

TEST_F(RingsProgram, SeveralSeedsGiveAFolderEachAndOneFileOfAll) {
  ASSERT_EQ(run("run --quick --seeds 1..3,7" + out()).code, 0);
  EXPECT_EQ(files(), (std::set<std::string>{"seed_1", "seed_2", "seed_3", "seed_7",
                                            "weighted_sum.seeds.json"}));
  const std::string text = text_of(folder_ / "fronts" / "weighted_sum.seeds.json");
  for (const char* word : {"\"libmoo-seeds\"", "\"seeds\": [1, 2, 3, 7]", "\"hypervolume_train\"",
                           "\"lower\"", "\"seed_7/weighted_sum.json\"", "\"distance_to_front\""}) {
    EXPECT_NE(text.find(word), std::string::npos) << word;
  }
  const FrontDocument third = read_front(folder_ / "fronts" / "seed_3" / "weighted_sum.json");
  EXPECT_EQ(third.context.seed, 3u);
}

TEST_F(RingsProgram, AShardOfSeveralSeedsLeavesJournalsAndNoStudy) {
  ASSERT_EQ(run("run --quick --seeds 1,2 --shard 1/1" + out()).code, 0);
  EXPECT_EQ(files(), (std::set<std::string>{"seed_1", "seed_2"}));
}

TEST_F(RingsProgram, UnusableSeedsAreRefusedBeforeAnythingIsWritten) {
  for (const char* seeds : {"3..1", "1..", "one", "1,1", "1..2,2", "-1"}) {
    const Outcome outcome = run(std::string("run --quick --seeds ") + seeds + out());
    EXPECT_EQ(outcome.code, 2) << seeds;
    EXPECT_NE(outcome.errors.find("--seeds"), std::string::npos) << outcome.errors;
    EXPECT_EQ(files(), std::set<std::string>{});
  }
}

}  // namespace
}  // namespace moo
