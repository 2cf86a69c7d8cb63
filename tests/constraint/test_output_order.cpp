#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>

#include "libmoo/constraint/output_order.hpp"
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

using moo::OutputOrder;

TEST(OutputOrder, ResidualsAreByHowMuchNeighboursAreInTheWrongOrder) {
  Dataset data;
  data.inputs = Matrix{{1.0, 5.0}};
  data.targets = Matrix::Zero(3, 2);
  data.input_names = {"a"};
  const auto model = [](const Vector& x) { return Vector{{x(0), 3.0, 4.0}}; };
  EXPECT_EQ(residuals_under(OutputOrder({.outputs = {0, 1, 2}}), data, model),
            (Vector{{-2.0, 2.0, -1.0, -1.0}}));
  EXPECT_EQ(residuals_under(OutputOrder({.outputs = {2, 0}, .gap = 0.5}), data, model),
            (Vector{{3.5, -0.5}}));
}

TEST(OutputOrder, OrderedModelsHaveNoViolationAndReversedOnesOnEveryRow) {
  RandomStream random(371);
  SCOPED_TRACE("seed 371");
  const Dataset data = random_data(random, 20, 2);
  const auto ordered = [](const Vector& x) { return Vector{{x(0), x(0) + std::exp(x(1))}}; };
  EXPECT_LT(residuals_under(OutputOrder({.outputs = {0, 1}}), data, ordered).maxCoeff(), 0.0);
  EXPECT_GT(residuals_under(OutputOrder({.outputs = {1, 0}}), data, ordered).minCoeff(), 0.0);
}

TEST(OutputOrder, DerivativesAgreeWithDifferences) {
  RandomStream random(372);
  SCOPED_TRACE("seed 372");
  const Dataset data = random_data(random, 6, 3);
  const moo::OutputOrderOptions options{.outputs = {2, 0, 1}, .gap = 0.1};
  expect_derivatives(OutputOrder(options), data, random);
  expect_training_gradients(std::make_shared<OutputOrder>(options), data, random);
}

TEST(OutputOrder, SaysWhatItIs) {
  const OutputOrder rule({.outputs = {0, 2, 1}, .gap = 0.5});
  EXPECT_EQ(rule.name(), "output 0 <= output 2 <= output 1 with gap 0.5");
  EXPECT_EQ(rule.unit(), "prediction");
  EXPECT_EQ(rule.sense(), moo::Sense::inequality);
}

TEST(OutputOrder, NothingToOrderIsRefused) {
  RandomStream random(373);
  const Dataset data = random_data(random, 5, 2);
  ProbeBatch batch(data.inputs);
  expect_says(complaint_of<InvalidArgument>([] { OutputOrder({.outputs = {1}}); }),
              {"OutputOrder", "at least two outputs", "1 outputs"});
  expect_says(complaint_of<InvalidArgument>([] {
                OutputOrder({.outputs = {0, 1}, .gap = std::numeric_limits<double>::quiet_NaN()});
              }),
              {"finite gap"});
  expect_says(complaint_of<InvalidArgument>([&] {
                (void)OutputOrder({.outputs = {0, 2}}).bind(data, batch);
              }),
              {"output 0 <= output 2", "0 to 1"});
  expect_says(complaint_of<InvalidArgument>([&] {
                (void)OutputOrder({.outputs = {1, 1}}).bind(data, batch);
              }),
              {"output 1 twice"});
}

}  // namespace
