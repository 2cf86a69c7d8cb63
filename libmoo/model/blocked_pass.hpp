#pragma once

#include <span>
#include <vector>

#include "libmoo/model/forward_pass.hpp"

namespace moo {

/// Outputs and pull-backs of a network over a batch too large to keep what a ForwardPass keeps: the
/// batch goes through in blocks of columns, and a pull-back runs each block forward again. One more
/// forward pass, a third of a gradient's cost, buys memory that does not grow with the batch.
/// Plain samples only.
/// Source: Chen, Xu, Zhang, Guestrin (2016), "Training deep nets with sublinear memory cost", with
/// samples in the place of layers.
class BlockedPass {
 public:
  explicit BlockedPass(const Network& network, Eigen::Index block = 4096);

  /// @param theta n   @param inputs d x W, which must stay alive
  /// Throws: InvalidArgument when n or d is not the network's.
  void run(ConstVectorRef theta, const Matrix& inputs);

  [[nodiscard]] const Matrix& outputs() const { return outputs_; }  ///< q x W

  /// As ForwardPass::pullback without hidden cotangents.
  void pullback(ConstMatrixRef cotangents, MatrixRef gradients,
                std::span<const ColumnRange> ranges = {});

 private:
  /// Runs the columns from `first` on forward; returns how many they are.
  Eigen::Index run_block(Eigen::Index first);

  ForwardPass pass_;
  Eigen::Index block_;
  const Matrix* inputs_ = nullptr;
  Vector theta_;
  Matrix outputs_;
  Matrix block_inputs_;
  Matrix block_cotangents_;
  Matrix block_gradients_;
  std::vector<ColumnRange> block_ranges_;
};

}  // namespace moo
