#pragma once

#include <vector>

#include "libmoo/base/vector.hpp"
#include "libmoo/model/network.hpp"

namespace moo {

/// One forward pass of a network over a batch, kept so that it can be differentiated.
///
/// The object is its own workspace: used again with the same batch size, and no more stacked
/// cotangents than before, it allocates nothing. It refers
/// to the network and to the inputs of the last `run`, which must stay alive; theta is copied.
/// B is the batch size; stacked cotangents put k blocks of B columns side by side.
class ForwardPass {
 public:
  explicit ForwardPass(const Network& network);

  /// Computes the outputs.   @param theta n   @param inputs d x B
  /// Throws: InvalidArgument when n or d is not the network's.
  void run(ConstVectorRef theta, const Matrix& inputs);

  /// Z, q x B.
  [[nodiscard]] const Matrix& outputs() const { return pre_.back(); }
  [[nodiscard]] Eigen::Index batch() const { return inputs_->cols(); }

  /// gradients(:, c) = d <cotangents_c, Z> / d theta for k stacked cotangents: the layers see one
  /// product with k B columns.   @param cotangents q x kB   @param gradients n x k
  void pullback(ConstMatrixRef cotangents, MatrixRef gradients);

  /// dZ along a direction of theta (Pearlmutter 1994, forward half), kept for second_pullback.
  /// @param direction n   Returns q x B, valid until the next call.
  const Matrix& pushforward(ConstVectorRef direction);

  /// The derivative of `pullback(D)` along the direction of the last `pushforward`, when D itself
  /// changes by dD (Pearlmutter 1994, backward half).
  /// @param cotangents D, q x B   @param tangents dD, q x B   @param product n
  void second_pullback(ConstMatrixRef cotangents, ConstMatrixRef tangents, VectorRef product);

  /// The Jacobian of all outputs: row o + q b is dZ(o, b) / d theta.   @param jacobian qB x n
  void jacobian(MatrixRef jacobian);

 private:
  [[nodiscard]] const Matrix& layer_input(int layer) const;  ///< A_{l-1}
  void ensure_slopes();
  void ensure_bends();

  const Network& network_;
  const Matrix* inputs_ = nullptr;
  Vector theta_;
  Vector direction_;
  std::vector<Matrix> pre_;     ///< H_l, d_l x B, the last one is Z
  std::vector<Matrix> post_;    ///< A_l of the hidden layers
  std::vector<Matrix> slopes_;  ///< s'(H_l)
  std::vector<Matrix> bends_;   ///< s''(H_l)
  bool slopes_ready_ = false;
  bool bends_ready_ = false;
  std::vector<Matrix> back_;          ///< stacked cotangents per layer, d_l x >= kB
  std::vector<Matrix> pre_tangent_;   ///< RH_l
  std::vector<Matrix> post_tangent_;  ///< RA_l
  std::vector<Matrix> back_tangent_;  ///< RD_l
};

}  // namespace moo
