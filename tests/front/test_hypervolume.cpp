#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/base/random.hpp"
#include "libmoo/front/indicators.hpp"
#include "tests/support/expect_complaint.hpp"
#include "tests/support/function_problem.hpp"

namespace {

using moo::hypervolume;
using moo::InvalidArgument;
using moo::Matrix;
using moo::RandomStream;
using moo::Vector;
using moo::test::columns;
using moo::test::vector;

Matrix random_columns(RandomStream& random, int m, int count) {
  Matrix f(m, count);
  for (int k = 0; k < count; ++k) f.col(k) = random.uniform_vector(m);
  return f;
}

/// Points near the simplex x_1 + ... + x_m = 1: hardly any dominates another.
Matrix front_like(RandomStream& random, int m, int count) {
  Matrix f = random_columns(random, m, count);
  for (int k = 0; k < count; ++k) f.col(k) *= random.uniform(0.9, 1.0) / f.col(k).sum();
  return f;
}

/// sum over subsets S of (-1)^{|S|+1} prod_i (r_i - max_{k in S} f_i,k)_+.
double by_inclusion_and_exclusion(const Matrix& f, const Vector& reference) {
  double volume = 0.0;
  for (unsigned subset = 1; subset < (1u << f.cols()); ++subset) {
    Vector corner = Vector::Constant(f.rows(), -std::numeric_limits<double>::infinity());
    int members = 0;
    for (int k = 0; k < f.cols(); ++k) {
      if ((subset >> k & 1u) == 0) continue;
      corner = corner.cwiseMax(f.col(k));
      ++members;
    }
    volume += (members % 2 == 1 ? 1.0 : -1.0) * (reference - corner).cwiseMax(0.0).prod();
  }
  return volume;
}

TEST(Hypervolume, OfOnePointIsItsBox) {
  EXPECT_DOUBLE_EQ(hypervolume(columns({vector({1, 2})}), vector({4, 4})), 6.0);
  EXPECT_DOUBLE_EQ(hypervolume(columns({vector({1, 2, 3})}), vector({2, 4, 6})), 6.0);
  EXPECT_DOUBLE_EQ(hypervolume(columns({vector({3})}), vector({10})), 7.0);
}

TEST(Hypervolume, OfStaircasesIsTheSumOfTheirSteps) {
  EXPECT_DOUBLE_EQ(
      hypervolume(columns({vector({1, 3}), vector({2, 2}), vector({3, 1})}), vector({4, 4})), 6.0);
  // Three unit-thick boxes around a common 1 x 1 x 1 corner: 3 * 4 - 3 * 2 + 1.
  EXPECT_DOUBLE_EQ(hypervolume(columns({vector({0, 1, 1}), vector({1, 0, 1}), vector({1, 1, 0})}),
                               vector({2, 2, 2})),
                   4.0);
  EXPECT_DOUBLE_EQ(hypervolume(columns({vector({5}), vector({3}), vector({4})}), vector({10})),
                   7.0);
}

TEST(Hypervolume, OfNoPointsIsZero) {
  EXPECT_EQ(hypervolume(Matrix(2, 0), vector({1, 1})), 0.0);
  EXPECT_EQ(hypervolume(columns({vector({2, 2})}), vector({1, 1})), 0.0);
}

TEST(Hypervolume, AgreesWithInclusionAndExclusion) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const int m = 1 + random.index(6);
    Matrix f = random_columns(random, m, 1 + random.index(8));
    if (seed % 3 == 0) f = (4.0 * f.array()).round() / 4.0;  // ties and duplicates
    const Vector reference = random.uniform_vector(m, 0.6, 1.2);
    EXPECT_NEAR(hypervolume(f, reference), by_inclusion_and_exclusion(f, reference), 1e-12);
  }
}

TEST(Hypervolume, AgreesWithMonteCarloInThreeFourAndFiveDimensions) {
  constexpr int samples = 40000;
  for (const int m : {3, 4, 5}) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      SCOPED_TRACE("m " + std::to_string(m) + ", seed " + std::to_string(seed));
      RandomStream random(seed);
      const Matrix f = front_like(random, m, 25);
      int inside = 0;
      for (int k = 0; k < samples; ++k) {
        const Vector x = random.uniform_vector(m);
        bool dominated = false;
        for (int j = 0; j < f.cols() && !dominated; ++j) {
          dominated = (f.col(j).array() <= x.array()).all();
        }
        inside += dominated ? 1 : 0;
      }
      const double exact = hypervolume(f, Vector::Ones(m));
      const double deviation = std::sqrt(exact * (1.0 - exact) / samples);
      EXPECT_NEAR(static_cast<double>(inside) / samples, exact, 5.0 * deviation + 1e-9);
    }
  }
}

TEST(Hypervolume, WithAConstantThirdAxisIsThatOfTwoTimesTheDepth) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const Matrix flat = front_like(random, 2, 30);
    for (const int axis : {0, 1, 2}) {
      Matrix deep(3, flat.cols());
      int next = 0;
      for (int i = 0; i < 3; ++i) {
        if (i == axis) {
          deep.row(i).setConstant(0.25);
        } else {
          deep.row(i) = flat.row(next++);
        }
      }
      EXPECT_NEAR(hypervolume(deep, Vector::Ones(3)), 0.75 * hypervolume(flat, Vector::Ones(2)),
                  1e-12);
    }
  }
}

