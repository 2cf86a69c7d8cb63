#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/base/random.hpp"
#include "libmoo/front/dominance.hpp"
#include "libmoo/front/indicators.hpp"
#include "tests/front/random_fronts.hpp"
#include "tests/support/expect_complaint.hpp"
#include "tests/support/function_problem.hpp"

namespace {

using moo::InvalidArgument;
using moo::Matrix;
using moo::RandomStream;
using moo::Vector;
using moo::test::columns;
using moo::test::front_shapes;
using moo::test::FrontShape;
using moo::test::random_front;
using moo::test::vector;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// All of them as "smaller is better", by name.
struct Numbers {
  double volume = 0.0;
  double distance = 0.0;
  double epsilon = 0.0;
  double r2 = 0.0;
};

Numbers measured(const Matrix& f, const Matrix& reference_front, const Matrix& weights) {
  const auto m = f.rows();
  return {-moo::hypervolume(f, Vector::Constant(m, 3.0)),
          moo::inverted_generational_distance_plus(f, reference_front),
          moo::additive_epsilon(f, reference_front),
          moo::chebyshev_r2(f, weights, Vector::Zero(m))};
}

TEST(CompliantIndicators, NeverPreferAFrontThatIsWorseEverywhere) {
  for (const FrontShape shape : front_shapes) {
    for (int m = 2; m <= 5; ++m) {
      SCOPED_TRACE("shape " + std::to_string(static_cast<int>(shape)) + ", m " + std::to_string(m));
      RandomStream random(static_cast<std::uint64_t>(m));
      const Matrix good = random_front(shape, random, m, 20);
      const Matrix reference_front = random_front(FrontShape::concave, random, m, 30);
      const Matrix weights = random_front(FrontShape::linear, random, m, 30);
      const Numbers before = measured(good, reference_front, weights);
      Matrix bad = good;
      for (int k = 0; k < good.cols(); ++k) {
        bad.col(k) += random.uniform_vector(m, 0.01, 0.3);
        const Numbers mixed = measured(bad, reference_front, weights);
        EXPECT_LE(before.volume, mixed.volume);
        EXPECT_LE(before.distance, mixed.distance);
        EXPECT_LE(before.epsilon, mixed.epsilon);
        EXPECT_LE(before.r2, mixed.r2);
      }
      const Numbers after = measured(bad, reference_front, weights);
      EXPECT_LT(before.volume, after.volume);
      EXPECT_LT(before.epsilon, after.epsilon);
      EXPECT_LT(before.r2, after.r2);
      EXPECT_EQ(measured(good.leftCols(10), reference_front, weights).epsilon >= before.epsilon,
                true);
    }
  }
}

TEST(CompliantIndicators, DoNotNoticeDominatedColumns) {
  RandomStream random(2);
  const Matrix cloud = random_front(FrontShape::cloud, random, 3, 60);
  const Matrix front = cloud(Eigen::all, moo::nondominated_columns(cloud));
  ASSERT_LT(front.cols(), 40);
  const Matrix reference_front = random_front(FrontShape::linear, random, 3, 30);
  const Numbers a = measured(cloud, reference_front, reference_front);
  const Numbers b = measured(front, reference_front, reference_front);
  EXPECT_NEAR(a.volume, b.volume, 1e-13);
  EXPECT_EQ(a.distance, b.distance);
  EXPECT_EQ(a.epsilon, b.epsilon);
  EXPECT_EQ(a.r2, b.r2);
  EXPECT_EQ(moo::number_nondominated(cloud), front.cols());
}

TEST(InvertedGenerationalDistancePlus, IsTheMeanDistanceToTheDominatedRegion) {
  const Matrix front = columns({vector({0, 2}), vector({2, 0})});
  // (0, 2) dominates (1, 3); from (1, 1) both lack 1 in one objective; (-3, -2) lacks (3, 4), (5,
  // 2).
  EXPECT_DOUBLE_EQ(moo::inverted_generational_distance_plus(
                       front, columns({vector({1, 3}), vector({1, 1}), vector({-3, -2})})),
                   (0.0 + 1.0 + 5.0) / 3.0);
  EXPECT_EQ(moo::inverted_generational_distance_plus(front, front), 0.0);
  EXPECT_EQ(moo::inverted_generational_distance_plus(Matrix(2, 0), front), infinity);
}

TEST(AdditiveEpsilon, IsHowFarTheFrontMustMove) {
  const Matrix reference_front = columns({vector({0, 2}), vector({1, 1}), vector({2, 0})});
  EXPECT_EQ(moo::additive_epsilon(reference_front, reference_front), 0.0);
  EXPECT_DOUBLE_EQ(moo::additive_epsilon(columns({vector({1, 1})}), reference_front), 1.0);
  EXPECT_DOUBLE_EQ(moo::additive_epsilon(columns({vector({-3, -4})}), reference_front), -3.0);
  EXPECT_EQ(moo::additive_epsilon(Matrix(2, 0), reference_front), infinity);
}

TEST(AdditiveEpsilon, MovesWithTheFrontAndMakesItWeaklyDominateTheReference) {
  for (const FrontShape shape : front_shapes) {
    RandomStream random(4);
    const Matrix f = random_front(shape, random, 4, 25);
    const Matrix reference_front = random_front(FrontShape::concave, random, 4, 25);
    const double epsilon = moo::additive_epsilon(f, reference_front);
    EXPECT_NEAR(moo::additive_epsilon(f.array() + 0.25, reference_front), epsilon + 0.25, 1e-15);
    const auto weakly_dominates = [&](double shift) {
      for (Eigen::Index z = 0; z < reference_front.cols(); ++z) {
        bool covered = false;
        for (Eigen::Index a = 0; a < f.cols(); ++a) {
          covered = covered || ((f.col(a).array() - shift) <= reference_front.col(z).array()).all();
        }
        if (!covered) return false;
      }
      return true;
    };
    EXPECT_TRUE(weakly_dominates(epsilon + 1e-12));
    EXPECT_FALSE(weakly_dominates(epsilon - 1e-12));
  }
}

TEST(ChebyshevR2, IsTheMeanOfTheBestUtilities) {
  const Matrix front = columns({vector({1, 3}), vector({4, 1})});
  const Matrix weights = columns({vector({1, 0}), vector({0.5, 0.5}), vector({0, 1})});
  // Ideal 0: 1, 1.5, 1; ideal (1, 1): 0, 1, 0.
  EXPECT_DOUBLE_EQ(moo::chebyshev_r2(front, weights, vector({0, 0})), 3.5 / 3.0);
  EXPECT_DOUBLE_EQ(moo::chebyshev_r2(front, weights, vector({1, 1})), 1.0 / 3.0);
  EXPECT_EQ(moo::chebyshev_r2(Matrix(2, 0), weights, vector({0, 0})), infinity);
}

TEST(SchottSpacing, IsTheDeviationOfNearestDistancesInTheSumNorm) {
  // Nearest: 2 (diagonal step), 2, 6; mean 10/3, squares 2 * (4/3)^2 + (8/3)^2 over 2.
  const Matrix f = columns({vector({0, 6}), vector({1, 5}), vector({4, 2})});
  EXPECT_NEAR(moo::schott_spacing(f), std::sqrt((2.0 * 16.0 + 64.0) / 9.0 / 2.0), 1e-14);
  EXPECT_EQ(moo::schott_spacing(Matrix::Identity(3, 3)), 0.0);
  EXPECT_EQ(moo::schott_spacing(Matrix::Identity(2, 2)), 0.0);
}

TEST(DebSpread, IsZeroForAnEvenCompleteFrontAndGrowsWithGapsAndMissingEnds) {
  Matrix line(2, 11);
  for (int k = 0; k < 11; ++k) line.col(k) = vector({0.1 * k, 1.0 - 0.1 * k});
  const Matrix ends = columns({vector({0, 1}), vector({1, 0})});
  EXPECT_NEAR(moo::deb_spread(line, ends), 0.0, 1e-14);
  // Half the line: |missing| equals half of all.
  EXPECT_NEAR(moo::deb_spread(line.leftCols(6), ends), 0.5, 1e-14);
  // Steps 0.1 and 0.9 (times the root of two): deviations 0.4 and 0.4 of a length 1.
  EXPECT_NEAR(moo::deb_spread(columns({vector({1, 0}), vector({0, 1}), vector({0.1, 0.9})}), ends),
              0.8, 1e-14);
  EXPECT_NEAR(moo::deb_spread(columns({vector({0.5, 0.5})}), ends), 1.0, 1e-14);
  EXPECT_EQ(moo::deb_spread(Matrix(2, 0), ends), 1.0);
}

TEST(CoverageHole, IsTheLargestDistanceFromTheReferenceToItsNearestColumn) {
  const Matrix reference_front = columns({vector({0, 0}), vector({3, 4}), vector({10, 0})});
  EXPECT_DOUBLE_EQ(moo::coverage_hole(reference_front, reference_front), 0.0);
  EXPECT_DOUBLE_EQ(moo::coverage_hole(columns({vector({0, 0}), vector({10, 1})}), reference_front),
                   5.0);
  EXPECT_EQ(moo::coverage_hole(Matrix(2, 0), reference_front), infinity);
}

TEST(NumberNondominated, CountsEqualColumnsEach) {
  EXPECT_EQ(moo::number_nondominated(
                columns({vector({1, 1}), vector({1, 1}), vector({0, 3}), vector({2, 2})})),
            3);
  EXPECT_EQ(moo::number_nondominated(Matrix(3, 0)), 0);
}

TEST(Indicators, ComplainAboutWhatTheyCannotMeasure) {
  using moo::test::complaint_of;
  using moo::test::expect_says;
  const Matrix front = Matrix::Identity(2, 2);
  Matrix broken = front;
  broken(0, 1) = std::numeric_limits<double>::quiet_NaN();
  expect_says(complaint_of<InvalidArgument>([&] { moo::coverage_hole(front, Matrix(2, 0)); }),
              {"coverage_hole", "reference front", "empty"});
  expect_says(
      complaint_of<InvalidArgument>([&] { moo::additive_epsilon(front, Matrix::Zero(3, 1)); }),
      {"additive_epsilon", "reference front", "expected 2", "got 3"});
  expect_says(complaint_of<InvalidArgument>(
                  [&] { moo::inverted_generational_distance_plus(broken, front); }),
              {"inverted_generational_distance_plus", "not finite"});
  expect_says(
      complaint_of<InvalidArgument>([&] { moo::chebyshev_r2(front, -front, Vector::Zero(2)); }),
      {"chebyshev_r2", "negative"});
  expect_says(complaint_of<InvalidArgument>([&] { moo::schott_spacing(broken); }),
              {"schott_spacing", "not finite"});
  expect_says(complaint_of<InvalidArgument>([&] { moo::deb_spread(front, Matrix::Zero(2, 1)); }),
              {"deb_spread", "ends", "expected 2", "got 1"});
  expect_says(complaint_of<InvalidArgument>([&] { moo::number_nondominated(broken); }),
              {"number_nondominated", "not finite"});
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
