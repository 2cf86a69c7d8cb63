#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "libmoo/constraint/curvature_bound.hpp"
#include "libmoo/constraint/monotone_derivative.hpp"
#include "libmoo/constraint/slope_bound.hpp"
#include "tests/constraint/quantity_checks.hpp"

namespace {

using moo::CurvatureBound;
using moo::Dataset;
using moo::InvalidArgument;
using moo::MonotoneDerivative;
using moo::RandomStream;
using moo::SlopeBound;
using moo::Standardizer;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::complaint_when_bound;
using moo::test::derivative_residuals_under;
using moo::test::expect_quantity_derivatives;
using moo::test::expect_says;
using moo::test::of_standardised;
using moo::test::random_data;
using moo::test::three_scales;

/// Of raw inputs: rises in a, falls in b, a parabola in c.
const auto curve = [](const auto& x) {
  using std::exp;
  using T = std::decay_t<decltype(x[0])>;
  return std::vector<T>{T(0.0), exp(0.5 * x[0]) - 3.0 * x[1] + x[2] * x[2] + 0.1 * x[0] * x[2]};
};

/// Its derivatives at data that were standardised so.
Vector slope_by_hand(const Dataset& data, const Standardizer& s, int input) {
  const auto raw = [&](int i) {
    return data.inputs.row(i).transpose().array() * s.scale(i) + s.mean(i);
  };
  if (input == 0) return 0.5 * (0.5 * raw(0)).exp() + 0.1 * raw(2);
  if (input == 1) return Vector::Constant(data.num_rows(), -3.0);
  return 2.0 * raw(2) + 0.1 * raw(0);
}

TEST(MonotoneDerivative, ResidualsAreTheFallPerUnitOfTheRawInput) {
  RandomStream random(501);
  SCOPED_TRACE("seed 501");
  const Dataset data = random_data(random, 9, 2);
  const Standardizer s = three_scales();
  for (const auto direction :
       {MonotoneDerivative::Direction::rising, MonotoneDerivative::Direction::falling}) {
    const double sign = direction == MonotoneDerivative::Direction::rising ? 1.0 : -1.0;
    const MonotoneDerivative rule({.inputs = {"c", "a"},
                                   .direction = direction,
                                   .slope = 0.25,
                                   .output = 1,
                                   .where = {.standardizer = s}});
    const Vector found = derivative_residuals_under(rule, data, of_standardised(s, curve));
    ASSERT_EQ(found.size(), 18);
    const Vector c = slope_by_hand(data, s, 2), a = slope_by_hand(data, s, 0);
    EXPECT_LE(((0.25 - sign * c.array()).matrix() - found.head(9)).norm(), 1e-12);
    EXPECT_LE(((0.25 - sign * a.array()).matrix() - found.tail(9)).norm(), 1e-12);
  }
}

TEST(MonotoneDerivative, WithoutAStandardizerUnitsAreTheModelsOwn) {
  RandomStream random(502);
  SCOPED_TRACE("seed 502");
  const Dataset data = random_data(random, 5, 2);
  const Vector found =
      derivative_residuals_under(MonotoneDerivative({.inputs = {"b"}, .output = 1}), data,
                                 of_standardised(three_scales(), curve));
  EXPECT_LE((found.array() - 3.0 * 0.5).abs().maxCoeff(), 1e-13);  // scale 0.5
}

TEST(MonotoneDerivative, AtSampledPointsItSeesAFallThatNoDataRowHas) {
  RandomStream random(503);
  SCOPED_TRACE("seed 503");
  Dataset data = random_data(random, 20, 1);
  data.inputs = data.inputs.cwiseAbs();
  const auto parabola = [](const auto& x) {
    using T = std::decay_t<decltype(x[0])>;
    return std::vector<T>{x[0] * x[0]};
  };
  const MonotoneDerivative rows({.inputs = {"a"}});
  const MonotoneDerivative points(
      {.inputs = {"a"}, .where = {.points = {{.ranges = {{"a", -2.0, 2.0}}, .count = 40}}}});
  EXPECT_LT(derivative_residuals_under(rows, data, parabola).maxCoeff(), 0.0);
  const Vector found = derivative_residuals_under(points, data, parabola);
  EXPECT_EQ((found.array() > 0.0).count(), 20);  // a Latin hypercube halves every half
  EXPECT_GT(found.maxCoeff(), 3.8);
}

TEST(SlopeBound, ResidualsAreTheSlopeBeyondTheBoundOnBothSides) {
  RandomStream random(504);
  SCOPED_TRACE("seed 504");
  const Dataset data = random_data(random, 7, 2);
  const Standardizer s = three_scales();
  const SlopeBound rule(
      {.inputs = {"b", "c"}, .bound = 2.0, .output = 1, .where = {.standardizer = s}});
  const Vector found = derivative_residuals_under(rule, data, of_standardised(s, curve));
  ASSERT_EQ(found.size(), 4 * 7);
  const Vector slopes = slope_by_hand(data, s, 2);
  EXPECT_LE((found.segment(0, 7).array() + 5.0).abs().maxCoeff(), 1e-12);
  EXPECT_LE((found.segment(7, 7).array() - 1.0).abs().maxCoeff(), 1e-12);
  EXPECT_LE(((found.segment(14, 7) - slopes).array() + 2.0).abs().maxCoeff(), 1e-12);
  EXPECT_LE(((found.segment(21, 7) + slopes).array() + 2.0).abs().maxCoeff(), 1e-12);
}

TEST(SlopeBound, TheGradientNormIsThatOfAllChosenInputs) {
  RandomStream random(505);
  SCOPED_TRACE("seed 505");
  const Dataset data = random_data(random, 7, 2);
  const Standardizer s = three_scales();
  const SlopeBound rule({.inputs = {"a", "b", "c"},
                         .bound = 2.0,
                         .kind = SlopeBound::Kind::gradient_norm,
                         .output = 1,
                         .where = {.standardizer = s}});
  const Vector found = derivative_residuals_under(rule, data, of_standardised(s, curve));
  ASSERT_EQ(found.size(), 7);
  Vector expected = Vector::Constant(7, -4.0);
  for (int i = 0; i < 3; ++i) expected += slope_by_hand(data, s, i).cwiseAbs2();
  EXPECT_LE((found - expected).cwiseAbs().maxCoeff(), 1e-11);
}

TEST(CurvatureBound, ResidualsAreTheSecondDerivativePerSquaredRawUnit) {
  RandomStream random(506);
  SCOPED_TRACE("seed 506");
  const Dataset data = random_data(random, 6, 2);
  const Standardizer s = three_scales();
  const auto found = [&](CurvatureBound::Kind kind, double bound) {
    const CurvatureBound rule(
        {.inputs = {"c"}, .kind = kind, .bound = bound, .output = 1, .where = {.standardizer = s}});
    return derivative_residuals_under(rule, data, of_standardised(s, curve));
  };
  const auto is = [](const Vector& residuals, double value) {
    return (residuals.array() - value).abs().maxCoeff() < 1e-11;
  };
  const Vector smooth = found(CurvatureBound::Kind::smooth, 1.5);
  ASSERT_EQ(smooth.size(), 12);
  EXPECT_TRUE(is(smooth.head(6), 2.0 - 1.5));
  EXPECT_TRUE(is(smooth.tail(6), -2.0 - 1.5));
  EXPECT_TRUE(is(found(CurvatureBound::Kind::convex, 0.5), 0.5 - 2.0));
  EXPECT_TRUE(is(found(CurvatureBound::Kind::concave, 0.5), 0.5 + 2.0));
}

TEST(ShapeDerivativeRules, DerivativesAgreeWithDifferences) {
  RandomStream random(507);
  SCOPED_TRACE("seed 507");
  moo::test::WorstDerivatives monotone("monotone derivative");
  moo::test::WorstDerivatives slope("slope bound");
  moo::test::WorstDerivatives bend("curvature bound");
  const moo::Collocation points{.ranges = {{"a", -1.0, 1.0}, {"c", 0.0, 3.0}}, .count = 4};
  for (const int outputs : {1, 3}) {
    const Dataset data = random_data(random, 4, outputs);
    const int o = outputs - 1;
    expect_quantity_derivatives(
        monotone,
        MonotoneDerivative({.inputs = {"a", "b"}, .output = o, .where = {three_scales(), points}}),
        data, random);
    for (const auto kind : {SlopeBound::Kind::each_input, SlopeBound::Kind::gradient_norm}) {
      expect_quantity_derivatives(slope,
                                  SlopeBound({.inputs = {"a", "c"},
                                              .bound = 0.5,
                                              .kind = kind,
                                              .output = o,
                                              .where = {three_scales()}}),
                                  data, random);
    }
    for (const auto kind : {CurvatureBound::Kind::smooth, CurvatureBound::Kind::concave}) {
      expect_quantity_derivatives(
          bend, CurvatureBound({.inputs = {"b"}, .kind = kind, .bound = 0.5, .output = o}), data,
          random);
    }
  }
}

TEST(ShapeDerivativeRules, SayWhatTheyAre) {
  const MonotoneDerivative falling(
      {.inputs = {"a", "b"}, .direction = MonotoneDerivative::Direction::falling});
  EXPECT_EQ(falling.name(), "falling slope in a, b");
  EXPECT_EQ(falling.unit(), "prediction per unit of input");
  EXPECT_EQ(falling.sense(), moo::Sense::inequality);
  EXPECT_EQ(falling.reads().kind, moo::ModelQuantity::Kind::derivatives);
  const SlopeBound norm(
      {.inputs = {"a"}, .bound = 0.5, .kind = SlopeBound::Kind::gradient_norm, .unit = "euro"});
  EXPECT_EQ(norm.name(), "gradient at most 0.5 in a");
  EXPECT_EQ(norm.unit(), "(euro per unit of input)^2");
  EXPECT_EQ(norm.reads().kind, moo::ModelQuantity::Kind::derivatives);
  const CurvatureBound bent({.inputs = {"a"}, .kind = CurvatureBound::Kind::convex});
  EXPECT_EQ(bent.name(), "convex curvature in a");
  EXPECT_EQ(bent.unit(), "prediction per squared unit of input");
  EXPECT_EQ(bent.reads().kind, moo::ModelQuantity::Kind::derivatives);
}

TEST(ShapeDerivativeRules, WhatMakesNoSenseIsRefused) {
  RandomStream random(508);
  const Dataset data = random_data(random, 4, 2);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto complaint = [](const auto& make) { return complaint_of<InvalidArgument>(make); };
  expect_says(complaint([] { MonotoneDerivative({.inputs = {}}); }),
              {"MonotoneDerivative", "at least one input"});
  expect_says(complaint([&] { MonotoneDerivative({.inputs = {"a"}, .slope = nan}); }),
              {"MonotoneDerivative", "nan"});
  expect_says(complaint([] { SlopeBound({.inputs = {"a"}, .bound = -1.0}); }),
              {"SlopeBound", ">= 0", "-1"});
  expect_says(complaint([] { SlopeBound({.inputs = {"a", "a"}}); }), {"SlopeBound", "each once"});
  expect_says(complaint([] { CurvatureBound({.inputs = {"a"}, .bound = -1.0}); }),
              {"CurvatureBound", "-1"});
  expect_says(complaint_when_bound(MonotoneDerivative({.inputs = {"age"}}), data),
              {"age", "a, b, c"});
  expect_says(complaint_when_bound(SlopeBound({.inputs = {"a"}, .output = 2}), data),
              {"derivative at most 1 in a", "0 to 1", "2"});
  expect_says(complaint_when_bound(
                  CurvatureBound(
                      {.inputs = {"a"},
                       .where = {.standardizer = Standardizer{Vector::Ones(2), Vector::Ones(2)}}}),
                  data),
              {"curvature at most 0 in a", "standardizer", "3", "2"});
}

}  // namespace
