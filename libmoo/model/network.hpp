#pragma once

#include <string>
#include <vector>

#include "libmoo/base/random.hpp"
#include "libmoo/base/vector.hpp"
#include "libmoo/model/activation.hpp"

namespace moo {

/// How weights are drawn. Biases start at zero, entries of embeddings are normal with deviation 1,
/// like the standardised inputs they stand beside: training that begins near 0 may stay there.
enum class Initialization {
  glorot,  ///< uniform in +-sqrt(6 / (in + out)): Glorot and Bengio (2010), eq. 16
  he,      ///< normal with variance 2 / in: He, Zhang, Ren, Sun (2015), eq. 10
};

/// A table of parameters that stands for an input which is a name and not a number, such as a user:
/// a vector for each of its values 0 ... count - 1. An input row of its own has the indices.
struct Embedding {
  int count = 1;
  int dimension = 1;  ///< of the vectors
};

/// One tensor inside the parameter vector.
struct TensorInfo {
  std::string name;  ///< "embeddings.0.table", "layers.0.weight", "layers.0.bias", ...
  int offset = 0;    ///< of its first entry in theta
  int rows = 0;      ///< outputs of the layer, or dimension of the vectors
  int cols =
      0;  ///< inputs of the layer, or number of vectors; 0 for a bias, which is a vector of `rows`
};

/// The shape of a fully connected network, and how its parameters lie in one vector theta:
///
///     A_0 = X,   H_l = W_l A_{l-1} + b_l 1',   A_l = s(H_l) for l < L,   outputs Z = H_L.
///
/// Samples are columns. Layer by layer theta holds W_l (out x in, column-major), then b_l.
///
/// With k embeddings the first k rows of X are indices, and A_0 is what is looked up and the rest:
///
///     A_0 = [ E_1(:, x_1); ...; E_k(:, x_k); x_{k+1}; ...; x_d ].
///
/// The tables E_t (dimension x count, column-major) come first in theta.
class Network {
 public:
  /// @param layers widths, inputs first, outputs last; {d, q} has no hidden layer
  /// @param embeddings of the first inputs, one each
  /// Throws: InvalidArgument on fewer than two layers, a width, count or dimension below one, more
  /// embeddings than inputs, or more parameters than an int can count.
  Network(std::vector<int> layers, Activation activation, std::vector<Embedding> embeddings = {});

  [[nodiscard]] const std::vector<int>& layers() const { return layers_; }
  [[nodiscard]] Activation activation() const { return activation_; }
  [[nodiscard]] int depth() const { return static_cast<int>(layers_.size()) - 1; }  ///< L
  [[nodiscard]] int num_inputs() const { return layers_.front(); }                  ///< d
  [[nodiscard]] int num_outputs() const { return layers_.back(); }                  ///< q
  [[nodiscard]] int num_parameters() const { return num_parameters_; }              ///< n

  [[nodiscard]] const std::vector<Embedding>& embeddings() const { return embeddings_; }
  /// Rows of A_0 that were looked up: the sum of the dimensions.
  [[nodiscard]] int embedded_width() const {
    return first_width_ - num_inputs() + static_cast<int>(embeddings_.size());
  }
  [[nodiscard]] int first_width() const { return first_width_; }  ///< rows of A_0
  [[nodiscard]] int num_table_parameters() const { return offsets_.front(); }
  [[nodiscard]] int table_offset(int table) const {  ///< in theta
    return table_offsets_[static_cast<std::size_t>(table)];
  }

  /// Tensors in the order of theta.
  [[nodiscard]] std::vector<TensorInfo> tensors() const;

  /// Random parameters.
  [[nodiscard]] Vector start(RandomStream& random, Initialization initialization) const;

  /// W_l and b_l inside a parameter vector of double or float, l = 0 .. L-1.
  template <class Scalar>
  [[nodiscard]] Eigen::Map<const Eigen::MatrixX<Scalar>> weight(const Scalar* theta,
                                                                int layer) const {
    const auto l = static_cast<std::size_t>(layer);
    return {theta + offsets_[l], layers_[l + 1], fan_in(layer)};
  }
  template <class Scalar>
  [[nodiscard]] Eigen::Map<Eigen::MatrixX<Scalar>> weight(Scalar* theta, int layer) const {
    const auto l = static_cast<std::size_t>(layer);
    return {theta + offsets_[l], layers_[l + 1], fan_in(layer)};
  }
  template <class Scalar>
  [[nodiscard]] Eigen::Map<const Eigen::VectorX<Scalar>> bias(const Scalar* theta,
                                                              int layer) const {
    const auto l = static_cast<std::size_t>(layer);
    return {theta + offsets_[l] + layers_[l + 1] * fan_in(layer), layers_[l + 1]};
  }
  template <class Scalar>
  [[nodiscard]] Eigen::Map<Eigen::VectorX<Scalar>> bias(Scalar* theta, int layer) const {
    const auto l = static_cast<std::size_t>(layer);
    return {theta + offsets_[l] + layers_[l + 1] * fan_in(layer), layers_[l + 1]};
  }

  /// E_t inside a parameter vector, dimension x count.
  template <class Scalar>
  [[nodiscard]] Eigen::Map<const Eigen::MatrixX<Scalar>> table(const Scalar* theta, int t) const {
    const Embedding& of = embeddings_[static_cast<std::size_t>(t)];
    return {theta + table_offset(t), of.dimension, of.count};
  }
  template <class Scalar>
  [[nodiscard]] Eigen::Map<Eigen::MatrixX<Scalar>> table(Scalar* theta, int t) const {
    const Embedding& of = embeddings_[static_cast<std::size_t>(t)];
    return {theta + table_offset(t), of.dimension, of.count};
  }

 private:
  /// Columns of W_l.
  [[nodiscard]] int fan_in(int layer) const {
    return layer == 0 ? first_width_ : layers_[static_cast<std::size_t>(layer)];
  }

  std::vector<int> layers_;
  Activation activation_;
  std::vector<Embedding> embeddings_;
  int first_width_ = 0;
  std::vector<int> table_offsets_;
  std::vector<int> offsets_;  ///< of W_l; b_l follows it
  int num_parameters_ = 0;
};

}  // namespace moo
