#pragma once

#include <string>
#include <vector>

#include "libmoo/base/random.hpp"
#include "libmoo/base/vector.hpp"
#include "libmoo/model/activation.hpp"

namespace moo {

/// How weights are drawn. Biases start at zero.
enum class Initialization {
  glorot,  ///< uniform in +-sqrt(6 / (in + out)): Glorot and Bengio (2010), eq. 16
  he,      ///< normal with variance 2 / in: He, Zhang, Ren, Sun (2015), eq. 10
};

/// One tensor inside the parameter vector.
struct TensorInfo {
  std::string name;  ///< "layers.0.weight", "layers.0.bias", ...
  int offset = 0;    ///< of its first entry in theta
  int rows = 0;      ///< outputs of the layer
  int cols = 0;      ///< inputs of the layer; 0 for a bias, which is a vector of `rows`
};

/// The shape of a fully connected network, and how its parameters lie in one vector theta:
///
///     A_0 = X,   H_l = W_l A_{l-1} + b_l 1',   A_l = s(H_l) for l < L,   outputs Z = H_L.
///
/// Samples are columns. Layer by layer theta holds W_l (out x in, column-major), then b_l.
class Network {
 public:
  /// @param layers widths, inputs first, outputs last; {d, q} has no hidden layer
  /// Throws: InvalidArgument on fewer than two layers or a width below one.
  Network(std::vector<int> layers, Activation activation);

  [[nodiscard]] const std::vector<int>& layers() const { return layers_; }
  [[nodiscard]] Activation activation() const { return activation_; }
  [[nodiscard]] int depth() const { return static_cast<int>(layers_.size()) - 1; }  ///< L
  [[nodiscard]] int num_inputs() const { return layers_.front(); }                  ///< d
  [[nodiscard]] int num_outputs() const { return layers_.back(); }                  ///< q
  [[nodiscard]] int num_parameters() const { return num_parameters_; }              ///< n

  /// Tensors in the order of theta.
  [[nodiscard]] std::vector<TensorInfo> tensors() const;

  /// Random parameters.
  [[nodiscard]] Vector start(RandomStream& random, Initialization initialization) const;

  /// W_l and b_l inside a parameter vector of double or float, l = 0 .. L-1.
  template <class Scalar>
  [[nodiscard]] Eigen::Map<const Eigen::MatrixX<Scalar>> weight(const Scalar* theta,
                                                                int layer) const {
    const auto l = static_cast<std::size_t>(layer);
    return {theta + offsets_[l], layers_[l + 1], layers_[l]};
  }
  template <class Scalar>
  [[nodiscard]] Eigen::Map<Eigen::MatrixX<Scalar>> weight(Scalar* theta, int layer) const {
    const auto l = static_cast<std::size_t>(layer);
    return {theta + offsets_[l], layers_[l + 1], layers_[l]};
  }
  template <class Scalar>
  [[nodiscard]] Eigen::Map<const Eigen::VectorX<Scalar>> bias(const Scalar* theta,
                                                              int layer) const {
    const auto l = static_cast<std::size_t>(layer);
    return {theta + offsets_[l] + layers_[l + 1] * layers_[l], layers_[l + 1]};
  }
  template <class Scalar>
  [[nodiscard]] Eigen::Map<Eigen::VectorX<Scalar>> bias(Scalar* theta, int layer) const {
    const auto l = static_cast<std::size_t>(layer);
    return {theta + offsets_[l] + layers_[l + 1] * layers_[l], layers_[l + 1]};
  }

 private:
  std::vector<int> layers_;
  Activation activation_;
  std::vector<int> offsets_;  ///< of W_l; b_l follows it
  int num_parameters_ = 0;
};

}  // namespace moo
