#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "libmoo/base/random.hpp"
#include "libmoo/minimize/quadratic_program.hpp"

namespace {

using moo::Matrix;
using moo::QuadraticProgram;
using moo::QuadraticSolution;
using moo::RandomStream;
using moo::Sense;
using moo::Vector;

constexpr double infinity = std::numeric_limits<double>::infinity();

Matrix normal_matrix(RandomStream& random, int rows, int columns) {
  Matrix matrix(rows, columns);
  for (int j = 0; j < columns; ++j) matrix.col(j) = random.normal_vector(rows);
  return matrix;
}

/// Some rows may repeat others, contradict them, or be too dear or too cheap to hold.
QuadraticProgram random_program(RandomStream& random) {
  const int n = 1 + static_cast<int>(random.index(8));
  const int p = static_cast<int>(random.index(12));
  QuadraticProgram program;
  const Matrix root = normal_matrix(random, n, n);
  program.hessian = root * root.transpose() + 0.1 * Matrix::Identity(n, n);
  program.gradient = random.normal_vector(n, 5.0);
  program.rows = normal_matrix(random, n, p);
  program.residuals = random.normal_vector(p);
  program.prices = Vector::Constant(p, random.index(2) == 0 ? 3.0 : 1e4);
  for (int i = 0; i < p; ++i) {
    program.senses.push_back(random.index(4) == 0 ? Sense::equality : Sense::inequality);
    if (i > 0 && random.index(4) == 0) {
      program.rows.col(i) = (random.index(2) == 0 ? 1.0 : -1.0) * program.rows.col(i - 1);
    }
  }
  if (random.index(2) == 0) {
    program.lower = -random.uniform_vector(n, 0.0, 1.0);
    program.upper = random.uniform_vector(n, 0.0, 1.0);
    if (random.index(2) == 0) program.upper(0) = infinity;
    if (random.index(2) == 0) program.lower(0) = 0.0;
  }
  return program;
}

void expect_within(double value, double low, double high) {
  EXPECT_GE(value, low - 1e-9);
  EXPECT_LE(value, high + 1e-9);
}

TEST(QuadraticProgram, IsSolvedToTheConditionsOfKarushKuhnAndTucker) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const QuadraticProgram program = random_program(random);
    const QuadraticSolution found = solve_quadratic_program(program);
    ASSERT_TRUE(found.solved);
    const Vector slope = program.hessian * found.step + program.gradient +
                         program.rows * found.multipliers + found.bound_multipliers;
    EXPECT_LE(slope.lpNorm<Eigen::Infinity>(), 1e-7 * (1.0 + found.multipliers.lpNorm<1>()));
    double shortfall = 0.0;
    for (Eigen::Index i = 0; i < program.residuals.size(); ++i) {
      SCOPED_TRACE("row " + std::to_string(i));
      const bool equality = program.senses[static_cast<std::size_t>(i)] == Sense::equality;
      const double c = program.residuals(i) + program.rows.col(i).dot(found.step);
      const double multiplier = found.multipliers(i);
      const double price = program.prices(i);
      expect_within(multiplier, equality ? -price : 0.0, price);
      if (c > 1e-8) {
        EXPECT_NEAR(multiplier, price, 1e-9);
      }
      if (c < -1e-8) {
        EXPECT_NEAR(multiplier, equality ? -price : 0.0, 1e-9);
      }
      shortfall += equality ? std::abs(c) : std::max(c, 0.0);
    }
    EXPECT_NEAR(found.shortfall, shortfall, 1e-9);
    for (Eigen::Index j = 0; j < program.lower.size(); ++j) {
      SCOPED_TRACE("variable " + std::to_string(j));
      const double d = found.step(j);
      expect_within(d, program.lower(j), program.upper(j));
      if (d < program.upper(j) - 1e-8) {
        EXPECT_LE(found.bound_multipliers(j), 1e-9);
      }
      if (d > program.lower(j) + 1e-8) {
        EXPECT_GE(found.bound_multipliers(j), -1e-9);
      }
    }
  }
}

TEST(QuadraticProgram, SaysWhereTheMatrixIsNotPositiveDefinite) {
  QuadraticProgram program;
  program.hessian = -Matrix::Identity(2, 2);
  program.gradient = Vector::Ones(2);
  program.rows.resize(2, 0);
  EXPECT_FALSE(solve_quadratic_program(program).solved);
}

}  // namespace
