#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "libmoo/io/context.hpp"
#include "libmoo/training/describe_groups.hpp"
#include "tests/support/expect_complaint.hpp"
#include "tests/training/training_samples.hpp"

namespace {

using moo::AggregationKind;
using moo::ChanceSurrogate;
using moo::ConstraintGroup;
using moo::describe_groups;
using moo::Enforcement;
using moo::GroupInfo;
using moo::InvalidArgument;
using moo::PenaltyShape;
using moo::RandomStream;
using moo::TrainingProblem;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::expect_says;
using moo::test::group_of;
using moo::test::monotone_rule;
using moo::test::parity_rule;

TrainingProblem problem_with(std::vector<ConstraintGroup> groups) {
  RandomStream random(171);
  return TrainingProblem(moo::test::sample_setup({3, 4, 1}, moo::Activation::tanh,
                                                 moo::LossKind::binary_cross_entropy,
                                                 std::move(groups), random));
}

ConstraintGroup parity(Enforcement enforcement = Enforcement::soft) {
  ConstraintGroup group =
      group_of("parity", enforcement, {PenaltyShape::huber_hinge, 0.01, 0.5}, {parity_rule()});
  group.tolerance = 0.02;
  return group;
}

/// A document that holds nothing but these groups is one the front file takes.
void expect_writable(const std::vector<GroupInfo>& groups, const TrainingProblem& problem) {
  moo::FrontDocument document;
  document.context.created = "2026-03-01T12:34:56Z";
  document.context.cores = 1;
  document.report.seed = document.context.seed;
  document.report.front = moo::Front(problem);
  document.groups = groups;
  EXPECT_NO_THROW(moo::check_document(document));
}

TEST(DescribeGroups, SaysOfASoftGroupWhatItsPenaltyIs) {
  const TrainingProblem problem = problem_with({parity()});
  const GroupInfo info = describe_groups(problem).at(0);
  EXPECT_EQ(info.name, "parity");
  EXPECT_EQ(info.enforcement, Enforcement::soft);
  EXPECT_EQ(info.rules, std::vector<std::string>{parity_rule()->name()});
  EXPECT_EQ(info.unit, parity_rule()->unit());
  EXPECT_EQ(info.probes,
            problem.residuals(0, Vector::Ones(problem.num_variables())).residuals.size());
  EXPECT_EQ(info.tolerance, 0.02);
  EXPECT_EQ(info.margin, 0.01);
  EXPECT_EQ(info.scale, 0.5);
  EXPECT_EQ(info.scale_origin, "given");
  EXPECT_EQ(info.shape, "huber_hinge");
  EXPECT_EQ(info.shape_parameter, 0.1) << "the default is filled in";
  EXPECT_EQ(info.aggregation, "mean");
  EXPECT_FALSE(info.aggregation_parameter);
  EXPECT_FALSE(info.chance);
}

TEST(DescribeGroups, CountsTheResidualsOfAllRulesAndJoinsTheirNames) {
  const auto groups = moo::test::groups_of(moo::test::Rules::together, Enforcement::soft, 1);
  const TrainingProblem problem = problem_with(groups);
  const GroupInfo info = describe_groups(problem).at(0);
  long probes = 0;
  for (const auto& rule : groups[0].constraints) {
    probes += describe_groups(problem_with({group_of("alone", Enforcement::soft, {}, {rule})}))
                  .at(0)
                  .probes;
  }
  EXPECT_GT(probes, 4);
  EXPECT_EQ(info.probes, probes);
  ASSERT_EQ(info.rules.size(), 4u);
  EXPECT_EQ(info.rules[1], parity_rule()->name());
}

TEST(DescribeGroups, EveryShapeAndAggregationFitsTheFrontFile) {
  for (const std::string& shape : moo::penalty_shape_names()) {
    for (const moo::Aggregation& aggregation : moo::test::aggregation_samples()) {
      ConstraintGroup group = parity();
      group.penalty.shape = moo::penalty_shape_from(shape);
      group.aggregation = aggregation;
      const TrainingProblem problem = problem_with({group});
      const std::vector<GroupInfo> groups = describe_groups(problem);
      SCOPED_TRACE(shape + ", " + groups[0].aggregation);
      EXPECT_EQ(groups[0].shape, shape);
      expect_writable(groups, problem);
    }
  }
}

TEST(DescribeGroups, ShapesWithoutParameterHaveNone) {
  ConstraintGroup group = parity();
  group.penalty.shape = PenaltyShape::squared_hinge;
  EXPECT_FALSE(describe_groups(problem_with({group})).at(0).shape_parameter);
  group.penalty = {.shape = PenaltyShape::power, .shape_parameter = 3.0};
  EXPECT_EQ(describe_groups(problem_with({group})).at(0).shape_parameter, 3.0);
}

TEST(DescribeGroups, AggregationsHaveTheirOwnParameter) {
  ConstraintGroup group = parity();
  group.aggregation = {AggregationKind::log_mean_exp, 0.2, 0.35};
  EXPECT_EQ(describe_groups(problem_with({group})).at(0).aggregation_parameter, 0.2);
  group.aggregation.kind = AggregationKind::cvar;
  EXPECT_EQ(describe_groups(problem_with({group})).at(0).aggregation_parameter, 0.35);
}

TEST(DescribeGroups, HardGroupsHaveNoPenalty) {
  const TrainingProblem problem = problem_with({parity(Enforcement::hard)});
  const std::vector<GroupInfo> groups = describe_groups(problem);
  EXPECT_EQ(groups[0].enforcement, Enforcement::hard);
  EXPECT_EQ(groups[0].scale, 0.5);
  EXPECT_EQ(groups[0].shape + groups[0].aggregation, "");
  EXPECT_FALSE(groups[0].shape_parameter || groups[0].aggregation_parameter || groups[0].chance);
  expect_writable(groups, problem);
}

TEST(DescribeGroups, ProbabilisticGroupsHaveTheirSurrogate) {
  ConstraintGroup group = group_of("monotone", Enforcement::probabilistic, {}, {monotone_rule()});
  group.chance = {.delta = 0.2, .surrogate = ChanceSurrogate::smoothed_rate, .temperature = 0.3};
  const TrainingProblem smoothed = problem_with({group});
  const std::vector<GroupInfo> groups = describe_groups(smoothed);
  ASSERT_TRUE(groups[0].chance);
  EXPECT_EQ(groups[0].chance->delta, 0.2);
  EXPECT_EQ(groups[0].chance->surrogate, "smoothed_rate");
  EXPECT_EQ(groups[0].chance->temperature, 0.3);
  EXPECT_EQ(groups[0].shape + groups[0].aggregation, "");
  expect_writable(groups, smoothed);

  group.chance.surrogate = ChanceSurrogate::cvar;
  const TrainingProblem worst = problem_with({group});
  EXPECT_EQ(describe_groups(worst)[0].chance->surrogate, "cvar");
  EXPECT_FALSE(describe_groups(worst)[0].chance->temperature);
  expect_writable(describe_groups(worst), worst);
}

TEST(DescribeGroups, SaysWhichScalesWereFoundAutomatically) {
  const TrainingProblem problem =
      problem_with(moo::test::groups_of(moo::test::Rules::both, Enforcement::soft, 1));
  const std::vector<GroupInfo> groups = describe_groups(problem, {"monotone"});
  EXPECT_EQ(groups[0].scale_origin, "given");
  EXPECT_EQ(groups[1].scale_origin, "automatic");
  expect_writable(groups, problem);
}

TEST(DescribeGroups, ScalesOfGroupsItDoesNotHaveAreRefused) {
  const TrainingProblem problem = problem_with({parity()});
  expect_says(
      complaint_of<InvalidArgument>([&] { (void)describe_groups(problem, {"parities"}); }),
      {"describe_groups", "no such group", "expected parity", "'parities'", "did you mean"});
}

}  // namespace
