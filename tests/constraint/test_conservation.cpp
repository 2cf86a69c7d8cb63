#include <gtest/gtest.h>

#include <limits>
#include <memory>

#include "libmoo/constraint/conservation.hpp"
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

using moo::Conservation;

TEST(Conservation, ResidualsAreTheWeightedSumLessTheTotal) {
  Dataset data;
  data.inputs = Matrix{{1.0, 2.0}};
  data.targets = Matrix::Zero(3, 2);
  data.input_names = {"a"};
  data.columns = {{"mass", Vector{{10.0, 20.0}}}};
  const auto model = [](const Vector& x) { return Vector{{x(0), 100.0, 4.0 * x(0)}}; };
  EXPECT_EQ(residuals_under(Conservation({.terms = {{0, 2.0}, {2, 0.5}}, .total_column = "mass"}),
                            data, model),
            (Vector{{-6.0, -12.0}}));
  EXPECT_EQ(residuals_under(Conservation({.terms = {{2}, {0, -1.0}}, .total = 3.0}), data, model),
            (Vector{{0.0, 3.0}}));
}

TEST(Conservation, ASoftmaxConservesOneAndScalingItDoesNot) {
  RandomStream random(361);
  SCOPED_TRACE("seed 361");
  const Dataset data = random_data(random, 20, 3);
  const Conservation rule({.terms = {{0}, {1}, {2}}, .total = 1.0});
  const auto softmax = [](const Vector& x) -> Vector {
    const Vector e = x.array().exp();
    return e / e.sum();
  };
  const auto twice = [&](const Vector& x) -> Vector { return 2.0 * softmax(x); };
  EXPECT_LE(residuals_under(rule, data, softmax).cwiseAbs().maxCoeff(), 1e-15);
  EXPECT_NEAR(residuals_under(rule, data, twice).minCoeff(), 1.0, 1e-15);
}

TEST(Conservation, DerivativesAgreeWithDifferences) {
  RandomStream random(362);
  SCOPED_TRACE("seed 362");
  Dataset data = random_data(random, 6, 3);
  data.columns["mass"] = random.normal_vector(6);
  const moo::ConservationOptions options{.terms = {{2, 0.5}, {0, -2.0}}, .total_column = "mass"};
  expect_derivatives(Conservation(options), data, random);
  expect_training_gradients(std::make_shared<Conservation>(options), data, random);
}

TEST(Conservation, SaysWhatItIs) {
  const Conservation rule({.terms = {{0}, {2, 0.5}}, .total_column = "mass", .unit = "kilograms"});
  EXPECT_EQ(rule.name(), "1 output 0 + 0.5 output 2 = mass");
  EXPECT_EQ(rule.unit(), "kilograms");
  EXPECT_EQ(rule.sense(), moo::Sense::equality);
}

TEST(Conservation, SumsThatAreNoneAreRefused) {
  RandomStream random(363);
  Dataset data = random_data(random, 5, 2);
  data.columns["mass"] = random.normal_vector(5);
  data.columns["mass"](4) = std::numeric_limits<double>::infinity();
  ProbeBatch batch(data.inputs);
  expect_says(complaint_of<InvalidArgument>([] { Conservation({}); }),
              {"Conservation", "at least one term"});
  expect_says(complaint_of<InvalidArgument>([] {
                Conservation({.terms = {{0, std::numeric_limits<double>::quiet_NaN()}}});
              }),
              {"finite weights"});
  expect_says(complaint_of<InvalidArgument>([&] {
                (void)Conservation({.terms = {{0}, {2}}}).bind(data, batch);
              }),
              {"output 2 = 0", "0 to 1"});
  expect_says(complaint_of<InvalidArgument>([&] {
                (void)Conservation({.terms = {{1}, {1}}}).bind(data, batch);
              }),
              {"output 1 twice"});
  expect_says(complaint_of<InvalidArgument>([&] {
                (void)Conservation({.terms = {{0}}, .total_column = "masse"}).bind(data, batch);
              }),
              {"did you mean 'mass'?"});
  expect_says(complaint_of<InvalidArgument>([&] {
                (void)Conservation({.terms = {{0}}, .total_column = "mass"}).bind(data, batch);
              }),
              {"total is not finite", "inf in row 4"});
}

}  // namespace
