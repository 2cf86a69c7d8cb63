#include "libmoo/model/forward_pass.hpp"

#include <string>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/model/kernels/products.hpp"
#include "libmoo/model/pulled_samples.hpp"

namespace moo {
namespace {

using kernels::Factor;
using kernels::Update;

Columns columns(Matrix& buffer, Eigen::Index first, Eigen::Index count) {
  return {buffer.data() + first * buffer.rows(), buffer.rows(), count};
}

using View = Eigen::Ref<const Matrix>;

}  // namespace

ForwardPass::ForwardPass(const Network& network, std::vector<int> observed)
    : network_(network),
      observed_(std::move(observed)),
      theta_(network.num_parameters()),
      direction_(network.num_parameters()) {
  const int hidden = network.depth() - 1;
  for (std::size_t i = 0; i < observed_.size(); ++i) {
    if (observed_[i] < 0 || observed_[i] >= hidden || (i > 0 && observed_[i] <= observed_[i - 1])) {
      throw InvalidArgument({"ForwardPass", "cannot observe these layers",
                             "ascending hidden layers below " + std::to_string(hidden),
                             std::to_string(observed_[i]) + " at place " + std::to_string(i), ""});
    }
  }
  if (!network.embeddings().empty()) embedding_.emplace(network);
  const auto depth = static_cast<std::size_t>(network.depth());
  for (auto* per_layer :
       {&pre_, &back_, &multiples_, &pulled_inputs_, &pulled_pre_, &pre_tangent_, &back_tangent_}) {
    per_layer->resize(depth);
  }
  for (auto* per_hidden : {&post_, &post_tangent_, &activation_cotangents_}) {
    per_hidden->resize(depth - 1);
  }
  derivatives_.assign(depth - 1, ActivationTaylor(network.activation()));
}

const Matrix& ForwardPass::layer_input(int layer) const {
  if (layer > 0) return activations(layer - 1);
  return embedding_ ? embedding_->outputs() : *inputs_;
}

void ForwardPass::run(ConstVectorRef theta, const Matrix& inputs, Eigen::Index num_directional) {
  require_size("ForwardPass::run", "theta", network_.num_parameters(), theta.size());
  require_size("ForwardPass::run", "an input", network_.num_inputs(), inputs.rows());
  if (num_directional < 0 || 3 * num_directional > inputs.cols()) {
    throw InvalidArgument({"ForwardPass::run", "too many directional samples",
                           "three columns for each, of " + std::to_string(inputs.cols()),
                           std::to_string(num_directional) + " samples", ""});
  }
  theta_ = theta;
  inputs_ = &inputs;
  holds_cotangents_ = false;
  num_directional_ = num_directional;
  if (embedding_) {
    embedding_->read(inputs, num_values());
    embedding_->look_up(theta_.data());
  }
  for (int layer = 0; layer < network_.depth(); ++layer) {
    const auto l = static_cast<std::size_t>(layer);
    const bool last = layer + 1 == network_.depth();
    const Factor<double> a(layer_input(layer));
    pre_[l].resize(network_.layers()[l + 1], width());
    if (!last) post_[l].resize(pre_[l].rows(), width());
    kernels::forward<double>({weight(layer), a.column_range(0, num_values()),
                              network_.bias(theta_.data(), layer).data(), network_.activation(),
                              pre_[l].data(), last ? nullptr : post_[l].data()});
    if (num_directional_ > 0) {
      kernels::multiply<double>(weight(layer), a.column_range(num_values(), 2 * num_directional_),
                                pre_[l].col(num_values()).data(), pre_[l].rows());
    }
    if (!last) derivatives_[l].apply(pre_[l], num_directional_, post_[l]);
  }
}

void ForwardPass::ensure_derivatives(int plain, int directional) {
  for (std::size_t l = 0; l < derivatives_.size(); ++l) {
    derivatives_[l].ensure(pre_[l], post_[l], plain, directional);
  }
}

void ForwardPass::require_hidden(std::span<const Matrix> hidden, Eigen::Index columns) const {
  if (hidden.empty()) return;
  require_size("ForwardPass", "the hidden cotangents", static_cast<long>(observed_.size()),
               static_cast<long>(hidden.size()));
  for (std::size_t i = 0; i < hidden.size(); ++i) {
    require_size("ForwardPass", "a hidden cotangent", activations(observed_[i]).rows(),
                 hidden[i].rows());
    if (hidden[i].cols() < columns) {
      require_size("ForwardPass", "the columns of the hidden cotangents", columns,
                   hidden[i].cols());
    }
  }
}

/// The cotangents of a hidden layer's activations among those of the observed layers, if there.
const Matrix* ForwardPass::hidden_at(std::span<const Matrix> hidden, int layer) const {
  for (std::size_t i = 0; i < hidden.size(); ++i) {
    if (observed_[i] == layer) return &hidden[i];
  }
  return nullptr;
}

void ForwardPass::pullback(ConstMatrixRef cotangents, MatrixRef gradients,
                           std::span<const Matrix> hidden, std::span<const ColumnRange> ranges) {
  const Eigen::Index count = gradients.cols();
  const Eigen::Index stacked = count * width();
  require_size("ForwardPass::pullback", "the columns of the cotangents", stacked,
               cotangents.cols());
  require_hidden(hidden, stacked);
  if (!ranges.empty()) {
    require_size("ForwardPass::pullback", "the ranges", count, static_cast<long>(ranges.size()));
  }
  holds_cotangents_ = false;
  if (count > 1 && hidden.empty() && !embedding_) {  // whatever will be zero this time
    pulled_samples_.reserve(static_cast<std::size_t>(width()));
    const Eigen::Index most = PulledSamples::most_of(width());
    for (std::size_t l = 0; l < pre_.size(); ++l) {
      grown(back_[l], pre_[l].rows(), width());
      if (network_.num_outputs() == 1) grown(multiples_[l], pre_[l].rows(), width());
      grown(pulled_inputs_[l], layer_input(static_cast<int>(l)).rows(), most);
      if (l > 0) grown(pulled_pre_[l], pre_[l - 1].rows(), most);
    }
  }
  if (network_.num_outputs() == 1 && num_directional_ == 0 && hidden.empty()) {
    Eigen::Index columns = ranges.empty() ? stacked : 0;
    for (const ColumnRange& range : ranges) columns += range.count;
    if (columns > width()) return pull_multiples(cotangents, gradients, ranges);
  }
  if (num_directional_ > 0) ensure_derivatives(1, 3);
  for (Eigen::Index c = 0; c < count; ++c) {
    const ColumnRange range = ranges.empty() ? ColumnRange{0, width()} : ranges[c];
    // The columns of a directional sample go through the layers together.
    const bool directional = range.first + range.count > width() - 3 * num_directional_;
    const auto samples = directional && num_directional_ > 0 ? PulledSamples({0, width()})
                         : !hidden.empty() || embedding_ || count == 1
                             ? PulledSamples(range)
                             : PulledSamples(range, cotangents, c * width(), pulled_samples_);
    pull(samples, cotangents, c * width(), hidden, gradients.col(c).data());
  }
}

/// With one output the cotangents of a sample are multiples of each other, and stay so in every
/// layer: one way back serves them all.
void ForwardPass::pull_multiples(ConstMatrixRef cotangents, MatrixRef gradients,
                                 std::span<const ColumnRange> ranges) {
  grown(back_.back(), 1, width()).setOnes();
  for (int layer = network_.depth() - 1; layer > 0; --layer) {
    const auto l = static_cast<std::size_t>(layer);
    Columns below = grown(back_[l - 1], pre_[l - 1].rows(), width());
    kernels::backward<double>({weight(layer), back_[l].leftCols(width()), nullptr,
                               network_.activation(), pre_[l - 1].data(), post_[l - 1].data(),
                               below.data()});
  }
  for (Eigen::Index c = 0; c < gradients.cols(); ++c) {
    const ColumnRange range =
        ranges.empty() ? ColumnRange{0, width()} : ranges[static_cast<std::size_t>(c)];
    const PulledSamples samples =
        embedding_ ? PulledSamples(range)
                   : PulledSamples(range, cotangents, c * width(), pulled_samples_);
    double* gradient = gradients.col(c).data();
    for (int layer = 0; layer < network_.depth(); ++layer) {
      const auto l = static_cast<std::size_t>(layer);
      Columns delta = grown(multiples_[l], pre_[l].rows(), samples.count());
      for (Eigen::Index i = 0; i < samples.count(); ++i) {
        const Eigen::Index b = samples[i];
        delta.col(i) = cotangents(0, c * width() + b) * back_[l].col(b);
      }
      const Factor<double> a = samples.of(layer_input(layer), pulled_inputs_[l]);
      kernels::multiply(Factor<double>(delta), a.transposed(),
                        network_.weight(gradient, layer).data(), delta.rows());
      kernels::row_sums<double>(delta, network_.bias(gradient, layer).data());
      if (layer == 0 && embedding_) embedding_->pull(weight(0), delta, range.first, gradient);
    }
  }
}

/// The pull-back of one cotangent.   @param block of the stacked cotangents begins here
void ForwardPass::pull(const PulledSamples& samples, ConstMatrixRef cotangents, Eigen::Index block,
                       std::span<const Matrix> hidden, double* gradient) {
  const Eigen::Index count = samples.count();
  const bool directional = num_directional_ > 0 && count == width();
  for (int layer = network_.depth() - 1; layer >= 0; --layer) {
    const auto l = static_cast<std::size_t>(layer);
    const bool last = layer == network_.depth() - 1;
    const View delta =
        last ? View(samples.of(cotangents, back_[l], block)) : View(back_[l].leftCols(count));
    const Block inputs = samples.of(layer_input(layer), pulled_inputs_[l]);
    kernels::multiply(Factor<double>(delta), Factor<double>(inputs).transposed(),
                      network_.weight(gradient, layer).data(), delta.rows());
    const auto values = delta.leftCols(directional ? num_values() : count);
    kernels::row_sums<double>(values, network_.bias(gradient, layer).data());
    if (layer == 0 && embedding_) embedding_->pull(weight(0), values, samples[0], gradient);
    if (layer == 0) break;
    Columns below = grown(back_[l - 1], pre_[l - 1].rows(), count);
    const Block pre = samples.of(pre_[l - 1], pulled_pre_[l]);
    const Matrix* more = hidden_at(hidden, layer - 1);
    const double* added = more == nullptr ? nullptr : more->col(block + samples[0]).data();
    kernels::backward<double>({weight(layer), delta, added,
                               directional ? Activation::identity : network_.activation(),
                               pre.data(), inputs.data(), below.data()});
    if (directional) derivatives_[l - 1].pull(pre_[l - 1], below);
  }
}

const Matrix& ForwardPass::pushforward(ConstVectorRef direction) {
  require_size("ForwardPass::pushforward", "the direction", theta_.size(), direction.size());
  const bool directional = num_directional_ > 0;
  if (directional || embedding_) ensure_derivatives(1, 3);
  direction_ = direction;
  const double* v = direction_.data();
  for (int layer = 0; layer < network_.depth(); ++layer) {
    const auto l = static_cast<std::size_t>(layer);
    const bool last = layer + 1 == network_.depth();
    const Eigen::Index values = num_values();
    const Factor<double> a(layer_input(layer));
    const Factor<double> moved = layer == 0 ? Factor<double>() : post_tangent_[l - 1];
    Matrix& tangent = pre_tangent_[l];
    tangent.resize(pre_[l].rows(), width());
    if (!last) post_tangent_[l].resize(tangent.rows(), width());
    const bool apart = last || directional || (layer == 0 && embedding_);
    kernels::tangent({weight(layer), network_.weight(v, layer), a.column_range(0, values),
                      moved.column_range(0, layer == 0 ? 0 : values),
                      network_.bias(v, layer).data(), network_.activation(), pre_[l].data(),
                      last ? nullptr : post_[l].data(), tangent.data(),
                      apart ? nullptr : post_tangent_[l].data()});
    if (layer == 0 && embedding_) embedding_->push(weight(0), v, tangent);
    if (apart && !directional && !last) derivatives_[l].push(pre_[l], tangent, post_tangent_[l]);
    if (!directional) continue;
    double* rest = tangent.col(values).data();
    kernels::multiply<double>(network_.weight(v, layer), a.column_range(values, width() - values),
                              rest, tangent.rows());
    if (layer > 0) {
      kernels::multiply<double>(weight(layer), moved.column_range(values, width() - values), rest,
                                tangent.rows(), Update::add);
    }
    if (!last) derivatives_[l].push(pre_[l], tangent, post_tangent_[l]);
  }
  return pre_tangent_.back();
}

void ForwardPass::hold_cotangents(ConstMatrixRef cotangents, std::span<const Matrix> hidden) {
  require_size("ForwardPass::hold_cotangents", "the cotangents", width(), cotangents.cols());
  require_hidden(hidden, width());
  const bool directional = num_directional_ > 0;
  if (directional) ensure_derivatives(1, 3);
  grown(back_.back(), network_.num_outputs(), width()) = cotangents;
  for (int layer = network_.depth() - 1; layer > 0; --layer) {
    const auto l = static_cast<std::size_t>(layer);
    Columns below = grown(back_[l - 1], pre_[l - 1].rows(), width());
    activation_cotangents_[l - 1].resize(below.rows(), width());
    const Matrix* more = hidden_at(hidden, layer - 1);
    kernels::backward<double>(
        {weight(layer), back_[l].leftCols(width()), more == nullptr ? nullptr : more->data(),
         directional ? Activation::identity : network_.activation(), pre_[l - 1].data(),
         post_[l - 1].data(), below.data(), activation_cotangents_[l - 1].data()});
    if (directional) derivatives_[l - 1].pull(pre_[l - 1], below);
  }
  holds_cotangents_ = true;
}

void ForwardPass::second_pullback(ConstMatrixRef tangents, VectorRef product,
                                  std::span<const Matrix> hidden_tangents) {
  if (!holds_cotangents_) {
    throw InvalidArgument({"ForwardPass::second_pullback", "there are no cotangents",
                           "hold_cotangents since the last pass in any direction", "none", ""});
  }
  require_size("ForwardPass::second_pullback", "the tangents", width(), tangents.cols());
  require_hidden(hidden_tangents, width());
  const bool directional = num_directional_ > 0;
  if (directional) ensure_derivatives(2, 4);
  const double* v = direction_.data();
  for (int layer = network_.depth() - 1; layer >= 0; --layer) {
    const auto l = static_cast<std::size_t>(layer);
    const bool last = layer == network_.depth() - 1;
    const Columns d = columns(back_[l], 0, width());
    const View rd = last ? View(tangents) : View(back_tangent_[l]);
    Eigen::Map<Matrix> weights = network_.weight(product.data(), layer);
    const auto outer = [&](const View& cotangent, const Matrix& input, Update update) {
      kernels::multiply(Factor<double>(cotangent), Factor<double>(input).transposed(),
                        weights.data(), weights.rows(), update);
    };
    outer(rd, layer_input(layer), Update::assign);
    if (layer > 0) outer(d, post_tangent_[l - 1], Update::add);
    kernels::row_sums<double>(rd.leftCols(num_values()),
                              network_.bias(product.data(), layer).data());
    if (layer == 0 && embedding_) {
      embedding_->pull_tangent(weight(0), network_.weight(v, 0), d.leftCols(num_values()),
                               rd.leftCols(num_values()), product.data());
    }
    if (layer == 0) break;

    Matrix& below = back_tangent_[l - 1];
    below.resize(pre_[l - 1].rows(), width());
    const Matrix* more = hidden_at(hidden_tangents, layer - 1);
    Matrix& above = activation_cotangents_[l - 1];
    kernels::backward_tangent(
        {weight(layer), network_.weight(v, layer), d, rd, more == nullptr ? nullptr : more->data(),
         directional ? Activation::identity : network_.activation(), pre_[l - 1].data(),
         post_[l - 1].data(), pre_tangent_[l - 1].data(), above.data(), below.data()});
    if (directional) {
      derivatives_[l - 1].pull_tangent(pre_[l - 1], pre_tangent_[l - 1], columns(above, 0, width()),
                                       columns(below, 0, width()));
    }
  }
}

/// Where the gradients of one output of some samples go: the p-th to row first_row + stride p. A
/// sample has `blocks` columns of the batch, the first ones from first_column on: 1 column when it
/// is asked for its value, 3 (value, first and second derivative) when for a derivative.
struct ForwardPass::SampleRows {
  Eigen::Index first_row;
  Eigen::Index stride;
  Eigen::Index first_column;
  Eigen::Index samples;
  Eigen::Index blocks;
};

/// From the cotangents of H_top, which stand in back_[top], one column per column of the samples;
/// parameters above do not matter. Samples do not interact: the gradient of one is the sum of the
/// outer products of its own columns.
void ForwardPass::sample_gradients(int top, const SampleRows& rows, MatrixRef jacobian) {
  const Eigen::Index columns = rows.blocks * rows.samples;
  const auto rows_of = [&](Eigen::Index parameter) {
    return Eigen::Map<Vector, 0, Eigen::InnerStride<>>(
        jacobian.col(parameter).data() + rows.first_row, rows.samples,
        Eigen::InnerStride<>(rows.stride));
  };
  for (int layer = top; layer >= 0; --layer) {
    const auto l = static_cast<std::size_t>(layer);
    // Samples down, so that a column of the Jacobian comes from contiguous numbers.
    sample_cotangents_ = back_[l].leftCols(columns).transpose();
    sample_inputs_ = layer_input(layer).middleCols(rows.first_column, columns).transpose();
    const Matrix& d = sample_cotangents_;
    const Matrix& a = sample_inputs_;
    const auto block = [&](const auto& column, Eigen::Index k) {
      return column.segment(k * rows.samples, rows.samples);
    };
    Eigen::Index parameter = weight(layer).data() - theta_.data();
    for (Eigen::Index j = 0; j < a.cols(); ++j) {  // theta holds W column by column
      for (Eigen::Index i = 0; i < d.cols(); ++i) {
        auto result = rows_of(parameter++);
        result = block(d.col(i), 0).cwiseProduct(block(a.col(j), 0));
        for (Eigen::Index k = 1; k < rows.blocks; ++k) {
          result += block(d.col(i), k).cwiseProduct(block(a.col(j), k));
        }
      }
    }
    for (Eigen::Index i = 0; i < d.cols(); ++i) rows_of(parameter++) = block(d.col(i), 0);
    if (layer == 0 && embedding_) {
      embedding_->sample_gradients(weight(0), back_[0].leftCols(rows.samples), rows.first_column,
                                   rows.first_row, rows.stride, jacobian);
    }
    if (layer == 0) break;
    auto below = grown(back_[l - 1], pre_[l - 1].rows(), columns);
    kernels::multiply<double>(Factor<double>(weight(layer)).transposed(),
                              back_[l].leftCols(columns), below.data(), below.rows());
    if (rows.blocks == 1) {
      derivatives_[l - 1].pull_values(below);
    } else {
      derivatives_[l - 1].pull_directional(pre_[l - 1], below);
    }
  }
}

void ForwardPass::jacobian(MatrixRef jacobian) {
  require_size("ForwardPass::jacobian", "the Jacobian", outputs().size(), jacobian.rows());
  holds_cotangents_ = false;
  ensure_derivatives(1, 3);
  const int top = network_.depth() - 1;
  const Eigen::Index q = network_.num_outputs();
  const Eigen::Index p = num_directional_;
  for (Eigen::Index o = 0; o < q; ++o) {
    auto values = grown(back_.back(), q, num_values());
    values.setZero();
    values.row(o).setOnes();
    sample_gradients(top, {o, q, 0, num_values(), 1}, jacobian);
    for (Eigen::Index k = 1; p > 0 && k < 3; ++k) {
      auto derivatives = grown(back_.back(), q, 3 * p);
      derivatives.setZero();
      derivatives.row(o).segment(k * p, p).setOnes();
      const Eigen::Index first_row = o + q * (num_values() + (k - 1) * p);
      sample_gradients(top, {first_row, q, num_values() - p, p, 3}, jacobian);
    }
  }
}

void ForwardPass::activation_jacobian(int layer, MatrixRef jacobian) {
  const Eigen::Index units = activations(layer).rows();
  require_size("ForwardPass::activation_jacobian", "the Jacobian", units * num_values(),
               jacobian.rows());
  holds_cotangents_ = false;
  ensure_derivatives(1, 3);
  const auto l = static_cast<std::size_t>(layer);
  jacobian.rightCols(theta_.data() + theta_.size() - weight(layer + 1).data()).setZero();
  for (Eigen::Index i = 0; i < units; ++i) {
    auto seed = grown(back_[l], units, num_values());
    seed.setZero();
    seed.row(i).setOnes();
    derivatives_[l].pull_values(seed);
    sample_gradients(layer, {i, units, 0, num_values(), 1}, jacobian);
  }
}

}  // namespace moo
