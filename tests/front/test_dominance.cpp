#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "libmoo/base/random.hpp"
#include "libmoo/front/dominance.hpp"
#include "tests/front/random_fronts.hpp"
#include "tests/support/function_problem.hpp"

namespace {

using moo::dominates;
using moo::Matrix;
using moo::nondominated_columns;
using moo::RandomStream;
using moo::Vector;
using moo::test::columns;
using moo::test::front_shapes;
using moo::test::FrontShape;
using moo::test::random_front;
using moo::test::vector;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// m x count small whole numbers: many ties and duplicates.
Matrix coarse(RandomStream& random, int m, int count) {
  Matrix f(m, count);
  for (int k = 0; k < count; ++k) {
    for (int i = 0; i < m; ++i) f(i, k) = random.index(4);
  }
  return f;
}

std::vector<int> by_definition(const Matrix& f) {
  std::vector<int> kept;
  for (int k = 0; k < f.cols(); ++k) {
    bool dominated = false;
    for (int j = 0; j < f.cols(); ++j) {
      bool no_worse = true;
      bool better = false;
      for (int i = 0; i < f.rows(); ++i) {
        no_worse = no_worse && f(i, j) <= f(i, k);
        better = better || f(i, j) < f(i, k);
      }
      dominated = dominated || (no_worse && better);
    }
    if (!dominated) kept.push_back(k);
  }
  return kept;
}

TEST(Dominance, NeedsNoWorseEverywhereAndBetterSomewhere) {
  EXPECT_TRUE(dominates(vector({1, 2}), vector({1, 3})));
  EXPECT_TRUE(dominates(vector({0, 0, 0}), vector({1, 1, 1})));
  EXPECT_FALSE(dominates(vector({1, 2}), vector({1, 2})));
  EXPECT_FALSE(dominates(vector({1, 3}), vector({2, 2})));
  EXPECT_FALSE(dominates(vector({1, 3}), vector({1, 2})));
}

TEST(Dominance, IsIrreflexiveAsymmetricAndTransitive) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const Matrix f = coarse(random, 1 + random.index(4), 20);
    for (int a = 0; a < f.cols(); ++a) {
      EXPECT_FALSE(dominates(f.col(a), f.col(a)));
      for (int b = 0; b < f.cols(); ++b) {
        const bool ab = dominates(f.col(a), f.col(b));
        EXPECT_FALSE(ab && dominates(f.col(b), f.col(a)));
        for (int c = 0; ab && c < f.cols(); ++c) {
          if (dominates(f.col(b), f.col(c))) {
            EXPECT_TRUE(dominates(f.col(a), f.col(c)));
          }
        }
      }
    }
  }
}

TEST(Dominance, IsNeverClaimedByOrOverWhatIsNotANumber) {
  for (int i = 0; i < 3; ++i) {
    Vector broken = Vector::Zero(3);
    broken(i) = nan;
    EXPECT_FALSE(dominates(broken, Vector::Ones(3)));
    EXPECT_FALSE(dominates(Vector::Constant(3, -1.0), broken));
    EXPECT_FALSE(dominates(broken, broken));
  }
}

TEST(Dominance, TakesInfinityForAVeryBadValue) {
  EXPECT_TRUE(dominates(vector({1, 1}), vector({1, infinity})));
  EXPECT_FALSE(dominates(vector({1, infinity}), vector({1, infinity})));
}

TEST(NondominatedColumns, AgreeWithTheDefinitionThroughTiesAndDuplicates) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const int m = 1 + random.index(5);
    const Matrix f = coarse(random, m, random.index(30));
    EXPECT_EQ(nondominated_columns(f), by_definition(f)) << f;
  }
}

TEST(NondominatedColumns, AgreeWithTheDefinitionOnSpreadOutNumbers) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    Matrix f(2 + random.index(2), 60);
    for (int k = 0; k < f.cols(); ++k) f.col(k) = random.normal_vector(static_cast<int>(f.rows()));
    EXPECT_EQ(nondominated_columns(f), by_definition(f));
  }
}

TEST(NondominatedColumns, AgreeWithTheDefinitionOnEveryShapeOfFront) {
  for (const FrontShape shape : front_shapes) {
    for (int m = 1; m <= 7; ++m) {
      SCOPED_TRACE("shape " + std::to_string(static_cast<int>(shape)) + ", m " + std::to_string(m));
      RandomStream random(static_cast<std::uint64_t>(m));
      const Matrix f = random_front(shape, random, m, 300);
      EXPECT_EQ(nondominated_columns(f), by_definition(f));
    }
  }
}

TEST(NondominatedColumns, AgreeWithTheDefinitionThroughInfinitiesZerosAndWhatIsNotANumber) {
  const std::vector<double> values = {nan, infinity, -infinity, 0.0, -0.0, 1.0, -1.0};
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const int first = random.index(3) == 0 ? 0 : 1;  // some without NaN
    Matrix f(1 + random.index(5), random.index(25));
    for (double& entry : f.reshaped()) {
      entry = values[static_cast<std::size_t>(first + random.index(7 - first))];
    }
    EXPECT_EQ(nondominated_columns(f), by_definition(f)) << f;
  }
}

TEST(NondominatedColumns, KeepEveryCopyOfAnEqualColumn) {
  const Matrix f = columns({vector({1, 1}), vector({0, 2}), vector({1, 1}), vector({2, 0}),
                            vector({1, 2}), vector({1, 1})});
  EXPECT_EQ(nondominated_columns(f), (std::vector<int>{0, 1, 2, 3, 5}));
}

TEST(NondominatedColumns, OfNoneAreNoneAndOfOneIsThatOne) {
  EXPECT_TRUE(nondominated_columns(Matrix(2, 0)).empty());
  EXPECT_EQ(nondominated_columns(Matrix::Ones(2, 1)), (std::vector<int>{0}));
}

TEST(NondominatedColumns, LeaveOthersAloneWhenOneIsNotANumber) {
  const Matrix f = columns({vector({nan, 0}), vector({1, 1}), vector({2, 2}), vector({0, 3})});
  EXPECT_EQ(nondominated_columns(f), (std::vector<int>{0, 1, 3}));
}

}  // namespace
