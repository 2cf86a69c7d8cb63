#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "libmoo/assess/clopper_pearson.hpp"
#include "libmoo/assess/evaluation.hpp"
#include "tests/support/expect_complaint.hpp"
#include "tests/training/training_samples.hpp"

namespace {

using moo::ConstraintGroup;
using moo::Dataset;
using moo::evaluate;
using moo::leak_suspects;
using moo::Matrix;
using moo::RandomStream;
using moo::Sense;
using moo::SplitEvaluation;
using moo::TrainingProblem;
using moo::TrainingSetup;
using moo::Vector;

/// A rule whose residuals are given: what the model says does not matter.
class GivenResiduals final : public moo::Constraint {
 public:
  GivenResiduals(Vector residuals, Sense sense) : residuals_(std::move(residuals)), sense_(sense) {}
  std::string name() const override { return "given"; }
  std::string unit() const override { return "1"; }
  Sense sense() const override { return sense_; }
  std::unique_ptr<moo::BoundConstraint> bind(const Dataset&, moo::ProbeBatch&) const override {
    return std::make_unique<Bound>(residuals_);
  }

 private:
  class Bound final : public moo::BoundConstraint {
   public:
    explicit Bound(const Vector& given) : given_(given), jacobian_(given.size(), 1) {}
    int num_residuals() const override { return static_cast<int>(given_.size()); }
    void residuals(moo::ConstMatrixRef, moo::VectorRef residuals) const override {
      residuals = given_;
    }
    const moo::ResidualJacobian& jacobian() const override { return jacobian_; }

   private:
    Vector given_;
    moo::ResidualJacobian jacobian_;
  };
  Vector residuals_;
  Sense sense_;
};

std::shared_ptr<const moo::Constraint> given(Vector residuals, Sense sense = Sense::inequality) {
  return std::make_shared<GivenResiduals>(std::move(residuals), sense);
}

/// What evaluate says of a linear regression with these groups.
SplitEvaluation evaluation_of(std::vector<ConstraintGroup> groups) {
  RandomStream random(161);
  const TrainingProblem problem(moo::test::sample_setup(
      {3, 1}, moo::Activation::tanh, moo::LossKind::squared_error, std::move(groups), random));
  return evaluate(problem, Vector::Zero(4));
}

TEST(Evaluate, CountsResidualsAboveTheToleranceAndNotThoseAtIt) {
  const Vector residuals{{-2.0, -0.1, 0.0, 0.1, 0.1000001, 3.0}};
  const auto found =
      evaluation_of({{.name = "rule", .tolerance = 0.1, .constraints = {given(residuals)}}});
  const moo::Rate rate = found.violation_rates.at("rule");
  EXPECT_DOUBLE_EQ(rate.rate, 2.0 / 6.0);
  EXPECT_EQ(rate.count, 6);
  EXPECT_EQ(rate.lower, moo::clopper_pearson(2, 6).lower);
  EXPECT_EQ(rate.upper, moo::clopper_pearson(2, 6).upper);
}

TEST(Evaluate, TakesTheSizeOfAnEqualitysResidual) {
  const Vector residuals{{-2.0, -0.1, 0.0, 0.05}};
  const auto found = evaluation_of(
      {{.name = "equality", .tolerance = 0.1, .constraints = {given(residuals, Sense::equality)}},
       {.name = "inequality", .tolerance = 0.1, .constraints = {given(residuals)}}});
  EXPECT_DOUBLE_EQ(found.violation_rates.at("equality").rate, 0.25);
  EXPECT_DOUBLE_EQ(found.violation_rates.at("inequality").rate, 0.0);
}

TEST(Evaluate, CountsNotANumberAsAViolation) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto found = evaluation_of(
      {{.name = "rule",
        .tolerance = 1.0,
        .constraints = {given(Vector{{nan, 0.0}}), given(Vector{{nan, 0.0}}, Sense::equality)}}});
  EXPECT_DOUBLE_EQ(found.violation_rates.at("rule").rate, 0.5);
}

TEST(Evaluate, PoolsTheRulesOfAGroupEachWithItsOwnSense) {
  const Vector below = Vector::Constant(3, -5.0);
  const auto found = evaluation_of(
      {{.name = "rule",
        .constraints = {given(below), given(below, Sense::equality), given(Vector{{1.0}})}}});
  EXPECT_DOUBLE_EQ(found.violation_rates.at("rule").rate, 4.0 / 7.0);
}

