#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "libmoo/constraint/demographic_parity.hpp"
#include "libmoo/constraint/linear_constraint.hpp"
#include "libmoo/constraint/monotone_pairs.hpp"
#include "tests/constraint/product_rule.hpp"
#include "tests/constraint/rule_samples.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::BoundConstraint;
using moo::Dataset;
using moo::DemographicParity;
using moo::LinearConstraint;
using moo::Matrix;
using moo::MonotonePairs;
using moo::ProbeBatch;
using moo::RandomStream;
using moo::ResidualJacobian;
using moo::Vector;
using moo::test::jacobian_of;
using moo::test::normal_matrix;
using moo::test::ProductRule;
using moo::test::random_data;
using moo::test::residuals_of;
using moo::test::Worst;

TEST(ProbeBatch, AppendsBehindWhatIsThereAndSaysWhere) {
  RandomStream random(81);
  SCOPED_TRACE("seed 81");
  const Matrix data = normal_matrix(random, 3, 4);
  const Matrix more = normal_matrix(random, 3, 2);
  const Matrix last = normal_matrix(random, 3, 5);
  ProbeBatch batch(data);
  EXPECT_EQ(batch.append(more), 4);
  EXPECT_EQ(batch.append(last), 6);
  EXPECT_EQ(batch.append(Matrix(3, 0)), 11);
  ASSERT_EQ(batch.size(), 11);
  EXPECT_EQ(batch.inputs().leftCols(4), data);
  EXPECT_EQ(batch.inputs().middleCols(4, 2), more);
  EXPECT_EQ(batch.inputs().rightCols(5), last);
}

TEST(ProbeBatch, ProbesWithAnotherNumberOfInputsAreRefused) {
  ProbeBatch batch(Matrix::Ones(3, 4));
  moo::test::expect_says(
      moo::test::complaint_of<moo::InvalidArgument>([&] { batch.append(Matrix::Ones(2, 4)); }),
      {"ProbeBatch::append", "3", "2"});
}

TEST(RulesTogether, ProbesOfALaterRuleDoNotDisturbAnEarlierOne) {
  RandomStream random(82);
  SCOPED_TRACE("seed 82");
  for (const int outputs : {1, 3}) {
    const Dataset data = random_data(random, 7, outputs);
    const std::vector<std::shared_ptr<moo::Constraint>> rules = {
        std::make_shared<MonotonePairs>(std::vector<std::string>{"a"},
                                        MonotonePairs::Direction::rising, 0.5),
        std::make_shared<DemographicParity>("group"),
        std::make_shared<ProductRule>(0, outputs - 1, 0.2),
        std::make_shared<MonotonePairs>(std::vector<std::string>{"c", "b"},
                                        MonotonePairs::Direction::falling, 0.3)};
    ProbeBatch together(data.inputs);
    std::vector<std::unique_ptr<BoundConstraint>> bound;
    std::vector<int> first, size;
    for (const auto& rule : rules) {
      first.push_back(together.size());
      bound.push_back(rule->bind(data, together));
      size.push_back(together.size() - first.back());
    }
    ASSERT_EQ(together.size(), 4 * 7);
    const Matrix predictions = normal_matrix(random, outputs, together.size());
    Worst worst("jacobian");
    for (std::size_t k = 0; k < rules.size(); ++k) {
      SCOPED_TRACE(rules[k]->name());
      ProbeBatch own(data.inputs);
      const auto alone = rules[k]->bind(data, own);
      Matrix own_predictions(outputs, own.size());
      own_predictions << predictions.leftCols(7), predictions.middleCols(first[k], size[k]);
      EXPECT_EQ(residuals_of(*bound[k], predictions), residuals_of(*alone, own_predictions));
      moo::test::expect_jacobian_by_differences(*bound[k], predictions, worst);
    }
  }
}

TEST(ProductRule, JacobianAndCurvatureAgreeWithDifferences) {
  RandomStream random(83);
  SCOPED_TRACE("seed 83");
  Worst jacobian("jacobian");
  Worst curvature("curvature");
  for (const auto& [i, j] : std::vector<std::pair<int, int>>{{0, 2}, {2, 0}, {1, 1}}) {
    const Dataset data = random_data(random, 4, 3);
    ProbeBatch batch(data.inputs);
    const auto bound = ProductRule(i, j, 0.1).bind(data, batch);
    const Matrix predictions = normal_matrix(random, 3, 4);
    moo::test::expect_jacobian_by_differences(*bound, predictions, jacobian);
    const Vector weights = random.normal_vector(4);
    const Matrix tangents = normal_matrix(random, 3, 4);
    Matrix found = Matrix::Zero(3, 4);
    bound->add_curvature(predictions, weights, tangents, found);
    const Vector expected = moo::test::difference([&](double h) -> Vector {
      return jacobian_of(*bound, predictions + h * tangents).transpose() * weights;
    });
    curvature.expect(moo::test::relative_error(found.reshaped(), expected), 1e-9);
  }
}

/// A random sparse matrix with about one third of its entries.
ResidualJacobian sparse_matrix(RandomStream& random, Eigen::Index rows, Eigen::Index cols) {
  ResidualJacobian jacobian(rows, cols);
  for (Eigen::Index k = 0; k < rows; ++k) {
    for (Eigen::Index c = 0; c < cols; ++c) {
      if (random.index(3) == 0) jacobian.insert(k, c) = random.normal();
    }
  }
  jacobian.makeCompressed();
  return jacobian;
}

TEST(LinearConstraint, IsItsMatrixTimesThePredictionsLessTheOffset) {
  RandomStream random(84);
  SCOPED_TRACE("seed 84");
  const ResidualJacobian jacobian = sparse_matrix(random, 6, 3 * 5);
  const Vector offset = random.normal_vector(6);
  const LinearConstraint bound(jacobian, offset);
  const Matrix predictions = normal_matrix(random, 3, 9);  // four probes came later
  const Vector expected = jacobian * predictions.leftCols(5).reshaped() - offset;
  EXPECT_EQ(bound.num_residuals(), 6);
  EXPECT_LE(moo::test::relative_error(residuals_of(bound, predictions), expected), 1e-14);
  Vector product(6);
  moo::jacobian_product(jacobian, predictions, product);
  EXPECT_LE(moo::test::relative_error(product, expected + offset), 1e-14);
}

TEST(LinearConstraint, PullbackAddsTheTransposeAndLeavesLaterProbesAlone) {
  RandomStream random(85);
  SCOPED_TRACE("seed 85");
  const ResidualJacobian jacobian = sparse_matrix(random, 6, 3 * 5);
  Vector u = random.normal_vector(6);
  u(2) = 0.0;
  const Matrix before = normal_matrix(random, 3, 9);
  Matrix found = before;
  moo::add_jacobian_pullback(jacobian, u, found);
  const Vector added = (found - before).leftCols(5).reshaped();
  EXPECT_LE(moo::test::relative_error(added, jacobian.transpose() * u), 1e-14);
  EXPECT_EQ(found.rightCols(4), before.rightCols(4));
}

}  // namespace
