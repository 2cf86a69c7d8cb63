#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "libmoo/base/error.hpp"
#include "libmoo/base/random.hpp"
#include "libmoo/front/certificate.hpp"
#include "tests/support/expect_complaint.hpp"
#include "tests/support/function_problem.hpp"

namespace {

using moo::Matrix;
using moo::minimum_norm_multipliers;
using moo::RandomStream;
using moo::Vector;
using moo::test::columns;
using moo::test::vector;

/// Expects the conditions of Karush, Kuhn and Tucker, which are sufficient here (convex): the slope
/// A^T A z is one level on positive simplex entries and no lower on the others, zero on positive
/// and free entries, and >= 0 on the rest. Each within rounding of the products it is made of.
void expect_optimal(const Matrix& a, int num_simplex, int num_nonnegative) {
  const Vector z = minimum_norm_multipliers(a, num_simplex, num_nonnegative);
  ASSERT_EQ(z.size(), a.cols());
  ASSERT_TRUE(z.allFinite());
  const int signed_count = num_simplex + num_nonnegative;
  EXPECT_NEAR(z.head(num_simplex).sum(), 1.0, 1e-12);
  EXPECT_GE(z.head(signed_count).minCoeff(), 0.0);
  const Vector slope = a.transpose() * (a * z);
  const Vector norms = a.colwise().norm();
  const double size = norms.dot(z.cwiseAbs());
  double level = 0.0;
  double level_error = 0.0;
  for (int i = 0; i < num_simplex; ++i) {
    level += z(i) * slope(i);
    level_error += z(i) * norms(i);
  }
  for (int i = 0; i < a.cols(); ++i) {
    const bool simplex = i < num_simplex;
    const double excess = slope(i) - (simplex ? level : 0.0);
    const double error = 1e-11 * (norms(i) + (simplex ? level_error : 0.0)) * size;
    EXPECT_GE(excess, -error) << "entry " << i;
    if (i >= signed_count || z(i) > 1e-9) {
      EXPECT_LE(excess, error / (i < signed_count ? std::min(1.0, z(i)) : 1.0)) << "entry " << i;
    }
  }
}

struct Shape {
  int rows;
  int simplex;
  int nonnegative;
  int free;
  [[nodiscard]] int columns() const { return simplex + nonnegative + free; }
};

Shape random_shape(RandomStream& random) {
  return {1 + random.index(12), 1 + random.index(5), random.index(5), random.index(4)};
}

Matrix random_matrix(RandomStream& random, int rows, int count) {
  Matrix a(rows, count);
  for (int j = 0; j < count; ++j) a.col(j) = random.normal_vector(rows);
  return a;
}

/// Calls check(random) for many seeds, naming the seed in what fails.
template <class Check>
void for_many_seeds(const Check& check) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    check(random);
  }
}

TEST(MinimumNorm, AreOptimalForRandomMatricesTallAndWide) {
  for_many_seeds([](RandomStream& random) {
    const Shape shape = random_shape(random);
    expect_optimal(random_matrix(random, shape.rows, shape.columns()), shape.simplex,
                   shape.nonnegative);
  });
}

TEST(MinimumNorm, AreOptimalForMatricesWithoutFullRank) {
  for_many_seeds([](RandomStream& random) {
    const Shape shape = random_shape(random);
    const int rank = 1 + random.index(2);
    expect_optimal(
        random_matrix(random, shape.rows, rank) * random_matrix(random, rank, shape.columns()),
        shape.simplex, shape.nonnegative);
  });
}

TEST(MinimumNorm, AreOptimalWithZeroAndRepeatedAndOppositeColumns) {
  for_many_seeds([](RandomStream& random) {
    const Shape shape = random_shape(random);
    Matrix a = random_matrix(random, shape.rows, shape.columns());
    for (int j = 0; j < a.cols(); ++j) {
      const int other = random.index(static_cast<int>(a.cols()));
      switch (random.index(5)) {
        case 0:
          a.col(j).setZero();
          break;
        case 1:
          a.col(j) = Vector(a.col(other));
          break;
        case 2:
          a.col(j) = -Vector(a.col(other));
          break;
        default:
          break;
      }
    }
    expect_optimal(a, shape.simplex, shape.nonnegative);
  });
}

