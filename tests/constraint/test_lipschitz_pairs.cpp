#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>

#include "libmoo/constraint/lipschitz_pairs.hpp"
#include "tests/constraint/rule_checks.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::Dataset;
using moo::InvalidArgument;
using moo::ProbeBatch;
using moo::RandomStream;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::expect_derivatives;
using moo::test::expect_says;
using moo::test::expect_training_gradients;
using moo::test::random_data;
using moo::test::residuals_under;

using moo::LipschitzPairs;

TEST(LipschitzPairs, ResidualsAreTheRiseAndTheFallBeyondTheAllowedOne) {
  RandomStream random(341);
  SCOPED_TRACE("seed 341");
  const Dataset data = random_data(random, 5, 1);
  const auto line = [](const Vector& x) { return Vector{{3.0 * x(0) - 0.5 * x(2)}}; };
  const Vector found = residuals_under(
      LipschitzPairs({.inputs = {"c", "a"}, .constant = 2.0, .step = 0.5}), data, line);
  ASSERT_EQ(found.size(), 2 * 2 * 5);
  for (int b = 0; b < 5; ++b) {
    EXPECT_NEAR(found(b), -0.25 - 1.0, 1e-14);      // c: rise
    EXPECT_NEAR(found(5 + b), 0.25 - 1.0, 1e-14);   // c: fall
    EXPECT_NEAR(found(10 + b), 1.5 - 1.0, 1e-14);   // a: rise
    EXPECT_NEAR(found(15 + b), -1.5 - 1.0, 1e-14);  // a: fall
  }
}

TEST(LipschitzPairs, FlatModelsHaveNoViolationAndSteepOnesOnePerPair) {
  RandomStream random(342);
  SCOPED_TRACE("seed 342");
  const Dataset data = random_data(random, 20, 1);
  const LipschitzPairs rule({.inputs = {"a", "b"}, .constant = 1.0, .step = 0.4});
  const auto flat = [](const Vector& x) { return Vector{{std::sin(x(0)) + std::tanh(x(1))}}; };
  const auto steep = [](const Vector& x) { return Vector{{1.2 * x(0) - 1.2 * x(1)}}; };
  EXPECT_LE(residuals_under(rule, data, flat).maxCoeff(), 0.0);
  EXPECT_EQ((residuals_under(rule, data, steep).array() > 0.0).count(), 2 * 20);
}

TEST(LipschitzPairs, DerivativesAgreeWithDifferences) {
  RandomStream random(343);
  SCOPED_TRACE("seed 343");
  const Dataset data = random_data(random, 6, 2);
  const moo::LipschitzPairsOptions options{
      .inputs = {"b", "a"}, .constant = 0.1, .step = 0.7, .output = 1};
  expect_derivatives(LipschitzPairs(options), data, random);
  expect_training_gradients(std::make_shared<LipschitzPairs>(options), data, random);
}

TEST(LipschitzPairs, SaysWhatItIs) {
  const LipschitzPairs rule({.inputs = {"age", "income"}, .constant = 0.5});
  EXPECT_EQ(rule.name(), "slope at most 0.5 in age, income");
  EXPECT_EQ(rule.unit(), "prediction");
  EXPECT_EQ(rule.sense(), moo::Sense::inequality);
}

TEST(LipschitzPairs, NothingToCheckIsRefused) {
  RandomStream random(344);
  const Dataset data = random_data(random, 4, 1);
  ProbeBatch batch(data.inputs);
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  expect_says(complaint_of<InvalidArgument>([] { LipschitzPairs({}); }),
              {"LipschitzPairs", "at least one input", "0 inputs"});
  for (const double constant : {-1.0, nan}) {
    expect_says(complaint_of<InvalidArgument>(
                    [&] { LipschitzPairs({.inputs = {"a"}, .constant = constant}); }),
                {"constant >= 0"});
  }
  for (const double step : {0.0, -1.0, nan}) {
    expect_says(
        complaint_of<InvalidArgument>([&] { LipschitzPairs({.inputs = {"a"}, .step = step}); }),
        {"step > 0"});
  }
  expect_says(complaint_of<InvalidArgument>([&] {
                (void)LipschitzPairs({.inputs = {"a", "age"}}).bind(data, batch);
              }),
              {"'age'", "a, b, c"});
  expect_says(complaint_of<InvalidArgument>(
                  [&] { (void)LipschitzPairs({.inputs = {"a"}, .output = 3}).bind(data, batch); }),
              {"slope at most 1 in a", "output", "0 to 0"});
}

}  // namespace
