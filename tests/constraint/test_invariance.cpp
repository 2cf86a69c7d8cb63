#include <gtest/gtest.h>

#include <limits>
#include <memory>

#include "libmoo/constraint/invariance.hpp"
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

using moo::Invariance;
using moo::mirrored;
using moo::set_to;
using moo::shifted;
using moo::Standardizer;
using moo::swapped;
using moo::Transformation;

Vector model(const Vector& x) { return Vector{{x(0) + 2.0 * x(1)}}; }

TEST(Invariance, ResidualsAreTheChangesOfThePrediction) {
  RandomStream random(351);
  SCOPED_TRACE("seed 351");
  const Dataset data = random_data(random, 4, 1);
  const Vector found =
      residuals_under(Invariance({.transformations = {{{mirrored("a")}},
                                                      {{swapped("a", "b")}},
                                                      {{set_to("b", 1.5)}},
                                                      {{mirrored("a", 1.0), shifted("b", 0.5)}}}}),
                      data, model);
  ASSERT_EQ(found.size(), 4 * 4);
  for (int b = 0; b < 4; ++b) {
    const double x0 = data.inputs(0, b);
    const double x1 = data.inputs(1, b);
    EXPECT_NEAR(found(b), -2.0 * x0, 1e-14);
    EXPECT_NEAR(found(4 + b), x0 - x1, 1e-14);
    EXPECT_NEAR(found(8 + b), 2.0 * (1.5 - x1), 1e-14);
    EXPECT_NEAR(found(12 + b), 2.0 - 2.0 * x0 + 1.0, 1e-14);
  }
}

TEST(Invariance, InvariantModelsHaveNoResidualAndOthersDo) {
  RandomStream random(352);
  SCOPED_TRACE("seed 352");
  const Dataset data = random_data(random, 15, 2);
  const Invariance rule({.transformations = {{{mirrored("a")}}, {{swapped("b", "c")}}}});
  const auto even = [](const Vector& x) { return Vector{{x(0) * x(0), x(1) + x(2)}}; };
  const auto odd = [](const Vector& x) { return Vector{{x(0) + x(1), x(0) - x(2)}}; };
  EXPECT_LE(residuals_under(rule, data, even).cwiseAbs().maxCoeff(), 1e-15);
  EXPECT_GT(residuals_under(rule, data, odd).cwiseAbs().minCoeff(), 1e-4);
}

TEST(Invariance, WithAStandardizerTheTransformationIsThatOfTheRawData) {
  RandomStream random(353);
  SCOPED_TRACE("seed 353");
  Dataset data = random_data(random, 12, 1);
  Matrix raw = data.inputs;
  raw.row(0) = (3.0 * raw.row(0).array() + 2.0).matrix();
  raw.row(2) = (0.5 * raw.row(2).array() - 1.0).matrix();
  const Standardizer standardizer = Standardizer::fit(raw);
  data.inputs = standardizer.apply(raw);
  const Transformation change{{mirrored("a"), swapped("a", "c"), set_to("b", 7.0)}, standardizer};
  Matrix expected = raw;
  expected.row(0) = raw.row(2);
  expected.row(1).setConstant(7.0);
  expected.row(2) = -raw.row(0);
  const Matrix found = moo::changed_inputs("rule", change, data);
  EXPECT_LE((found - standardizer.apply(expected)).cwiseAbs().maxCoeff(), 1e-13);
}

TEST(Invariance, DerivativesAgreeWithDifferences) {
  RandomStream random(354);
  SCOPED_TRACE("seed 354");
  const Dataset data = random_data(random, 5, 2);
  const moo::InvarianceOptions options{
      .transformations = {{{mirrored("a")}}, {{swapped("b", "c"), set_to("a", 0.3)}}}};
  expect_derivatives(Invariance(options), data, random);
  expect_training_gradients(std::make_shared<Invariance>(options), data, random);
}

TEST(Invariance, SaysWhatItIs) {
  const Invariance rule(
      {.transformations = {{{mirrored("a"), set_to("b", 1.0)}}, {{swapped("a", "c")}}}});
  EXPECT_EQ(rule.name(), "unchanged by a mirrored at 0, b set to 1; a and c swapped");
  EXPECT_EQ(rule.sense(), moo::Sense::equality);
}

TEST(Invariance, TransformationsThatAreNoneAreRefused) {
  RandomStream random(355);
  const Dataset data = random_data(random, 5, 2);
  const auto complaint = [&](const Transformation& transformation) {
    return complaint_of<InvalidArgument>([&] {
      ProbeBatch batch(data.inputs);
      (void)Invariance({.transformations = {transformation}}).bind(data, batch);
    });
  };
  expect_says(complaint_of<InvalidArgument>([] { Invariance({}); }),
              {"Invariance", "at least one transformation"});
  expect_says(complaint({}), {"without changes", "swapped()"});
  expect_says(complaint({{swapped("a", "a")}}), {"two different inputs", "a and a swapped"});
  expect_says(complaint({{set_to("a", std::numeric_limits<double>::quiet_NaN())}}),
              {"finite", "a set to nan"});
  expect_says(complaint({{swapped("a", "age")}}), {"'age'", "a, b, c"});
  expect_says(complaint({{mirrored("group")}}), {"'group'", "side column"});
  expect_says(complaint({{mirrored("a")}, Standardizer{Vector::Ones(2), Vector::Ones(2)}}),
              {"standardizer", "3", "2"});
}

}  // namespace
