#include "libmoo/constraint/linear_constraint.hpp"

namespace moo {

void LinearConstraint::residuals(ConstMatrixRef predictions, VectorRef residuals) const {
  jacobian_product(jacobian_, predictions, residuals);
  residuals -= offset_;
}

// Probes that rules appended after this one was bound lie beyond the Jacobian's columns; a column
// index counts through the batch's outputs in storage order.

void add_jacobian_pullback(const ResidualJacobian& jacobian, ConstVectorRef u, MatrixRef results) {
  const Eigen::Index q = results.rows();
  for (Eigen::Index k = 0; k < jacobian.rows(); ++k) {
    if (u(k) == 0.0) continue;
    for (ResidualJacobian::InnerIterator entry(jacobian, k); entry; ++entry) {
      results(entry.col() % q, entry.col() / q) += entry.value() * u(k);
    }
  }
}

void jacobian_product(const ResidualJacobian& jacobian, ConstMatrixRef tangents,
                      VectorRef results) {
  const Eigen::Index q = tangents.rows();
  for (Eigen::Index k = 0; k < jacobian.rows(); ++k) {
    double sum = 0.0;
    for (ResidualJacobian::InnerIterator entry(jacobian, k); entry; ++entry) {
      sum += entry.value() * tangents(entry.col() % q, entry.col() / q);
    }
    results(k) = sum;
  }
}

}  // namespace moo
