#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/base/random.hpp"
#include "libmoo/front/dominance.hpp"
#include "libmoo/front/hypervolume.hpp"
#include "tests/front/random_fronts.hpp"
#include "tests/support/expect_complaint.hpp"
#include "tests/support/function_problem.hpp"

namespace {

using moo::hypervolume;
using moo::InvalidArgument;
using moo::Matrix;
using moo::RandomStream;
using moo::Vector;
using moo::test::columns;
using moo::test::front_shapes;
using moo::test::FrontShape;
using moo::test::random_front;
using moo::test::vector;

/// The volume between two neighbouring values of the last objective is a slice: an area of one
/// objective less, times its thickness. Slow, and shares nothing with what it checks.
double by_slices(const Matrix& f, const Vector& reference) {
  const Eigen::Index last = f.rows() - 1;
  std::vector<double> heights = {reference(last)};
  for (Eigen::Index k = 0; k < f.cols(); ++k) heights.push_back(f(last, k));
  std::sort(heights.begin(), heights.end());
  if (last == 0) return std::max(reference(0) - heights.front(), 0.0);
  double volume = 0.0;
  for (std::size_t h = 0; h + 1 < heights.size() && heights[h] < reference(last); ++h) {
    if (heights[h + 1] == heights[h]) continue;
    std::vector<Vector> below;
    for (Eigen::Index k = 0; k < f.cols(); ++k) {
      if (f(last, k) <= heights[h]) below.push_back(f.col(k).head(last));
    }
    volume += (heights[h + 1] - heights[h]) * by_slices(columns(below), reference.head(last));
  }
  return volume;
}

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
  for (std::uint64_t seed = 1; seed <= 210; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const int m = 1 + static_cast<int>(seed % 7);
    const FrontShape shape = front_shapes[random.index(6)];
    const Matrix f = random_front(shape, random, m, 1 + random.index(9));
    const Vector reference = random.uniform_vector(m, 0.6, 1.2);
    EXPECT_NEAR(hypervolume(f, reference), by_inclusion_and_exclusion(f, reference), 1e-12);
  }
}

TEST(Hypervolume, AgreesWithSlicesOfSlicesOnEveryShapeOfFront) {
  for (const FrontShape shape : front_shapes) {
    for (int m = 2; m <= 6; ++m) {
      for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        SCOPED_TRACE("shape " + std::to_string(static_cast<int>(shape)) + ", m " +
                     std::to_string(m) + ", seed " + std::to_string(seed));
        RandomStream random(seed);
        const int count = m <= 3 ? 150 : m == 4 ? 40 : m == 5 ? 22 : 14;
        const Matrix f = random_front(shape, random, m, count);
        const Vector reference = random.uniform_vector(m, 0.7, 1.2);
        EXPECT_NEAR(hypervolume(f, reference), by_slices(f, reference), 1e-12);
      }
    }
  }
}

