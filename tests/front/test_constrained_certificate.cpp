#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "libmoo/base/random.hpp"
#include "libmoo/front/certificate.hpp"
#include "tests/support/function_problem.hpp"

namespace {

using moo::Bounds;
using moo::Certificate;
using moo::certify;
using moo::Matrix;
using moo::RandomStream;
using moo::Scaling;
using moo::Sense;
using moo::Vector;
using moo::test::columns;
using moo::test::FunctionProblem;
using moo::test::Functions;
using moo::test::vector;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// f_i = 1/2 |x - centre_i|^2 in the plane, rows normal . x - offset.
struct Row {
  Vector normal;
  double offset;
  Sense sense;
};
FunctionProblem distances(const std::vector<Vector>& centres, const std::vector<Row>& rows,
                          const Bounds& bounds = {}) {
  Functions f;
  f.num_objectives = static_cast<int>(centres.size());
  f.start = Vector::Zero(centres.front().size());
  f.values = [=](const Vector& x) {
    std::vector<double> values;
    for (const Vector& centre : centres) values.push_back(0.5 * (x - centre).squaredNorm());
    for (const Row& row : rows) values.push_back(row.normal.dot(x) - row.offset);
    return vector(values);
  };
  f.gradients = [=](const Vector& x) {
    std::vector<Vector> gradients;
    for (const Vector& centre : centres) gradients.push_back(x - centre);
    for (const Row& row : rows) gradients.push_back(row.normal);
    return columns(gradients);
  };
  for (const Row& row : rows) f.senses.push_back(row.sense);
  f.bounds = bounds;
  return FunctionProblem(f);
}

Certificate proof_at(const FunctionProblem& problem, const Vector& theta,
                     const Vector& suggested = Vector()) {
  return certify(problem, theta, Scaling::identity(problem.num_objectives()), suggested);
}

TEST(ConstrainedCertificate, FindsTheMultiplierOfAnActiveInequality) {
  const FunctionProblem problem =
      distances({vector({2, 0})}, {{vector({1, 0}), 1.0, Sense::inequality}});
  const Certificate proof = proof_at(problem, vector({1, 0}));
  EXPECT_NEAR(proof.multipliers(0), 1.0, 1e-15);
  EXPECT_NEAR(proof.multipliers(1), 1.0, 1e-14);
  EXPECT_LE(proof.kkt_residual, 1e-14);
  EXPECT_TRUE(proof.feasible);
}

TEST(ConstrainedCertificate, GivesNoMultiplierToAnInequalityThatPushesTheWrongWayOrIsInactive) {
  const FunctionProblem pushed =
      distances({vector({2, 0})}, {{vector({-1, 0}), -1.0, Sense::inequality}});
  const Certificate wrong_way = proof_at(pushed, vector({1, 0}));  // active, but x >= 1
  EXPECT_EQ(wrong_way.multipliers(1), 0.0);
  EXPECT_NEAR(wrong_way.kkt_residual, 1.0, 1e-14);
  const FunctionProblem far =
      distances({vector({2, 0})}, {{vector({1, 0}), 1.5, Sense::inequality}});
  const Certificate inactive = proof_at(far, vector({1, 0}));
  EXPECT_EQ(inactive.multipliers(1), 0.0);
  EXPECT_NEAR(inactive.kkt_residual, 1.0, 1e-14);
}

TEST(ConstrainedCertificate, FindsTheMultiplierOfAnEqualityOfEitherSign) {
  for (const double sign : {1.0, -1.0}) {
    const FunctionProblem problem =
        distances({vector({0, 0})}, {{sign * vector({1, 1}), sign, Sense::equality}});
    const Certificate proof = proof_at(problem, vector({0.5, 0.5}));
    EXPECT_NEAR(proof.multipliers(1), -0.5 * sign, 1e-14);
    EXPECT_LE(proof.kkt_residual, 1e-14);
  }
}

TEST(ConstrainedCertificate, BalancesTwoObjectivesAndAnInequality) {
  const FunctionProblem problem =
      distances({vector({2, 1}), vector({2, -1})}, {{vector({1, 0}), 1.0, Sense::inequality}});
  const Certificate proof = proof_at(problem, vector({1, 0.5}));
  EXPECT_NEAR(proof.multipliers(0), 0.75, 1e-14);
  EXPECT_NEAR(proof.multipliers(1), 0.25, 1e-14);
  EXPECT_NEAR(proof.multipliers(2), 1.0, 1e-14);
  EXPECT_LE(proof.kkt_residual, 1e-14);
}

TEST(ConstrainedCertificate, MeasuresViolationsInTheRowsOwnUnits) {
  const FunctionProblem problem =
      distances({vector({0, 0})},
                {{vector({1, 0}), 1.0, Sense::inequality}, {vector({0, 1}), 5.0, Sense::equality}},
                {vector({-10, -10}), vector({10, 10})});
  const Certificate above = proof_at(problem, vector({1.25, 5.0}));
  EXPECT_NEAR(above.violation, 0.25, 1e-14);
  EXPECT_FALSE(above.feasible);
  const Certificate below = proof_at(problem, vector({0.0, 4.5}));
  EXPECT_NEAR(below.violation, 0.5, 1e-14);
  EXPECT_FALSE(below.feasible);
  const Certificate outside = proof_at(problem, vector({-13.0, 5.0}));
  EXPECT_NEAR(outside.violation, 3.0, 1e-14);
  EXPECT_FALSE(outside.feasible);
  const Certificate within = proof_at(problem, vector({1.0 + 5e-7, 5.0 - 5e-7}));
  EXPECT_TRUE(within.feasible);  // inside the rows' tolerance of 1e-6
  EXPECT_GT(within.violation, 0.0);
}

TEST(ConstrainedCertificate, CountsOnlyWhatABoundDoesNotHoldBack) {
  const Bounds box{vector({0, 0}), vector({1, 1})};
  EXPECT_LE(proof_at(distances({vector({-3, 0.5})}, {}, box), vector({0, 0.5})).kkt_residual, 0.0);
  EXPECT_LE(proof_at(distances({vector({0.5, 4})}, {}, box), vector({0.5, 1})).kkt_residual, 0.0);
  EXPECT_LE(proof_at(distances({vector({-3, 4})}, {}, box), vector({0, 1})).kkt_residual, 0.0);
  // On the wrong bound, and off the right one.
  EXPECT_NEAR(proof_at(distances({vector({-3, 0.5})}, {}, box), vector({1, 0.5})).kkt_residual, 4.0,
              1e-14);
  EXPECT_NEAR(proof_at(distances({vector({-3, 0.5})}, {}, box), vector({0.1, 0.5})).kkt_residual,
              3.1, 1e-14);
}

TEST(ConstrainedCertificate, LeavesInfiniteBoundsAndFixedVariablesInPeace) {
  const Bounds half{vector({-infinity, 2}), vector({infinity, 2})};
  const Certificate proof = proof_at(distances({vector({1, -7})}, {}, half), vector({1, 2}));
  EXPECT_LE(proof.kkt_residual, 0.0);
  EXPECT_EQ(proof.violation, 0.0);
  EXPECT_TRUE(proof.feasible);
}

TEST(ConstrainedCertificate, ChoosesTheMultipliersThatABoundCanHold) {
  // At x = 0 with x >= 0 the first objective wants to leave the bound, the second is held by it.
  const FunctionProblem line =
      distances({vector({1}), vector({-2})}, {}, {vector({0}), vector({5})});
  const Certificate end = proof_at(line, vector({0}));
  EXPECT_LE(end.kkt_residual, 1e-14);
  EXPECT_GE(end.multipliers(1), 1.0 / 3.0 - 1e-12);  // any at or beyond the balance will do
  // In the plane the second variable leaves multipliers no choice.
  const FunctionProblem plane =
      distances({vector({1, 1}), vector({-2, -1})}, {}, {vector({0, -5}), vector({5, 5})});
  const Certificate both = proof_at(plane, vector({0, 0}));
  EXPECT_NEAR(both.multipliers(0), 0.5, 1e-12);
  EXPECT_LE(both.kkt_residual, 1e-12);
}

TEST(ConstrainedCertificate, WithBoundsIsTheSameAsWithTheBoundsAsRows) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const int n = 1 + random.index(5);
    std::vector<Vector> centres;
    for (int i = 0; i <= random.index(3); ++i) centres.push_back(random.normal_vector(n));
    std::vector<Row> rows = {{random.normal_vector(n), 0.0, Sense::inequality},
                             {random.normal_vector(n), 0.0, Sense::equality}};
    Bounds box{Vector::Constant(n, -1.0), Vector::Constant(n, 1.0)};
    std::vector<Row> all = rows;
    for (int j = 0; j < n; ++j) {
      switch (random.index(3)) {
        case 0:
          box.lower(j) = 0.0;
          all.push_back({-Vector::Unit(n, j), 0.0, Sense::inequality});
          break;
        case 1:
          box.upper(j) = 0.0;
          all.push_back({Vector::Unit(n, j), 0.0, Sense::inequality});
          break;
        default:
          break;
      }
    }
    const Certificate bounded = proof_at(distances(centres, rows, box), Vector::Zero(n));
    const Certificate rowed = proof_at(distances(centres, all), Vector::Zero(n));
    EXPECT_NEAR(bounded.kkt_residual, rowed.kkt_residual, 1e-11);
  }
}

