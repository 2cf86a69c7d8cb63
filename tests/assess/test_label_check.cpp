#include <gtest/gtest.h>

#include "libmoo/assess/label_check.hpp"
#include "libmoo/base/random.hpp"
#include "libmoo/constraint/demographic_parity.hpp"
#include "libmoo/constraint/monotone_pairs.hpp"
#include "libmoo/constraint/output_range.hpp"
#include "tests/support/expect_complaint.hpp"

namespace moo {
namespace {

/// `count` rows of independent inputs a, b and c, and a column "member"; targets are empty.
Dataset noise(int count, std::uint64_t seed) {
  RandomStream random(seed);
  Dataset data;
  data.input_names = {"a", "b", "c"};
  data.inputs.resize(3, count);
  for (double& x : data.inputs.reshaped()) x = random.normal();
  data.targets = Matrix::Zero(1, count);
  Vector member(count);
  for (double& m : member) m = random.index(2);
  data.columns["member"] = member;
  return data;
}

TEST(MonotoneRSquared, IsOneForAnyMonotoneFunctionWhateverItsShape) {
  RandomStream random(1);
  const Vector x = random.normal_vector(200);
  EXPECT_NEAR(monotone_r_squared(x, x.array().exp()), 1.0, 1e-12);
  EXPECT_NEAR(monotone_r_squared(x, -x.array().cube()), 1.0, 1e-12);
  EXPECT_LT(monotone_r_squared(x, x.array().abs()), 0.6) << "a valley is not monotone";
  EXPECT_EQ(monotone_r_squared(x, Vector::Constant(200, 3.0)), 0.0);
}

TEST(MonotoneRSquared, FindsLittleInNoiseAndAsMuchAsItsShareInAMixture) {
  RandomStream random(2);
  const Vector x = random.normal_vector(4000);
  const Vector other = random.normal_vector(4000);
  EXPECT_LT(monotone_r_squared(x, other), 0.02);
  EXPECT_NEAR(monotone_r_squared(x, 2.0 * x + other), 0.8, 0.02);
}

TEST(MonotoneRSquared, PoolsRowsOfEqualInput) {
  const Vector x({{0.0, 0.0, 1.0, 1.0}});
  EXPECT_NEAR(monotone_r_squared(x, Vector({{0.0, 2.0, 2.0, 4.0}})), 0.5, 1e-12);
}

TEST(LabelLeaks, NameTheColumnThatGivesABinaryLabelAway) {
  Dataset data = noise(500, 3);
  data.targets = (data.inputs.row(1).array() < 0.2).cast<double>();  // falling, still a leak
  const std::vector<LeakSuspect> found = label_leaks(data, LabelKind::classes);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].input, "b");
  EXPECT_EQ(found[0].score, 1.0);
}

TEST(LabelLeaks, FindTheClassThatOneColumnGivesAway) {
  Dataset data = noise(500, 4);
  data.targets = Matrix::Zero(3, 500);
  for (int k = 0; k < 500; ++k) {
    data.targets(data.inputs(2, k) > 1.0 ? 2 : k % 2, k) = 1.0;
  }
  const std::vector<LeakSuspect> found = label_leaks(data, LabelKind::classes);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].input, "c");
  EXPECT_EQ(found[0].output, 2);
}

TEST(LabelLeaks, AccuseNobodyOverAHandfulOfRows) {
  Dataset data = noise(500, 4);
  for (const int row : {3, 77, 200}) {
    data.targets(0, row) = 1.0;
    data.inputs(1, row) = 100.0;  // three rows in a line may be chance
  }
  EXPECT_TRUE(label_leaks(data, LabelKind::classes).empty());
}

TEST(LabelLeaks, FindTheColumnBehindANumberBestFirst) {
  Dataset data = noise(500, 5);
  data.targets = data.inputs.row(0).array().exp();
  data.inputs.row(2) = data.targets.array() + 0.05 * data.inputs.row(2).array();
  const std::vector<LeakSuspect> found = label_leaks(data, LabelKind::numbers);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].input, "a");
  EXPECT_EQ(found[1].input, "c");
}

TEST(LabelLeaks, SuspectNobodyInNoise) {
  Dataset data = noise(500, 6);
  data.targets = noise(500, 7).columns["member"].transpose();
  EXPECT_TRUE(label_leaks(data, LabelKind::classes).empty());
  EXPECT_TRUE(label_leaks(data, LabelKind::numbers).empty());
}

TEST(JudgeLabels, CountsLabelsOutsideARange) {
  Dataset data = noise(4, 8);
  data.targets = Matrix({{-1.0, 0.5, 2.0, 1.05}});
  const LabelVerdict verdict = judge_labels(OutputRange({.low = 0.0, .high = 1.0}), data, 0.1);
  EXPECT_EQ(verdict.needs_model, "");
  EXPECT_EQ(verdict.probes, 8);
  EXPECT_EQ(verdict.violations, 2) << "1.05 is within the tolerance";
  EXPECT_NEAR(verdict.worst, 1.0, 1e-12);
}

TEST(JudgeLabels, MeasuresTheGapOfTheLabelsThemselves) {
  Dataset data = noise(4, 9);
  data.columns["member"] = Vector({{1.0, 1.0, 0.0, 0.0}});
  data.targets = Matrix({{0.0, 0.0, 1.0, 0.0}});
  const LabelVerdict verdict = judge_labels(DemographicParity("member"), data, 0.01);
  EXPECT_EQ(verdict.violations, 1);
  EXPECT_NEAR(verdict.worst, 0.5, 1e-12) << "an equality counts in either direction";
}

TEST(JudgeLabels, SaysWhatOnlyAModelCanAnswer) {
  const LabelVerdict verdict =
      judge_labels(MonotonePairs({"a"}, MonotonePairs::Direction::rising, 1.0), noise(10, 10), 0.0);
  EXPECT_NE(verdict.needs_model.find("elsewhere"), std::string::npos);
  EXPECT_EQ(verdict.probes, 0);
}

TEST(TwinPairs, CountPairsThatDifferInOneInputOnly) {
  Dataset data;
  data.input_names = {"mix", "age"};
  data.inputs = Matrix({{1.0, 1.0, 1.0, 2.0, 2.0, 3.0}, {1.0, 2.0, 3.0, 1.0, 2.0, 9.0}});
  data.targets = Matrix({{10.0, 20.0, 15.0, 5.0, 5.0, 0.0}});
  const TwinPairs age = twin_pairs(data, "age");
  EXPECT_EQ(age.pairs, 4);
  EXPECT_EQ(age.rising, 2);
  EXPECT_EQ(age.falling, 1);
  const TwinPairs mix = twin_pairs(data, "mix");
  EXPECT_EQ(mix.pairs, 2);
  EXPECT_EQ(mix.falling, 2);
  EXPECT_EQ(twin_pairs(data, "age", 0, 7.0).falling, 0) << "within the tolerance";
}

TEST(TwinPairs, RefuseUnknownInputs) {
  test::expect_says(
      test::complaint_of<InvalidArgument>([] { static_cast<void>(twin_pairs(noise(3, 1), "d")); }),
      {"no such input", "'d'"});
}

}  // namespace
}  // namespace moo
