// Training a network with embeddings under a rule: everything a solver may ask for.

#include <gtest/gtest.h>

#include <memory>

#include "libmoo/constraint/monotone_derivative.hpp"
#include "libmoo/constraint/output_range.hpp"
#include "libmoo/problem/gradient_check.hpp"
#include "libmoo/training/training_problem.hpp"
#include "tests/model/differences.hpp"
#include "tests/support/expect_complaint.hpp"

namespace moo {
namespace {

/// Fifteen people of 5 and things of 3 with one number each, and something to predict.
Dataset visits(RandomStream& random) {
  Dataset data;
  data.inputs = test::normal_matrix(random, 3, 15);
  for (Eigen::Index b = 0; b < 15; ++b) {
    data.inputs(0, b) = static_cast<double>(b % 5);
    data.inputs(1, b) = random.index(3);
  }
  data.input_names = {"person", "thing", "number"};
  data.targets = test::normal_matrix(random, 1, 15);
  return data;
}

TrainingSetup setup_of(const Dataset& data) {
  TrainingSetup setup;
  setup.network = Network({3, 4, 1}, Activation::tanh,
                          {{.count = 5, .dimension = 2}, {.count = 3, .dimension = 3}});
  setup.loss = Loss(LossKind::squared_error);
  setup.data = data;
  setup.groups = {{.name = "range",
                   .constraints = {std::make_shared<OutputRange>(
                       OutputRangeOptions{.low = -0.2, .high = 0.2, .unit = "target"})}}};
  return setup;
}

TEST(EmbeddingTraining, GradientsHessiansAndGaussNewtonAreExact) {
  RandomStream random(91);
  SCOPED_TRACE("seed 91");
  const TrainingProblem problem(setup_of(visits(random)));
  const int n = problem.num_variables();
  const Vector theta = random.normal_vector(n, 0.6);
  EXPECT_LE(check_gradients(problem, theta, random.substream("check")).worst(), 1e-6);

  // The loss alone is a sum of squares, whose Gauss-Newton matrix is that of its rows.
  const auto at = problem.linearize(theta);
  const Vector weights{{1.0, 0.0}};
  Matrix matrix(n, n);
  at->gauss_newton(weights, matrix);
  Vector residuals(at->num_residuals());
  Matrix rows(at->num_residuals(), n);
  at->least_squares(weights, residuals, rows);
  EXPECT_LE(test::relative_error(matrix, rows.transpose() * rows), 1e-12);
  const auto single = problem.in_single_precision();
  ASSERT_NE(single, nullptr);
  Matrix exact(n, 1);
  Matrix rough(n, 1);
  at->pullback(Vector::Ones(2), exact);
  single->linearize(theta)->pullback(Vector::Ones(2), rough);
  EXPECT_LE(test::relative_error(rough, exact), 1e-5);
}

TEST(EmbeddingTraining, DataWithoutIndicesAndSlopesInNamesAreRefused) {
  RandomStream random(92);
  TrainingSetup setup = setup_of(visits(random));
  setup.data.inputs(0, 3) = 0.5;
  const auto complaint = [](const TrainingSetup& of) {
    return test::complaint_of<InvalidArgument>([&] {
      const TrainingProblem problem(of);
      (void)problem.linearize(Vector::Zero(problem.num_variables()));
    });
  };
  test::expect_says(complaint(setup), {"TrainingProblem", "input 0 is no index", "column 3"});
  setup = setup_of(visits(random));
  setup.groups = {{.name = "slope",
                   .constraints = {std::make_shared<MonotoneDerivative>(
                       MonotoneDerivativeOptions{.inputs = {"thing"}})}}};
  test::expect_says(complaint(setup), {"a derivative along input 1", "a name, not a number"});
  setup.groups[0].constraints = {
      std::make_shared<MonotoneDerivative>(MonotoneDerivativeOptions{.inputs = {"number"}})};
  const TrainingProblem slopes(setup);
  const Vector theta = random.normal_vector(slopes.num_variables(), 0.6);
  EXPECT_LE(check_gradients(slopes, theta, random.substream("check")).worst(), 1e-6);
}

}  // namespace
}  // namespace moo
