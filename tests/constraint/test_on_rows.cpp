#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "libmoo/constraint/error_parity.hpp"
#include "libmoo/constraint/list_exposure.hpp"
#include "libmoo/constraint/monotone_derivative.hpp"
#include "libmoo/constraint/monotone_pairs.hpp"
#include "libmoo/constraint/on_rows.hpp"
#include "libmoo/constraint/top_k_share.hpp"
#include "tests/constraint/fairness_samples.hpp"
#include "tests/constraint/quantity_checks.hpp"

namespace {

using moo::Comparison;
using moo::Constraint;
using moo::Dataset;
using moo::InvalidArgument;
using moo::Matrix;
using moo::on_rows;
using moo::ProbeBatch;
using moo::RandomStream;
using moo::RowPredicate;
using moo::side_column;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::expect_says;
using moo::test::group_data;
using moo::test::residuals_under;

const RowPredicate kept = {{side_column("score"), Comparison::less, 0.6}};

/// Linear and not, one residual and several, with probes of their own.
std::vector<std::shared_ptr<const Constraint>> inner_rules() {
  using Measure = moo::ExposureConcentration::Measure;
  return {std::make_shared<moo::ErrorParity>("group", moo::ErrorParity::Kind::binary),
          std::make_shared<moo::ErrorParity>("group", moo::ErrorParity::Kind::regression),
          std::make_shared<moo::ExposureParity>(moo::RankedLists{"list", 0.3}, "group"),
          std::make_shared<moo::ExposureConcentration>(moo::RankedLists{"list", 0.3},
                                                       Measure::entropy_deficit, 0.1, "region"),
          std::make_shared<moo::ListSimilarity>(moo::RankedLists{"list", 0.3}, "age", 2.0, 0.3),
          std::make_shared<moo::MonotonePairs>(std::vector<std::string>{"a"},
                                               moo::MonotonePairs::Direction::rising, 0.5)};
}

TEST(OnRows, IsTheRuleOnTheDataOfTheseRows) {
  RandomStream random(701);
  SCOPED_TRACE("seed 701");
  const Dataset data = group_data(random, 30, 1);
  const Dataset part = data.subset(moo::matching_rows("test", kept, data));
  ASSERT_LT(part.num_rows(), 30);
  const auto model = [](const Vector& x) { return Vector::Constant(1, std::sin(x.sum())); };
  for (const auto& rule : inner_rules()) {
    EXPECT_EQ(residuals_under(*on_rows(rule, kept), data, model),
              residuals_under(*rule, part, model))
        << rule->name();
  }
}

TEST(OnRows, DerivativesAgreeWithDifferences) {
  RandomStream random(702);
  SCOPED_TRACE("seed 702");
  const Dataset data = group_data(random, 20, 2);
  for (const auto& rule : inner_rules()) {
    moo::test::expect_derivatives(*on_rows(rule, kept), data, random);
    moo::test::expect_derivatives(
        *on_rows(on_rows(rule, kept), {{side_column("age"), Comparison::less, 4.0}}), data, random);
  }
}

TEST(OnRows, TrainsOnDirectionalProbesToo) {
  RandomStream random(703);
  SCOPED_TRACE("seed 703");
  const Dataset data = group_data(random, 20, 1);
  const auto slope =
      std::make_shared<moo::MonotoneDerivative>(moo::MonotoneDerivativeOptions{.inputs = {"a"}});
  moo::test::Worst worst("gradient");
  moo::test::expect_training_gradients(
      data, moo::LossKind::squared_error,
      {slope, on_rows(slope, kept), on_rows(inner_rules().back(), kept)}, random, worst);
}

TEST(OnRows, KeepsWhatTheRuleSaysAboutItself) {
  const auto share =
      std::make_shared<moo::TopKShare>(moo::TopKShareOptions{.member_column = "group", .count = 2});
  const auto on = on_rows(share, kept);
  EXPECT_EQ(on->name(), share->name() + " where score < 0.6");
  EXPECT_EQ(on->unit(), share->unit());
  EXPECT_EQ(on->sense(), share->sense());
  ASSERT_NE(on->annealed(0.5), nullptr);
  EXPECT_EQ(on->annealed(0.5)->name(), on->name());
  EXPECT_EQ(on_rows(inner_rules()[0], kept)->annealed(0.5), nullptr);
}

TEST(OnRows, RefusesNoRuleAndNoRows) {
  expect_says(complaint_of<InvalidArgument>([] { (void)on_rows(nullptr, kept); }),
              {"on_rows", "no rule"});
  RandomStream random(704);
  const Dataset data = group_data(random, 20, 1);
  const auto none = on_rows(inner_rules()[0], {{side_column("age"), Comparison::greater, 1e9}});
  expect_says(complaint_of<InvalidArgument>([&] { (void)moo::test::bound_to(*none, data); }),
              {"error parity over group where age > "});
}

}  // namespace
