#pragma once

#include <vector>

#include "libmoo/base/vector.hpp"
#include "libmoo/model/network.hpp"

namespace moo {

/// A forward pass that carries first and second derivatives with respect to the inputs along one
/// direction per sample: with z(t) = Z(x + t e),
///
///     outputs() = [ z(0)  z'(0)  z''(0) ],      q x 3B, three blocks of B columns.
///
/// It is a function of theta like any other: `pullback` and `second_pullback` give exact parameter
/// gradients and Hessian products of anything made of these outputs, so that penalties on slopes,
/// curvatures and ODE residuals can be trained. A mixed derivative d2z/dx_i dx_j is half of the
/// second derivative along e_i + e_j less those along e_i and e_j.
///
/// The object is its own workspace: used again with the same shapes it allocates nothing. It refers
/// to the network, which must stay alive; everything else is copied.
/// Source: Griewank and Walther (2008), "Evaluating Derivatives", chapter 13 (Taylor mode); the
/// Hessian products by Pearlmutter (1994) on top.
class TaylorPass {
 public:
  explicit TaylorPass(const Network& network);

  /// @param theta n   @param inputs d x B   @param directions d x B
  /// Throws: InvalidArgument when a size is not the network's or the batch's.
  void run(ConstVectorRef theta, ConstMatrixRef inputs, ConstMatrixRef directions);

  [[nodiscard]] const Matrix& outputs() const { return pre_.back(); }  ///< q x 3B
  [[nodiscard]] Eigen::Index batch() const { return batch_; }

  /// gradient = d <cotangents, outputs> / d theta.   @param cotangents q x 3B   @param gradient n
  void pullback(ConstMatrixRef cotangents, VectorRef gradient);

  /// d outputs along a direction of theta, kept for second_pullback.
  /// @param direction n   Returns q x 3B, valid until the next call.
  const Matrix& pushforward(ConstVectorRef direction);

  /// The derivative of `pullback(D)` along the direction of the last `pushforward`, when D itself
  /// changes by dD.   @param cotangents D, q x 3B   @param tangents dD, q x 3B   @param product n
  void second_pullback(ConstMatrixRef cotangents, ConstMatrixRef tangents, VectorRef product);

 private:
  /// s', s'', s''', s'''' at the pre-activations of one layer, d_l x B each.
  struct Slopes {
    Matrix order[4];
  };
  /// Block k of a matrix of three: 0 value, 1 first, 2 second derivative.
  [[nodiscard]] auto block(const Matrix& m, Eigen::Index k) const {
    return m.middleCols(k * batch_, batch_).array();
  }
  [[nodiscard]] auto block(Matrix& m, Eigen::Index k) const {
    return m.middleCols(k * batch_, batch_).array();
  }
  void ensure_slopes(int order);
  /// Cotangents of the post-activations of a layer to those of its pre-activations, in place.
  void through_activation(std::size_t layer, Matrix& cotangents) const;

  const Network& network_;
  Eigen::Index batch_ = 0;
  Vector theta_;
  Vector direction_;
  Matrix inputs_;               ///< [X E 0]
  std::vector<Matrix> pre_;     ///< [h h' h''] per layer, d_l x 3B
  std::vector<Matrix> post_;    ///< [a a' a''] of the hidden layers
  std::vector<Slopes> slopes_;  ///< of the hidden layers
  int slopes_ready_ = 0;        ///< orders computed at the current pre-activations
  std::vector<Matrix> back_;
  std::vector<Matrix> raw_;  ///< W^T back, before the activation, of the hidden layers
  std::vector<Matrix> pre_tangent_;
  std::vector<Matrix> post_tangent_;
  std::vector<Matrix> back_tangent_;
};

}  // namespace moo
