#pragma once

#include "libmoo/problem/problem.hpp"

namespace moo {

/// A problem given by plain functions of theta: the short way to write one down.
///
/// Override `values` and `gradients`, and `hessian` if it is known (then return true from
/// has_hessian()). Shapes: n variables, m objectives, p hard rows.
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
};

}  // namespace moo
