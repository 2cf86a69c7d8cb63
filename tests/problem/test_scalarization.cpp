#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "libmoo/base/error.hpp"
#include "libmoo/base/random.hpp"
#include "libmoo/problem/scalarization.hpp"
#include "tests/support/check_scalarization.hpp"
#include "tests/support/expect_complaint.hpp"
#include "tests/support/function_problem.hpp"

namespace {

using moo::ChartScalarization;
using moo::InvalidArgument;
using moo::Matrix;
using moo::RandomStream;
using moo::Scaling;
using moo::Vector;
using moo::WeightedSum;
using moo::test::complaint_of;
using moo::test::expect_derivatives_match_differences;
using moo::test::expect_says;
using moo::test::expect_squared_form_holds;
using moo::test::vector;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

Scaling random_scaling(RandomStream& random, int m) {
  const Vector ideal = random.normal_vector(m, 3.0);
  return {ideal, ideal + random.uniform_vector(m, 0.1, 20.0)};
}

TEST(WeightedSum, AddsScaledObjectivesAndIgnoresHardRows) {
  const WeightedSum phi(vector({0.25, 0.75}), {vector({1.0, 10.0}), vector({3.0, 20.0})});
  EXPECT_DOUBLE_EQ(phi.value(vector({2.0, 14.0, 1e9})), 0.25 * 0.5 + 0.75 * 0.4);
  EXPECT_DOUBLE_EQ(phi.value(vector({1.0, 10.0, -5.0})), 0.0);
}

TEST(WeightedSum, HasDerivativesThatMatchDifferencesForAnySize) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const int m = 1 + random.index(5);
    const int p = random.index(3);
    const WeightedSum phi(random.uniform_vector(m), random_scaling(random, m));
    expect_derivatives_match_differences(phi, random.normal_vector(m + p, 2.0));
    expect_squared_form_holds(phi, random.normal_vector(m + p), random.normal_vector(m + p, 5.0));
  }
}

TEST(WeightedSum, ComplainsAboutUnusableWeights) {
  const Scaling scaling = Scaling::identity(2);
  for (const Vector& weights : {vector({0.0, 0.0}), vector({1.0, -0.5}), vector({1.0, nan}),
                                vector({nan, 1.0}), vector({infinity, 1.0})}) {
    expect_says(complaint_of<InvalidArgument>([&] { WeightedSum phi(weights, scaling); }),
                {"WeightedSum", "unusable weights", ">= 0", "at least one of them positive"});
  }
  expect_says(complaint_of<InvalidArgument>([&] { WeightedSum phi(Vector::Ones(3), scaling); }),
              {"WeightedSum", "expected 2", "got 3"});
  EXPECT_NO_THROW(WeightedSum(vector({0.0, 1.0}), scaling));
}

TEST(ChartScalarization, IsTheFormulaOfItsDescription) {
  const Scaling scaling{vector({1.0, 2.0, 3.0}), vector({2.0, 4.0, 8.0})};
  const Vector direction = vector({1.0, 2.0, 2.0}) / 3.0;
  const Vector target = vector({0.3, -0.2});
  const Vector f = vector({1.5, 5.0, 0.0});
  const Vector scaled = vector({0.5, 1.5, -0.6});
  const Matrix across = ChartScalarization::complement(direction);
  const ChartScalarization phi(6.0 * direction, target, 2.5, scaling);  // length does not matter
  const double expected =
      direction.dot(scaled) + 1.25 * (across.transpose() * scaled - target).squaredNorm();
  EXPECT_NEAR(phi.value(f), expected, 1e-14);
}

TEST(ChartScalarization, HasDerivativesThatMatchDifferencesForAnySize) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const int m = 1 + random.index(5);
    const int p = random.index(3);
    const ChartScalarization phi(random.uniform_vector(m, 0.01, 1.0), random.normal_vector(m - 1),
                                 random.uniform(0.1, 30.0), random_scaling(random, m));
    expect_derivatives_match_differences(phi, random.normal_vector(m + p, 2.0), 1e-5);
    expect_squared_form_holds(phi, random.normal_vector(m + p), random.normal_vector(m + p, 5.0));
  }
}

TEST(ChartScalarization, HasTheMultipliersOfScaledObjectivesAsWeights) {
  RandomStream random(4);
  const Scaling scaling = random_scaling(random, 3);
  const ChartScalarization phi(vector({1.0, 1.0, 2.0}), vector({0.1, 0.2}), 3.0, scaling);
  const Vector f = random.normal_vector(3);
  Vector weights(3);
  phi.weights(f, weights);
  EXPECT_LE((weights.cwiseProduct(scaling.range()) - phi.multipliers(f)).norm(), 1e-13);
}

TEST(ChartScalarization, HasNoSquaredFormAlongADirectionWithNegativeEntries) {
  const ChartScalarization phi(vector({1.0, -0.1}), vector({0.0}), 1.0, Scaling::identity(2));
  moo::Scalarization::SquaredForm form;
  EXPECT_FALSE(phi.squared_form(vector({1.0, 1.0}), form));
}

TEST(ChartScalarization, ComplementIsOrthonormalAcrossTheDirectionAndAlwaysTheSame) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const int m = 1 + random.index(6);
    const Vector direction = random.normal_vector(m);
    const Matrix complement = ChartScalarization::complement(direction);
    ASSERT_EQ(complement.rows(), m);
    ASSERT_EQ(complement.cols(), m - 1);
    EXPECT_LE((complement.transpose() * complement - Matrix::Identity(m - 1, m - 1)).norm(), 1e-13);
    EXPECT_LE((complement.transpose() * direction).norm(), 1e-13 * direction.norm());
    EXPECT_EQ(ChartScalarization::complement(direction), complement);
    EXPECT_LE((ChartScalarization::complement(7.0 * direction) - complement).norm(), 1e-13);
  }
}

TEST(ChartScalarization, ComplementFallsInTheObjectiveOfItsLargestEntry) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const Matrix complement =
        ChartScalarization::complement(random.uniform_vector(2 + random.index(4)));
    for (Eigen::Index j = 0; j < complement.cols(); ++j) {
      Eigen::Index largest = 0;
      complement.col(j).cwiseAbs().maxCoeff(&largest);
      EXPECT_LT(complement(largest, j), 0.0);
    }
  }
}

TEST(ChartScalarization, ComplainsAboutWhatItCannotUse) {
  const Scaling scaling = Scaling::identity(2);
  const Vector direction = vector({1.0, 1.0});
  const Vector target = vector({0.0});
  const auto complaint = [&](const Vector& d, const Vector& t, double rho) {
    return complaint_of<InvalidArgument>([&] { ChartScalarization phi(d, t, rho, scaling); });
  };
  expect_says(complaint(Vector::Ones(3), target, 1.0), {"direction", "expected 2", "got 3"});
  expect_says(complaint(Vector(), target, 1.0), {"direction", "expected 2", "got 0"});
  expect_says(complaint(direction, Vector::Ones(2), 1.0), {"target", "expected 1", "got 2"});
  for (const double rho : {0.0, -1.0, nan, infinity}) {
    expect_says(complaint(direction, target, rho), {"unusable rho", "> 0"});
  }
  for (const Vector& bad : {vector({0.0, 0.0}), vector({nan, 1.0}), vector({1.0, infinity})}) {
    expect_says(complaint(bad, target, 1.0), {"unusable direction", "not all zero"});
  }
  expect_says(complaint(direction, vector({nan}), 1.0), {"unusable target", "finite"});
}

}  // namespace
