#include <gtest/gtest.h>

#include <algorithm>

#include "tests/experiments/driver_program.hpp"

namespace moo {
namespace {

class SpamProgram : public test::DriverProgram {
 protected:
  SpamProgram() : DriverProgram("spam") {}
};

TEST_F(SpamProgram, ReadsEveryMailOnceWithItsFrequencies) {
  const FrontDocument document = quick("weighted_sum", "--points 2");
  ASSERT_TRUE(document.data);
  EXPECT_EQ(document.data->rows, 4601 - 391);
  EXPECT_EQ(document.data->dropped_rows, 391);
  EXPECT_EQ(document.data->inputs.size(), 57u);
  EXPECT_EQ(document.data->target, "type");
}

TEST_F(SpamProgram, EverySolverTradesAccuracyForIndependenceOfLeakWords) {
  for (const std::string& solver : test::main_solvers()) {
    const FrontDocument document = quick(solver);
    EXPECT_GE(test::good_points(document), 4) << solver;
    test::expect_metrics(
        document, {"train", "validation", "test"},
        {"cross_entropy", "auc", "false_positive_rate", "missed_spam", "leak_shift", "leak_flips",
         "error_rate_without_leaks", "facts_violations"});
    double most = 0.0;
    double least = 1.0;
    for (const ParetoPoint& point : document.report.front.points()) {
      const auto& metrics = point.evaluation.at("test").metrics;
      most = std::max(most, metrics.at("leak_shift"));
      least = std::min(least, metrics.at("leak_shift"));
      if (metrics.at("leak_flips") == 0.0) {
        EXPECT_NEAR(metrics.at("error_rate"), metrics.at("error_rate_without_leaks"), 1e-12);
      }
    }
    EXPECT_GT(most, 0.03) << solver << ": the accurate filter leans on the leak words";
    EXPECT_LT(least, 0.1 * most) << solver << ": the other end has unlearnt them";
  }
}

TEST_F(SpamProgram, TheCeilingHoldsTheTrueRateOfLostMail) {
  const FrontDocument document =
      quick("augmented_lagrangian", "--objectives cross_entropy,false_positives");
  double lowest = 1.0;
  for (const ParetoPoint& point : document.report.front.points()) {
    lowest = std::min(lowest, point.evaluation.at("train").metrics.at("false_positive_rate"));
  }
  EXPECT_LE(lowest, 0.012);
}

TEST_F(SpamProgram, RawMailsBecomeNamedWordsAndBuckets) {
  std::ofstream file(folder_ / "mails.csv");
  file << "group,type,text\n";
  for (int k = 0; k < 60; ++k) {
    const std::string mark = std::to_string(k);
    file << "spam-1,spam,free money now offer" << mark << " remove\n"
         << "easy-ham-1,ham,razor patch for exmh list" << mark << " thanks\n";
  }
  file.close();
  const FrontDocument document =
      quick("weighted_sum", "--points 2 --data " + (folder_ / "mails.csv").string());
  EXPECT_EQ(document.data->rows, 120);
  EXPECT_EQ(document.data->inputs.size(), 3u + 6u + 192u);
  EXPECT_EQ(document.data->inputs[0], "free");
  EXPECT_LT(document.report.front.points()[0].evaluation.at("test").metrics.at("error_rate"), 0.1);
}

TEST_F(SpamProgram, AMissingFileIsOneLine) {
  const Outcome outcome = run("run --quick --data /nowhere/spam.csv" + out());
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(std::count(outcome.errors.begin(), outcome.errors.end(), '\n'), 1);
}

}  // namespace
}  // namespace moo
