#include <gtest/gtest.h>

#include <string>

#include "libmoo/base/error.hpp"
#include "libmoo/base/random.hpp"
#include "libmoo/problem/scaling.hpp"
#include "tests/support/expect_complaint.hpp"
#include "tests/support/function_problem.hpp"

namespace {

using moo::Matrix;
using moo::RandomStream;
using moo::Scaling;
using moo::Vector;
using moo::test::vector;

TEST(Scaling, IdentityLeavesObjectivesAsTheyAre) {
  const Vector f = vector({-1.0, 0.0, 1e9});
  EXPECT_EQ(Scaling::identity(3).scaled(f), f);
  EXPECT_EQ(Scaling::identity(3).unscaled(f), f);
}

TEST(Scaling, TakesIdealToZeroAndNadirToOneAndBack) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const int m = 1 + random.index(5);
    Matrix payoff(m, m);
    for (int j = 0; j < m; ++j) payoff.col(j) = random.normal_vector(m, 10.0);
    const Scaling scaling = Scaling::from_payoff(payoff);
    EXPECT_EQ(scaling.ideal, payoff.rowwise().minCoeff());
    EXPECT_GT(scaling.range().minCoeff(), 0.0);
    EXPECT_LE(scaling.scaled(scaling.ideal).norm(), 0.0);
    EXPECT_LE((scaling.scaled(scaling.nadir) - Vector::Ones(m)).norm(), 1e-15);
    const Vector f = random.normal_vector(m, 10.0);
    EXPECT_LE((scaling.unscaled(scaling.scaled(f)) - f).norm(), 1e-13 * f.norm());
    EXPECT_LE((scaling.scaled(scaling.unscaled(f)) - f).norm(), 1e-12 * f.norm());
  }
}

TEST(Scaling, KeepsTheUnitOfAnObjectiveWithoutARange) {
  Matrix payoff(3, 3);
  payoff << 0.0, 0.0, 0.0,  // small: unit 1
      -50.0, -50.0, -50.0,  // large: its magnitude
      0.0, 1e-9, 2e-9;      // narrow, but a range
  const Scaling scaling = Scaling::from_payoff(payoff);
  EXPECT_EQ(scaling.range()(0), 1.0);
  EXPECT_EQ(scaling.range()(1), 50.0);
  EXPECT_DOUBLE_EQ(scaling.range()(2), 2e-9);
  EXPECT_TRUE(scaling.scaled(vector({3.0, 2.0, 1.0})).allFinite());
}

TEST(Scaling, TakesARangeBelowRoundingForNone) {
  Matrix payoff(2, 2);
  payoff << 1e6, 1e6 + 1e-7, 2.0, 1.0;
  EXPECT_DOUBLE_EQ(Scaling::from_payoff(payoff).range()(0), 1e6);
}

TEST(Scaling, ComplainsAboutFewerColumnsThanObjectives) {
  moo::test::expect_says(moo::test::complaint_of<moo::InvalidArgument>(
                             [] { (void)Scaling::from_payoff(Matrix::Zero(3, 2)); }),
                         {"Scaling::from_payoff", "payoff table"});
}

}  // namespace
