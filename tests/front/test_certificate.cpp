#include <gtest/gtest.h>

#include <Eigen/LU>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/base/random.hpp"
#include "libmoo/front/certificate.hpp"
#include "libmoo/problem/reference/fonseca_fleming.hpp"
#include "libmoo/problem/reference/two_quadratics.hpp"
#include "tests/support/expect_complaint.hpp"
#include "tests/support/function_problem.hpp"

namespace {

using moo::Certificate;
using moo::certify;
using moo::Matrix;
using moo::RandomStream;
using moo::Scaling;
using moo::TwoQuadratics;
using moo::Vector;
using moo::test::FunctionProblem;
using moo::test::Functions;
using moo::test::vector;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Objectives g_i . theta with the columns of `slopes` as gradients.
FunctionProblem linear(const Matrix& slopes) {
  Functions f;
  f.num_objectives = static_cast<int>(slopes.cols());
  f.start = Vector::Zero(slopes.rows());
  f.values = [slopes](const Vector& x) { return Vector(slopes.transpose() * x); };
  f.gradients = [slopes](const Vector&) { return slopes; };
  return FunctionProblem(f);
}

/// The shortest vector in the convex hull of the columns, by trying every face: the foot of the
/// perpendicular on its affine hull, where that lies inside.
Vector shortest_in_hull(const Matrix& columns) {
  Vector best;
  for (unsigned face = 1; face < (1u << columns.cols()); ++face) {
    std::vector<Vector> corners;
    for (int k = 0; k < columns.cols(); ++k) {
      if ((face >> k & 1u) != 0) corners.push_back(columns.col(k));
    }
    const Matrix a = moo::test::columns(corners);
    const Eigen::Index count = a.cols();
    Matrix system = Matrix::Ones(count + 1, count + 1);
    system.topLeftCorner(count, count) = a.transpose() * a;
    system(count, count) = 0.0;
    const Vector z = system.fullPivLu().solve(Vector::Unit(count + 1, count)).head(count);
    if (z.minCoeff() < -1e-12 || std::abs(z.sum() - 1.0) > 1e-9) continue;
    const Vector foot = a * z;
    if (best.size() == 0 || foot.norm() < best.norm()) best = foot;
  }
  return best;
}

TEST(Certificate, AtAnOptimumOfTwoQuadraticsHasItsWeightsAsMultipliers) {
  for (const double condition : {1.0, 100.0}) {
    const TwoQuadratics problem(6, condition);
    for (const double w : {0.01, 0.2, 0.5, 0.83, 0.99}) {
      SCOPED_TRACE("condition " + std::to_string(condition) + ", w " + std::to_string(w));
      const Certificate proof = certify(problem, problem.optimum(w), Scaling::identity(2));
      EXPECT_NEAR(proof.multipliers(0), 1.0 - w, 1e-12);
      EXPECT_NEAR(proof.multipliers(1), w, 1e-12);
      EXPECT_LE(proof.kkt_residual, 1e-12 * condition);
      EXPECT_EQ(proof.values, problem.values(problem.optimum(w)));
      EXPECT_TRUE(proof.feasible);
      EXPECT_EQ(proof.violation, 0.0);
    }
  }
}

TEST(Certificate, SpeaksOfScaledObjectives) {
  const TwoQuadratics problem(4);
  const Scaling scaling{vector({-1.0, 2.0}), vector({1.0, 12.0})};  // ranges 2 and 10
  const double w = 0.3;
  const Certificate proof = certify(problem, problem.optimum(w), scaling);
  const double sum = 2.0 * (1.0 - w) + 10.0 * w;
  EXPECT_NEAR(proof.multipliers(0), 2.0 * (1.0 - w) / sum, 1e-12);
  EXPECT_NEAR(proof.multipliers(1), 10.0 * w / sum, 1e-12);
  EXPECT_LE(proof.kkt_residual, 1e-12);
}

TEST(Certificate, HoldsAlongAConcaveFrontUpToItsEnds) {
  const moo::FonsecaFleming problem(5);
  for (const double t : {-1.0, -0.6, 0.0, 0.9, 1.0}) {
    const Certificate proof = certify(problem, problem.optimum(t), Scaling::identity(2));
    EXPECT_LE(proof.kkt_residual, 1e-14) << "t " << t;
    EXPECT_NEAR(proof.multipliers.sum(), 1.0, 1e-14) << "t " << t;
    EXPECT_GE(proof.multipliers.minCoeff(), 0.0) << "t " << t;
  }
  EXPECT_GT(certify(problem, problem.optimum(1.3), Scaling::identity(2)).kkt_residual, 1e-3);
}

TEST(Certificate, AwayFromTheFrontMeasuresTheShortestCombinationOfGradients) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const int m = 2 + random.index(3);
    const int n = 1 + random.index(6);
    Matrix slopes(n, m);
    const Vector lean = random.normal_vector(n);
    for (int i = 0; i < m; ++i) slopes.col(i) = lean + random.normal_vector(n);
    const Scaling scaling{Vector::Zero(m), random.uniform_vector(m, 0.5, 2.0)};
    const Matrix scaled = slopes * scaling.range().cwiseInverse().asDiagonal();
    const Vector expected = shortest_in_hull(scaled);
    const Certificate proof = certify(linear(slopes), Vector::Zero(n), scaling);
    EXPECT_NEAR(proof.kkt_residual, expected.lpNorm<Eigen::Infinity>(), 1e-10);
    EXPECT_LE((scaled * proof.multipliers - expected).norm(), 1e-10);
    EXPECT_GE(proof.multipliers.minCoeff(), 0.0);
    EXPECT_NEAR(proof.multipliers.sum(), 1.0, 1e-12);
  }
}

