#include "libmoo/model/network.hpp"

#include <cmath>
#include <utility>

#include "libmoo/base/error.hpp"

namespace moo {

Network::Network(std::vector<int> layers, Activation activation)
    : layers_(std::move(layers)), activation_(activation) {
  if (layers_.size() < 2) {
    throw InvalidArgument({"Network", "too few layers", "at least inputs and outputs",
                           std::to_string(layers_.size()), ""});
  }
  for (const int width : layers_) {
    if (width < 1) {
      throw InvalidArgument({"Network", "unusable layer width", ">= 1", std::to_string(width), ""});
    }
  }
  for (std::size_t l = 0; l + 1 < layers_.size(); ++l) {
    offsets_.push_back(num_parameters_);
    num_parameters_ += layers_[l + 1] * (layers_[l] + 1);
  }
}

std::vector<TensorInfo> Network::tensors() const {
  std::vector<TensorInfo> tensors;
  for (std::size_t l = 0; l < offsets_.size(); ++l) {
    const std::string prefix = "layers." + std::to_string(l);
    const int in = layers_[l];
    const int out = layers_[l + 1];
    tensors.push_back({prefix + ".weight", offsets_[l], out, in});
    tensors.push_back({prefix + ".bias", offsets_[l] + out * in, out, 0});
  }
  return tensors;
}

Vector Network::start(RandomStream& random, Initialization initialization) const {
  Vector theta = Vector::Zero(num_parameters_);
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