TEST(Evaluate, IgnoresMarginScaleAndEnforcement) {
  const Vector residuals{{-0.05, 0.05, 0.2}};
  for (const auto enforcement : {moo::Enforcement::soft, moo::Enforcement::hard}) {
    const auto found = evaluation_of({{.name = "rule",
                                       .enforcement = enforcement,
                                       .penalty = {.margin = 0.1, .scale = 1e-3},
                                       .tolerance = 0.1,
                                       .constraints = {given(residuals)}}});
    EXPECT_DOUBLE_EQ(found.violation_rates.at("rule").rate, 1.0 / 3.0);
  }
}

TEST(Evaluate, GivesRawObjectivesAndNoMetrics) {
  RandomStream random(162);
  SCOPED_TRACE("seed 162");
  const TrainingProblem problem(moo::test::sample_setup(
      {3, 4, 1}, moo::Activation::tanh, moo::LossKind::binary_cross_entropy,
      moo::test::groups_of(moo::test::Rules::both, moo::Enforcement::soft, 1), random));
  const Vector theta = moo::test::random_parameters(problem.setup().network, random);
  const SplitEvaluation found = evaluate(problem, theta);
  EXPECT_EQ(found.objectives, problem.raw_objectives(theta));
  EXPECT_TRUE(found.metrics.empty());
  EXPECT_EQ(found.violation_rates.size(), 2u);
  EXPECT_EQ(found.violation_rates.at("parity").count, 1);
  EXPECT_EQ(found.violation_rates.at("monotone").count, 18);
}

TEST(Evaluate, AMonotoneModelHasNoViolationsAndItsMirrorImageOnlyViolations) {
  RandomStream random(163);
  SCOPED_TRACE("seed 163");
  const TrainingProblem problem(moo::test::sample_setup(
      {3, 1}, moo::Activation::tanh, moo::LossKind::binary_cross_entropy,
      moo::test::groups_of(moo::test::Rules::monotone, moo::Enforcement::soft, 1), random));
  const Vector rising{{0.7, -0.4, 0.2, 0.1}};  // in a and c, where the rule asks for it
  EXPECT_EQ(evaluate(problem, rising).violation_rates.at("monotone").rate, 0.0);
  EXPECT_EQ(evaluate(problem, -rising).violation_rates.at("monotone").rate, 1.0);
}

/// 40 rows: a column of noise, the label itself, its opposite with three rows wrong, a constant.
Dataset leaky_data(RandomStream& random) {
  Dataset data;
  data.inputs = Matrix::Zero(4, 40);
  data.targets.resize(1, 40);
  for (Eigen::Index b = 0; b < 40; ++b) {
    data.targets(0, b) = static_cast<double>(b % 2);
    data.inputs(0, b) = random.normal();
    data.inputs(1, b) = 3.0 * data.targets(0, b) + random.uniform();
    data.inputs(2, b) = b < 1 ? 1.0 : -data.targets(0, b);
  }
  data.input_names = {"noise", "label", "opposite", "constant"};
  return data;
}

TEST(LeakSuspects, AreTheColumnsThatGiveTheLabelAwayInEitherDirection) {
  RandomStream random(164);
  SCOPED_TRACE("seed 164");
  EXPECT_EQ(leak_suspects(leaky_data(random)), (std::vector<std::string>{"label", "opposite"}));
}

TEST(LeakSuspects, FollowTheLimit) {
  RandomStream random(165);
  SCOPED_TRACE("seed 165");
  Dataset data = leaky_data(random);
  for (Eigen::Index b = 0; b < 12; ++b) data.inputs(2, b) = 0.0;  // the opposite knows less now
  EXPECT_EQ(leak_suspects(data), (std::vector<std::string>{"label"}));
  EXPECT_EQ(leak_suspects(data, 0.8), (std::vector<std::string>{"label", "opposite"}));
  EXPECT_TRUE(leak_suspects(data, 1.0).empty());
}

TEST(LeakSuspects, DataWithoutALabelAreRefused) {
  RandomStream random(166);
  Dataset data = leaky_data(random);
  data.targets(0, 3) = 0.5;
  moo::test::expect_says(
      moo::test::complaint_of<moo::InvalidArgument>([&] { (void)leak_suspects(data); }),
      {"labels", "0 or 1", "row 3"});
}

}  // namespace
