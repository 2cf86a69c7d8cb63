#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <string>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/output_range.hpp"
#include "libmoo/training/automatic_scale.hpp"
#include "tests/training/training_samples.hpp"

namespace {

using moo::GroupResiduals;
using moo::RandomStream;
using moo::Sense;
using moo::TrainingSetup;
using moo::Vector;

double typical(const Vector& residuals, Sense sense, double tolerance, bool& from_spread) {
  return moo::typical_residual(
      {residuals, std::vector<Sense>(static_cast<std::size_t>(residuals.size()), sense)}, tolerance,
      from_spread);
}

TEST(TypicalResidual, IsTheMedianOfTheViolations) {
  bool spread = true;
  EXPECT_DOUBLE_EQ(
      typical(Vector{{-5.0, 1.0, -1.0, 3.0, 100.0, -2.0}}, Sense::inequality, 0.0, spread), 3.0);
  EXPECT_FALSE(spread);
  EXPECT_DOUBLE_EQ(typical(Vector{{-5.0, 1.0, -2.0}}, Sense::equality, 0.0, spread), 2.0);
  EXPECT_DOUBLE_EQ(typical(Vector{{0.5, 1.0, 2.0, 3.0}}, Sense::inequality, 0.75, spread), 2.0);
}

TEST(TypicalResidual, OneOutlierDoesNotMoveIt) {
  bool spread = true;
  const Vector clean{{1.0, 2.0, 3.0, 4.0, 5.0}}, dirty{{1.0, 2.0, 3.0, 4.0, 1e9}};
  EXPECT_DOUBLE_EQ(typical(clean, Sense::inequality, 0.0, spread),
                   typical(dirty, Sense::inequality, 0.0, spread));
}

TEST(TypicalResidual, WithoutViolationsItIsTheSpread) {
  RandomStream random(191);
  const Vector residuals = (random.normal_vector(20001, 0.3).array() - 10.0).matrix();
  bool spread = false;
  EXPECT_NEAR(typical(residuals, Sense::inequality, 0.0, spread), 0.3, 0.01) << "seed 191";
  EXPECT_TRUE(spread);
}

TEST(TypicalResidual, NumbersThatAreNotFiniteDoNotCount) {
  bool spread = true;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_DOUBLE_EQ(typical(Vector{{nan, 1.0, nan}}, Sense::inequality, 0.0, spread), 1.0);
}

/// Noisy points around a line whose upper part breaks a ceiling, in a unit of `unit` per one.
TrainingSetup ceiling_setup(double unit) {
  RandomStream random(192);
  TrainingSetup setup;
  setup.network = moo::Network({1, 1}, moo::Activation::identity);
  setup.loss = moo::Loss(moo::LossKind::squared_error);
  setup.data.inputs = random.uniform_vector(101, -2.0, 2.0).transpose();
  setup.data.targets = unit * setup.data.inputs;
  setup.data.input_names = {"x"};
  setup.weight_decay = 0.0;
  setup.groups = {moo::ConstraintGroup{.name = "ceiling",
                                       .constraints = {std::make_shared<moo::OutputRange>(
                                           moo::OutputRangeOptions{.high = 1.0 * unit})}}};
  return setup;
}

TEST(AutomaticScale, CountsTheMiddleViolationAsOne) {
  TrainingSetup setup = ceiling_setup(1.0);
  const auto scales = set_automatic_scales(setup, {"ceiling"}, RandomStream(1));
  ASSERT_EQ(scales.size(), 1u);
  EXPECT_EQ(setup.groups[0].penalty.scale, scales[0].scale);
  // x is uniform in [-2, 2] and the fit is exact: a quarter violates, by 0.5 in the middle.
  EXPECT_NEAR(scales[0].violated, 0.25, 0.08);
  EXPECT_NEAR(scales[0].scale, 0.5, 0.15);
  EXPECT_FALSE(scales[0].from_spread);
}

TEST(AutomaticScale, FollowsTheUnitOfTheRule) {
  TrainingSetup small = ceiling_setup(1.0), large = ceiling_setup(1000.0);
  set_automatic_scales(small, {"ceiling"}, RandomStream(1));
  set_automatic_scales(large, {"ceiling"}, RandomStream(1));
  EXPECT_NEAR(large.groups[0].penalty.scale / small.groups[0].penalty.scale, 1000.0, 1.0);
}

TEST(AutomaticScale, IsNeverBelowTheTolerance) {
  TrainingSetup setup = ceiling_setup(1.0);
  setup.groups[0].tolerance = 5.0;
  set_automatic_scales(setup, {"ceiling"}, RandomStream(1));
  EXPECT_EQ(setup.groups[0].penalty.scale, 5.0);
}

TEST(AutomaticScale, LeavesOtherGroupsAloneAndRefusesUnknownOnes) {
  TrainingSetup setup = ceiling_setup(1.0);
  setup.groups.push_back(setup.groups[0]);
  setup.groups[1].name = "other";
  setup.groups[1].penalty.scale = 7.0;
  set_automatic_scales(setup, {"ceiling"}, RandomStream(1));
  EXPECT_EQ(setup.groups[1].penalty.scale, 7.0);
  EXPECT_THROW(set_automatic_scales(setup, {"nothing"}, RandomStream(1)), moo::InvalidArgument);
}

}  // namespace