TEST(Certificate, OfTwoQuadraticsAwayFromTheFrontAgreesWithTryingAllWeights) {
  const TwoQuadratics problem(3, 20.0);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const Vector theta = problem.start(random);
    const Matrix g = problem.gradients(theta);
    double shortest = infinity;
    Vector combination;
    for (int k = 0; k <= 200000; ++k) {
      const double w = k / 200000.0;
      const Vector r = (1.0 - w) * g.col(0) + w * g.col(1);
      if (r.norm() < shortest) {
        shortest = r.norm();
        combination = r;
      }
    }
    const Certificate proof = certify(problem, theta, Scaling::identity(2));
    EXPECT_NEAR(proof.kkt_residual, combination.lpNorm<Eigen::Infinity>(), 1e-3 * g.norm());
    EXPECT_LE((g * proof.multipliers).norm(), shortest * (1.0 + 1e-12));
  }
}

TEST(Certificate, IsInfiniteAndNoCrashWhereValuesOrGradientsAreNotNumbers) {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), infinity}) {
    Functions f;
    f.num_objectives = 2;
    f.start = vector({0.0, 0.0});
    f.values = [bad](const Vector&) { return vector({1.0, bad}); };
    f.gradients = [](const Vector&) { return Matrix(Matrix::Identity(2, 2)); };
    const Certificate values = certify(FunctionProblem(f), f.start, Scaling::identity(2));
    EXPECT_EQ(values.kkt_residual, infinity);
    EXPECT_FALSE(values.feasible);
    for (int i = 0; i < 2; ++i) {
      for (int j = 0; j < 2; ++j) {
        f.values = [](const Vector&) { return vector({1.0, 1.0}); };
        f.gradients = [=](const Vector&) {
          Matrix g = Matrix::Identity(2, 2);
          g(i, j) = bad;
          return g;
        };
        const Certificate gradients = certify(FunctionProblem(f), f.start, Scaling::identity(2));
        EXPECT_EQ(gradients.kkt_residual, infinity) << "entry " << i << ", " << j;
        EXPECT_TRUE(gradients.feasible);
      }
    }
  }
}

/// Gradients (2, 0) and (0, 1): |.|_2 is least at (0.2, 0.8), residual 0.8; |.|_inf at (1/3, 2/3).
TEST(Certificate, TakesASuggestionOnlyWhenItIsBetter) {
  const FunctionProblem problem = linear(moo::test::columns({vector({2, 0}), vector({0, 1})}));
  const auto proof = [&](const Vector& suggested) {
    return certify(problem, Vector::Zero(2), Scaling::identity(2), suggested);
  };
  EXPECT_NEAR(proof(Vector()).kkt_residual, 0.8, 1e-14);
  const Certificate better = proof(vector({1, 2}));  // not normalised
  EXPECT_NEAR(better.kkt_residual, 2.0 / 3.0, 1e-14);
  EXPECT_NEAR(better.multipliers(0), 1.0 / 3.0, 1e-14);
  EXPECT_NEAR(better.multipliers(1), 2.0 / 3.0, 1e-14);
  const Certificate worse = proof(vector({1, 0}));
  EXPECT_NEAR(worse.kkt_residual, 0.8, 1e-14);
  EXPECT_NEAR(worse.multipliers(0), 0.2, 1e-14);
}

TEST(Certificate, IgnoresASuggestionThatIsNoMultiplier) {
  const FunctionProblem problem = linear(moo::test::columns({vector({1, 0}), vector({2, 0})}));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Vector& suggested :
       {vector({2, -1}), vector({0, 0}), vector({nan, 1}), vector({infinity, 1})}) {
    const Certificate proof = certify(problem, Vector::Zero(2), Scaling::identity(2), suggested);
    EXPECT_EQ(proof.kkt_residual, 1.0);
    EXPECT_EQ(proof.multipliers, vector({1, 0}));
  }
}

TEST(Certificate, ComplainsAboutWrongSizes) {
  using moo::test::complaint_of;
  using moo::test::expect_says;
  const TwoQuadratics problem(3);
  const auto complaint = [&](int n, int m, int suggested) {
    return complaint_of<moo::InvalidArgument>([&] {
      (void)certify(problem, Vector::Zero(n), Scaling::identity(m), Vector::Ones(suggested));
    });
  };
  expect_says(complaint(2, 2, 0), {"certify", "theta", "expected 3", "got 2"});
  expect_says(complaint(3, 3, 0), {"certify", "scaling", "expected 2", "got 3"});
  expect_says(complaint(3, 2, 3), {"certify", "suggested", "expected 2", "got 3"});
}

}  // namespace
