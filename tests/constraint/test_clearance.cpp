#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>

#include "libmoo/constraint/clearance.hpp"
#include "tests/constraint/quantity_checks.hpp"

namespace {

using moo::Ball;
using moo::BallDistance;
using moo::Clearance;
using moo::Dataset;
using moo::DistanceExpansion;
using moo::DistanceField;
using moo::GridDistance;
using moo::InvalidArgument;
using moo::Matrix;
using moo::ProbeBatch;
using moo::RandomStream;
using moo::signed_distances;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::complaint_when_bound;
using moo::test::expect_quantity_derivatives;
using moo::test::expect_says;
using moo::test::random_data;
using moo::test::residuals_under;

BallDistance two_discs() {
  return BallDistance({{Vector{{0.0, 0.0}}, 1.0}, {Vector{{4.0, 1.0}}, 0.5}});
}

/// What a field says on a grid.
Matrix on_grid(const DistanceField& field, int rows, int cols, moo::GridPlace place) {
  Matrix values(rows, cols);
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < cols; ++c) {
      const double point[] = {place.x + c * place.cell, place.y + r * place.cell};
      values(r, c) = field.expand(point).value;
    }
  }
  return values;
}

void expect_field_derivatives(const DistanceField& field, const Vector& point,
                              moo::test::Worst& worst) {
  const Eigen::Index d = point.size();
  const DistanceExpansion found = field.expand(point.data());
  for (Eigen::Index i = 0; i < d; ++i) {
    const Vector slopes = moo::test::difference(
        [&](double h) -> Vector {
          Vector moved = point;
          moved(i) += h;
          const DistanceExpansion there = field.expand(moved.data());
          Vector all(1 + d);
          all << there.value, there.gradient.head(d);
          return all;
        },
        1e-4);
    Vector exact(1 + d);
    exact << found.gradient(i), found.hessian.row(i).head(d).transpose();
    worst.expect(moo::test::relative_error(exact, slopes), 1e-8);
  }
}

TEST(BallDistance, IsPositiveOutsideAndNegativeInsideTheNearestBall) {
  const BallDistance field = two_discs();
  const auto at = [&](double x, double y) { return field.expand(Vector{{x, y}}.data()).value; };
  EXPECT_DOUBLE_EQ(at(0.0, 2.0), 1.0);
  EXPECT_DOUBLE_EQ(at(0.5, 0.0), -0.5);
  EXPECT_DOUBLE_EQ(at(4.0, 1.25), -0.25);
  EXPECT_DOUBLE_EQ(at(0.0, 0.0), -1.0);
}

TEST(GridDistance, PassesThroughItsNumbersAndReproducesPlanes) {
  RandomStream random(551);
  SCOPED_TRACE("seed 551");
  const moo::GridPlace place{-1.0, 2.0, 0.25};
  const Matrix values = moo::test::normal_matrix(random, 5, 7);
  const GridDistance field(values, place);
  for (int r = 0; r < 5; ++r) {
    for (int c = 0; c < 7; ++c) {
      const double point[] = {-1.0 + 0.25 * c, 2.0 + 0.25 * r};
      EXPECT_NEAR(field.expand(point).value, values(r, c), 1e-13);
    }
  }
  Matrix plane(5, 7);
  for (int r = 0; r < 5; ++r) {
    for (int c = 0; c < 7; ++c) plane(r, c) = 3.0 * (-1.0 + 0.25 * c) - 2.0 * (2.0 + 0.25 * r);
  }
  const GridDistance flat(plane, place);
  for (int k = 0; k < 20; ++k) {
    const Vector point{{random.uniform(-1.0, 0.5), random.uniform(2.0, 3.0)}};
    const DistanceExpansion found = flat.expand(point.data());
    EXPECT_NEAR(found.value, 3.0 * point(0) - 2.0 * point(1), 1e-12);
    EXPECT_NEAR(found.gradient(0), 3.0, 1e-12);
    EXPECT_NEAR(found.gradient(1), -2.0, 1e-12);
    EXPECT_LT(found.hessian.norm(), 1e-10);
  }
}

