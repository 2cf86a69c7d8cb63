#pragma once

#include <string>
#include <string_view>

#include "libmoo/base/vector.hpp"
#include "libmoo/model/activation.hpp"

namespace moo {

enum class LossKind {
  binary_cross_entropy,  ///< one logit, targets in [0, 1]; nats
  cross_entropy,         ///< q logits, one-hot targets; nats
  squared_error,         ///< mean over outputs of (z - y)^2
  huber,                 ///< mean over outputs; quadratic within 1, linear beyond
};

/// The mean loss over N samples, sum_b w_b l_b / sum_b w_b, as a function of the model's raw
/// outputs (logits), with everything first- and second-order methods need. Z and Y are q x N,
/// weights N or empty, which means all equal; they are >= 0 and not all 0. The functions of all
/// samples do not allocate and throw InvalidArgument when there are weights for another number of
/// samples.
class Loss {
 public:
  explicit Loss(LossKind kind) : kind_(kind) {}

  [[nodiscard]] LossKind kind() const { return kind_; }

  /// The link whose predictions go with this loss: sigmoid, softmax or identity.
  [[nodiscard]] Link link() const;

  [[nodiscard]] double value(ConstMatrixRef logits, ConstMatrixRef targets,
                             ConstVectorRef weights = Vector()) const;

  /// cotangents = d value / dZ.
  void gradient(ConstMatrixRef logits, ConstMatrixRef targets, MatrixRef cotangents,
                ConstVectorRef weights = Vector()) const;

  /// results = (d2 value / dZ2) tangents; samples do not interact.
  void hessian_product(ConstMatrixRef logits, ConstMatrixRef targets, ConstMatrixRef tangents,
                       MatrixRef results, ConstVectorRef weights = Vector()) const;

  /// A factor S of the Hessian of one sample, H = S^T S, so that Gauss-Newton rows are S dZ.
  /// Huber: zero beyond the quadratic part.
  /// @param share w_b / sum w, 1 / N without weights   @param factor q x q
  void curvature_factor(ConstVectorRef logits, ConstVectorRef targets, double share,
                        MatrixRef factor) const;

  /// Residuals per sample of the form value = 1/2 sum r^2: q for squared_error, else 1.
  [[nodiscard]] int residuals_per_sample(int num_outputs) const;

  /// Those of one sample and their Jacobian in its logits. For losses that are no squares
  /// r = sqrt(2 share l_b), whose Gauss-Newton matrix has the loss's own scale.
  /// @param share w_b / sum w, 1 / N without weights
  /// @param residuals residuals_per_sample   @param jacobian residuals_per_sample x q
  void residuals(ConstVectorRef logits, ConstVectorRef targets, double share, VectorRef residuals,
                 MatrixRef jacobian) const;

 private:
  LossKind kind_;
};

std::string_view to_string(LossKind kind);

/// "nats" for cross-entropies, "target^2" for squares.
std::string_view unit_of(LossKind kind);

}  // namespace moo
