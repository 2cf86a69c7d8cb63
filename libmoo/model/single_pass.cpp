#include "libmoo/model/single_pass.hpp"

#include <algorithm>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/model/kernels/products.hpp"

namespace moo {

using kernels::Factor;

SinglePass::SinglePass(const Network& network, const Matrix& inputs, std::vector<int> observed)
    : network_(network),
      observed_(std::move(observed)),
      inputs_(inputs.cast<float>()),
      theta_(network.num_parameters()),
      gradient_(network.num_parameters()),
      outputs_(network.num_outputs(), inputs.cols()) {
  if (!network.embeddings().empty()) {
    embedding_.emplace(network);
    embedding_->read(inputs, inputs.cols());
  }
  for (int layer = 0; layer < network.depth(); ++layer) {
    const Numbers zeros =
        Numbers::Zero(network.layers()[static_cast<std::size_t>(layer) + 1], inputs.cols());
    for (auto* per_layer : {&pre_, &post_, &back_}) per_layer->push_back(zeros);
  }
  for (const int layer : observed_) {
    more_.push_back(pre_[static_cast<std::size_t>(layer)]);
    activations_.push_back(more_.back().cast<double>());
  }
}

const SinglePass::Numbers& SinglePass::layer_input(int layer) const {
  if (layer > 0) return post_[static_cast<std::size_t>(layer) - 1];
  return embedding_ ? embedding_->outputs() : inputs_;
}

int SinglePass::observed_index(int layer) const {
  const auto found = std::find(observed_.begin(), observed_.end(), layer);
  return found == observed_.end() ? -1 : static_cast<int>(found - observed_.begin());
}

void SinglePass::run(ConstVectorRef theta) {
  require_size("SinglePass::run", "theta", network_.num_parameters(), theta.size());
  theta_ = theta.cast<float>();
  if (embedding_) embedding_->look_up(theta_.data());
  for (int layer = 0; layer < network_.depth(); ++layer) {
    const auto l = static_cast<std::size_t>(layer);
    const bool last = layer + 1 == network_.depth();
    const auto weight = network_.weight(std::as_const(theta_).data(), layer);
    kernels::forward<float>({weight, layer_input(layer), weight.data() + weight.size(),
                             network_.activation(), pre_[l].data(),
                             last ? nullptr : post_[l].data()});
  }
  outputs_ = pre_.back().cast<double>();
  for (std::size_t i = 0; i < observed_.size(); ++i) {
    activations_[i] = post_[static_cast<std::size_t>(observed_[i])].cast<double>();
  }
}

void SinglePass::pullback(ConstMatrixRef cotangents, MatrixRef gradients,
                          std::span<const Matrix> hidden, std::span<const ColumnRange> ranges) {
  const Eigen::Index width = inputs_.cols();
  require_size("SinglePass::pullback", "the columns of the cotangents", gradients.cols() * width,
               cotangents.cols());
  for (Numbers& more : more_) {
    if (hidden.empty()) more.setZero();
  }
  for (Eigen::Index c = 0; c < gradients.cols(); ++c) {
    const auto [first, count] =
        ranges.empty() ? ColumnRange{0, width} : ranges[static_cast<std::size_t>(c)];
    const Eigen::Index at = c * width + first;
    back_.back().leftCols(count) = cotangents.middleCols(at, count).cast<float>();
    for (std::size_t i = 0; i < hidden.size(); ++i) {
      more_[i].leftCols(count) = hidden[i].middleCols(at, count).cast<float>();
    }
    pull_range({first, count});
    gradients.col(c) = gradient_.cast<double>();
  }
}

void SinglePass::pull_range(ColumnRange range) {
  const auto [first, count] = range;
  for (int layer = network_.depth() - 1; layer >= 0; --layer) {
    const auto l = static_cast<std::size_t>(layer);
    const Factor<float> delta(back_[l].leftCols(count));
    const Factor<float> a = Factor<float>(layer_input(layer)).column_range(first, count);
    kernels::multiply(delta, a.transposed(), network_.weight(gradient_.data(), layer).data(),
                      back_[l].rows());
    kernels::row_sums(delta, network_.bias(gradient_.data(), layer).data());
    if (layer == 0 && embedding_) {
      embedding_->pull(network_.weight(std::as_const(theta_).data(), 0), back_[0].leftCols(count),
                       first, gradient_.data());
    }
    if (layer == 0) break;
    const int observed = observed_index(layer - 1);
    kernels::backward<float>(
        {network_.weight(std::as_const(theta_).data(), layer), delta,
         observed < 0 ? nullptr : more_[static_cast<std::size_t>(observed)].data(),
         network_.activation(), pre_[l - 1].col(first).data(), post_[l - 1].col(first).data(),
         back_[l - 1].data()});
  }
}

}  // namespace moo
