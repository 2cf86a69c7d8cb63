#pragma once

#include <optional>
#include <span>
#include <vector>

#include "libmoo/base/vector.hpp"
#include "libmoo/model/forward_pass.hpp"
#include "libmoo/model/network.hpp"

namespace moo {

/// A forward pass over plain samples in single precision, and its pull-back: what minibatch
/// training needs, at twice the numbers per instruction and per byte. The world outside stays in
/// double: theta, outputs, cotangents and gradients are converted on the way in and out. Sums over
/// the samples of a batch are in single precision too, so that gradients are good to about 1e-6 of
/// their size.
///
/// Its own workspace, like ForwardPass. Refers to the network; copies everything else.
class SinglePass {
 public:
  /// Throws: InvalidArgument as require_indices.
  /// @param inputs d x W   @param observed hidden layers that are read or receive cotangents
  SinglePass(const Network& network, const Matrix& inputs, std::vector<int> observed = {});

  /// @param theta n
  void run(ConstVectorRef theta);

  [[nodiscard]] const Matrix& outputs() const { return outputs_; }  ///< q x W
  /// Of the i-th observed layer, d_l x W.
  [[nodiscard]] const Matrix& observed_activations(std::size_t i) const { return activations_[i]; }

  /// As ForwardPass::pullback.
  void pullback(ConstMatrixRef cotangents, MatrixRef gradients, std::span<const Matrix> hidden,
                std::span<const ColumnRange> ranges);

 private:
  using Numbers = Eigen::MatrixXf;

  [[nodiscard]] const Numbers& layer_input(int layer) const;
  /// Its place among the observed layers; -1 when it is not there.
  [[nodiscard]] int observed_index(int layer) const;
  /// gradient_ = the pull-back of the cotangents in back_, for these columns.
  void pull_range(ColumnRange range);

  const Network& network_;
  std::vector<int> observed_;
  Numbers inputs_;
  std::optional<EmbeddingLookup<float>> embedding_;  ///< of networks that have some
  Eigen::VectorXf theta_;
  Eigen::VectorXf gradient_;
  std::vector<Numbers> pre_;
  std::vector<Numbers> post_;
  std::vector<Numbers> back_;  ///< per layer, d_l x W
  std::vector<Numbers> more_;  ///< per observed layer, cotangents of its activations
  Matrix outputs_;
  std::vector<Matrix> activations_;
};

}  // namespace moo
