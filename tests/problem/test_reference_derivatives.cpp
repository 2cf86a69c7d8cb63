#include <gtest/gtest.h>

#include <cmath>

#include "libmoo/problem/gradient_check.hpp"
#include "libmoo/problem/reference/tape.hpp"
#include "tests/problem/reference_checks.hpp"

namespace {

using moo::Matrix;
using moo::RandomStream;
using moo::Tangent;
using moo::Tape;
using moo::Traced;
using moo::Vector;
using moo::test::SizedProblem;

constexpr double kStep = 1e-5;  ///< waves of the distance functions are 0.1 long

class ReferenceDerivatives : public testing::TestWithParam<SizedProblem> {};

TEST_P(ReferenceDerivatives, MatchDifferencesAtRandomPointsAndOnTheParetoSet) {
  const auto problem = moo::test::make(GetParam());
  ASSERT_TRUE(problem->capabilities().hessian_product);
  const Matrix optima = problem->optima(3);
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const Vector start = problem->start(random);
    ASSERT_EQ(start.size(), problem->num_variables());
    EXPECT_LE(moo::check_gradients(*problem, start, random, kStep).worst(), 1e-6);
    const Vector within = moo::test::random_point(*problem, random);
    EXPECT_LE(moo::check_gradients(*problem, within, random, kStep).worst(), 1e-6);
    // Inside the Pareto set, not at its end, where some sit at the edge of a root's extension.
    const Vector best = optima.col(optima.cols() / 2);
    EXPECT_LE(moo::check_gradients(*problem, best, random, kStep).worst(), 1e-6);
  }
}

using ReferenceDerivativesInABox = ReferenceDerivatives;

TEST_P(ReferenceDerivativesInABox, ExistOutsideTheBoxTooWhereAnIterateMayGo) {
  const auto problem = moo::test::make(GetParam());
  const moo::Bounds box = problem->bounds();
  RandomStream random(5);
  const Vector range = box.upper - box.lower;
  const Vector outside = moo::test::random_point(*problem, random) - 0.05 * range;
  EXPECT_TRUE(problem->values(outside).allFinite());
  EXPECT_LE(moo::check_gradients(*problem, outside, random, kStep).worst(), 1e-6);
}

using ReferenceHessians = ReferenceDerivatives;

TEST_P(ReferenceHessians, AreTheSameAsMatrixAndAsProducts) {
  const auto problem = moo::test::make(GetParam());
  RandomStream random(6);
  const Vector x = problem->start(random);
  const Vector weights = random.uniform_vector(problem->num_values());
  Matrix directions(problem->num_variables(), 2);
  directions.col(0) = random.normal_vector(problem->num_variables());
  directions.col(1) = random.normal_vector(problem->num_variables());
  const Matrix hessian = problem->hessian(x, weights);
  const Matrix expected = hessian * directions;
  EXPECT_LE((problem->hessian_product(x, weights, directions) - expected).norm(),
            1e-12 * (1.0 + hessian.norm()) * directions.norm());
}

INSTANTIATE_TEST_SUITE_P(Catalogue, ReferenceDerivatives,
                         testing::ValuesIn(moo::test::sized_problems()),
                         [](const auto& each) { return moo::test::label(each.param); });

INSTANTIATE_TEST_SUITE_P(Catalogue, ReferenceDerivativesInABox,
                         testing::ValuesIn(moo::test::sized_problems([](const auto& problem) {
                           return !problem.bounds().empty();
                         })),
                         [](const auto& each) { return moo::test::label(each.param); });

INSTANTIATE_TEST_SUITE_P(Catalogue, ReferenceHessians,
                         testing::ValuesIn(moo::test::sized_problems([](const auto& problem) {
                           return problem.num_variables() <= 200;
                         })),
                         [](const auto& each) { return moo::test::label(each.param); });

/// Uses every operation of the tape.
template <class Number>
Number everything(const Number& a, const Number& b) {
  using std::atan2;
  using std::cos;
  using std::exp;
  using std::pow;
  using std::sin;
  using std::sqrt;
  Number sum = sin(a * b) - cos(a - b) / (2.0 + a) + exp(-a) * sqrt(b) + pow(b, 0.3);
  sum += 3.0 * atan2(a, b) - 1.0 / b;
  return sum;
}

TEST(Tape, GivesExactSlopesOfEveryOperation) {
  const double a = 0.7;
  const double b = 1.3;
  const double h = 1e-6;
  Tape<Tangent> tape;
  const Traced<Tangent> x(Tangent(a, 1.0), tape.record(-1, 0.0), &tape);
  const Traced<Tangent> y(Tangent(b, 0.0), tape.record(-1, 0.0), &tape);
  const Traced<Tangent> result = everything(x, y);
  std::vector<Tangent> seeds(tape.size());
  seeds[result.place()] = 1.0;
  tape.sweep(seeds);
  EXPECT_DOUBLE_EQ(result.value().value, everything(a, b));
  EXPECT_NEAR(seeds[0].value, (everything(a + h, b) - everything(a - h, b)) / (2 * h), 1e-9);
  EXPECT_NEAR(seeds[1].value, (everything(a, b + h) - everything(a, b - h)) / (2 * h), 1e-9);
  // The slope along a, carried forwards, and the second derivatives by both modes together.
  EXPECT_NEAR(result.value().slope, seeds[0].value, 1e-14);
  const double s = 1e-4;
  EXPECT_NEAR(seeds[0].slope,
              (everything(a + s, b) - 2 * everything(a, b) + everything(a - s, b)) / (s * s), 1e-6);
  EXPECT_NEAR(seeds[1].slope,
              (everything(a + s, b + s) - everything(a + s, b - s) - everything(a - s, b + s) +
               everything(a - s, b - s)) /
                  (4 * s * s),
              1e-6);
}

TEST(Tape, LeavesConstantsAlone) {
  const Traced<double> constant = 2.0;
  const Traced<double> result = sin(constant) * 3.0 + constant;
  EXPECT_EQ(result.place(), -1);
  EXPECT_DOUBLE_EQ(result.value(), 3.0 * std::sin(2.0) + 2.0);
}

}  // namespace
