#pragma once

#include "libmoo/model/activation.hpp"
#include "libmoo/model/kernels/factor.hpp"
#include "libmoo/model/kernels/packing_buffer.hpp"

namespace moo::kernels {

// Products of matrices, for the processor the program finds itself on. Results are column-major and
// overlap no argument. An entry is summed in an order that the inner dimension alone decides, so that
// the same numbers give the same bits on every thread of a machine, and a product may be cut
// between the columns of its result: large ones are, when threads of the pool are idle
// (parallel_for). Nothing is allocated once a thread has seen its largest product. For Scalar =
// double and float.

/// c = a b, or c += a b.   @param column_step of c
template <class Scalar>
void multiply(const Factor<Scalar>& a, const Factor<Scalar>& b, Scalar* c, Eigen::Index column_step,
              Update update = Update::assign);

/// sums(i) = sum_j a(i, j).   @param a its columns are contiguous
template <class Scalar>
void row_sums(const Factor<Scalar>& a, Scalar* sums);

/// c += j' j, symmetric.   @param j r x n   @param c n x n
void add_gram(const Factor<double>& j, double* c, Eigen::Index column_step);

/// The place `by` numbers further on; nowhere stays nowhere.
template <class Scalar>
Scalar* moved(Scalar* place, Eigen::Index by) {
  return place == nullptr ? nullptr : place + by;
}

/// A layer of a network on a batch: pre = W A + b 1', post = s(pre), each block of columns finished
/// while it is in the cache.
template <class Scalar>
struct LayerForward {
  Factor<Scalar> weight;  ///< W, rows x r
  Factor<Scalar> inputs;  ///< A, r x columns
  const Scalar* bias;     ///< b, rows; null: 0
  Activation activation;
  Scalar* pre;   ///< rows x columns, contiguous
  Scalar* post;  ///< the same; null: not wanted

  [[nodiscard]] LayerForward column_range(Eigen::Index first, Eigen::Index count) const {
    const Eigen::Index at = first * weight.rows;
    return {weight, inputs.column_range(first, count), bias, activation, pre + at, moved(post, at)};
  }
};
template <class Scalar>
void forward(const LayerForward<Scalar>& layer);

/// The way back through the activation below a layer: below = (W' D + more) o s'(pre).
template <class Scalar>
struct LayerBackward {
  Factor<Scalar> weight;      ///< W, r x rows
  Factor<Scalar> cotangents;  ///< D, r x columns
  const Scalar* more;         ///< rows x columns; null: 0
  Activation activation;
  const Scalar* pre;   ///< rows x columns, contiguous, like the rest
  const Scalar* post;  ///< s(pre)
  Scalar* below;
  Scalar* activation_cotangents = nullptr;  ///< W' D + more, rows x columns; null: not wanted

  [[nodiscard]] LayerBackward column_range(Eigen::Index first, Eigen::Index count) const {
    const Eigen::Index at = first * weight.columns;
    return {weight,          cotangents.column_range(first, count),
            moved(more, at), activation,
            pre + at,        post + at,
            below + at,      moved(activation_cotangents, at)};
  }
};
template <class Scalar>
void backward(const LayerBackward<Scalar>& layer);

/// How a layer changes along a direction of theta and of its inputs (Pearlmutter 1994):
/// pre_tangent = V A + W RA + b 1', post_tangent = s'(pre) o pre_tangent.
struct LayerTangent {
  Factor<double> weight;          ///< W, rows x r
  Factor<double> direction;       ///< V, of W
  Factor<double> inputs;          ///< A, r x columns
  Factor<double> input_tangents;  ///< RA; no data: 0
  const double* bias;             ///< b, of the bias, rows
  Activation activation;
  const double* pre;   ///< rows x columns, contiguous, like the rest
  const double* post;  ///< s(pre)
  double* pre_tangent;
  double* post_tangent;  ///< null: not wanted

  [[nodiscard]] LayerTangent column_range(Eigen::Index first, Eigen::Index count) const {
    const Eigen::Index at = first * weight.rows;
    Factor<double> changes;
    if (input_tangents.data != nullptr) changes = input_tangents.column_range(first, count);
    return {weight,
            direction,
            inputs.column_range(first, count),
            changes,
            bias,
            activation,
            pre + at,
            moved(post, at),
            pre_tangent + at,
            moved(post_tangent, at)};
  }
};
void tangent(const LayerTangent& layer);

/// The same for the way back. With G = W' D + more, the cotangents of the activations below:
/// below_tangent = (W' RD + V' D + more_tangent) o s'(pre) + G o s''(pre) o pre_tangent.
struct LayerBackwardTangent {
  Factor<double> weight;              ///< W, r x rows
  Factor<double> direction;           ///< V, of W
  Factor<double> cotangents;          ///< D, r x columns
  Factor<double> cotangent_tangents;  ///< RD
  const double* more_tangent;         ///< rows x columns; null: 0
  Activation activation;
  const double* pre;   ///< rows x columns, contiguous, like the rest
  const double* post;  ///< s(pre)
  const double* pre_tangent;
  const double* activation_cotangents;  ///< G
  double* below_tangent;

  [[nodiscard]] LayerBackwardTangent column_range(Eigen::Index first, Eigen::Index count) const {
    const Eigen::Index at = first * weight.columns;
    return {weight,
            direction,
            cotangents.column_range(first, count),
            cotangent_tangents.column_range(first, count),
            moved(more_tangent, at),
            activation,
            pre + at,
            post + at,
            pre_tangent + at,
            activation_cotangents + at,
            below_tangent + at};
  }
};
void backward_tangent(const LayerBackwardTangent& layer);

}  // namespace moo::kernels
