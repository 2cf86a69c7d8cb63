#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "libmoo/constraint/collocation.hpp"
#include "libmoo/constraint/input_change.hpp"
#include "libmoo/constraint/placed_probes.hpp"
#include "tests/constraint/quantity_checks.hpp"

namespace {

using moo::Collocation;
using moo::CollocationPoints;
using moo::Dataset;
using moo::InvalidArgument;
using moo::Matrix;
using moo::noised;
using moo::RandomStream;
using moo::sample_points;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::expect_says;
using moo::test::random_data;
using moo::test::three_scales;
using Scheme = Collocation::Scheme;

Dataset some_data() {
  RandomStream random(561);
  return random_data(random, 7, 1);
}

Vector raw(const CollocationPoints& points, int input) {
  const auto s = three_scales();
  return points.inputs.row(input).transpose().array() * s.scale(input) + s.mean(input);
}

TEST(Collocation, PointsLieInTheirRangesInRawUnitsAndOtherInputsComeFromRows) {
  const Dataset data = some_data();
  for (const auto scheme :
       {Scheme::uniform, Scheme::latin_hypercube, Scheme::halton, Scheme::grid}) {
    const CollocationPoints points =
        sample_points("rule",
                      {.ranges = {{"c", 10.0, 12.0}, {"a", -5.0, -4.0}},
                       .count = scheme == Scheme::grid ? 6 : 35,
                       .scheme = scheme},
                      three_scales(), data);
    ASSERT_EQ(points.inputs.cols(), scheme == Scheme::grid ? 36 : 35);
    EXPECT_GE(raw(points, 2).minCoeff(), 10.0 - 1e-12);
    EXPECT_LE(raw(points, 2).maxCoeff(), 12.0 + 1e-12);
    EXPECT_GE(raw(points, 0).minCoeff(), -5.0 - 1e-12);
    EXPECT_LE(raw(points, 0).maxCoeff(), -4.0 + 1e-12);
    Vector times = Vector::Zero(7);
    for (Eigen::Index k = 0; k < points.inputs.cols(); ++k) {
      const int row = points.rows[static_cast<std::size_t>(k)];
      EXPECT_EQ(points.inputs(1, k), data.inputs(1, row));
      times(row) += 1.0;
    }
    EXPECT_LE(times.maxCoeff() - times.minCoeff(), 1.0);
  }
}

TEST(Collocation, SchemesFillTheRangeAsTheySay) {
  const Dataset data = some_data();
  const auto unit = [&](Scheme scheme, int count) {
    return sample_points(
               "rule",
               {.ranges = {{"a", 0.0, 1.0}, {"b", 0.0, 1.0}}, .count = count, .scheme = scheme}, {},
               data)
        .inputs;
  };
  const Matrix hypercube = unit(Scheme::latin_hypercube, 50);
  for (int i = 0; i < 2; ++i) {
    std::set<int> slices;
    for (int k = 0; k < 50; ++k) slices.insert(static_cast<int>(hypercube(i, k) * 50.0));
    EXPECT_EQ(slices.size(), 50u);
  }
  const Matrix halton = unit(Scheme::halton, 5);
  EXPECT_LT((halton.row(0) - Eigen::RowVectorXd{{0.5, 0.25, 0.75, 0.125, 0.625}}).norm(), 1e-15);
  EXPECT_LT((halton.row(1) * 9.0 - Eigen::RowVectorXd{{3, 6, 1, 4, 7}}).norm(), 1e-14);
  const Matrix grid = unit(Scheme::grid, 3);
  std::set<std::pair<double, double>> nodes;
  for (int k = 0; k < 9; ++k) nodes.emplace(grid(0, k), grid(1, k));
  EXPECT_EQ(nodes.size(), 9u);
  EXPECT_TRUE(nodes.count({0.0, 1.0}) && nodes.count({0.5, 0.5}) && nodes.count({1.0, 0.0}));
}

TEST(Collocation, TheSeedDecidesAndHeldInputsAreTheSameEverywhere) {
  const Dataset data = some_data();
  const auto points = [&](std::uint64_t seed) {
    return sample_points("rule", {.ranges = {{"a", 0.0, 1.0}}, .held = {{"c", 2.5}}, .seed = seed},
                         three_scales(), data);
  };
  EXPECT_EQ(points(3).inputs, points(3).inputs);
  EXPECT_GT((points(3).inputs.row(0) - points(4).inputs.row(0)).norm(), 0.1);
  EXPECT_LT((raw(points(3), 2).array() - 2.5).abs().maxCoeff(), 1e-13);
}

TEST(Collocation, WhatMakesNoSenseIsRefused) {
  const Dataset data = some_data();
  const auto complaint = [&](const Collocation& collocation) {
    return complaint_of<InvalidArgument>(
        [&] { (void)sample_points("mine", collocation, {}, data); });
  };
  expect_says(complaint({}), {"mine", "without ranges"});
  expect_says(complaint({.ranges = {{"a", 1.0, 1.0}}}), {"mine", "low < high", "a from 1 to 1"});
  expect_says(complaint({.ranges = {{"a"}, {"a"}}}), {"mine", "'a' twice"});
  expect_says(complaint({.ranges = {{"a"}}, .held = {{"a", 1.0}}}), {"mine", "'a' twice"});
  expect_says(complaint({.ranges = {{"a"}}, .held = {{"b", std::nan("")}}}), {"mine", "'b'"});
  expect_says(complaint({.ranges = {{"a"}}, .count = 0}), {"mine", "1 to 1000000", "0"});
  expect_says(complaint({.ranges = {{"a"}}, .count = 1, .scheme = Scheme::grid}),
              {"mine", "2 or more"});
  expect_says(complaint({.ranges = {{"a"}, {"b"}}, .count = 1001, .scheme = Scheme::grid}),
              {"mine", "1000000", "1001"});
  expect_says(complaint({.ranges = {{"age"}}}), {"age", "a, b, c"});
}

TEST(Noised, EveryRowHasItsOwnDrawWhateverTheLengthOfTheData) {
  RandomStream random(562);
  SCOPED_TRACE("seed 562");
  const Dataset data = random_data(random, 4000, 1);
  const Dataset part = data.subset({0, 1, 2, 3, 4});
  const auto changed = [](const Dataset& rows, std::uint64_t seed) {
    return moo::changed_inputs("rule", {{noised("b", 0.5, seed)}}, rows);
  };
  const Matrix noise = changed(data, 1) - data.inputs;
  EXPECT_EQ(noise.row(0).norm() + noise.row(2).norm(), 0.0);
  EXPECT_NEAR(noise.row(1).mean(), 0.0, 0.03);
  EXPECT_NEAR(std::sqrt(noise.row(1).array().square().mean()), 0.5, 0.02);
  EXPECT_EQ(changed(data, 1), changed(data, 1));
  EXPECT_EQ(changed(data, 1).leftCols(5), changed(part, 1));
  EXPECT_GT((changed(data, 1) - changed(data, 2)).norm(), 1.0);
}

TEST(Noised, ItsDeviationIsInRawUnitsWithAStandardizer) {
  const Dataset data = some_data();
  const Matrix own = moo::changed_inputs("rule", {{noised("a", 0.5)}}, data) - data.inputs;
  const Matrix raw_noise =
      moo::changed_inputs("rule", {{noised("a", 0.5)}, three_scales()}, data) - data.inputs;
  EXPECT_LT((own - 2.0 * raw_noise).norm(), 1e-14);  // scale 2
  EXPECT_EQ(to_string(moo::Transformation{{noised("a", 0.5)}}), "a with noise of 0.5");
}

TEST(Noised, NoNoiseIsRefused) {
  for (const double deviation : {0.0, -1.0, std::numeric_limits<double>::infinity()}) {
    expect_says(complaint_of<InvalidArgument>([&] { (void)noised("a", deviation); }),
                {"noised", "a deviation > 0", "'a'"});
  }
}

}  // namespace