TEST(MinimumNorm, AreOptimalWhenColumnsDifferInSizeByManyOrders) {
  for_many_seeds([](RandomStream& random) {
    const Shape shape = random_shape(random);
    Matrix a = random_matrix(random, shape.rows, shape.columns());
    // Objectives of one size, as scaling makes them; constraints of any.
    for (int j = shape.simplex; j < a.cols(); ++j) {
      a.col(j) *= std::pow(10.0, random.uniform(-4.0, 4.0));
    }
    a *= std::pow(10.0, random.uniform(-4.0, 4.0));
    expect_optimal(a, shape.simplex, shape.nonnegative);
  });
}

TEST(MinimumNorm, IsTheOnlyEntryOfASimplexOfOne) {
  EXPECT_EQ(minimum_norm_multipliers(columns({vector({3, 4})}), 1, 0), vector({1}));
  EXPECT_EQ(minimum_norm_multipliers(Matrix::Zero(2, 1), 1, 0), vector({1}));
}

TEST(MinimumNorm, IsTheFootOfThePerpendicularBetweenTwoColumns) {
  const Vector z = minimum_norm_multipliers(columns({vector({2, 0}), vector({0, 1})}), 2, 0);
  EXPECT_NEAR(z(0), 0.2, 1e-15);
  EXPECT_NEAR(z(1), 0.8, 1e-15);
}

TEST(MinimumNorm, StaysAtTheCornerThatIsNearest) {
  const Vector z = minimum_norm_multipliers(columns({vector({1, 1}), vector({3, 2})}), 2, 0);
  EXPECT_EQ(z, vector({1, 0}));
}

TEST(MinimumNorm, FindsOppositeGradientsOfVeryDifferentLength) {
  const Vector z =
      minimum_norm_multipliers(columns({vector({1, 2, 3}), vector({-1e-6, -2e-6, -3e-6})}), 2, 0);
  EXPECT_NEAR(z(0), 1e-6 / (1.0 + 1e-6), 1e-18);
}

TEST(MinimumNorm, UsesNonnegativeEntriesInOneDirectionAndFreeOnesInBoth) {
  const Vector up = vector({0, 1});
  const Vector z = minimum_norm_multipliers(columns({up, up}), 1, 1);
  EXPECT_EQ(z, vector({1, 0}));  // would have to be negative
  const Vector free = minimum_norm_multipliers(columns({up, up}), 1, 0);
  EXPECT_NEAR(free(1), -1.0, 1e-15);
  const Vector against = minimum_norm_multipliers(columns({up, -2.0 * up}), 1, 1);
  EXPECT_NEAR(against(1), 0.5, 1e-15);
}

TEST(MinimumNorm, SeesSmallObjectivesBesideALargeConstraint) {
  // The constraint takes all of the first direction, whatever its size; what is left balances.
  for (const double size : {1.0, 1e3, 1e6}) {
    const Matrix a =
        1e-4 * columns({vector({1, 3, 0}), vector({1, -1, 0}), vector({-1e4 * size, 0, 0})});
    const Vector z = minimum_norm_multipliers(a, 2, 1);
    EXPECT_NEAR(z(0), 0.25, 1e-10) << "size " << size;
    EXPECT_LE((a * z).norm(), 1e-14) << "size " << size;
  }
}

TEST(MinimumNorm, NeedsAnObjective) {
  moo::test::expect_says(moo::test::complaint_of<moo::InvalidArgument>(
                             [] { minimum_norm_multipliers(Matrix::Ones(2, 2), 0, 1); }),
                         {"minimum_norm_multipliers", "no objective", "num_simplex >= 1", "0"});
}

}  // namespace
