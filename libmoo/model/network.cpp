#include "libmoo/model/network.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

void require_countable(long parameters) {
  if (parameters <= std::numeric_limits<int>::max()) return;
  throw InvalidArgument({"Network", "too many parameters",
                         "at most " + std::to_string(std::numeric_limits<int>::max()),
                         std::to_string(parameters), ""});
}

}  // namespace

Network::Network(std::vector<int> layers, Activation activation, std::vector<Embedding> embeddings)
    : layers_(std::move(layers)), activation_(activation), embeddings_(std::move(embeddings)) {
  if (layers_.size() < 2) {
    throw InvalidArgument({"Network", "too few layers", "at least inputs and outputs",
                           std::to_string(layers_.size()), ""});
  }
  for (const int width : layers_) {
    if (width < 1) {
      throw InvalidArgument({"Network", "unusable layer width", ">= 1", std::to_string(width), ""});
    }
  }
  if (std::ssize(embeddings_) > num_inputs()) {
    throw InvalidArgument({"Network", "more embeddings than inputs",
                           "at most " + std::to_string(num_inputs()),
                           std::to_string(embeddings_.size()), ""});
  }
  long parameters = 0;
  first_width_ = num_inputs() - static_cast<int>(embeddings_.size());
  for (const auto& [count, dimension] : embeddings_) {
    if (count < 1 || dimension < 1) {
      throw InvalidArgument({"Network", "unusable embedding", "count and dimension >= 1",
                             std::to_string(count) + " vectors of " + std::to_string(dimension),
                             ""});
    }
    table_offsets_.push_back(static_cast<int>(parameters));
    parameters += static_cast<long>(count) * dimension;
    require_countable(parameters);
    first_width_ += dimension;
  }
  for (int l = 0; l < depth(); ++l) {
    offsets_.push_back(static_cast<int>(parameters));
    parameters += layers_[static_cast<std::size_t>(l) + 1] * (fan_in(l) + 1L);
    require_countable(parameters);
  }
  num_parameters_ = static_cast<int>(parameters);
}

std::vector<TensorInfo> Network::tensors() const {
  std::vector<TensorInfo> tensors;
  for (std::size_t t = 0; t < embeddings_.size(); ++t) {
    tensors.push_back({"embeddings." + std::to_string(t) + ".table", table_offsets_[t],
                       embeddings_[t].dimension, embeddings_[t].count});
  }
  for (std::size_t l = 0; l < offsets_.size(); ++l) {
    const std::string prefix = "layers." + std::to_string(l);
    const int in = fan_in(static_cast<int>(l));
    const int out = layers_[l + 1];
    tensors.push_back({prefix + ".weight", offsets_[l], out, in});
    tensors.push_back({prefix + ".bias", offsets_[l] + out * in, out, 0});
  }
  return tensors;
}

Vector Network::start(RandomStream& random, Initialization initialization) const {
  Vector theta = Vector::Zero(num_parameters_);
  for (double& entry : theta.head(num_table_parameters())) entry = random.normal();
  for (int l = 0; l < depth(); ++l) {
    Eigen::Map<Matrix> w = weight(theta.data(), l);
    const double in = static_cast<double>(w.cols());
    const double out = static_cast<double>(w.rows());
    const double limit = std::sqrt(6.0 / (in + out));
    const double deviation = std::sqrt(2.0 / in);
    for (double& entry : w.reshaped()) {
      entry = initialization == Initialization::glorot ? random.uniform(-limit, limit)
                                                       : random.normal(0.0, deviation);
    }
  }
  return theta;
}

}  // namespace moo
