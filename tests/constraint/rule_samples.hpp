#pragma once

#include <memory>

#include "libmoo/constraint/constraint.hpp"
#include "tests/model/differences.hpp"

namespace moo::test {

/// Random data: d = 3 inputs "a", "b", "c", q targets of 0 and 1, and a side column "group" of 0
/// and 1 with both values in it.
inline Dataset random_data(RandomStream& random, int rows, int outputs) {
  Dataset data;
  data.inputs = normal_matrix(random, 3, rows);
  data.targets = Matrix::Zero(outputs, rows);
  Vector group(rows);
  for (int b = 0; b < rows; ++b) {
    data.targets(random.index(outputs), b) = outputs > 1 ? 1.0 : random.index(2);
    group(b) = b < 2 ? b : random.index(2);
  }
  data.input_names = {"a", "b", "c"};
  data.columns = {{"group", group}};
  return data;
}

inline Vector residuals_of(const BoundConstraint& bound, ConstMatrixRef predictions) {
  Vector residuals(bound.num_residuals());
  bound.residuals(predictions, residuals);
  return residuals;
}

/// d residuals / d predictions at these predictions, dense, padded with zeros for probes that were
/// appended after the rule was bound; r x qB.
inline Matrix jacobian_of(const BoundConstraint& bound, ConstMatrixRef predictions) {
  ResidualJacobian jacobian = bound.jacobian();
  if (!bound.is_linear()) bound.update(predictions, jacobian);
  Matrix dense = Matrix::Zero(bound.num_residuals(), predictions.size());
  dense.leftCols(jacobian.cols()) = Matrix(jacobian);
  return dense;
}

/// Expects the Jacobian of a bound rule to agree with differences of its residuals.
inline void expect_jacobian_by_differences(const BoundConstraint& bound, const Matrix& predictions,
                                           Worst& worst) {
  const Matrix jacobian = jacobian_of(bound, predictions);
  for (Eigen::Index k = 0; k < predictions.size(); ++k) {
    const Vector column = difference([&](double h) -> Vector {
      Matrix shifted = predictions;
      shifted(k) += h;
      return residuals_of(bound, shifted);
    });
    worst.expect(relative_error(jacobian.col(k), column), 1e-9);
  }
}

}  // namespace moo::test
