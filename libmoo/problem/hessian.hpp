#pragma once

#include "libmoo/problem/problem.hpp"
#include "libmoo/problem/scalarization.hpp"

namespace moo {

/// The Hessian of a scalarization phi(values(theta)) at one theta, as an operator:
///
///     H v = sum_i w_i H_i v + J^T (d2phi/dvalues2) J v,     w = dphi/dvalues.
///
/// The first term is exact where the problem offers Hessian products; otherwise central differences
/// of the gradient stand in (`exact()` tells). Borrows everything it is built from.
class ScalarizedHessian {
 public:
  ScalarizedHessian(const Problem& problem, const Scalarization& scalarization,
                    ConstVectorRef theta, const Linearization& at);

  /// product = H direction, both n.
  void multiply(ConstVectorRef direction, VectorRef product) const;

  [[nodiscard]] bool exact() const { return exact_; }

 private:
  const Problem& problem_;
  const Linearization& at_;
  Vector theta_;
  Vector weights_;
  Matrix curvature_;            ///< (m+p) x (m+p), or empty when it vanishes
  Matrix transposed_jacobian_;  ///< n x (m+p) when the curvature does not vanish
  bool exact_;
};

}  // namespace moo
