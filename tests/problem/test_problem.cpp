#include <gtest/gtest.h>

#include <string>

#include "libmoo/base/error.hpp"
#include "libmoo/problem/counting.hpp"
#include "libmoo/problem/reference/two_quadratics.hpp"
#include "tests/support/expect_complaint.hpp"
#include "tests/support/function_problem.hpp"

namespace {

using moo::CountingProblem;
using moo::InvalidArgument;
using moo::LinearizationPtr;
using moo::Matrix;
using moo::RandomStream;
using moo::TwoQuadratics;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::expect_says;
using moo::test::FunctionProblem;
using moo::test::Functions;
using moo::test::vector;

Functions line() {
  Functions f;
  f.name = "line";
  f.start = vector({1.0, 2.0});
  f.values = [](const Vector& x) { return vector({x.sum(), x(0) - 3.0}); };
  f.gradients = [](const Vector&) {
    return moo::test::columns({vector({1.0, 1.0}), vector({1.0, 0.0})});
  };
  f.senses = {moo::Sense::inequality};
  f.bounds = {vector({0.0, 0.0}), vector({5.0, 5.0})};
  return f;
}

TEST(DenseProblem, PullsBackOneOrSeveralWeightVectors) {
  const FunctionProblem problem(line());
  const LinearizationPtr at = problem.linearize(problem.start());
  EXPECT_EQ(at->values(), vector({3.0, -2.0}));
  Matrix gradients(2, 3);
  Matrix weights(2, 3);
  weights << 1, 0, 2, 0, 1, -1;
  at->pullback(weights, gradients);
  Matrix expected(2, 3);
  expected << 1, 1, 1, 1, 0, 2;
  EXPECT_EQ(gradients, expected);
  EXPECT_EQ(at->transposed_jacobian(2), Matrix(expected.leftCols(2)));
}

TEST(DenseProblem, AsksForGradientsOnceHoweverOftenTheyAreUsed) {
  int asked = 0;
  Functions f = line();
  f.gradients = [&asked](const Vector& x) {
    ++asked;
    return line().gradients(x);
  };
  const FunctionProblem problem(f);
  const LinearizationPtr at = problem.linearize(problem.start());
  EXPECT_EQ(asked, 0);  // values alone need none
  Vector gradient(2);
  for (int k = 0; k < 5; ++k) at->pullback(Vector::Ones(2), gradient);
  EXPECT_EQ(asked, 1);
}

TEST(DenseProblem, SaysHelpfullyThatItHasNoHessian) {
  const FunctionProblem problem(line());
  EXPECT_FALSE(problem.capabilities().hessian_product);
  expect_says(complaint_of<InvalidArgument>(
                  [&] { (void)problem.hessian(problem.start(), Vector::Ones(2)); }),
              {"line", "has none", "override hessian() and has_hessian()"});
  const LinearizationPtr at = problem.linearize(problem.start());
  Vector product(2);
  expect_says(complaint_of<InvalidArgument>(
                  [&] { at->hessian_product(Vector::Ones(2), Vector::Ones(2), product); }),
              {"hessian_product", "does not offer", "capabilities()"});
}

TEST(DenseProblem, SaysHelpfullyThatItHasNoOtherCapability) {
  const FunctionProblem problem(line());
  const LinearizationPtr at = problem.linearize(problem.start());
  Matrix matrix(2, 2);
  Vector residuals(1);
  expect_says(complaint_of<InvalidArgument>([&] { at->gauss_newton(Vector::Ones(2), matrix); }),
              {"gauss_newton", "does not offer"});
  expect_says(complaint_of<InvalidArgument>([&] { (void)at->num_residuals(); }),
              {"least_squares", "does not offer"});
  expect_says(
      complaint_of<InvalidArgument>([&] { at->least_squares(Vector::Ones(2), residuals, matrix); }),
      {"least_squares", "does not offer"});
}

TEST(DenseProblem, ComplainsAboutAPointOfTheWrongSize) {
  const FunctionProblem problem(line());
  expect_says(complaint_of<InvalidArgument>([&] { (void)problem.linearize(Vector::Zero(3)); }),
              {"problem 'line'", "theta", "expected 2", "got 3"});
}

TEST(CountingProblem, CountsEvaluationsGradientColumnsAndHessianColumns) {
  const TwoQuadratics inner(3);
  const CountingProblem problem(inner);
  EXPECT_EQ(problem.evaluations() + problem.gradients() + problem.hessian_products(), 0);
  const LinearizationPtr one = problem.linearize(Vector::Zero(3));
  const LinearizationPtr other = problem.linearize(Vector::Ones(3));
  EXPECT_EQ(problem.evaluations(), 2);
  EXPECT_EQ(problem.gradients(), 0);
  (void)one->values();
  Matrix gradients(3, 5);
  one->pullback(Matrix::Ones(2, 5), gradients);
  EXPECT_EQ(problem.gradients(), 5);
  Vector gradient(3);
  other->pullback(Vector::Ones(2), gradient);
  EXPECT_EQ(problem.gradients(), 6);
  (void)one->transposed_jacobian(3);
  EXPECT_EQ(problem.gradients(), 8);  // one column per value
  Matrix products(3, 4);
  one->hessian_product(Vector::Ones(2), Matrix::Ones(3, 4), products);
  EXPECT_EQ(problem.hessian_products(), 4);
  EXPECT_EQ(problem.evaluations(), 2);
}

TEST(CountingProblem, AnswersExactlyAsTheProblemItCounts) {
  const FunctionProblem inner(line());
  const CountingProblem problem(inner);
  EXPECT_EQ(problem.name(), inner.name());
  EXPECT_EQ(problem.num_variables(), 2);
  EXPECT_EQ(problem.num_objectives(), 1);
  EXPECT_EQ(problem.num_hard_rows(), 1);
  EXPECT_EQ(problem.bounds().lower, inner.bounds().lower);
  EXPECT_EQ(problem.bounds().upper, inner.bounds().upper);
  EXPECT_EQ(problem.capabilities().hessian_product, inner.capabilities().hessian_product);
  RandomStream random(1);
  EXPECT_EQ(problem.start(random), inner.start(random));
  EXPECT_EQ(problem.minibatch(random), nullptr);
  const Vector theta = vector({0.3, 0.4});
  EXPECT_EQ(problem.linearize(theta)->values(), inner.linearize(theta)->values());
  EXPECT_EQ(problem.linearize(theta)->transposed_jacobian(2),
            inner.linearize(theta)->transposed_jacobian(2));
}

/// A problem whose minibatches and annealed versions are problems of their own.
class Parted final : public moo::test::FunctionProblem {
 public:
  explicit Parted(Functions functions) : FunctionProblem(std::move(functions)) {}
  std::shared_ptr<const moo::Problem> minibatch(RandomStream&) const override {
    return std::make_shared<Parted>(functions());
  }
};

TEST(CountingProblem, CountsWhatItsMinibatchesAndAnnealedVersionsAreAsked) {
  Functions f = line();
  f.annealed = [](double) { return std::make_shared<Parted>(line()); };
  const Parted inner(f);
  const CountingProblem problem(inner);
  RandomStream random(1);
  const std::vector<std::shared_ptr<const moo::Problem>> parts = {
      problem.minibatch(random), problem.annealed(2.0), problem.annealed(2.0)->minibatch(random)};
  EXPECT_EQ(problem.evaluations(), 0);
  Vector gradient(2);
  for (std::size_t k = 0; k < parts.size(); ++k) {
    const LinearizationPtr at = parts[k]->linearize(Vector::Ones(2));
    at->pullback(Vector::Ones(2), gradient);
    EXPECT_EQ(at->values(), inner.linearize(Vector::Ones(2))->values());
    EXPECT_EQ(problem.evaluations(), static_cast<long>(k) + 1);
    EXPECT_EQ(problem.gradients(), static_cast<long>(k) + 1);
  }
}

TEST(CountingProblem, CountsAValidationAsOneEvaluationWhereThereIsOne) {
  Functions f = line();
  const FunctionProblem without(f);
  const CountingProblem nothing(without);
  EXPECT_FALSE(nothing.validate(Vector::Ones(2)).has_value());
  EXPECT_EQ(nothing.annealed(2.0), nullptr);
  EXPECT_EQ(nothing.evaluations(), 0);
  f.rule_groups = {"safety"};
  f.validation = [](const Vector& x) { return moo::Validation{x, vector({0.25})}; };
  f.violation_rates = [](const Vector&) { return vector({0.5}); };
  const FunctionProblem inner(f);
  const CountingProblem problem(inner);
  EXPECT_EQ(problem.rule_groups(), f.rule_groups);
  EXPECT_EQ(problem.validate(vector({3.0, 4.0}))->objectives, vector({3.0, 4.0}));
  EXPECT_EQ(problem.validate(vector({3.0, 4.0}))->violation_rates, vector({0.25}));
  EXPECT_EQ(problem.evaluations(), 2);
  EXPECT_EQ(problem.gradients(), 0);
  EXPECT_EQ(problem.linearize(Vector::Ones(2))->violation_rates(), vector({0.5}));
}

TEST(Words, AreThoseOfTheFiles) {
  EXPECT_EQ(moo::to_string(moo::ObjectiveKind::accuracy), "accuracy");
  EXPECT_EQ(moo::to_string(moo::ObjectiveKind::penalty), "penalty");
  EXPECT_EQ(moo::to_string(moo::ObjectiveKind::other), "other");
  EXPECT_EQ(moo::to_string(moo::Enforcement::soft), "soft");
  EXPECT_EQ(moo::to_string(moo::Enforcement::hard), "hard");
  EXPECT_EQ(moo::to_string(moo::Enforcement::probabilistic), "probabilistic");
  EXPECT_EQ(moo::to_string(moo::Sense::inequality), "inequality");
  EXPECT_EQ(moo::to_string(moo::Sense::equality), "equality");
}

}  // namespace
