#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libmoo/constraint/constraint.hpp"
#include "tests/constraint/rule_checks.hpp"
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
  expect_curvature_by_differences(bound, predictions, random, curvature,
                                  {.bound = 1e-9, .tangents = 0.3});
}

}  // namespace moo::test