TEST(Hypervolume, DoesNotDependOnTheOrderOfPointsOrObjectives) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const int m = 2 + random.index(4);
    const Matrix f = random_columns(random, m, 20);
    const Vector reference = random.uniform_vector(m, 0.8, 1.2);
    const double volume = hypervolume(f, reference);
    Matrix shuffled(m, 20);
    const std::vector<int> order = random.permutation(20);
    for (int k = 0; k < 20; ++k) shuffled.col(k) = f.col(order[static_cast<std::size_t>(k)]);
    EXPECT_NEAR(hypervolume(shuffled, reference), volume, 1e-13);
    const std::vector<int> axes = random.permutation(m);
    Matrix turned(m, 20);
    Vector turned_reference(m);
    for (int i = 0; i < m; ++i) {
      turned.row(i) = f.row(axes[static_cast<std::size_t>(i)]);
      turned_reference(i) = reference(axes[static_cast<std::size_t>(i)]);
    }
    EXPECT_NEAR(hypervolume(turned, turned_reference), volume, 1e-13);
  }
}

TEST(Hypervolume, NeverFallsWhenAPointIsAddedAndStaysWhenItIsDominated) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const int m = 2 + random.index(4);
    const Matrix f = random_columns(random, m, 15);
    double before = 0.0;
    for (int k = 1; k <= f.cols(); ++k) {
      const double now = hypervolume(f.leftCols(k), Vector::Ones(m));
      EXPECT_GE(now, before - 1e-14);
      before = now;
    }
    Matrix more(m, 16);
    more << f, f.col(3) + 0.1 * (Vector::Ones(m) - f.col(3));
    EXPECT_NEAR(hypervolume(more, Vector::Ones(m)), before, 1e-13);
  }
}

TEST(Hypervolume, GetsNothingFromPointsOnOrBeyondTheReference) {
  const Matrix inside = columns({vector({0.2, 0.5, 0.6}), vector({0.5, 0.1, 0.7})});
  const Vector reference = Vector::Ones(3);
  const double volume = hypervolume(inside, reference);
  for (const Vector& outside : {vector({0.0, 0.0, 1.0}), vector({-5.0, -5.0, 2.0}),
                                vector({3.0, 3.0, 3.0}), vector({1.0, 1.0, 1.0})}) {
    Matrix f(3, 3);
    f << inside, outside;
    EXPECT_DOUBLE_EQ(hypervolume(f, reference), volume);
  }
}

TEST(Hypervolume, ScalesWithTheUnitsOfTheObjectives) {
  RandomStream random(6);
  const Matrix f = front_like(random, 4, 20);
  const Vector units = vector({2.0, 0.1, 100.0, 1.0});
  EXPECT_NEAR(hypervolume(units.asDiagonal() * f, units),
              units.prod() * hypervolume(f, Vector::Ones(4)), 1e-11);
}

TEST(Hypervolume, ComplainsAboutSizesAndNumbersItCannotUse) {
  using moo::test::complaint_of;
  using moo::test::expect_says;
  expect_says(
      complaint_of<InvalidArgument>([] { hypervolume(Matrix::Zero(2, 3), Vector::Ones(3)); }),
      {"hypervolume", "reference point", "expected 2", "got 3"});
  expect_says(complaint_of<InvalidArgument>([] { hypervolume(Matrix(2, 0), Vector::Ones(3)); }),
              {"hypervolume", "reference point", "expected 2", "got 3"});
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    Matrix f = Matrix::Zero(2, 3);
    f(1, 2) = bad;
    expect_says(complaint_of<InvalidArgument>([&] { hypervolume(f, Vector::Ones(2)); }),
                {"hypervolume", "not finite"});
    expect_says(complaint_of<InvalidArgument>(
                    [&] { hypervolume(Matrix::Zero(2, 3), Vector::Constant(2, bad)); }),
                {"hypervolume", "not finite"});
  }
}

TEST(SpacingVariation, IsZeroForEvenlySpacedFronts) {
  Matrix line(2, 11);
  for (int k = 0; k < 11; ++k) line.col(k) = vector({0.1 * k, 1.0 - 0.1 * k});
  EXPECT_NEAR(moo::spacing_variation(line), 0.0, 1e-12);
  const Matrix triangle = Matrix::Identity(3, 3);
  EXPECT_NEAR(moo::spacing_variation(triangle), 0.0, 1e-15);
}

TEST(SpacingVariation, IsTheDeviationOfDistancesOverTheirMean) {
  // Distances 1 and 3: mean 2, deviation 1.
  const Matrix f = columns({vector({4, 0}), vector({0, 0}), vector({1, 0})});
  EXPECT_NEAR(moo::spacing_variation(f), 0.5, 1e-15);
  // Nearest-neighbour distances 1, 1, 4.
  const Matrix g = columns({vector({0, 0, 0}), vector({1, 0, 0}), vector({5, 0, 0})});
  EXPECT_NEAR(moo::spacing_variation(g), std::sqrt(2.0) / 2.0, 1e-15);
}

TEST(SpacingVariation, IsZeroWhereThereIsNothingToCompare) {
  EXPECT_EQ(moo::spacing_variation(Matrix(2, 0)), 0.0);
  EXPECT_EQ(moo::spacing_variation(Matrix::Identity(2, 2)), 0.0);
  EXPECT_EQ(moo::spacing_variation(Matrix::Ones(2, 5)), 0.0);  // all in one place
  EXPECT_EQ(moo::spacing_variation(Matrix::Ones(3, 5)), 0.0);
}

}  // namespace
