#pragma once

#include "libmoo/problem/problem.hpp"

namespace moo {

/// A problem given by plain functions of theta: the short way to write one down.
///
/// Override `values` and `gradients`, and `hessian` if it is known (then return true from
/// has_hessian()); `hessian_product` too where n is too large for the matrix. Shapes: n variables,
/// m objectives, p hard rows.
class DenseProblem : public Problem {
 public:
  /// Objectives, then hard rows; size m + p.
  [[nodiscard]] virtual Vector values(ConstVectorRef theta) const = 0;
  /// Column i is the gradient of value i; n x (m + p).
  [[nodiscard]] virtual Matrix gradients(ConstVectorRef theta) const = 0;
  /// sum_i weights_i H_i; n x n.
  [[nodiscard]] virtual Matrix hessian(ConstVectorRef theta, ConstVectorRef weights) const;
  [[nodiscard]] virtual bool has_hessian() const { return false; }

  [[nodiscard]] Capabilities capabilities() const override;
  [[nodiscard]] LinearizationPtr linearize(ConstVectorRef theta) const override;

  /// (sum_i weights_i H_i) directions, n x k; hessian() times the directions.
  [[nodiscard]] virtual Matrix hessian_product(ConstVectorRef theta, ConstVectorRef weights,
                                               ConstMatrixRef directions) const;
};

}  // namespace moo
