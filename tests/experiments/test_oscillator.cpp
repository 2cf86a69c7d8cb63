#include <gtest/gtest.h>

#include <algorithm>

#include "tests/experiments/driver_program.hpp"

namespace moo {
namespace {

class OscillatorProgram : public test::DriverProgram {
 protected:
  OscillatorProgram() : DriverProgram("oscillator") {}
};

/// The least value of a metric over the front.
double least(const FrontDocument& document, const std::string& split, const std::string& metric) {
  double found = 1e300;
  for (const ParetoPoint& point : document.report.front.points()) {
    found = std::min(found, point.evaluation.at(split).metrics.at(metric));
  }
  return found;
}

TEST_F(OscillatorProgram, DataAreSimulatedAndTheTestLiesBeyondThem) {
  const FrontDocument document = quick("weighted_sum", "--points 2");
  EXPECT_EQ(document.data->inputs, std::vector<std::string>{"t"});
  EXPECT_EQ(document.data->rows, 120);
  const std::vector<std::pair<std::string, long>> expected = {
      {"train", 40}, {"validation", 20}, {"test", 60}};
  for (const auto& part : expected) {
    EXPECT_EQ(std::count(document.data->splits.begin(), document.data->splits.end(), part), 1)
        << part.first;
  }
  const FrontDocument again = quick("weighted_sum", "--points 2");
  EXPECT_EQ(again.data->sha256, document.data->sha256) << "the same seed, the same data";
  EXPECT_NE(quick("weighted_sum", "--points 2 --seed 2").data->sha256, document.data->sha256);
}

TEST_F(OscillatorProgram, TheEquationCarriesTheModelBeyondTheReadings) {
  for (const std::string& solver : test::main_solvers()) {
    const FrontDocument document = quick(solver, "--points 8 --hidden 16");
    EXPECT_GE(test::good_points(document), 4) << solver;
    test::expect_metrics(
        document, {"train", "validation", "test"},
        {"rmse_readings", "rmse_truth", "equation_rms", "energy_gained", "start_error"});
    const auto& points = document.report.front.points();
    const auto& data_only = points.front().evaluation;
    EXPECT_NEAR(data_only.at("train").metrics.at("rmse_readings"), 0.15, 0.05)
        << solver << ": about the noise";
    EXPECT_LT(least(document, "test", "rmse_truth"),
              0.5 * data_only.at("test").metrics.at("rmse_truth"))
        << solver;
    EXPECT_LT(least(document, "train", "equation_rms"), 0.1) << solver;
  }
}

TEST_F(OscillatorProgram, AllRulesTogether) {
  const FrontDocument document = quick("weighted_sum", "--objectives all --points 6");
  ASSERT_EQ(document.groups.size(), 3u);
  EXPECT_EQ(document.groups[0].probes, 120);
  EXPECT_EQ(document.groups[1].probes, 120);
  EXPECT_EQ(document.groups[2].probes, 2) << "angle and velocity";
  EXPECT_EQ(document.report.front.num_objectives(), 4);
}

}  // namespace
}  // namespace moo
