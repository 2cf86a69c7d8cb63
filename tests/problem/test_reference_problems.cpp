#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "libmoo/base/error.hpp"
#include "libmoo/problem/gradient_check.hpp"
#include "libmoo/problem/reference/fonseca_fleming.hpp"
#include "libmoo/problem/reference/two_quadratics.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::FonsecaFleming;
using moo::InvalidArgument;
using moo::Matrix;
using moo::RandomStream;
using moo::TwoQuadratics;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::expect_says;

TEST(ReferenceProblems, HaveDerivativesThatMatchDifferences) {
  for (const int n : {1, 2, 7}) {
    const TwoQuadratics convex(n, 100.0);
    const FonsecaFleming concave(n);
    for (const moo::Problem* problem :
         {static_cast<const moo::Problem*>(&convex), static_cast<const moo::Problem*>(&concave)}) {
      for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        SCOPED_TRACE(problem->name() + ", n " + std::to_string(n) + ", seed " +
                     std::to_string(seed));
        RandomStream random(seed);
        const Vector theta = problem->start(random);
        ASSERT_EQ(theta.size(), n);
        EXPECT_LE(moo::check_gradients(*problem, theta, random).worst(), 1e-7);
      }
    }
  }
}

TEST(ReferenceProblems, HaveTwoObjectivesNoHardRowsAndNoBounds) {
  const TwoQuadratics convex(3);
  const FonsecaFleming concave(3);
  for (const moo::Problem* problem :
       {static_cast<const moo::Problem*>(&convex), static_cast<const moo::Problem*>(&concave)}) {
    RandomStream random(1);
    EXPECT_EQ(problem->num_objectives(), 2);
    EXPECT_EQ(problem->num_hard_rows(), 0);
    EXPECT_TRUE(problem->bounds().empty());
    EXPECT_TRUE(problem->capabilities().hessian_product);
    EXPECT_EQ(problem->minibatch(random), nullptr);
  }
}

TEST(TwoQuadratics, IsStationaryAtItsOptimumForEveryWeight) {
  for (const int n : {1, 2, 10, 50}) {
    for (const double condition : {1.0, 10.0, 1e4}) {
      const TwoQuadratics problem(n, condition);
      for (const double w : {0.0, 1e-3, 0.3, 0.5, 0.9, 1.0}) {
        const Matrix gradients = problem.gradients(problem.optimum(w));
        EXPECT_LE(((1.0 - w) * gradients.col(0) + w * gradients.col(1)).norm(), 1e-12 * condition)
            << "n " << n << ", condition " << condition << ", w " << w;
      }
    }
  }
}

TEST(TwoQuadratics, HasItsAnchorsAtZeroAndOne) {
  const TwoQuadratics problem(4);
  EXPECT_EQ(problem.optimum(0.0), Vector::Zero(4));
  EXPECT_EQ(problem.optimum(1.0), Vector::Ones(4));
  EXPECT_EQ(problem.values(problem.optimum(0.0))(0), 0.0);
  EXPECT_EQ(problem.values(problem.optimum(1.0))(1), 0.0);
}

TEST(TwoQuadratics, HasTheConditionItWasGiven) {
  const TwoQuadratics problem(5, 1000.0);
  const Matrix first = problem.hessian(Vector::Zero(5), Vector::Unit(2, 0));
  EXPECT_NEAR(first.diagonal().maxCoeff() / first.diagonal().minCoeff(), 1000.0, 1e-9);
}

TEST(FonsecaFleming, IsParetoCriticalOnItsSetAndNowhereElse) {
  for (const int n : {1, 2, 10}) {
    const FonsecaFleming problem(n);
    for (const double t : {-1.0, -0.7, 0.0, 0.4, 1.0}) {
      // The gradients point in opposite directions: some convex combination of them vanishes.
      const Matrix g = problem.gradients(problem.optimum(t));
      EXPECT_NEAR(g.col(0).dot(g.col(1)), -g.col(0).norm() * g.col(1).norm(), 1e-14)
          << "n " << n << ", t " << t;
    }
    const Matrix beyond = problem.gradients(problem.optimum(1.2));
    EXPECT_GT(beyond.col(0).dot(beyond.col(1)), 0.0);
  }
}

TEST(FonsecaFleming, HasAConcaveFront) {
  const FonsecaFleming problem(3);
  const Vector left = problem.values(problem.optimum(1.0));
  const Vector right = problem.values(problem.optimum(-1.0));
  const Vector middle = problem.values(problem.optimum(0.0));
  EXPECT_NEAR(left(0), 0.0, 1e-15);
  EXPECT_NEAR(right(1), 0.0, 1e-15);
  EXPECT_NEAR(left(1), 1.0 - std::exp(-4.0), 1e-12);
  EXPECT_GT(middle.sum(), (0.5 * (left + right)).sum() + 0.1);  // above the chord
}

TEST(FonsecaFleming, IsAccurateCloseToAnAnchor) {
  const FonsecaFleming problem(1);
  Vector theta = problem.optimum(1.0);
  theta(0) += 1e-9;
  EXPECT_NEAR(problem.values(theta)(0), 1e-18, 1e-24);
}

TEST(ReferenceProblems, ComplainAboutUnusableSizes) {
  expect_says(complaint_of<InvalidArgument>([] { TwoQuadratics problem(0); }),
              {"TwoQuadratics", "n >= 1"});
  expect_says(complaint_of<InvalidArgument>([] { TwoQuadratics problem(2, 0.5); }),
              {"TwoQuadratics", "condition >= 1"});
  expect_says(complaint_of<InvalidArgument>([] { FonsecaFleming problem(0); }),
              {"FonsecaFleming", "n >= 1"});
  const TwoQuadratics problem(3);
  expect_says(complaint_of<InvalidArgument>([&] { (void)problem.linearize(Vector::Zero(2)); }),
              {"two_quadratics", "theta", "expected 3", "got 2"});
}

}  // namespace
