#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "libmoo/base/random.hpp"
#include "libmoo/problem/reference/bisection.hpp"
#include "libmoo/problem/reference/curve_pieces.hpp"
#include "libmoo/problem/reference/front_sampling.hpp"
#include "libmoo/problem/reference/known_front.hpp"
#include "libmoo/problem/reference/simplex_front.hpp"

namespace {

using moo::Bounds;
using moo::ConstVectorRef;
using moo::Matrix;
using moo::RandomStream;
using moo::Tangent;
using moo::Vector;

Bounds interval(double low, double high) {
  return {Vector::Constant(1, low), Vector::Constant(1, high)};
}

TEST(NondominatedPieces, AreTheFivePublishedOnesOfZdt3) {
  const auto curve = [](const Tangent& x) {
    return std::make_pair(x, 1.0 - sqrt(x) - x * sin(10.0 * std::numbers::pi * x));
  };
  const std::vector<Bounds> pieces = moo::nondominated_pieces(curve, 1e-6, 1.0);
  // Deb 2001, section 8.2: to seven digits.
  const double published[5][2] = {{1e-6, 0.0830015349},
                                  {0.1822287280, 0.2577623634},
                                  {0.4093136748, 0.4538821041},
                                  {0.6183967944, 0.6525117038},
                                  {0.8233317983, 0.8518328654}};
  ASSERT_EQ(pieces.size(), 5U);
  for (std::size_t k = 0; k < 5; ++k) {
    EXPECT_NEAR(pieces[k].lower(0), published[k][0], 1e-8);
    EXPECT_NEAR(pieces[k].upper(0), published[k][1], 1e-8);
  }
}

TEST(NondominatedPieces, LeaveACurveWithoutDominatedPointsWhole) {
  const auto curve = [](const Tangent& x) { return std::make_pair(x, 1.0 - x * x); };
  const std::vector<Bounds> pieces = moo::nondominated_pieces(curve, 0.0, 1.0);
  ASSERT_EQ(pieces.size(), 1U);
  EXPECT_EQ(pieces[0].lower(0), 0.0);
  EXPECT_EQ(pieces[0].upper(0), 1.0);
}

TEST(NondominatedPieces, BeginAtALevelOrAtAMinimumOfTheFirstObjective) {
  // The same curve along its other objective: f_0 and f_1 exchanged, run backwards.
  const auto curve = [](const Tangent& t) {
    const Tangent x = 1.0 - t;
    return std::make_pair(1.0 - sqrt(x) - x * sin(10.0 * std::numbers::pi * x), x);
  };
  const std::vector<Bounds> pieces = moo::nondominated_pieces(curve, 0.0, 1.0 - 1e-6);
  ASSERT_EQ(pieces.size(), 5U);
  EXPECT_NEAR(pieces[0].lower(0), 1.0 - 0.8518328654, 1e-8);
  EXPECT_NEAR(pieces[0].upper(0), 1.0 - 0.8233317983, 1e-8);
  EXPECT_NEAR(pieces[3].upper(0), 1.0 - 0.1822287280, 1e-8);
  EXPECT_NEAR(pieces[4].lower(0), 1.0 - 0.0830015349, 1e-8);
}

TEST(FrontSampling, IsEvenInArcLengthAndKeepsTheEndsOfEveryPiece) {
  // A quarter circle under a parameter that runs unevenly, in two pieces.
  const auto formula = [](ConstVectorRef u) -> Vector {
    const double angle = 0.5 * std::numbers::pi * std::pow(u(0), 3.0);
    return Eigen::Vector2d(std::cos(angle), std::sin(angle));
  };
  const Matrix u = moo::even_along_curves({interval(0.0, 0.5), interval(0.8, 1.0)}, formula, 50);
  ASSERT_GE(u.cols(), 50);
  EXPECT_EQ(u(0, 0), 0.0);
  EXPECT_EQ(u(0, u.cols() - 1), 1.0);
  const double spacing = 0.5 * std::numbers::pi * (0.125 + 1.0 - 0.512) / 50.0;
  int wide = 0;
  for (int k = 1; k < u.cols(); ++k) {
    const double step = (formula(u.col(k)) - formula(u.col(k - 1))).norm();
    if (step > 2.0 * spacing) {
      ++wide;  // the gap, between the ends of both pieces
      EXPECT_NEAR(u(0, k - 1), 0.5, 1e-12);
      EXPECT_NEAR(u(0, k), 0.8, 1e-12);
    } else {
      EXPECT_NEAR(step, spacing, 0.1 * spacing);
    }
  }
  EXPECT_EQ(wide, 1);
}

TEST(ParametricFront, IsAsFarAwayAsTheSphereItDescribes) {
  const auto formula = [](ConstVectorRef u) -> Vector {
    const double a = 0.5 * std::numbers::pi * u(0);
    const double b = 0.5 * std::numbers::pi * u(1);
    return Eigen::Vector3d(std::cos(a) * std::cos(b), std::cos(a) * std::sin(b), std::sin(a));
  };
  const moo::ParametricFront surface({{Vector::Zero(2), Vector::Ones(2)}}, formula);
  const moo::SphereFront sphere(3);
  RandomStream random(2);
  for (int trial = 0; trial < 200; ++trial) {
    const Vector f = random.uniform_vector(3, -0.5, 1.5);
    EXPECT_NEAR(surface.distance(f), sphere.distance(f), 1e-9) << f.transpose();
    EXPECT_LE(sphere.distance(formula(random.uniform_vector(2))), 1e-15);
  }
}

TEST(SimplexFront, ProjectsOntoTheNearestPoint) {
  RandomStream random(3);
  for (int trial = 0; trial < 200; ++trial) {
    const int m = 2 + random.index(4);
    const Vector point = random.normal_vector(m);
    const Vector nearest = moo::project_onto_simplex(point);
    EXPECT_NEAR(nearest.sum(), 1.0, 1e-14);
    EXPECT_GE(nearest.minCoeff(), 0.0);
    // The angle to every vertex is obtuse: the condition of the nearest point of a convex set.
    for (int i = 0; i < m; ++i) {
      EXPECT_LE((point - nearest).dot(Vector::Unit(m, i) - nearest), 1e-13);
    }
  }
}

TEST(SimplexFront, HasALatticeOfTheWantedSizeWithItsVertices) {
  EXPECT_EQ(moo::simplex_lattice(3, 100).cols(), 105);  // 13 divisions
  EXPECT_EQ(moo::simplex_lattice(2, 11).cols(), 11);
  EXPECT_EQ(moo::simplex_lattice(5, 126).cols(), 126);  // 5 divisions
  const Matrix lattice = moo::simplex_lattice(4, 60);
  EXPECT_LE((lattice.colwise().sum().array() - 1.0).abs().maxCoeff(), 1e-15);
  EXPECT_EQ(lattice.rowwise().maxCoeff(), Vector::Ones(4));
  EXPECT_EQ(lattice.rowwise().minCoeff(), Vector::Zero(4));
}

TEST(Bisection, FindsRootsOfRisingAndFallingFunctions) {
  EXPECT_NEAR(moo::bisect([](double x) { return x * x - 2.0; }, 0.0, 2.0), std::sqrt(2.0), 1e-15);
  EXPECT_NEAR(moo::bisect([](double x) { return 2.0 - x * x; }, 0.0, 2.0), std::sqrt(2.0), 1e-15);
}

}  // namespace
