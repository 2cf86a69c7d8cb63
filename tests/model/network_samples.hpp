#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "libmoo/model/network.hpp"
#include "tests/model/differences.hpp"
#include "tests/model/kernel_reference.hpp"

namespace moo::test {

/// Networks with 3 inputs, 0 to 3 hidden layers and the given number of outputs.
inline std::vector<std::vector<int>> layer_choices(int outputs) {
  return {{3, outputs}, {3, 5, outputs}, {3, 4, 6, outputs}, {3, 5, 4, 3, outputs}};
}

/// Calls test(network) for 0 to 3 hidden layers, every activation, 1 and 3 outputs.
template <class Test>
void for_all_networks(const Test& test) {
  for (const Activation activation : all_activations) {
    for (const int outputs : {1, 3}) {
      for (const std::vector<int>& layers : layer_choices(outputs)) {
        SCOPED_TRACE(std::string(to_string(activation)) + ", " + std::to_string(layers.size() - 2) +
                     " hidden layers, " + std::to_string(outputs) + " outputs");
        test(Network(layers, activation));
      }
    }
  }
}

/// Random parameters with biases, so that ReLU units are not all at their kink for small inputs.
inline Vector random_parameters(const Network& network, RandomStream& random) {
  return network.start(random, Initialization::he) +
         random.normal_vector(network.num_parameters(), 0.3);
}

/// H_0 ... H_{L-1} by plain loops over std::-formulas, one sample after the other.
inline std::vector<Matrix> plain_forward(const Network& network, const Vector& theta,
                                         const Matrix& inputs) {
  std::vector<Matrix> pre;
  Matrix below = inputs;
  std::size_t next = 0;
  for (int l = 0; l < network.depth(); ++l) {
    const int in = network.layers()[static_cast<std::size_t>(l)];
    const int out = network.layers()[static_cast<std::size_t>(l) + 1];
    Matrix h(out, inputs.cols());
    for (Eigen::Index b = 0; b < inputs.cols(); ++b) {
      for (int i = 0; i < out; ++i) {
        double sum = theta(static_cast<Eigen::Index>(next) + out * in + i);
        for (int j = 0; j < in; ++j) {
          sum += theta(static_cast<Eigen::Index>(next) + i + out * j) * below(j, b);
        }
        h(i, b) = sum;
      }
    }
    next += static_cast<std::size_t>(out * in + out);
    pre.push_back(h);
    below = h.unaryExpr([&](double x) {
      return static_cast<double>(kernel_reference(network.activation(), x).value);
    });
  }
  return pre;
}

/// Smallest distance of a hidden unit to ReLU's kink.
inline double distance_to_kink(const Network& network, const Vector& theta, const Matrix& inputs) {
  double distance = 1e300;
  const std::vector<Matrix> pre = plain_forward(network, theta, inputs);
  for (std::size_t l = 0; l + 1 < pre.size(); ++l) {
    distance = std::min(distance, pre[l].cwiseAbs().minCoeff());
  }
  return distance;
}

/// random_parameters, drawn again until no ReLU unit is within `margin` of its kink.
inline Vector smooth_parameters(const Network& network, const Matrix& inputs, RandomStream& random,
                                double margin = 0.01) {
  for (int attempt = 0; attempt < 2000; ++attempt) {
    const Vector theta = random_parameters(network, random);
    if (network.activation() != Activation::relu) return theta;
    if (distance_to_kink(network, theta, inputs) > margin) return theta;
  }
  ADD_FAILURE() << "no parameters away from the kinks";
  return random_parameters(network, random);
}

}  // namespace moo::test
