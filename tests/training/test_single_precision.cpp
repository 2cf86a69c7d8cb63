// Training problems in single precision, and objectives that live on probes of their own.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/linear_rows.hpp"
#include "libmoo/minimize/adam.hpp"
#include "tests/training/quantity_rule.hpp"
#include "tests/training/training_samples.hpp"

namespace {

using moo::Activation;
using moo::Enforcement;
using moo::LossKind;
using moo::Matrix;
using moo::Problem;
using moo::RandomStream;
using moo::TrainingProblem;
using moo::Vector;
using moo::test::groups_of;
using moo::test::normal_matrix;
using moo::test::relative_error;
using moo::test::Rules;
using moo::test::sample_setup;
using moo::test::Worst;

TEST(SinglePrecision, GivesValuesAndGradientsToSixDigits) {
  RandomStream random(91);
  SCOPED_TRACE("seed 91");
  Worst values("values");
  Worst gradients("gradients");
  for (const Activation activation : {Activation::tanh, Activation::softplus, Activation::silu}) {
    for (const Rules rules : {Rules::none, Rules::both, Rules::mixed, Rules::together}) {
      SCOPED_TRACE(std::string(to_string(activation)) + ", " + to_string(rules));
      const TrainingProblem problem(
          sample_setup({3, 8, 6, 1}, activation, LossKind::binary_cross_entropy,
                       groups_of(rules, Enforcement::soft, 1), random, 60));
      const std::shared_ptr<const Problem> single = problem.in_single_precision();
      ASSERT_NE(single, nullptr);
      EXPECT_EQ(single->num_values(), problem.num_values());
      const Vector theta = moo::test::random_parameters(problem.setup().network, random);
      const moo::LinearizationPtr exact = problem.linearize(theta);
      const moo::LinearizationPtr rounded = single->linearize(theta);
      values.expect(relative_error(rounded->values(), exact->values()), 1e-5);
      EXPECT_NE(rounded->values(), exact->values());  // it is another arithmetic
      gradients.expect(relative_error(rounded->transposed_jacobian(problem.num_variables()),
                                      exact->transposed_jacobian(problem.num_variables())),
                       1e-4);
    }
  }
}

TEST(SinglePrecision, SharesWorkspacesWithoutLeavingTraces) {
  RandomStream random(92);
  const TrainingProblem problem(sample_setup({3, 8, 1}, Activation::tanh,
                                             LossKind::binary_cross_entropy,
                                             groups_of(Rules::both, Enforcement::soft, 1), random));
  const Vector theta = moo::test::random_parameters(problem.setup().network, random);
  const Vector before = problem.linearize(theta)->values();
  const Vector single = problem.in_single_precision()->linearize(theta)->values();
  EXPECT_EQ(problem.linearize(theta)->values(), before);
  EXPECT_EQ(problem.in_single_precision()->linearize(theta)->values(), single);
}

TEST(SinglePrecision, OffersNoSecondDerivatives) {
  RandomStream random(93);
  const TrainingProblem problem(
      sample_setup({3, 4, 1}, Activation::tanh, LossKind::squared_error, {}, random));
  const moo::Capabilities offered = problem.in_single_precision()->capabilities();
  EXPECT_FALSE(offered.hessian_product || offered.gauss_newton || offered.least_squares);
}

TEST(SinglePrecision, IsNotForRulesOnInputDerivatives) {
  RandomStream random(94);
  const moo::ModelQuantity quantity{moo::ModelQuantity::Kind::derivatives};
  const TrainingProblem problem(sample_setup(
      {3, 4, 1}, Activation::tanh, LossKind::squared_error,
      {moo::test::group_of("slopes", Enforcement::soft, {},
                           {std::make_shared<moo::test::QuantityRule>(quantity, 0.1)})},
      random));
  EXPECT_EQ(problem.in_single_precision(), nullptr);
}

TEST(SinglePrecision, AdamReachesTheSameMinimum) {
  RandomStream random(95);
  SCOPED_TRACE("seed 95");
  moo::TrainingSetup setup =
      sample_setup({3, 6, 1}, Activation::tanh, LossKind::binary_cross_entropy, {}, random, 256);
  setup.batch_rows = 64;
  const TrainingProblem problem(std::move(setup));
  const Vector start = problem.start(random);
  const moo::WeightedSum loss(Vector::Ones(1), moo::Scaling::identity(1));
  moo::MinimizerSettings settings;
  settings.max_iterations = 1500;
  settings.gradient_tolerance = 1e-12;
  const auto minimum = [&](moo::Precision precision) {
    settings.adam.precision = precision;
    return moo::Adam(settings).minimize(problem, loss, start);
  };
  const moo::Minimum full = minimum(moo::Precision::full);
  const moo::Minimum single = minimum(moo::Precision::single);
  EXPECT_NEAR(single.scalarized, full.scalarized, 1e-4);
  EXPECT_NE(single.theta, full.theta);
  EXPECT_LT(full.scalarized, problem.linearize(start)->values()(0) - 0.01);
}

/// p >= level on inputs of its own.
class OwnProbes final : public moo::Constraint {
 public:
  OwnProbes(Matrix inputs, double level) : inputs_(std::move(inputs)), level_(level) {}
  [[nodiscard]] std::string name() const override { return "own probes"; }
  [[nodiscard]] std::string unit() const override { return "probability"; }
  [[nodiscard]] std::unique_ptr<moo::BoundConstraint> bind(const moo::Dataset& data,
                                                           moo::ProbeBatch& batch) const override {
    const int first = batch.append(inputs_);
    moo::LinearRows rows(data);
    for (int b = 0; b < inputs_.cols(); ++b) {
      rows.add_term(-1.0, 0, first + b);
      rows.end_residual(level_);
    }
    return rows.bind(batch);
  }

 private:
  Matrix inputs_;
  double level_;
};

TEST(OwnProbesGradients, AreThoseOfProblemsWithOneRuleEach) {
  // Whatever columns a rule reads, its gradient is the one it has when it is alone.
  RandomStream random(96);
  SCOPED_TRACE("seed 96");
  for (const Enforcement enforcement : {Enforcement::soft, Enforcement::hard}) {
    moo::TrainingSetup setup = sample_setup({3, 6, 5, 1}, Activation::tanh,
                                            LossKind::binary_cross_entropy, {}, random, 20);
    for (int i = 0; i < 3; ++i) {
      setup.groups.push_back(moo::test::group_of(
          "probes " + std::to_string(i), enforcement, {},
          {std::make_shared<OwnProbes>(normal_matrix(random, 3, 4 + i), 0.5 + 0.1 * i)}));
    }
    const TrainingProblem all(setup);
    const Vector theta = moo::test::random_parameters(setup.network, random);
    const Matrix gradients = all.linearize(theta)->transposed_jacobian(all.num_variables());
    Eigen::Index column = 1;
    for (int i = 0; i < 3; ++i) {
      moo::TrainingSetup alone = setup;
      alone.groups = {setup.groups[static_cast<std::size_t>(i)]};
      const TrainingProblem one(alone);
      const Matrix expected = one.linearize(theta)->transposed_jacobian(one.num_variables());
      const Eigen::Index rows = expected.cols() - 1;
      EXPECT_LE(relative_error(gradients.middleCols(column, rows), expected.rightCols(rows)),
                1e-12);
      EXPECT_LE(relative_error(gradients.col(0), expected.col(0)), 1e-12);
      column += rows;
    }
  }
}

}  // namespace
