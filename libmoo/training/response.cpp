#include "libmoo/training/response.hpp"

#include <algorithm>
#include <utility>

#include "libmoo/model/link.hpp"
#include "libmoo/model/link_taylor.hpp"

namespace moo {
namespace {

using Kind = ModelQuantity::Kind;

/// Most bytes that a forward pass may keep for its way back.
constexpr double most_kept = 512.0 * 1024 * 1024;

/// Activations before and after, and their cotangents.
double kept_by(const Network& network, const ResponseLayout& layout) {
  double units = 0.0;
  for (int l = 0; l + 1 < network.depth(); ++l) {
    units += network.layers()[static_cast<std::size_t>(l) + 1];
  }
  return 3.0 * sizeof(double) * units * static_cast<double>(layout.width());
}

}  // namespace

ResponseLayout::ResponseLayout(const ProbeBatch& batch, std::vector<ModelQuantity> read,
                               Link with_link)
    : inputs(batch.inputs().rows(), batch.size() + 3 * batch.num_directional()),
      plain(batch.size()),
      directed(batch.num_directional()),
      quantities(std::move(read)),
      link(with_link) {
  inputs.leftCols(plain) = batch.inputs();
  inputs.middleCols(plain, directed) = batch.points();
  inputs.middleCols(plain + directed, directed) = batch.directions();
  inputs.rightCols(directed).setZero();
  for (const ModelQuantity& quantity : quantities) {
    if (quantity.kind == Kind::activations) observed.push_back(quantity.layer);
  }
  std::sort(observed.begin(), observed.end());
}

void NetworkCotangents::set_zero() {
  outputs.setZero();
  for (Matrix& layer : hidden) layer.setZero();
}

NetworkCotangents& NetworkCotangents::add(double factor, const NetworkCotangents& other) {
  outputs += factor * other.outputs;
  for (std::size_t i = 0; i < hidden.size(); ++i) hidden[i] += factor * other.hidden[i];
  return *this;
}

Response::Response(const Network& network, const ResponseLayout& layout)
    : network_(network), layout_(layout), pass_(network, layout.observed) {
  if (layout.directed == 0 && layout.observed.empty() && kept_by(network, layout) > most_kept) {
    blocked_.emplace(network);
  }
  const Eigen::Index q = network.num_outputs();
  for (const ModelQuantity& quantity : layout.quantities) {
    const Eigen::Index rows = quantity.kind == Kind::activations
                                  ? network.layers()[static_cast<std::size_t>(quantity.layer) + 1]
                                  : q;
    const Eigen::Index cols =
        quantity.kind == Kind::derivatives ? 3 * layout.directed : layout.plain;
    for (auto* workspaces : {&values_, &scratch_, &pulled_}) {
      workspaces->push_back(Matrix::Zero(rows, cols));
    }
  }
}

NetworkCotangents Response::zero_cotangents() const {
  const std::vector<int>& widths = network_.layers();
  NetworkCotangents zero{Matrix::Zero(widths.back(), layout_.width()), {}};
  for (const int layer : layout_.observed) {
    zero.hidden.push_back(
        Matrix::Zero(widths[static_cast<std::size_t>(layer) + 1], layout_.width()));
  }
  return zero;
}

std::size_t Response::observed_index(int layer) const {
  const auto found = std::find(layout_.observed.begin(), layout_.observed.end(), layer);
  return static_cast<std::size_t>(found - layout_.observed.begin());
}

void Response::scale(Matrix& predictions) const {
  if (layout_.factor.size() > 0) {
    predictions.array().colwise() *= layout_.factor.array();
  }
}

void Response::run(ConstVectorRef theta, Precision precision) {
  precision_ = precision;
  if (precision == Precision::single) {
    if (!single_) single_.emplace(network_, layout_.inputs, layout_.observed);
    single_->run(theta);
    logits_ = &single_->outputs();
  } else if (blocked_) {
    blocked_->run(theta, layout_.inputs);
    blocked_theta_ = theta;
    logits_ = &blocked_->outputs();
  } else {
    pass_.run(theta, layout_.inputs, layout_.directed);
    logits_ = &pass_.outputs();
  }
  for (std::size_t k = 0; k < values_.size(); ++k) {
    Matrix& value = values_[k];
    const bool shifted = layout_.shift.size() > 0;
    switch (layout_.quantities[k].kind) {
      case Kind::logits:
        value = logits().leftCols(layout_.plain);
        break;
      case Kind::activations:
        value = activations(layout_.quantities[k].layer).leftCols(layout_.plain);
        break;
      case Kind::predictions:
        apply_link(layout_.link, logits().leftCols(layout_.plain), value);
        scale(value);
        if (shifted) value.colwise() += layout_.shift;
        break;
      case Kind::derivatives:
        apply_link_taylor(layout_.link, logits().rightCols(3 * layout_.directed), value);
        scale(value);
        for (Eigen::Index p = 0; shifted && p < layout_.directed; ++p) {
          value.col(3 * p) += layout_.shift;
        }
        break;
    }
  }
}

ForwardPass& Response::pass() {
  if (blocked_theta_.size() > 0) {
    pass_.run(blocked_theta_, layout_.inputs);
    blocked_theta_.resize(0);
  }
  return pass_;
}

const Matrix& Response::activations(int layer) const {
  return precision_ == Precision::single ? single_->observed_activations(observed_index(layer))
                                         : pass_.activations(layer);
}

void Response::pullback(ConstMatrixRef cotangents, MatrixRef gradients,
                        std::span<const Matrix> hidden, std::span<const ColumnRange> ranges) {
  if (precision_ == Precision::single) {
    single_->pullback(cotangents, gradients, hidden, ranges);
  } else if (blocked_) {
    blocked_->pullback(cotangents, gradients, ranges);
  } else {
    pass_.pullback(cotangents, gradients, hidden, ranges);
  }
}

// The links' own functions know nothing of shift and factor, which go with the identity alone: its
// Jacobian does not depend on the predictions.

void Response::pull(std::size_t k, const Matrix& cotangents, NetworkCotangents& into) {
  const ModelQuantity& quantity = layout_.quantities[k];
  Matrix& scaled = scratch_[k];
  Matrix& pulled = pulled_[k];
  switch (quantity.kind) {
    case Kind::logits:
      into.outputs.leftCols(layout_.plain) += cotangents;
      return;
    case Kind::activations:
      into.hidden[observed_index(quantity.layer)].leftCols(layout_.plain) += cotangents;
      return;
    case Kind::predictions:
      scaled = cotangents;
      scale(scaled);
      link_pullback(layout_.link, values_[k], scaled, pulled);
      into.outputs.leftCols(layout_.plain) += pulled;
      return;
    case Kind::derivatives:
      scaled = cotangents;
      scale(scaled);
      link_taylor_pullback(layout_.link, values_[k], scaled, pulled);
      into.outputs.rightCols(3 * layout_.directed) += pulled;
      return;
  }
}

void Response::push_outputs(Kind kind, std::size_t k, const Matrix& outputs,
                            Matrix& tangents) const {
  if (kind == Kind::logits) {
    tangents = outputs.leftCols(layout_.plain);
  } else if (kind == Kind::predictions) {
    link_pushforward(layout_.link, values_[k], outputs.leftCols(layout_.plain), tangents);
    scale(tangents);
  } else {
    link_taylor_pushforward(layout_.link, values_[k], outputs.rightCols(3 * layout_.directed),
                            tangents);
    scale(tangents);
  }
}

void Response::push(std::size_t k, Matrix& tangents) {
  const ModelQuantity& quantity = layout_.quantities[k];
  if (quantity.kind == Kind::activations) {
    tangents = pass_.activation_tangents(quantity.layer).leftCols(layout_.plain);
  } else {
    push_outputs(quantity.kind, k, *output_tangents_, tangents);
  }
}

void Response::curve(std::size_t k, const Matrix& tangents, const Matrix& cotangents,
                     NetworkCotangents& into) {
  if (layout_.link == Link::identity) return;
  Matrix& pulled = pulled_[k];
  if (layout_.quantities[k].kind == Kind::predictions) {
    link_curvature(layout_.link, values_[k], tangents, cotangents, pulled);
    into.outputs.leftCols(layout_.plain) += pulled;
  } else if (layout_.quantities[k].kind == Kind::derivatives) {
    link_taylor_curvature(layout_.link, values_[k], tangents, cotangents, pulled);
    into.outputs.rightCols(3 * layout_.directed) += pulled;
  }
}

Matrix Response::jacobian(std::size_t k, const Matrix& network) {
  const ModelQuantity& quantity = layout_.quantities[k];
  Matrix result(values_[k].size(), network.cols());
  if (quantity.kind == Kind::activations) {
    const Eigen::Index values = layout_.plain + layout_.directed;
    Matrix all(values_[k].rows() * values, network.cols());
    pass_.activation_jacobian(quantity.layer, all);
    return all.topRows(result.rows());
  }
  Matrix outputs(values_[k].rows(), layout_.width());
  Matrix tangents(values_[k].rows(), values_[k].cols());
  for (Eigen::Index j = 0; j < network.cols(); ++j) {
    outputs.reshaped() = network.col(j);
    push_outputs(quantity.kind, k, outputs, tangents);
    result.col(j) = tangents.reshaped();
  }
  return result;
}

}  // namespace moo
