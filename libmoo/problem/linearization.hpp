#pragma once

#include <memory>

#include "libmoo/base/vector.hpp"

namespace moo {

/// Everything about the values of a problem at one theta, computed once and shared.
///
/// n variables, m objectives, p hard rows; "values" are the objectives followed by the hard rows,
/// in R^(m+p). A linearization belongs to one thread; several may be alive at once.
class Linearization {
 public:
  Linearization() = default;
  Linearization(const Linearization&) = delete;
  Linearization& operator=(const Linearization&) = delete;
  virtual ~Linearization() = default;

  /// Objectives, then hard rows; size m + p. Not finite where the problem is not defined.
  [[nodiscard]] virtual const Vector& values() const = 0;

  /// gradients(:, c) = J^T weights(:, c), J the (m+p) x n Jacobian: one backward pass for all k
  /// columns. A scalarised gradient is one column, never a Jacobian.
  /// @param weights (m+p) x k   @param gradients n x k
  virtual void pullback(ConstMatrixRef weights, MatrixRef gradients) const = 0;

  /// products(:, c) = (sum_i weights_i H_i) directions(:, c), H_i the Hessian of value i.
  /// A capability (Capabilities::hessian_product).
  /// @param weights m+p   @param directions n x k   @param products n x k
  /// Throws: InvalidArgument when the problem lacks the capability.
  virtual void hessian_product(ConstVectorRef weights, ConstMatrixRef directions,
                               MatrixRef products) const;

  /// The generalised Gauss-Newton matrix of sum_i weights_i value_i: the Hessian without the
  /// curvature of the model, positive semi-definite for weights >= 0 (Schraudolph 2002, section 3).
  /// A capability (Capabilities::gauss_newton), for small n.
  /// @param matrix n x n
  virtual void gauss_newton(ConstVectorRef weights, MatrixRef matrix) const;

  /// Number of residuals of the least-squares form below.
  [[nodiscard]] virtual int num_residuals() const;

  /// Residuals r and their Jacobian with sum_i weights_i value_i = 1/2 |r|^2, for weights >= 0 that
  /// vanish on hard rows. A capability (Capabilities::least_squares).
  /// @param residuals num_residuals()   @param jacobian num_residuals() x n
  virtual void least_squares(ConstVectorRef weights, VectorRef residuals, MatrixRef jacobian) const;

  /// True violation rates of Problem::rule_groups() on the training data, for logs; in [0, 1].
  [[nodiscard]] virtual Vector violation_rates() const;

  /// J^T: the pull-back of the identity, n x (m+p).
  [[nodiscard]] Matrix transposed_jacobian(int num_variables) const;

 private:
  friend struct ReleaseLinearization;
  /// Ends the life of a linearization: deletes it, or hands it back to the pool it came from.
  virtual void release() { delete this; }
};

struct ReleaseLinearization {
  void operator()(Linearization* linearization) const { linearization->release(); }
};

/// Owns a linearization; problems with workspaces get theirs back when it is dropped.
using LinearizationPtr = std::unique_ptr<Linearization, ReleaseLinearization>;

}  // namespace moo