TEST(ConstrainedCertificate, TakesOfASuggestionOnlyWhatIsAdmissible) {
  // Gradients (2, 0), rows (1, 0) and (0, 1): with x active and y inactive.
  Functions f;
  f.start = vector({0, 0});
  f.values = [](const Vector& x) { return vector({2.0 * x(0), -x(0), x(1) - 1.0}); };
  f.gradients = [](const Vector&) {
    return columns({vector({2.0, 1e-3}), vector({-1.0, 1.0}), vector({0.0, -1e-3})});
  };
  f.senses = {Sense::inequality, Sense::inequality};
  const FunctionProblem problem(f);
  const double own = proof_at(problem, f.start).kkt_residual;
  EXPECT_NEAR(own, 1.0005, 1e-3);  // |(2 - mu, mu)|, least at mu = 1
  // |.|_inf is least where both entries agree: 2 - mu = mu + 1e-3.
  const Certificate better = proof_at(problem, f.start, vector({1, 0.9995, 0}));
  EXPECT_LT(better.kkt_residual, own);
  EXPECT_NEAR(better.multipliers(1), 0.9995, 1e-15);
  // What an inactive row or a wrong sign brings along is left out, never believed.
  const Certificate inactive = proof_at(problem, f.start, vector({1, 0.9995, 1.0}));
  EXPECT_EQ(inactive.multipliers(2), 0.0);
  EXPECT_EQ(inactive.kkt_residual, better.kkt_residual);
  EXPECT_EQ(proof_at(problem, f.start, vector({1, -1.0, 0.0})).kkt_residual, own);
  EXPECT_EQ(proof_at(problem, f.start, vector({-1, 0.9995, 0.0})).kkt_residual, own);
  // Twice as much of everything is the same suggestion.
  EXPECT_NEAR(proof_at(problem, f.start, vector({2, 1.999, 0})).kkt_residual, better.kkt_residual,
              1e-15);
}

}  // namespace
