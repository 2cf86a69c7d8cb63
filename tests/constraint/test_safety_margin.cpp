#include <gtest/gtest.h>

#include <limits>
#include <memory>

#include "libmoo/constraint/safety_margin.hpp"
#include "tests/constraint/rule_checks.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::Dataset;
using moo::InvalidArgument;
using moo::Matrix;
using moo::ProbeBatch;
using moo::RandomStream;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::expect_derivatives;
using moo::test::expect_says;
using moo::test::expect_training_gradients;
using moo::test::random_data;
using moo::test::residuals_under;

using moo::SafeSide;
using moo::SafetyMargin;

Dataset data_with_reference(RandomStream& random, int rows, int outputs = 1) {
  Dataset data = random_data(random, rows, outputs);
  data.columns["measured"] = random.normal_vector(rows);
  return data;
}

TEST(SafetyMargin, ResidualsAreWhatIsMissingToTheReferenceAndItsMargin) {
  Dataset data;
  data.inputs = Matrix{{1.0, 2.0, 3.0}};
  data.targets = Matrix::Zero(1, 3);
  data.input_names = {"a"};
  data.columns = {{"measured", Vector{{2.0, 2.0, 2.0}}}};
  const auto model = [](const Vector& x) { return Vector(x); };
  EXPECT_EQ(residuals_under(SafetyMargin({.reference = "measured", .margin = 0.5}), data, model),
            (Vector{{1.5, 0.5, -0.5}}));
  EXPECT_EQ(
      residuals_under(
          SafetyMargin({.reference = "measured", .side = SafeSide::never_above, .margin = 0.5}),
          data, model),
      (Vector{{-1.5, -0.5, 0.5}}));
  EXPECT_EQ(
      residuals_under(
          SafetyMargin({.reference = "measured", .side = SafeSide::never_above, .margin = -0.5}),
          data, model),
      (Vector{{-0.5, 0.5, 1.5}}));
}

TEST(SafetyMargin, AModelOnTheSafeSideHasNoViolationAndItsMirrorImageHasOnEveryRow) {
  RandomStream random(311);
  SCOPED_TRACE("seed 311");
  Dataset data = random_data(random, 20, 1);
  data.columns["measured"] = data.inputs.row(1).transpose();
  for (const SafeSide side : {SafeSide::never_below, SafeSide::never_above}) {
    const double sign = side == SafeSide::never_below ? 1.0 : -1.0;
    const SafetyMargin rule({.reference = "measured", .side = side});
    const auto safe = [&](const Vector& x) { return Vector{{x(1) + sign * 0.1}}; };
    const auto unsafe = [&](const Vector& x) { return Vector{{x(1) - sign * 0.1}}; };
    EXPECT_LT(residuals_under(rule, data, safe).maxCoeff(), 0.0);
    EXPECT_GT(residuals_under(rule, data, unsafe).minCoeff(), 0.0);
  }
}

TEST(SafetyMargin, DerivativesAgreeWithDifferences) {
  RandomStream random(312);
  SCOPED_TRACE("seed 312");
  const Dataset data = data_with_reference(random, 7, 2);
  for (const SafeSide side : {SafeSide::never_below, SafeSide::never_above}) {
    const moo::SafetyMarginOptions options{
        .reference = "measured", .side = side, .margin = 0.2, .output = 1};
    expect_derivatives(SafetyMargin(options), data, random);
    expect_training_gradients(std::make_shared<SafetyMargin>(options), data, random);
  }
}

TEST(SafetyMargin, SaysWhatItIs) {
  const SafetyMargin rule(
      {.reference = "distance", .side = SafeSide::never_above, .margin = -2.0, .unit = "metres"});
  EXPECT_EQ(rule.name(), "never above distance - 2");
  EXPECT_EQ(rule.unit(), "metres");
  EXPECT_EQ(SafetyMargin({.reference = "distance", .margin = 1.0}).name(),
            "never below distance + 1");
  EXPECT_EQ(SafetyMargin({.reference = "distance"}).name(), "never below distance");
}

TEST(SafetyMargin, ReferencesThatAreNoneAreRefused) {
  RandomStream random(313);
  Dataset data = data_with_reference(random, 5);
  ProbeBatch batch(data.inputs);
  expect_says(complaint_of<InvalidArgument>([] { SafetyMargin({}); }),
              {"SafetyMargin", "name of a side column"});
  expect_says(complaint_of<InvalidArgument>([] {
                SafetyMargin({.reference = "a", .margin = std::numeric_limits<double>::infinity()});
              }),
              {"finite margin", "inf"});
  expect_says(complaint_of<InvalidArgument>(
                  [&] { (void)SafetyMargin({.reference = "measure"}).bind(data, batch); }),
              {"measure", "did you mean 'measured'?"});
  expect_says(complaint_of<InvalidArgument>(
                  [&] { (void)SafetyMargin({.reference = "a"}).bind(data, batch); }),
              {"it is an input"});
  expect_says(complaint_of<InvalidArgument>([&] {
                (void)SafetyMargin({.reference = "measured", .output = 1}).bind(data, batch);
              }),
              {"never below measured", "output", "0 to 0"});
  data.columns["measured"](3) = std::numeric_limits<double>::quiet_NaN();
  expect_says(complaint_of<InvalidArgument>(
                  [&] { (void)SafetyMargin({.reference = "measured"}).bind(data, batch); }),
              {"never below measured", "row 3"});
}

}  // namespace
