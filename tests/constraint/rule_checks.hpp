#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libmoo/constraint/group.hpp"
#include "libmoo/problem/gradient_check.hpp"
#include "libmoo/training/training_problem.hpp"
#include "tests/constraint/rule_samples.hpp"

namespace moo::test {

/// Predictions of a model given as a function of one row's inputs to its q outputs, at all probes.
template <class Model>
Matrix predict(const Model& model, const ProbeBatch& batch, int outputs) {
  Matrix predictions(outputs, batch.size());
  for (int b = 0; b < batch.size(); ++b) {
    predictions.col(b) = model(Vector(batch.inputs().col(b)));
  }
  return predictions;
}

/// Residuals of a rule for such a model.
template <class Model>
Vector residuals_under(const Constraint& rule, const Dataset& data, const Model& model) {
  ProbeBatch batch(data.inputs);
  const auto bound = rule.bind(data, batch);
  return residuals_of(*bound, predict(model, batch, static_cast<int>(data.targets.rows())));
}

/// How closely the curvature is compared, and with tangents of which size.
struct CurvatureCheck {
  double bound = 1e-8;
  double tangents = 1.0;
};

/// Expects the curvature of a bound rule to agree with differences of its Jacobian.
inline void expect_curvature_by_differences(const BoundConstraint& bound, const Matrix& predictions,
                                            RandomStream& random, Worst& worst,
                                            CurvatureCheck check = {}) {
  const Vector weights = random.normal_vector(bound.num_residuals());
  const Matrix tangents =
      normal_matrix(random, predictions.rows(), predictions.cols(), check.tangents);
  Matrix found = Matrix::Ones(predictions.rows(), predictions.cols());  // it is to be added to
  if (!bound.is_linear()) bound.add_curvature(predictions, weights, tangents, found);
  const Vector expected = difference([&](double h) -> Vector {
    return jacobian_of(bound, predictions + h * tangents).transpose() * weights;
  });
  worst.expect(relative_error(found.reshaped().array() - 1.0, expected), check.bound);
}

/// Expects Jacobian and curvature of a rule to agree with differences, at predictions of every
/// sign, also when other rules append probes later.
inline void expect_derivatives(const Constraint& rule, const Dataset& data, RandomStream& random) {
  Worst jacobian("jacobian of " + rule.name());
  Worst curvature("curvature of " + rule.name());
  ProbeBatch batch(data.inputs);
  const auto bound = rule.bind(data, batch);
  batch.append(data.inputs.leftCols(2));
  const Matrix predictions = normal_matrix(random, data.targets.rows(), batch.size());
  expect_jacobian_by_differences(*bound, predictions, jacobian);
  expect_curvature_by_differences(*bound, predictions, random, curvature);
}

/// Expects the derivatives of a TrainingProblem on a small network under these rules, as a soft and
/// as a hard group, to pass the library's own check. With one output a sigmoid precedes the rules,
/// with several a softmax, for `LossKind::squared_error` nothing.
inline void expect_training_gradients(const Dataset& data, LossKind loss,
                                      const std::vector<std::shared_ptr<const Constraint>>& rules,
                                      RandomStream& random, Worst& worst) {
  for (const Enforcement enforcement : {Enforcement::soft, Enforcement::hard}) {
    TrainingSetup setup;
    setup.network =
        Network({data.num_inputs(), 4, static_cast<int>(data.targets.rows())}, Activation::tanh);
    setup.loss = Loss(loss);
    setup.data = data;
    setup.groups = {{.name = "rules",
                     .enforcement = enforcement,
                     .penalty = {.scale = 0.3},
                     .constraints = rules}};
    const TrainingProblem problem(std::move(setup));
    const Vector theta = random.normal_vector(problem.num_variables(), 0.6);
    worst.expect(check_gradients(problem, theta, random.substream("check")).worst(), 1e-6);
  }
}

/// The same for one rule.
inline void expect_training_gradients(const std::shared_ptr<const Constraint>& rule,
                                      const Dataset& data, RandomStream& random,
                                      LossKind loss = LossKind::squared_error) {
  Worst worst("training_gradient of " + rule->name());
  expect_training_gradients(data, loss, {rule}, random, worst);
}

}  // namespace moo::test
