#include <gtest/gtest.h>

#include <string>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/aggregation.hpp"
#include "libmoo/model/forward_pass.hpp"
#include "tests/training/training_samples.hpp"

namespace {

using moo::Activation;
using moo::ConstraintGroup;
using moo::Enforcement;
using moo::LossKind;
using moo::Matrix;
using moo::Penalty;
using moo::RandomStream;
using moo::TrainingProblem;
using moo::Vector;
using moo::test::groups_of;
using moo::test::hessian_at;
using moo::test::Rules;
using moo::test::sample_setup;
using moo::test::Worst;

Matrix gauss_newton_at(const TrainingProblem& problem, const Vector& theta, const Vector& weights) {
  Matrix matrix = Matrix::Constant(theta.size(), theta.size(), 1e9);
  problem.linearize(theta)->gauss_newton(weights, matrix);
  return matrix;
}

TEST(GaussNewton, IsTheHessianOfALinearModelWithSquaredErrorAndSquaredPenalties) {
  // Both have the penalty's curvature where it is active and none where it is not.
  RandomStream random(111);
  SCOPED_TRACE("seed 111");
  Worst worst("gauss_newton");
  for (const int outputs : {1, 3}) {
    for (const Rules rules :
         {Rules::none, Rules::parity, Rules::monotone, Rules::both, Rules::mixed}) {
      SCOPED_TRACE(to_string(rules));
      const TrainingProblem problem(
          sample_setup({3, outputs}, Activation::tanh, LossKind::squared_error,
                       groups_of(rules, Enforcement::soft, outputs), random));
      for (int trial = 0; trial < 5; ++trial) {
        const Vector theta = moo::test::random_parameters(problem.setup().network, random);
        Vector weights = random.uniform_vector(problem.num_values(), 0.1, 1.0);
        weights.tail(problem.num_hard_rows()).setZero();
        worst.expect(moo::test::relative_error(gauss_newton_at(problem, theta, weights),
                                               hessian_at(problem, theta, weights)),
                     1e-13);
      }
    }
  }
}

TEST(GaussNewton, IsTheHessianOfALinearModelWithAnEqualityThatHoldsExactly) {
  // At the null model every prediction is the same and parity holds; r^2 is curved there as well.
  RandomStream random(112);
  SCOPED_TRACE("seed 112");
  const TrainingProblem problem(sample_setup({3, 1}, Activation::tanh, LossKind::squared_error,
                                             groups_of(Rules::parity, Enforcement::soft, 1),
                                             random));
  const Vector theta = Vector::Zero(4);
  const Vector weights{{0.0, 1.0}};
  ASSERT_EQ(problem.residuals(0, theta).residuals(0), 0.0);
  const Matrix hessian = hessian_at(problem, theta, weights);
  EXPECT_GT(hessian.norm(), 2.0 * problem.setup().weight_decay);
  Matrix expected(4, 4);
  for (int j = 0; j < 4; ++j) {
    expected.col(j) = moo::test::difference([&](double h) -> Vector {
      return moo::test::gradient_at(problem, theta + h * Vector::Unit(4, j), weights);
    });
  }
  EXPECT_LE(moo::test::relative_error(hessian, expected), 1e-9);
  EXPECT_LE(moo::test::relative_error(gauss_newton_at(problem, theta, weights), expected), 1e-9);
}

TEST(GaussNewton, IsTheHessianOfALogisticRegression) {
  RandomStream random(113);
  SCOPED_TRACE("seed 113");
  for (const auto& [kind, outputs] : std::vector<std::pair<LossKind, int>>{
           {LossKind::binary_cross_entropy, 1}, {LossKind::cross_entropy, 3}}) {
    const TrainingProblem problem(sample_setup({3, outputs}, Activation::tanh, kind, {}, random));
    const Vector theta = moo::test::random_parameters(problem.setup().network, random);
    const Vector weights = Vector::Constant(1, 0.7);
    EXPECT_LE(moo::test::relative_error(gauss_newton_at(problem, theta, weights),
                                        hessian_at(problem, theta, weights)),
              1e-12);
  }
}

TEST(GaussNewton, IsTheHessianOfALinearModelUnderEveryShapeAndAggregation) {
  RandomStream random(117);
  SCOPED_TRACE("seed 117");
  Worst worst("gauss_newton");
  for (const std::string& shape : moo::penalty_shape_names()) {
    for (const moo::Aggregation& aggregation : moo::test::aggregation_samples()) {
      for (const Rules rules : {Rules::monotone, Rules::both, Rules::mixed}) {
        SCOPED_TRACE(shape + ", " + std::string(to_string(aggregation.kind)) + ", " +
                     to_string(rules));
        const auto groups = groups_of(rules, Enforcement::soft, 1, moo::penalty_shape_from(shape));
        const TrainingProblem problem(
            sample_setup({3, 1}, Activation::tanh, LossKind::squared_error,
                         moo::test::aggregated(groups, aggregation), random));
        const Vector theta = moo::test::random_parameters(problem.setup().network, random);
        Vector weights = random.uniform_vector(problem.num_values(), 0.1, 1.0);
        weights.tail(problem.num_hard_rows()).setZero();
        worst.expect(moo::test::relative_error(gauss_newton_at(problem, theta, weights),
                                               hessian_at(problem, theta, weights)),
                     1e-12);
      }
    }
  }
}

/// d residuals of a group / d theta by differences; K x n.
Matrix residual_jacobian(const TrainingProblem& problem, std::size_t group, const Vector& theta) {
  Matrix jacobian(problem.residuals(group, theta).residuals.size(), theta.size());
  for (Eigen::Index j = 0; j < theta.size(); ++j) {
    jacobian.col(j) = moo::test::difference([&](double h) -> Vector {
      return problem.residuals(group, theta + h * Vector::Unit(theta.size(), j)).residuals;
    });
  }
  return jacobian;
}

/// sum_b J_b' H_b J_b of the loss + J' (d2 A(phi(r)) / dr2) J of the groups + decay, from its
/// definition. A's curvature comes from differences of its weights.
Matrix definition(const TrainingProblem& problem, const Vector& theta, const Vector& weights) {
  const auto& setup = problem.setup();
  const Eigen::Index q = setup.network.num_outputs(), rows = setup.data.inputs.cols();
  moo::ForwardPass pass(setup.network);
  pass.run(theta, setup.data.inputs);
  Matrix jacobian(q * rows, theta.size());
  pass.jacobian(jacobian);
  Matrix curved(q * rows, theta.size());
  for (Eigen::Index j = 0; j < theta.size(); ++j) {
    const Matrix tangents = jacobian.col(j).reshaped(q, rows);
    Matrix product(q, rows);
    setup.loss.hessian_product(pass.outputs(), setup.data.targets, tangents, product);
    curved.col(j) = product.reshaped();
  }
  Matrix sum = weights(0) * jacobian.transpose() * curved;
  Eigen::Index objective = 1;
  for (std::size_t g = 0; g < setup.groups.size(); ++g) {
    const ConstraintGroup& group = setup.groups[g];
    if (group.enforcement == Enforcement::hard) continue;
    const Matrix rules = residual_jacobian(problem, g, theta);
    const moo::GroupResiduals at = problem.residuals(g, theta);
    const Eigen::Index size = at.residuals.size();
    Vector phi(size), slope(size), curvature(size);
    for (Eigen::Index k = 0; k < size; ++k) {
      const Penalty::Value value =
          group.penalty(at.residuals(k), at.senses[static_cast<std::size_t>(k)]);
      phi(k) = value.value;
      slope(k) = value.slope;
      curvature(k) = value.curvature;
    }
    const auto aggregation_weights = [&](const Vector& penalties) {
      Vector found(size), scratch(size);
      (void)moo::aggregate(group.aggregation, penalties, found, scratch);
      return found;
    };
    Matrix second = aggregation_weights(phi).cwiseProduct(curvature).asDiagonal();
    if (group.aggregation.kind == moo::AggregationKind::log_mean_exp) {
      for (Eigen::Index k = 0; k < size; ++k) {
        const Vector column = moo::test::difference([&](double h) -> Vector {
          return aggregation_weights(phi + h * Vector::Unit(size, k));
        });
        second.col(k) += slope(k) * slope.cwiseProduct(column);
      }
    }
    sum += weights(objective++) * rules.transpose() * second * rules;
  }
  const double decay = setup.weight_decay * weights.head(problem.num_objectives()).sum();
  return sum + decay * Matrix::Identity(theta.size(), theta.size());
}

TEST(GaussNewton, OfANetworkIsItsDefinition) {
  RandomStream random(114);
  SCOPED_TRACE("seed 114");
  Worst worst("gauss_newton");
  for (const auto& [kind, outputs] :
       std::vector<std::pair<LossKind, int>>{{LossKind::binary_cross_entropy, 1},
                                             {LossKind::cross_entropy, 3},
                                             {LossKind::squared_error, 3},
                                             {LossKind::huber, 1}}) {
    for (const Rules rules : {Rules::none, Rules::mixed, Rules::together, Rules::product}) {
      for (const moo::Aggregation& aggregation : moo::test::aggregation_samples()) {
        SCOPED_TRACE(std::string(to_string(kind)) + ", " + to_string(rules) + ", " +
                     std::string(to_string(aggregation.kind)));
        const auto groups = groups_of(rules, Enforcement::soft, outputs);
        const TrainingProblem problem(sample_setup({3, 4, 3, outputs}, Activation::tanh, kind,
                                                   moo::test::aggregated(groups, aggregation),
                                                   random));
        const Vector theta = moo::test::random_parameters(problem.setup().network, random);
        Vector weights = random.uniform_vector(problem.num_values(), 0.1, 1.0);
        weights.tail(problem.num_hard_rows()).setZero();
        worst.expect(moo::test::relative_error(gauss_newton_at(problem, theta, weights),
                                               definition(problem, theta, weights)),
                     1e-9);
      }
    }
  }
}

TEST(LeastSquares, JacobianAgreesWithDifferencesOfTheResiduals) {
  RandomStream random(115);
  SCOPED_TRACE("seed 115");
  Worst worst("least_squares_jacobian");
  for (const auto& [kind, outputs] :
       std::vector<std::pair<LossKind, int>>{{LossKind::binary_cross_entropy, 1},
                                             {LossKind::cross_entropy, 3},
                                             {LossKind::squared_error, 3}}) {
    for (const Rules rules : {Rules::none, Rules::mixed, Rules::together}) {
      SCOPED_TRACE(std::string(to_string(kind)) + ", " + to_string(rules));
      const TrainingProblem problem(sample_setup({3, 4, outputs}, Activation::softplus, kind,
                                                 groups_of(rules, Enforcement::soft, outputs),
                                                 random));
      const Vector theta = moo::test::random_parameters(problem.setup().network, random);
      Vector weights = random.uniform_vector(problem.num_values(), 0.1, 1.0);
      weights.tail(problem.num_hard_rows()).setZero();
      const auto at = problem.linearize(theta);
      Vector residuals(at->num_residuals());
      Matrix jacobian(at->num_residuals(), theta.size());
      at->least_squares(weights, residuals, jacobian);
      const Vector v = random.normal_vector(static_cast<int>(theta.size())).normalized();
      const Vector expected = jacobian * v;
      worst.expect(moo::test::best_error(
                       expected,
                       [&](double h) -> Vector {
                         Vector r(residuals.size());
                         Matrix unused(jacobian.rows(), jacobian.cols());
                         problem.linearize(theta + h * v)->least_squares(weights, r, unused);
                         return r;
                       }),
                   1e-6);
    }
  }
}

TEST(LeastSquares, AWeightOfZeroLeavesNothingOfThatObjective) {
  RandomStream random(116);
  SCOPED_TRACE("seed 116");
  const TrainingProblem problem(
      sample_setup({3, 4, 1}, Activation::tanh, LossKind::binary_cross_entropy,
                   groups_of(Rules::together, Enforcement::soft, 1), random));
  const Vector theta = moo::test::random_parameters(problem.setup().network, random);
  const auto at = problem.linearize(theta);
  for (int i = 0; i < 2; ++i) {
    Vector residuals(at->num_residuals());
    Matrix jacobian(at->num_residuals(), theta.size());
    at->least_squares(Vector::Unit(2, i), residuals, jacobian);
    EXPECT_TRUE(jacobian.allFinite());
    EXPECT_NEAR(0.5 * residuals.squaredNorm(), at->values()(i), 1e-14);
  }
}

TEST(LeastSquares, IsOfferedForMeansOfPenaltiesThatAreNeverNegative) {
  RandomStream random(118);
  SCOPED_TRACE("seed 118");
  for (const std::string& shape : moo::penalty_shape_names()) {
    for (const moo::Aggregation& aggregation : moo::test::aggregation_samples()) {
      for (const Enforcement enforcement : {Enforcement::soft, Enforcement::hard}) {
        SCOPED_TRACE(shape + ", " + std::string(to_string(aggregation.kind)) + ", " +
                     std::string(to_string(enforcement)));
        const auto groups = groups_of(Rules::both, enforcement, 1, moo::penalty_shape_from(shape));
        const TrainingProblem problem(
            sample_setup({3, 4, 1}, Activation::tanh, LossKind::binary_cross_entropy,
                         moo::test::aggregated(groups, aggregation), random));
        const bool expected =
            enforcement == Enforcement::hard ||
            (aggregation.kind == moo::AggregationKind::mean && shape != "relaxed_log_barrier");
        EXPECT_EQ(problem.capabilities().least_squares, expected);
        EXPECT_TRUE(problem.capabilities().gauss_newton);
        if (expected) continue;
        const auto at = problem.linearize(Vector::Zero(problem.num_variables()));
        EXPECT_THROW((void)at->num_residuals(), moo::InvalidArgument);
        Vector residuals(1);
        Matrix jacobian(1, problem.num_variables());
        EXPECT_THROW(at->least_squares(Vector::Ones(problem.num_values()), residuals, jacobian),
                     moo::InvalidArgument);
      }
    }
  }
}

}  // namespace
