#include "libmoo/model/blocked_pass.hpp"

#include <algorithm>

#include "libmoo/base/error.hpp"

namespace moo {

BlockedPass::BlockedPass(const Network& network, Eigen::Index block)
    : pass_(network), block_(block) {}

Eigen::Index BlockedPass::run_block(Eigen::Index first) {
  const Eigen::Index count = std::min(block_, inputs_->cols() - first);
  block_inputs_ = inputs_->middleCols(first, count);
  pass_.run(theta_, block_inputs_);
  return count;
}

void BlockedPass::run(ConstVectorRef theta, const Matrix& inputs) {
  theta_ = theta;
  inputs_ = &inputs;
  for (Eigen::Index first = 0, count = 0; first < inputs.cols() || first == 0; first += count) {
    count = run_block(first);
    if (first == 0) outputs_.resize(pass_.outputs().rows(), inputs.cols());
    outputs_.middleCols(first, count) = pass_.outputs();
    if (count == 0) break;
  }
}

void BlockedPass::pullback(ConstMatrixRef cotangents, MatrixRef gradients,
                           std::span<const ColumnRange> ranges) {
  const Eigen::Index width = inputs_->cols();
  const Eigen::Index stacked = gradients.cols();
  require_size("BlockedPass::pullback", "the columns of the cotangents", stacked * width,
               cotangents.cols());
  if (!ranges.empty()) {
    require_size("BlockedPass::pullback", "the ranges", stacked, static_cast<long>(ranges.size()));
  }
  gradients.setZero();
  block_gradients_.resize(gradients.rows(), stacked);
  for (Eigen::Index first = 0, count = 0; first < width; first += count) {
    count = run_block(first);
    block_cotangents_.resize(cotangents.rows(), stacked * count);
    block_ranges_.clear();
    for (Eigen::Index c = 0; c < stacked; ++c) {
      block_cotangents_.middleCols(c * count, count) =
          cotangents.middleCols(c * width + first, count);
      const ColumnRange range =
          ranges.empty() ? ColumnRange{0, width} : ranges[static_cast<std::size_t>(c)];
      const Eigen::Index from = std::clamp<Eigen::Index>(range.first - first, 0, count);
      const Eigen::Index to = std::clamp<Eigen::Index>(range.first + range.count - first, 0, count);
      block_ranges_.push_back({from, to - from});
    }
    pass_.pullback(block_cotangents_, block_gradients_, {}, block_ranges_);
    gradients += block_gradients_;
  }
}

}  // namespace moo
