#include "libmoo/model/taylor_pass.hpp"

#include "libmoo/base/error.hpp"
#include "libmoo/model/kernels/elementwise.hpp"

namespace moo {

// With h(t) the input of an activation and a(t) = s(h(t)):
//     a = s,   a' = s' h',   a'' = s'' h'^2 + s' h''.
// A layer is linear, so value and derivatives go through it as one product of width 3B; the bias
// touches the value only.

TaylorPass::TaylorPass(const Network& network)
    : network_(network), theta_(network.num_parameters()), direction_(network.num_parameters()) {
  const auto depth = static_cast<std::size_t>(network.depth());
  for (auto* per_layer : {&pre_, &back_, &pre_tangent_, &back_tangent_}) per_layer->resize(depth);
  for (auto* per_hidden : {&post_, &raw_, &post_tangent_}) per_hidden->resize(depth - 1);
  slopes_.resize(depth - 1);
}

void TaylorPass::ensure_slopes(int order) {
  for (; slopes_ready_ < order; ++slopes_ready_) {
    for (std::size_t l = 0; l < slopes_.size(); ++l) {
      Matrix& result = slopes_[l].order[slopes_ready_];
      result.resize(pre_[l].rows(), batch_);
      const auto h = pre_[l].leftCols(batch_);
      const auto a = post_[l].leftCols(batch_);
      switch (slopes_ready_) {
        case 0:
          kernels::first_derivative(network_.activation(), h, a, result);
          break;
        case 1:
          kernels::second_derivative(network_.activation(), h, a, result);
          break;
        case 2:
          kernels::third_derivative(network_.activation(), h, a, result);
          break;
        default:
          kernels::fourth_derivative(network_.activation(), h, a, result);
          break;
      }
    }
  }
}

void TaylorPass::run(ConstVectorRef theta, ConstMatrixRef inputs, ConstMatrixRef directions) {
  require_size("TaylorPass::run", "theta", network_.num_parameters(), theta.size());
  require_size("TaylorPass::run", "an input", network_.num_inputs(), inputs.rows());
  require_size("TaylorPass::run", "a direction", network_.num_inputs(), directions.rows());
  require_size("TaylorPass::run", "the directions", inputs.cols(), directions.cols());
  theta_ = theta;
  batch_ = inputs.cols();
  inputs_.resize(inputs.rows(), 3 * batch_);
  inputs_.leftCols(batch_) = inputs;
  inputs_.middleCols(batch_, batch_) = directions;
  inputs_.rightCols(batch_).setZero();
  slopes_ready_ = 0;

  for (int layer = 0; layer < network_.depth(); ++layer) {
    const auto l = static_cast<std::size_t>(layer);
    pre_[l].resize(network_.layers()[l + 1], 3 * batch_);
    pre_[l].noalias() = network_.weight(static_cast<const double*>(theta_.data()), layer) *
                        (layer == 0 ? inputs_ : post_[l - 1]);
    pre_[l].leftCols(batch_).colwise() +=
        network_.bias(static_cast<const double*>(theta_.data()), layer);
    if (layer + 1 == network_.depth()) break;
    Matrix& post = post_[l];
    post.resize(pre_[l].rows(), 3 * batch_);
    const auto h = pre_[l].leftCols(batch_);
    kernels::activate(network_.activation(), h, post.leftCols(batch_));
    slopes_[l].order[0].resize(pre_[l].rows(), batch_);
    slopes_[l].order[1].resize(pre_[l].rows(), batch_);
    kernels::first_derivative(network_.activation(), h, post.leftCols(batch_), slopes_[l].order[0]);
    kernels::second_derivative(network_.activation(), h, post.leftCols(batch_),
                               slopes_[l].order[1]);
    const auto s1 = slopes_[l].order[0].array();
    const auto s2 = slopes_[l].order[1].array();
    block(post, 1) = s1 * block(pre_[l], 1);
    block(post, 2) = s2 * block(pre_[l], 1).square() + s1 * block(pre_[l], 2);
  }
  slopes_ready_ = 2;
}

void TaylorPass::through_activation(std::size_t l, Matrix& g) const {
  const auto s1 = slopes_[l].order[0].array();
  const auto s2 = slopes_[l].order[1].array();
  const auto s3 = slopes_[l].order[2].array();
  const auto h1 = block(pre_[l], 1);
  const auto h2 = block(pre_[l], 2);
  block(g, 0) =
      block(g, 0) * s1 + block(g, 1) * s2 * h1 + block(g, 2) * (s3 * h1.square() + s2 * h2);
  block(g, 1) = block(g, 1) * s1 + 2.0 * block(g, 2) * s2 * h1;
  block(g, 2) = block(g, 2) * s1;
}

void TaylorPass::pullback(ConstMatrixRef cotangents, VectorRef gradient) {
  require_size("TaylorPass::pullback", "the cotangents", 3 * batch_, cotangents.cols());
  ensure_slopes(3);
  back_.back() = cotangents;
  for (int layer = network_.depth() - 1; layer >= 0; --layer) {
    const auto l = static_cast<std::size_t>(layer);
    network_.weight(gradient.data(), layer).noalias() =
        back_[l] * (layer == 0 ? inputs_ : post_[l - 1]).transpose();
    network_.bias(gradient.data(), layer).noalias() = back_[l].leftCols(batch_).rowwise().sum();
    if (layer == 0) break;
    back_[l - 1].resize(pre_[l - 1].rows(), 3 * batch_);
    back_[l - 1].noalias() =
        network_.weight(static_cast<const double*>(theta_.data()), layer).transpose() * back_[l];
    through_activation(l - 1, back_[l - 1]);
  }
}

const Matrix& TaylorPass::pushforward(ConstVectorRef direction) {
  require_size("TaylorPass::pushforward", "the direction", theta_.size(), direction.size());
  ensure_slopes(3);
  direction_ = direction;
  const double* theta = theta_.data();
  const double* v = direction_.data();
  for (int layer = 0; layer < network_.depth(); ++layer) {
    const auto l = static_cast<std::size_t>(layer);
    Matrix& rh = pre_tangent_[l];
    rh.resize(pre_[l].rows(), 3 * batch_);
    rh.noalias() = network_.weight(v, layer) * (layer == 0 ? inputs_ : post_[l - 1]);
    rh.leftCols(batch_).colwise() += network_.bias(v, layer);
    if (layer > 0) rh.noalias() += network_.weight(theta, layer) * post_tangent_[l - 1];
    if (layer + 1 == network_.depth()) break;
    Matrix& ra = post_tangent_[l];
    ra.resize(pre_[l].rows(), 3 * batch_);
    const auto s1 = slopes_[l].order[0].array();
    const auto s2 = slopes_[l].order[1].array();
    const auto s3 = slopes_[l].order[2].array();
    const auto h1 = block(pre_[l], 1);
    const auto h2 = block(pre_[l], 2);
    const auto r0 = block(rh, 0);
    const auto r1 = block(rh, 1);
    const auto r2 = block(rh, 2);
    block(ra, 0) = s1 * r0;
    block(ra, 1) = s2 * r0 * h1 + s1 * r1;
    block(ra, 2) = s3 * r0 * h1.square() + 2.0 * s2 * h1 * r1 + s2 * r0 * h2 + s1 * r2;
  }
  return pre_tangent_.back();
}

void TaylorPass::second_pullback(ConstMatrixRef cotangents, ConstMatrixRef tangents,
                                 VectorRef product) {
  require_size("TaylorPass::second_pullback", "the cotangents", 3 * batch_, cotangents.cols());
  require_size("TaylorPass::second_pullback", "the tangents", 3 * batch_, tangents.cols());
  ensure_slopes(4);
  const double* theta = theta_.data();
  const double* v = direction_.data();
  back_.back() = cotangents;
  back_tangent_.back() = tangents;
  for (int layer = network_.depth() - 1; layer >= 0; --layer) {
    const auto l = static_cast<std::size_t>(layer);
    const Matrix& g = back_[l];
    const Matrix& rg = back_tangent_[l];
    const Matrix& below = layer == 0 ? inputs_ : post_[l - 1];
    Eigen::Map<Matrix> weight = network_.weight(product.data(), layer);
    weight.noalias() = rg * below.transpose();
    if (layer > 0) weight.noalias() += g * post_tangent_[l - 1].transpose();
    network_.bias(product.data(), layer).noalias() = rg.leftCols(batch_).rowwise().sum();
    if (layer == 0) break;

    Matrix& raw = raw_[l - 1];  // cotangents of the post-activations
    Matrix& lower = back_[l - 1];
    Matrix& rlower = back_tangent_[l - 1];
    raw.resize(pre_[l - 1].rows(), 3 * batch_);
    rlower.resize(pre_[l - 1].rows(), 3 * batch_);
    raw.noalias() = network_.weight(theta, layer).transpose() * g;
    rlower.noalias() = network_.weight(theta, layer).transpose() * rg;
    rlower.noalias() += network_.weight(v, layer).transpose() * g;

    // R{through_activation}: its own derivative with the cotangents fixed, plus it applied to
    // theirs.
    through_activation(l - 1, rlower);
    const auto s2 = slopes_[l - 1].order[1].array();
    const auto s3 = slopes_[l - 1].order[2].array();
    const auto s4 = slopes_[l - 1].order[3].array();
    const auto h1 = block(pre_[l - 1], 1);
    const auto h2 = block(pre_[l - 1], 2);
    const auto r0 = block(pre_tangent_[l - 1], 0);
    const auto r1 = block(pre_tangent_[l - 1], 1);
    const auto r2 = block(pre_tangent_[l - 1], 2);
    block(rlower, 0) +=
        block(raw, 0) * s2 * r0 + block(raw, 1) * (s3 * r0 * h1 + s2 * r1) +
        block(raw, 2) * (s4 * r0 * h1.square() + 2.0 * s3 * h1 * r1 + s3 * r0 * h2 + s2 * r2);
    block(rlower, 1) += block(raw, 1) * s2 * r0 + 2.0 * block(raw, 2) * (s3 * r0 * h1 + s2 * r1);
    block(rlower, 2) += block(raw, 2) * s2 * r0;
    lower = raw;
    through_activation(l - 1, lower);
  }
}

}  // namespace moo
