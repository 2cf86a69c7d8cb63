#pragma once

#include <optional>
#include <span>
#include <vector>

#include "libmoo/base/vector.hpp"
#include "libmoo/model/activation_taylor.hpp"
#include "libmoo/model/embedding.hpp"
#include "libmoo/model/network.hpp"

namespace moo {

/// Columns of a batch.
struct ColumnRange {
  Eigen::Index first = 0;
  Eigen::Index count = 0;
};

/// One forward pass of a network over a batch, kept so that it can be differentiated.
///
/// The batch has B plain samples and P directional ones, which carry derivatives along a direction
/// of the inputs: with z(t) = Z(x + t e), inputs and outputs are
///
///     [ X  x  e  0 ]  ->  [ Z  z(0)  z'(0)  z''(0) ],      W = B + 3P columns,
///
/// blocks of B, P, P and P columns. The first B + P are the values. A mixed derivative
/// d2z/dx_i dx_j is half of z'' along e_i + e_j less those along e_i and e_j. Everything below is
/// exact for all W columns alike, so that slopes, curvatures and ODE residuals can be trained.
///
/// The object is its own workspace: used again with the same shapes it allocates nothing. It refers
/// to the network and to the inputs of the last `run`, which must stay alive; theta is copied.
/// Stacked cotangents put k blocks of W columns side by side.
/// Source: Griewank and Walther (2008), "Evaluating Derivatives", chapter 13 (Taylor mode);
/// Pearlmutter (1994) for the Hessian products.
class ForwardPass {
 public:
  /// @param observed hidden layers (0 = next to the inputs) whose activations receive cotangents as
  ///        well, ascending
  /// Throws: InvalidArgument when one is no hidden layer, or they do not ascend.
  explicit ForwardPass(const Network& network, std::vector<int> observed = {});

  /// Computes the outputs.   @param theta n   @param inputs d x W, the last P columns 0
  /// @param num_directional P
  /// Throws: InvalidArgument when n or d is not the network's, W < 3P, or as require_indices.
  void run(ConstVectorRef theta, const Matrix& inputs, Eigen::Index num_directional = 0);

  [[nodiscard]] const Matrix& outputs() const { return pre_.back(); }  ///< q x W
  /// A hidden layer after its activation, d_l x W in the blocks of the outputs.
  [[nodiscard]] const Matrix& activations(int layer) const {
    return post_[static_cast<std::size_t>(layer)];
  }
  [[nodiscard]] Eigen::Index width() const { return inputs_->cols(); }  ///< W

  /// gradients(:, c) = d (<cotangents_c, outputs> + sum_i <hidden_ic, activations(observed[i])>)
  /// / d theta for k stacked cotangents.
  /// @param cotangents q x kW   @param gradients n x k
  /// @param hidden one matrix per observed layer, d_l x >= kW; none for no cotangents there
  /// @param ranges k, the columns of the batch outside which a cotangent is zero: the others cost
  ///        nothing; none: all of them
  /// Throws: InvalidArgument when a size does not fit.
  void pullback(ConstMatrixRef cotangents, MatrixRef gradients, std::span<const Matrix> hidden = {},
                std::span<const ColumnRange> ranges = {});

  /// d outputs along a direction of theta (Pearlmutter 1994, forward half), kept for
  /// second_pullback.   @param direction n   Returns q x W, valid until the next call.
  const Matrix& pushforward(ConstVectorRef direction);

  /// d activations(layer) along the direction of the last `pushforward`, d_l x W.
  [[nodiscard]] const Matrix& activation_tangents(int layer) const {
    return post_tangent_[static_cast<std::size_t>(layer)];
  }

  /// Takes cotangents back through the layers and keeps them for `second_pullback`, until the next
  /// `run`, `pullback` or Jacobian.   @param cotangents D, q x W   @param hidden as in `pullback`, k = 1
  /// Throws: InvalidArgument when a size does not fit.
  void hold_cotangents(ConstMatrixRef cotangents, std::span<const Matrix> hidden = {});
  [[nodiscard]] bool holds_cotangents() const { return holds_cotangents_; }

  /// The derivative of `pullback` of the held cotangents along the direction of the last
  /// `pushforward`, when they themselves change by their tangents (Pearlmutter 1994, backward half).
  /// @param tangents dD, q x W   @param product n   @param hidden_tangents of the hidden cotangents
  /// Throws: InvalidArgument when no cotangents are held or a size does not fit.
  void second_pullback(ConstMatrixRef tangents, VectorRef product,
                       std::span<const Matrix> hidden_tangents = {});

  /// The Jacobian of all outputs: row o + q w is d outputs(o, w) / d theta.
  /// @param jacobian qW x n
  void jacobian(MatrixRef jacobian);

  /// The Jacobian of the values of a hidden layer: row i + d_l w is d activations(layer)(i, w) /
  /// d theta, w < B + P.   @param jacobian d_l (B + P) x n
  void activation_jacobian(int layer, MatrixRef jacobian);

 private:
  struct SampleRows;
  class PulledSamples;

  [[nodiscard]] const Matrix& layer_input(int layer) const;  ///< A_{l-1}
  [[nodiscard]] Eigen::Map<const Matrix> weight(int layer) const {
    return network_.weight(theta_.data(), layer);
  }
  [[nodiscard]] Eigen::Index num_values() const { return width() - 2 * num_directional_; }
  void ensure_derivatives(int plain, int directional);
  void require_hidden(std::span<const Matrix> hidden, Eigen::Index columns) const;
  [[nodiscard]] const Matrix* hidden_at(std::span<const Matrix> hidden, int layer) const;
  void pull_multiples(ConstMatrixRef cotangents, MatrixRef gradients,
                      std::span<const ColumnRange> ranges);
  void pull(const PulledSamples& samples, ConstMatrixRef cotangents, Eigen::Index block,
            std::span<const Matrix> hidden, double* gradient);
  void sample_gradients(int top, const SampleRows& rows, MatrixRef jacobian);

  const Network& network_;
  std::vector<int> observed_;
  std::optional<EmbeddingLookup<double>> embedding_;  ///< of networks that have some
  const Matrix* inputs_ = nullptr;
  Eigen::Index num_directional_ = 0;  ///< P
  bool holds_cotangents_ = false;
  Vector theta_;
  Vector direction_;
  std::vector<Matrix> pre_;                    ///< H_l, d_l x W, the last one is the outputs
  std::vector<Matrix> post_;                   ///< A_l of the hidden layers
  std::vector<ActivationTaylor> derivatives_;  ///< of s at H_l, hidden layers
  std::vector<Matrix> back_;                   ///< cotangents per layer, d_l x >= W
  std::vector<Matrix> pre_tangent_;            ///< RH_l
  std::vector<Matrix> post_tangent_;           ///< RA_l
  std::vector<Matrix> back_tangent_;           ///< RD_l
  std::vector<Matrix> activation_cotangents_;  ///< of the hidden A_l, held for second_pullback
  std::vector<Matrix> multiples_;              ///< per layer, back_ times numbers per sample
  std::vector<Eigen::Index> pulled_samples_;   ///< of the cotangent at hand
  std::vector<Matrix> pulled_inputs_;          ///< A_{l-1} at the pulled samples
  std::vector<Matrix> pulled_pre_;             ///< H_{l-1} at the pulled samples
  Matrix sample_cotangents_;                   ///< of one layer, a row per sample
  Matrix sample_inputs_;
};

}  // namespace moo
