#pragma once

#include <vector>

#include "libmoo/base/vector.hpp"
#include "libmoo/model/network.hpp"

namespace moo {

/// Refuses inputs whose rows of indices do not fit the tables of a network: indices are whole
/// numbers 0 ... count - 1, and names have no derivative, so that the directions of directional
/// samples (columns from `num_values` on) are zero there.
/// Throws: InvalidArgument in the name of `who`.
void require_indices(const char* who, const Network& network, const Matrix& inputs,
                     Eigen::Index num_values);

/// The lookup in front of the first layer of a network with embeddings, over a batch of W columns
/// of which the first V are values and the others derivatives of such (see ForwardPass):
///
///     A_0 = [ E_1(:, x_1); ...; E_k(:, x_k); x_{k+1}; ...; x_d ],     d_0 x W.
///
/// A table is a linear layer on a one-hot vector; what it adds to each derivative is the gathering
/// and scattering of its columns. Refers to the network, and is its own workspace.
/// @tparam Scalar double or float
/// Source: Guo and Berkhahn (2016), "Entity embeddings of categorical variables", section 3.
template <class Scalar>
class EmbeddingLookup {
 public:
  using Numbers = Eigen::MatrixX<Scalar>;

  explicit EmbeddingLookup(const Network& network) : network_(network) {}

  /// Takes d x W inputs, whose indices the following calls refer to.
  /// Throws: as require_indices.
  void read(const Matrix& inputs, Eigen::Index num_values);

  /// A_0 at these parameters, valid until the next call.
  const Numbers& look_up(const Scalar* theta);
  [[nodiscard]] const Numbers& outputs() const { return outputs_; }

  /// Writes the tables' part of a gradient.
  /// @param weight of the first layer   @param cotangents of its d_1 outputs, for the values
  /// `first`, `first` + 1, ...
  void pull(Eigen::Map<const Numbers> weight, Eigen::Ref<const Numbers> cotangents,
            Eigen::Index first, Scalar* gradient);

  /// tangents += what a change of the tables along `direction` does to the outputs of the first
  /// layer, for all values.
  void push(Eigen::Map<const Numbers> weight, const Scalar* direction, Numbers& tangents);

  /// Writes the tables' part of the derivative of `pull` along the direction of the last `push`,
  /// and adds what that direction does to the gradient of the first weight.
  /// @param weight, weight_tangents of the first layer   @param cotangents, cotangent_tangents of
  /// its outputs, for all values   @param product a vector like theta
  void pull_tangent(Eigen::Map<const Numbers> weight, Eigen::Map<const Numbers> weight_tangents,
                    Eigen::Ref<const Numbers> cotangents,
                    Eigen::Ref<const Numbers> cotangent_tangents, Scalar* product);

  /// The tables' columns of a Jacobian, for the values `first`, `first` + 1, ... of one output.
  /// @param cotangents of the first layer's outputs, one column per value
  /// @param first_row, stride the rows of the Jacobian that belong to them
  void sample_gradients(Eigen::Map<const Numbers> weight, Eigen::Ref<const Numbers> cotangents,
                        Eigen::Index first, Eigen::Index first_row, Eigen::Index stride,
                        MatrixRef jacobian) const;

 private:
  /// Calls action(table, offset of its vectors in A_0, index, value) for values first ... + count.
  template <class Action>
  void for_each_lookup(Eigen::Index first, Eigen::Index count, const Action& action) const;
  void scatter(Eigen::Index first, Eigen::Index count, Scalar* gradient) const;

  const Network& network_;
  Eigen::MatrixXi indices_;  ///< k x V
  Numbers outputs_;          ///< A_0
  Numbers tangents_;         ///< of its embedded rows, E x V
  Numbers cotangents_;       ///< of its embedded rows, E x >= V
};

}  // namespace moo
