#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "libmoo/problem/hessian.hpp"
#include "libmoo/problem/reference/fonseca_fleming.hpp"
#include "libmoo/problem/reference/two_quadratics.hpp"
#include "tests/support/function_problem.hpp"

namespace {

using moo::ChartScalarization;
using moo::FonsecaFleming;
using moo::LinearizationPtr;
using moo::Matrix;
using moo::Problem;
using moo::RandomStream;
using moo::Scalarization;
using moo::ScalarizedHessian;
using moo::Scaling;
using moo::Vector;
using moo::WeightedSum;
using moo::test::FunctionProblem;
using moo::test::Functions;
using moo::test::vector;

Vector scalarized_gradient(const Problem& problem, const Scalarization& phi, const Vector& theta) {
  const LinearizationPtr at = problem.linearize(theta);
  Vector weights(problem.num_values());
  Vector gradient(problem.num_variables());
  phi.weights(at->values(), weights);
  at->pullback(weights, gradient);
  return gradient;
}

/// Richardson's combination of two central differences: error of fourth order.
Vector difference(const Problem& problem, const Scalarization& phi, const Vector& theta,
                  const Vector& v) {
  const auto central = [&](double h) {
    return Vector((scalarized_gradient(problem, phi, theta + h * v) -
                   scalarized_gradient(problem, phi, theta - h * v)) /
                  (2.0 * h));
  };
  return (4.0 * central(1e-3) - central(2e-3)) / 3.0;
}

/// The same problem, keeping its Hessian to itself.
FunctionProblem without_hessian(const FonsecaFleming& problem) {
  Functions f;
  f.num_objectives = 2;
  f.start = Vector::Zero(problem.num_variables());
  f.values = [&problem](const Vector& x) { return problem.values(x); };
  f.gradients = [&problem](const Vector& x) { return problem.gradients(x); };
  return FunctionProblem(f);
}

class ScalarizedHessianOf : public ::testing::TestWithParam<bool> {};

TEST_P(ScalarizedHessianOf, ACurvedScalarizationMatchesDifferences) {
  const FonsecaFleming problem(4);
  const FunctionProblem hidden = without_hessian(problem);
  const bool exact = GetParam();
  const Problem& used = exact ? static_cast<const Problem&>(problem) : hidden;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const Scaling scaling{random.normal_vector(2), Vector()};
    const Scaling full{scaling.ideal, scaling.ideal + random.uniform_vector(2, 0.5, 2.0)};
    const ChartScalarization phi(random.uniform_vector(2, 0.1, 1.0), random.normal_vector(1), 4.0,
                                 full);
    const Vector theta = problem.start(random);
    const LinearizationPtr at = used.linearize(theta);
    const ScalarizedHessian hessian(used, phi, theta, *at);
    EXPECT_EQ(hessian.exact(), exact);
    const Vector v = random.normal_vector(4);
    Vector product(4);
    hessian.multiply(v, product);
    const Vector expected = difference(problem, phi, theta, v);
    EXPECT_LE((product - expected).norm(), 1e-8 * (1.0 + expected.norm()));
  }
}

TEST_P(ScalarizedHessianOf, ACurvedScalarizationIsSymmetricAndLinear) {
  const FonsecaFleming problem(3);
  const FunctionProblem hidden = without_hessian(problem);
  const Problem& used = GetParam() ? static_cast<const Problem&>(problem) : hidden;
  RandomStream random(2);
  const ChartScalarization phi(vector({1.0, 2.0}), vector({0.1}), 4.0, Scaling::identity(2));
  const Vector theta = problem.start(random);
  const LinearizationPtr at = used.linearize(theta);
  const ScalarizedHessian hessian(used, phi, theta, *at);
  const Vector u = random.normal_vector(3);
  const Vector v = random.normal_vector(3);
  Vector hu(3);
  Vector hv(3);
  Vector sum(3);
  hessian.multiply(u, hu);
  hessian.multiply(v, hv);
  hessian.multiply(2.0 * u - v, sum);
  EXPECT_NEAR(u.dot(hv), v.dot(hu), 1e-8);
  EXPECT_LE((sum - (2.0 * hu - hv)).norm(), 1e-8);
  hessian.multiply(Vector::Zero(3), sum);
  EXPECT_EQ(sum, Vector::Zero(3));
  hessian.multiply(1e-12 * u, sum);  // the step of a difference follows the direction's length
  EXPECT_LE((1e12 * sum - hu).norm(), 1e-7);
}

INSTANTIATE_TEST_SUITE_P(With, ScalarizedHessianOf, ::testing::Values(true, false),
                         [](const auto& exact) {
                           return std::string(exact.param ? "products" : "differences");
                         });

TEST(ScalarizedHessian, NeedsTheCurvatureTerm) {
  // Linear objectives: all of the Hessian of phi is J^T (d2 phi) J.
  const Matrix slopes = moo::test::columns({vector({1.0, 2.0, 3.0}), vector({-1.0, 0.5, 2.0})});
  Functions f;
  f.num_objectives = 2;
  f.start = Vector::Zero(3);
  f.values = [&](const Vector& x) { return Vector(slopes.transpose() * x); };
  f.gradients = [&](const Vector&) { return slopes; };
  f.hessian = [](const Vector&, const Vector&) { return Matrix(Matrix::Zero(3, 3)); };
  const FunctionProblem problem(f);
  const ChartScalarization phi(vector({1.0, 1.0}), vector({0.0}), 6.0, Scaling::identity(2));
  const LinearizationPtr at = problem.linearize(problem.start());
  const ScalarizedHessian hessian(problem, phi, problem.start(), *at);
  const Vector c = vector({1.0, -1.0}) / std::sqrt(2.0);
  const Vector v = vector({0.3, -1.0, 2.0});
  Vector product(3);
  hessian.multiply(v, product);
  EXPECT_LE((product - 6.0 * slopes * c * (slopes * c).dot(v)).norm(), 1e-12);
}

TEST(ScalarizedHessian, OfAWeightedSumIsTheWeightedHessian) {
  const moo::TwoQuadratics problem(5, 30.0);
  const Scaling scaling{vector({1.0, 2.0}), vector({3.0, 6.0})};
  const WeightedSum phi(vector({0.3, 0.7}), scaling);
  const Vector theta = Vector::LinSpaced(5, -1.0, 1.0);
  const LinearizationPtr at = problem.linearize(theta);
  const ScalarizedHessian hessian(problem, phi, theta, *at);
  const Matrix expected = problem.hessian(theta, vector({0.3 / 2.0, 0.7 / 4.0}));
  for (int j = 0; j < 5; ++j) {
    Vector product(5);
    hessian.multiply(Vector::Unit(5, j), product);
    EXPECT_LE((product - expected.col(j)).norm(), 1e-13);
  }
}

}  // namespace