TEST(GridDistance, DerivativesAgreeWithDifferencesAndAreContinuousAcrossCells) {
  RandomStream random(552);
  SCOPED_TRACE("seed 552");
  const GridDistance field(moo::test::normal_matrix(random, 6, 6), {0.0, 0.0, 1.0});
  moo::test::Worst worst("derivatives of grid");
  for (int k = 0; k < 40; ++k) {
    const Vector point{
        {random.index(5) + random.uniform(0.1, 0.9), random.index(5) + random.uniform(0.1, 0.9)}};
    expect_field_derivatives(field, point, worst);
  }
  for (const double edge : {1.0, 3.0}) {
    const DistanceExpansion left = field.expand(Vector{{edge - 1e-10, 2.3}}.data());
    const DistanceExpansion right = field.expand(Vector{{edge + 1e-10, 2.3}}.data());
    EXPECT_LT((left.gradient - right.gradient).norm(), 1e-8);
    EXPECT_LT((left.hessian - right.hessian).norm(), 1e-7);
  }
}

TEST(GridDistance, OutsideItIsThatOfTheNearestPointOfTheGrid) {
  RandomStream random(553);
  const GridDistance field(moo::test::normal_matrix(random, 4, 4), {0.0, 0.0, 1.0});
  const DistanceExpansion beyond = field.expand(Vector{{5.0, 1.4}}.data());
  const DistanceExpansion edge = field.expand(Vector{{3.0, 1.4}}.data());
  EXPECT_EQ(beyond.value, edge.value);
  EXPECT_EQ(beyond.gradient(0), 0.0);
  EXPECT_EQ(beyond.gradient(1), edge.gradient(1));
}

TEST(GridDistance, AFinerGridIsNearerToTheExactDistance) {
  const BallDistance exact({{Vector{{0.0, 0.0}}, 1.0}});
  double before = 1.0;
  for (const int n : {11, 21, 41}) {
    const moo::GridPlace place{1.0, 1.0, 4.0 / (n - 1)};
    const GridDistance field(on_grid(exact, n, n, place), place);
    double error = 0.0;
    for (int k = 0; k < 50; ++k) {
      const Vector point{{1.5 + 0.06 * k, 4.2 - 0.05 * k}};
      error = std::max(
          error, std::abs(field.expand(point.data()).value - exact.expand(point.data()).value));
    }
    EXPECT_LT(error, 0.2 * before);
    before = error;
  }
  EXPECT_LT(before, 1e-4);
}

TEST(SignedDistances, AgreeWithASearchThroughAllCells) {
  RandomStream random(554);
  SCOPED_TRACE("seed 554");
  for (const double density : {0.02, 0.3, 0.9}) {
    Matrix occupied(13, 9);
    for (double& x : occupied.reshaped()) x = random.uniform() < density ? 1.0 : 0.0;
    occupied(3, 3) = 1.0;
    occupied(5, 7) = 0.0;
    const Matrix found = signed_distances(occupied, 0.5);
    for (int r = 0; r < 13; ++r) {
      for (int c = 0; c < 9; ++c) {
        double nearest = std::numeric_limits<double>::infinity();
        for (int i = 0; i < 13; ++i) {
          for (int j = 0; j < 9; ++j) {
            if (occupied(i, j) == occupied(r, c)) continue;
            nearest = std::min(nearest, std::hypot(i - r, j - c));
          }
        }
        const double sign = occupied(r, c) > 0.0 ? -1.0 : 1.0;
        EXPECT_NEAR(found(r, c), sign * 0.5 * (nearest - 0.5), 1e-13);
      }
    }
  }
}