TEST(Hypervolume, AgreesWithMonteCarloOnLargerFronts) {
  constexpr int samples = 5000;
  for (int m = 2; m <= 7; ++m) {
    for (const FrontShape shape : front_shapes) {
      SCOPED_TRACE("m " + std::to_string(m) + ", shape " + std::to_string(static_cast<int>(shape)));
      RandomStream random(static_cast<std::uint64_t>(m));
      const Matrix f = random_front(shape, random, m, m <= 5 ? 100 : 40);
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
      const double deviation = std::sqrt(exact * std::max(1.0 - exact, 0.0) / samples);
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

TEST(Hypervolume, IsTheSameAlongEveryAxisOfALargeFront) {
  RandomStream random(3);
  const Matrix f = front_like(random, 3, 6000);  // beyond two levels of a RankSet
  Matrix turned(3, f.cols());
  turned << f.row(2), f.row(0), f.row(1);
  EXPECT_NEAR(hypervolume(f, Vector::Ones(3)), hypervolume(turned, Vector::Ones(3)), 1e-12);
}

/// One column fewer.
Matrix without(const Matrix& f, int column) {
  Matrix rest(f.rows(), f.cols() - 1);
  rest << f.leftCols(column), f.rightCols(f.cols() - column - 1);
  return rest;
}

TEST(HypervolumeContributions, AreWhatIsLostWithoutTheColumn) {
  for (const FrontShape shape : front_shapes) {
    for (int m = 1; m <= 6; ++m) {
      SCOPED_TRACE("shape " + std::to_string(static_cast<int>(shape)) + ", m " + std::to_string(m));
      RandomStream random(static_cast<std::uint64_t>(m));
      const Matrix f = random_front(shape, random, m, 40);
      const Vector reference = random.uniform_vector(m, 0.7, 1.2);
      const Vector contributions = moo::hypervolume_contributions(f, reference);
      for (int k = 0; k < f.cols(); ++k) {
        EXPECT_NEAR(contributions(k),
                    hypervolume(f, reference) - hypervolume(without(f, k), reference), 1e-13);
      }
    }
  }
}

TEST(HypervolumeContributions, AreZeroForCopiesDominatedColumnsAndThoseOutside) {
  for (int m = 2; m <= 5; ++m) {
    SCOPED_TRACE("m " + std::to_string(m));
    RandomStream random(5);
    Matrix f(m, 13);
    f.leftCols(10) = random_front(FrontShape::linear, random, m, 10);
    f.col(10) = f.col(4);                                           // a copy
    f.col(11) = f.col(2) + 0.3 * (Vector::Ones(m) - f.col(2));      // dominated
    f.col(12) = Vector::Unit(m, 0) - 0.5 * Vector::Unit(m, m - 1);  // on the reference
    const Vector contributions = moo::hypervolume_contributions(f, Vector::Ones(m));
    for (const int k : {4, 10, 11, 12}) EXPECT_EQ(contributions(k), 0.0) << k;
    for (const int k : {0, 1, 3}) EXPECT_GT(contributions(k), 0.0) << k;
  }
  EXPECT_EQ(moo::hypervolume_contributions(Matrix(3, 0), Vector::Ones(3)).size(), 0);
}

/// (hypervolume with entry (i, k) moved by step - hypervolume) / step.
double difference(const Matrix& f, const Vector& reference, int i, int k, double step) {
  Matrix moved = f;
  moved(i, k) += step;
  return (hypervolume(moved, reference) - hypervolume(f, reference)) / step;
}

TEST(HypervolumeGradient, AgreesWithFiniteDifferences) {
  for (const FrontShape shape : {FrontShape::convex, FrontShape::linear, FrontShape::concave,
                                 FrontShape::degenerate, FrontShape::cloud}) {
    for (int m = 1; m <= 6; ++m) {
      SCOPED_TRACE("shape " + std::to_string(static_cast<int>(shape)) + ", m " + std::to_string(m));
      RandomStream random(static_cast<std::uint64_t>(m));
      const Matrix f = random_front(shape, random, m, 20);
      const Vector reference = random.uniform_vector(m, 0.7, 1.2);
      const Matrix gradient = moo::hypervolume_gradient(f, reference);
      ASSERT_EQ(gradient.rows(), m);
      ASSERT_EQ(gradient.cols(), 20);
      EXPECT_LT(gradient.minCoeff(), 0.0);
      EXPECT_LE(gradient.maxCoeff(), 0.0);
      for (int k = 0; k < f.cols(); ++k) {
        for (int i = 0; i < m; ++i) {
          EXPECT_NEAR(gradient(i, k), difference(f, reference, i, k, 1e-7), 1e-7);
          EXPECT_NEAR(gradient(i, k), difference(f, reference, i, k, -1e-7), 1e-7);
        }
      }
    }
  }
}

TEST(HypervolumeGradient, IsThatOfImprovingWhereColumnsAreTiedAndZeroWhereDominated) {
  for (int m = 1; m <= 6; ++m) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      SCOPED_TRACE("m " + std::to_string(m) + ", seed " + std::to_string(seed));
      RandomStream random(seed);
      const Matrix f = random_front(FrontShape::coarse, random, m, 25);
      const Vector reference = Vector::Constant(m, 0.9);
      const Matrix gradient = moo::hypervolume_gradient(f, reference);
      const std::vector<int> kept = moo::nondominated_columns(f);
      for (int k = 0; k < f.cols(); ++k) {
        const bool free = std::find(kept.begin(), kept.end(), k) != kept.end();
        for (int i = 0; i < m; ++i) {
          EXPECT_NEAR(gradient(i, k), free ? difference(f, reference, i, k, -1e-6) : 0.0, 1e-8);
        }
      }
    }
  }
}

TEST(HypervolumeGradient, TimesTheDepthsIsTheHypervolumeAlongEveryAxis) {
  for (int m = 1; m <= 6; ++m) {
    RandomStream random(8);
    const Matrix f = front_like(random, m, m <= 4 ? 100 : 30);
    const Vector reference = Vector::Constant(m, 1.1);
    const Matrix gradient = moo::hypervolume_gradient(f, reference);
    const Vector volumes = gradient.cwiseProduct(f.colwise() - reference).rowwise().sum();
    EXPECT_NEAR(volumes.minCoeff(), hypervolume(f, reference), 1e-12);
    EXPECT_NEAR(volumes.maxCoeff(), hypervolume(f, reference), 1e-12);
  }
}

TEST(HypervolumeGradient, OfTwoObjectivesIsTheNeighboursDistance) {
  const Matrix f = columns({vector({2, 2}), vector({1, 4}), vector({3, 3}), vector({9, 0})});
  Matrix expected(2, 4);
  expected << -2, -1, 0, 0, -2, -1, 0, 0;
  EXPECT_EQ(moo::hypervolume_gradient(f, vector({4, 5})), expected);
  EXPECT_EQ(moo::hypervolume_gradient(Matrix(2, 0), vector({4, 5})).cols(), 0);
}

}  // namespace
