#pragma once

#include <utility>
#include <vector>

#include "libmoo/problem/problem.hpp"

namespace moo {

/// A problem in variables u in which a few stiff directions are not stiff,
///
///     theta = origin + S u,      S = (I + A A^T)^(-1/2),
///
/// the columns of A (n x k) being gradients of penalised constraints times the square root of their
/// penalties: the curvature A A^T of the penalties is below one in u, however large they are. S is
/// symmetric and never formed; applying it costs 4 n k. Values are those of the problem, gradients
/// are S grad. Bounds are not carried over. Borrows the problem; for one thread.
/// Source: preconditioning by a change of variables, Nocedal and Wright (2006), section 5.1.
class RelaxedVariables final : public Problem {
 public:
  RelaxedVariables(const Problem& problem, ConstVectorRef origin, const Matrix& stiff);

  [[nodiscard]] std::string name() const override { return problem_.name(); }
  [[nodiscard]] int num_variables() const override { return problem_.num_variables(); }
  [[nodiscard]] const std::vector<ObjectiveInfo>& objectives() const override {
    return problem_.objectives();
  }
  [[nodiscard]] const std::vector<ConstraintRow>& hard_rows() const override {
    return problem_.hard_rows();
  }
  [[nodiscard]] Vector start(RandomStream&) const override { return Vector::Zero(origin_.size()); }
  [[nodiscard]] LinearizationPtr linearize(ConstVectorRef u) const override;

  [[nodiscard]] Vector theta(ConstVectorRef u) const;

  /// |grad|_inf in theta of the single gradient pulled back before whose |grad|_inf in u was this;
  /// infinite when there was none since the last hit.
  [[nodiscard]] double original_norm(double relaxed_norm) const;

 private:
  friend class RelaxedLinearization;
  void relax(MatrixRef vectors) const;  ///< S times its columns

  const Problem& problem_;
  Vector origin_;
  Matrix basis_;   ///< n x r, orthonormal: the eigenvectors of A A^T that count
  Vector shrink_;  ///< r: (1 + eigenvalue)^(-1/2) - 1
  mutable std::vector<std::pair<double, double>> norms_;  ///< in u, in theta
};

}  // namespace moo