TEST(Clearance, ResidualsAreWhatIsMissingToTheMargin) {
  Dataset data;
  data.inputs = Matrix{{0.0, 1.0, 2.0}};
  data.targets = Matrix::Zero(3, 3);
  data.input_names = {"t"};
  const auto path = [](const Vector& x) { return Vector{{2.0 * x(0), 99.0, 0.0}}; };
  const auto obstacles =
      std::make_shared<BallDistance>(std::vector<Ball>{{Vector{{0.0, 0.0}}, 1.0}});
  EXPECT_EQ(residuals_under(Clearance({.obstacles = obstacles, .margin = 1.5, .outputs = {2, 0}}),
                            data, path),
            (Vector{{2.5, 0.5, -1.5}}));
  const Vector between = residuals_under(
      Clearance({.obstacles = obstacles,
                 .outputs = {0, 2},
                 .where = {.points = {{.ranges = {{"t", 0.0, 2.0}},
                                       .count = 5,
                                       .scheme = moo::Collocation::Scheme::grid}}}}),
      data, path);
  EXPECT_EQ(between, (Vector{{1.0, 0.0, -1.0, -2.0, -3.0}}));
}

TEST(Clearance, DerivativesAgreeWithDifferences) {
  RandomStream random(555);
  SCOPED_TRACE("seed 555");
  moo::test::WorstDerivatives worst("clearance");
  const Dataset data = random_data(random, 5, 3);
  expect_quantity_derivatives(
      worst,
      Clearance({.obstacles = std::make_shared<BallDistance>(two_discs()), .outputs = {2, 0}}),
      data, random);
  expect_quantity_derivatives(worst,
                              Clearance({.obstacles = std::make_shared<BallDistance>(
                                             std::vector<Ball>{{Vector{{0.0, 5.0, 1.0}}, 1.0}})}),
                              data, random);
  const Matrix grid = moo::test::normal_matrix(random, 4, 4);
  // cells large enough that differences stay within one
  expect_quantity_derivatives(
      worst,
      Clearance({.obstacles = std::make_shared<GridDistance>(grid, moo::GridPlace{-31, -31, 20}),
                 .outputs = {1, 2},
                 .where = {.points = {{.ranges = {{"a", 0.0, 1.0}}, .count = 4}}}}),
      data, random);
}

TEST(Clearance, WhatMakesNoSenseIsRefused) {
  RandomStream random(556);
  const Dataset data = random_data(random, 5, 3);
  const auto complaint = [](const auto& make) { return complaint_of<InvalidArgument>(make); };
  const auto discs = std::make_shared<BallDistance>(two_discs());
  expect_says(complaint([] { Clearance({.obstacles = nullptr}); }), {"Clearance", "no obstacles"});
  expect_says(complaint([&] { Clearance({.obstacles = discs, .margin = std::nan("")}); }),
              {"Clearance", "finite margin", "nan"});
  expect_says(complaint_when_bound(Clearance({.obstacles = discs}), data),
              {"clearance", "a position", "2", "3"});
  expect_says(complaint([] { BallDistance({}); }), {"BallDistance", "at least one ball"});
  expect_says(complaint([] { BallDistance({{Vector{{0.0, 0.0}}, 0.0}}); }), {"radius 0"});
  expect_says(complaint([] { GridDistance(Matrix::Zero(1, 5), {}); }), {"GridDistance", "1 x 5"});
  expect_says(complaint([] { GridDistance(Matrix::Zero(5, 5), {.cell = 0.0}); }),
              {"GridDistance", "> 0"});
  expect_says(complaint([] { (void)signed_distances(Matrix::Zero(3, 3), 1.0); }),
              {"signed_distances", "0 of 9"});
  const Clearance rule({.obstacles = discs, .margin = 0.1});
  EXPECT_EQ(rule.name(), "clearance");
  EXPECT_EQ(rule.unit(), "position");
  EXPECT_EQ(rule.sense(), moo::Sense::inequality);
  EXPECT_EQ(rule.reads(), moo::ModelQuantity{});
}

}  // namespace
