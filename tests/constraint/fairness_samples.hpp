#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libmoo/constraint/constraint.hpp"
#include "libmoo/problem/gradient_check.hpp"
#include "libmoo/training/training_problem.hpp"
#include "tests/constraint/rule_samples.hpp"
#include "tests/support/expect_complaint.hpp"

namespace moo::test {

/// Random data for rules about groups: d = 3 inputs "a", "b", "c", q rows of targets in {0, 1}, and
/// the side columns "group" (0 or 1; with every class of every target in both groups), "age"
/// (continuous), "score" (in (0, 1)), "region" (1, 2 or 4) and "list" (0 to 2). At least 8 rows.
inline Dataset group_data(RandomStream& random, int rows, int outputs) {
  Dataset data;
  data.inputs = normal_matrix(random, 3, rows);
  data.input_names = {"a", "b", "c"};
  data.targets.resize(outputs, rows);
  Vector group(rows), region(rows), list(rows);
  for (int b = 0; b < rows; ++b) {
    group(b) = b < 4 ? b % 2 : random.index(2);
    region(b) = 1 << (b < 3 ? b : random.index(3));
    list(b) = b % 3;
    for (int o = 0; o < outputs; ++o) data.targets(o, b) = b < 4 ? b / 2 : random.index(2);
  }
  data.columns = {{"group", group},
                  {"region", region},
                  {"list", list},
                  {"age", random.normal_vector(rows, 3.0)},
                  {"score", random.uniform_vector(rows, 0.01, 0.99)}};
  return data;
}

/// Hand-written data: one target and one column, inputs of zeros.
inline Dataset small_data(const Vector& targets, const std::string& column, const Vector& values) {
  Dataset data;
  data.inputs = Matrix::Zero(1, targets.size());
  data.input_names = {"a"};
  data.targets = targets.transpose();
  data.columns = {{column, values}};
  return data;
}

inline std::unique_ptr<BoundConstraint> bound_to(const Constraint& rule, const Dataset& data) {
  ProbeBatch batch(data.inputs);
  return rule.bind(data, batch);
}

/// Residuals of a rule whose probes are the data rows.
inline Vector residuals_on(const Constraint& rule, const Dataset& data, const Matrix& predictions) {
  return residuals_of(*bound_to(rule, data), predictions);
}

/// Numbers in (0, 1), as a model of probabilities predicts them.
inline Matrix random_predictions(RandomStream& random, Eigen::Index outputs, Eigen::Index size) {
  return random.uniform_vector(static_cast<int>(outputs * size), 0.05, 0.95)
      .reshaped(outputs, size);
}

/// Expects Jacobian and curvature of a bound rule to agree with differences. The probes may be
/// fewer than the predictions: rules that were bound later have appended some.
inline void expect_derivatives_by_differences(const BoundConstraint& bound,
                                              const Matrix& predictions, RandomStream& random,
                                              Worst& jacobian, Worst& curvature) {
  expect_jacobian_by_differences(bound, predictions, jacobian);
  const Vector weights = random.normal_vector(bound.num_residuals());
  const Matrix tangents = normal_matrix(random, predictions.rows(), predictions.cols(), 0.3);
  Matrix found = Matrix::Ones(predictions.rows(), predictions.cols());  // it is to be added to
  if (!bound.is_linear()) bound.add_curvature(predictions, weights, tangents, found);
  const Vector expected = difference([&](double h) -> Vector {
    return jacobian_of(bound, predictions + h * tangents).transpose() * weights;
  });
  curvature.expect(relative_error(found.reshaped().array() - 1.0, expected), 1e-9);
}

/// Expects the derivatives of a TrainingProblem on a small network under these rules, as a soft and
/// as a hard group, to pass the library's own check.
inline void expect_training_gradients(const Dataset& data, LossKind loss,
                                      std::vector<std::shared_ptr<const Constraint>> rules,
                                      RandomStream& random, Worst& worst) {
  for (const Enforcement enforcement : {Enforcement::soft, Enforcement::hard}) {
    TrainingSetup setup;
    setup.network =
        Network({static_cast<int>(data.inputs.rows()), 4, static_cast<int>(data.targets.rows())},
                Activation::tanh);
    setup.loss = Loss(loss);
    setup.data = data;
    setup.groups = {{"rules", enforcement, {.scale = 0.3}, 0.0, rules}};
    const TrainingProblem problem(std::move(setup));
    const Vector theta = random.normal_vector(problem.num_variables(), 0.6);
    worst.expect(check_gradients(problem, theta, random.substream("check")).worst(), 1e-6);
  }
}

}  // namespace moo::test
