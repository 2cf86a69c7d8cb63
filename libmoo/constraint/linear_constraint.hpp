#pragma once

#include <utility>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

/// A bound rule whose residuals are J vec(P) - offset: all there is to say is its matrix.
class LinearConstraint final : public BoundConstraint {
 public:
  /// @param jacobian r x qB   @param offset r
  LinearConstraint(ResidualJacobian jacobian, Vector offset)
      : jacobian_(std::move(jacobian)), offset_(std::move(offset)) {}

  [[nodiscard]] int num_residuals() const override { return static_cast<int>(offset_.size()); }
  void residuals(ConstMatrixRef predictions, VectorRef residuals) const override;
  [[nodiscard]] const ResidualJacobian& jacobian() const override { return jacobian_; }

 private:
  ResidualJacobian jacobian_;
  Vector offset_;
};

/// results += J^T u, as q x B cotangents of the predictions; no allocation.
void add_jacobian_pullback(const ResidualJacobian& jacobian, ConstVectorRef u, MatrixRef results);

/// results = J vec(tangents); no allocation.
void jacobian_product(const ResidualJacobian& jacobian, ConstMatrixRef tangents, VectorRef results);

}  // namespace moo
