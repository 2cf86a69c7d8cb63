#include "libmoo/model/forward_pass.hpp"

#include "libmoo/base/error.hpp"
#include "libmoo/model/kernels/elementwise.hpp"

namespace moo {
namespace {

/// The first `cols` columns of a buffer that only ever grows, so that changing numbers of stacked
/// cotangents allocate only once. Its contents are lost when it does.
auto grown(Matrix& buffer, Eigen::Index rows, Eigen::Index cols) {
  if (buffer.rows() != rows || buffer.cols() < cols) buffer.resize(rows, cols);
  return buffer.leftCols(cols);
}

}  // namespace

ForwardPass::ForwardPass(const Network& network)
    : network_(network), theta_(network.num_parameters()), direction_(network.num_parameters()) {
  const auto depth = static_cast<std::size_t>(network.depth());
  pre_.resize(depth);
  back_.resize(depth);
  pre_tangent_.resize(depth);
  back_tangent_.resize(depth);
  post_.resize(depth - 1);
  slopes_.resize(depth - 1);
  bends_.resize(depth - 1);
  post_tangent_.resize(depth - 1);
}

const Matrix& ForwardPass::layer_input(int layer) const {
  return layer == 0 ? *inputs_ : post_[static_cast<std::size_t>(layer) - 1];
}

void ForwardPass::run(ConstVectorRef theta, const Matrix& inputs) {
  require_size("ForwardPass::run", "theta", network_.num_parameters(), theta.size());
  require_size("ForwardPass::run", "an input", network_.num_inputs(), inputs.rows());
  theta_ = theta;
  inputs_ = &inputs;
  slopes_ready_ = bends_ready_ = false;
  for (int layer = 0; layer < network_.depth(); ++layer) {
    const auto l = static_cast<std::size_t>(layer);
    pre_[l].resize(network_.layers()[l + 1], inputs.cols());
    pre_[l].noalias() = network_.weight(theta_.data(), layer) * layer_input(layer);
    pre_[l].colwise() += network_.bias(theta_.data(), layer);
    if (layer + 1 < network_.depth()) {
      post_[l].resize(pre_[l].rows(), pre_[l].cols());
      kernels::activate(network_.activation(), pre_[l], post_[l]);
    }
  }
}

void ForwardPass::ensure_slopes() {
  if (slopes_ready_) return;
  for (std::size_t l = 0; l < slopes_.size(); ++l) {
    slopes_[l].resize(pre_[l].rows(), pre_[l].cols());
    kernels::first_derivative(network_.activation(), pre_[l], post_[l], slopes_[l]);
  }
  slopes_ready_ = true;
}

void ForwardPass::ensure_bends() {
  if (bends_ready_) return;
  for (std::size_t l = 0; l < bends_.size(); ++l) {
    bends_[l].resize(pre_[l].rows(), pre_[l].cols());
    kernels::second_derivative(network_.activation(), pre_[l], post_[l], bends_[l]);
  }
  bends_ready_ = true;
}

void ForwardPass::pullback(ConstMatrixRef cotangents, MatrixRef gradients) {
  ensure_slopes();
  const Eigen::Index width = batch();
  const Eigen::Index count = gradients.cols();
  const Eigen::Index stacked = cotangents.cols();
  for (int layer = network_.depth() - 1; layer >= 0; --layer) {
    const auto l = static_cast<std::size_t>(layer);
    const bool last = layer == network_.depth() - 1;
    const Matrix& a = layer_input(layer);
    for (Eigen::Index c = 0; c < count; ++c) {
      Eigen::Map<Matrix> weight = network_.weight(gradients.col(c).data(), layer);
      Eigen::Map<Vector> bias = network_.bias(gradients.col(c).data(), layer);
      const auto accumulate = [&](const auto& delta) {
        weight.noalias() = delta * a.transpose();
        bias.noalias() = delta.rowwise().sum();
      };
      if (last) {
        accumulate(cotangents.middleCols(c * width, width));
      } else {
        accumulate(back_[l].middleCols(c * width, width));
      }
    }
    if (layer == 0) break;
    auto below = grown(back_[l - 1], pre_[l - 1].rows(), stacked);
    const auto w = network_.weight(static_cast<const double*>(theta_.data()), layer);
    if (last) {
      below.noalias() = w.transpose() * cotangents;
    } else {
      below.noalias() = w.transpose() * back_[l].leftCols(stacked);
    }
    for (Eigen::Index c = 0; c < count; ++c) {
      below.middleCols(c * width, width).array() *= slopes_[l - 1].array();
    }
  }
}

const Matrix& ForwardPass::pushforward(ConstVectorRef direction) {
  ensure_slopes();
  direction_ = direction;
  for (int layer = 0; layer < network_.depth(); ++layer) {
    const auto l = static_cast<std::size_t>(layer);
    const auto v = network_.weight(static_cast<const double*>(direction_.data()), layer);
    Matrix& tangent = pre_tangent_[l];
    tangent.resize(pre_[l].rows(), batch());
    tangent.noalias() = v * layer_input(layer);
    tangent.colwise() += network_.bias(static_cast<const double*>(direction_.data()), layer);
    if (layer > 0) {
      tangent.noalias() +=
          network_.weight(static_cast<const double*>(theta_.data()), layer) * post_tangent_[l - 1];
    }
    if (layer + 1 < network_.depth()) post_tangent_[l] = slopes_[l].cwiseProduct(tangent);
  }
  return pre_tangent_.back();
}

void ForwardPass::second_pullback(ConstMatrixRef cotangents, ConstMatrixRef tangents,
                                  VectorRef product) {
  ensure_bends();
  const auto depth = static_cast<std::size_t>(network_.depth());
  const double* theta = theta_.data();
  const double* direction = direction_.data();
  grown(back_[depth - 1], cotangents.rows(), batch()) = cotangents;
  back_tangent_[depth - 1] = tangents;
  for (int layer = network_.depth() - 1; layer >= 0; --layer) {
    const auto l = static_cast<std::size_t>(layer);
    const auto d = back_[l].leftCols(batch());
    const Matrix& rd = back_tangent_[l];
    Eigen::Map<Matrix> weight = network_.weight(product.data(), layer);
    weight.noalias() = rd * layer_input(layer).transpose();
    if (layer > 0) weight.noalias() += d * post_tangent_[l - 1].transpose();
    network_.bias(product.data(), layer).noalias() = rd.rowwise().sum();
    if (layer == 0) break;

    // D_{l-1} = (W^T D) o s',  RD_{l-1} = (W^T RD + V^T D) o s' + (W^T D) o s'' o RH_{l-1}
    const auto w = network_.weight(theta, layer);
    const auto v = network_.weight(direction, layer);
    auto below = grown(back_[l - 1], pre_[l - 1].rows(), batch());
    Matrix& below_tangent = back_tangent_[l - 1];
    below_tangent.resize(pre_[l - 1].rows(), batch());
    below.noalias() = w.transpose() * d;
    below_tangent.noalias() = w.transpose() * rd;
    below_tangent.noalias() += v.transpose() * d;
    below_tangent.array() = below_tangent.array() * slopes_[l - 1].array() +
                            below.array() * bends_[l - 1].array() * pre_tangent_[l - 1].array();
    below.array() *= slopes_[l - 1].array();
  }
}

void ForwardPass::jacobian(MatrixRef jacobian) {
  ensure_slopes();
  const int outputs = network_.num_outputs();
  const Eigen::Index width = batch();
  std::vector<Matrix> delta(static_cast<std::size_t>(network_.depth()));
  for (int output = 0; output < outputs; ++output) {
    // The rows of this output in one column of the Jacobian.
    const auto rows_of = [&](Eigen::Index column) {
      return Eigen::Map<Vector, 0, Eigen::InnerStride<>>(jacobian.col(column).data() + output,
                                                         width, Eigen::InnerStride<>(outputs));
    };
    delta.back() = Matrix::Zero(outputs, width);
    delta.back().row(output).setOnes();
    for (int layer = network_.depth() - 1; layer >= 0; --layer) {
      const auto l = static_cast<std::size_t>(layer);
      const Matrix& d = delta[l];
      const Matrix& a = layer_input(layer);
      Eigen::Index column = network_.weight(theta_.data(), layer).data() - theta_.data();
      for (Eigen::Index j = 0; j < a.rows(); ++j) {  // theta holds W column by column
        for (Eigen::Index i = 0; i < d.rows(); ++i) {
          rows_of(column++) = d.row(i).cwiseProduct(a.row(j)).transpose();
        }
      }
      for (Eigen::Index i = 0; i < d.rows(); ++i) rows_of(column++) = d.row(i).transpose();
      if (layer == 0) break;
      delta[l - 1] =
          (network_.weight(static_cast<const double*>(theta_.data()), layer).transpose() * d)
              .cwiseProduct(slopes_[l - 1]);
    }
  }
}

}  // namespace moo
