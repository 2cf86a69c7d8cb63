#include "libmoo/model/embedding.hpp"

#include <cmath>
#include <string>

#include "libmoo/base/error.hpp"
#include "libmoo/model/kernels/products.hpp"

namespace moo {

using kernels::Factor;
using kernels::Update;

void require_indices(const char* who, const Network& network, const Matrix& inputs,
                     Eigen::Index num_values) {
  for (std::size_t t = 0; t < network.embeddings().size(); ++t) {
    const auto row = static_cast<Eigen::Index>(t);
    const int count = network.embeddings()[t].count;
    for (Eigen::Index b = 0; b < num_values; ++b) {
      const double index = inputs(row, b);
      if (index >= 0.0 && index < count && index == std::floor(index)) continue;
      throw InvalidArgument({who, "input " + std::to_string(row) + " is no index of its embedding",
                             "a whole number from 0 to " + std::to_string(count - 1),
                             std::to_string(index) + " in column " + std::to_string(b),
                             "inputs that are indices are not standardised"});
    }
    for (Eigen::Index b = num_values; b < inputs.cols(); ++b) {
      if (inputs(row, b) == 0.0) continue;
      throw InvalidArgument({who, "a derivative along input " + std::to_string(row),
                             "directions that are zero there", std::to_string(inputs(row, b)),
                             "the input is the index of an embedding: a name, not a number"});
    }
  }
}

template <class Scalar>
void EmbeddingLookup<Scalar>::read(const Matrix& inputs, Eigen::Index num_values) {
  require_indices("EmbeddingLookup", network_, inputs, num_values);
  const auto tables = static_cast<Eigen::Index>(network_.embeddings().size());
  indices_ = inputs.topLeftCorner(tables, num_values).template cast<int>();
  const Eigen::Index embedded = network_.embedded_width();
  outputs_.resize(network_.first_width(), inputs.cols());
  outputs_.topRightCorner(embedded, inputs.cols() - num_values).setZero();
  const Eigen::Index dense = inputs.rows() - tables;
  outputs_.bottomRows(dense) = inputs.bottomRows(dense).template cast<Scalar>();
}

template <class Scalar>
template <class Action>
void EmbeddingLookup<Scalar>::for_each_lookup(Eigen::Index first, Eigen::Index count,
                                              const Action& action) const {
  Eigen::Index at = 0;
  for (std::size_t t = 0; t < network_.embeddings().size(); ++t) {
    const auto row = static_cast<Eigen::Index>(t);
    for (Eigen::Index b = 0; b < count; ++b) {
      action(static_cast<int>(t), at, indices_(row, first + b), b);
    }
    at += network_.embeddings()[t].dimension;
  }
}

template <class Scalar>
const Eigen::MatrixX<Scalar>& EmbeddingLookup<Scalar>::look_up(const Scalar* theta) {
  for_each_lookup(0, indices_.cols(), [&](int t, Eigen::Index at, int index, Eigen::Index b) {
    const auto table = network_.table(theta, t);
    outputs_.col(b).segment(at, table.rows()) = table.col(index);
  });
  return outputs_;
}

/// The columns of cotangents_ to the columns of the tables that were looked up.
template <class Scalar>
void EmbeddingLookup<Scalar>::scatter(Eigen::Index first, Eigen::Index count,
                                      Scalar* gradient) const {
  Eigen::Map<Eigen::VectorX<Scalar>>(gradient, network_.num_table_parameters()).setZero();
  for_each_lookup(first, count, [&](int t, Eigen::Index at, int index, Eigen::Index b) {
    auto table = network_.table(gradient, t);
    table.col(index) += cotangents_.col(b).segment(at, table.rows());
  });
}

template <class Scalar>
void EmbeddingLookup<Scalar>::pull(Eigen::Map<const Numbers> weight,
                                   Eigen::Ref<const Numbers> cotangents, Eigen::Index first,
                                   Scalar* gradient) {
  const Eigen::Index embedded = network_.embedded_width();
  if (cotangents_.cols() < cotangents.cols()) cotangents_.resize(embedded, cotangents.cols());
  kernels::multiply<Scalar>(Factor<Scalar>(weight.leftCols(embedded)).transposed(), cotangents,
                            cotangents_.data(), embedded);
  scatter(first, cotangents.cols(), gradient);
}

template <class Scalar>
void EmbeddingLookup<Scalar>::push(Eigen::Map<const Numbers> weight, const Scalar* direction,
                                   Numbers& tangents) {
  const Eigen::Index embedded = network_.embedded_width();
  tangents_.resize(embedded, indices_.cols());
  for_each_lookup(0, indices_.cols(), [&](int t, Eigen::Index at, int index, Eigen::Index b) {
    const auto table = network_.table(direction, t);
    tangents_.col(b).segment(at, table.rows()) = table.col(index);
  });
  kernels::multiply<Scalar>(weight.leftCols(embedded), tangents_, tangents.data(), tangents.rows(),
                            Update::add);
}

template <class Scalar>
void EmbeddingLookup<Scalar>::pull_tangent(Eigen::Map<const Numbers> weight,
                                           Eigen::Map<const Numbers> weight_tangents,
                                           Eigen::Ref<const Numbers> cotangents,
                                           Eigen::Ref<const Numbers> cotangent_tangents,
                                           Scalar* product) {
  const Eigen::Index embedded = network_.embedded_width();
  Eigen::Map<Numbers> weight_product = network_.weight(product, 0);
  kernels::multiply(Factor<Scalar>(cotangents), Factor<Scalar>(tangents_).transposed(),
                    weight_product.data(), weight_product.rows(), Update::add);
  if (cotangents_.cols() < cotangents.cols()) cotangents_.resize(embedded, cotangents.cols());
  kernels::multiply<Scalar>(Factor<Scalar>(weight.leftCols(embedded)).transposed(),
                            cotangent_tangents, cotangents_.data(), embedded);
  kernels::multiply<Scalar>(Factor<Scalar>(weight_tangents.leftCols(embedded)).transposed(),
                            cotangents, cotangents_.data(), embedded, Update::add);
  scatter(0, cotangents.cols(), product);
}

template <class Scalar>
void EmbeddingLookup<Scalar>::sample_gradients(Eigen::Map<const Numbers> weight,
                                               Eigen::Ref<const Numbers> cotangents,
                                               Eigen::Index first, Eigen::Index first_row,
                                               Eigen::Index stride, MatrixRef jacobian) const {
  const Eigen::Index count = cotangents.cols();
  const Numbers pulled = weight.leftCols(network_.embedded_width()).transpose() * cotangents;
  for (Eigen::Index b = 0; b < count; ++b) {
    jacobian.row(first_row + stride * b).head(network_.num_table_parameters()).setZero();
  }
  for_each_lookup(first, count, [&](int t, Eigen::Index at, int index, Eigen::Index b) {
    const Eigen::Index dimension = network_.embeddings()[static_cast<std::size_t>(t)].dimension;
    const Eigen::Index parameter = network_.table_offset(t) + dimension * index;
    jacobian.row(first_row + stride * b).segment(parameter, dimension) =
        pulled.col(b).segment(at, dimension).transpose().template cast<double>();
  });
}

template class EmbeddingLookup<double>;
template class EmbeddingLookup<float>;

}  // namespace moo
