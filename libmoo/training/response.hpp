#pragma once

#include <optional>
#include <span>
#include <vector>

#include "libmoo/base/precision.hpp"
#include "libmoo/constraint/constraint.hpp"
#include "libmoo/model/blocked_pass.hpp"
#include "libmoo/model/forward_pass.hpp"
#include "libmoo/model/single_pass.hpp"

namespace moo {

/// The probes of a problem as one batch for the network, and what its rules read there.
struct ResponseLayout {
  Matrix inputs;              ///< d x W: B plain probes, P points, their directions, zeros
  Eigen::Index plain = 0;     ///< B
  Eigen::Index directed = 0;  ///< P
  std::vector<ModelQuantity> quantities;  ///< distinct
  std::vector<int> observed;              ///< hidden layers among them, ascending
  Link link = Link::identity;
  Vector shift;   ///< q, of the predictions; empty: 0. Only with Link::identity
  Vector factor;  ///< q; empty: 1

  /// @param batch filled by every rule
  ResponseLayout(const ProbeBatch& batch, std::vector<ModelQuantity> quantities, Link link);

  [[nodiscard]] Eigen::Index width() const { return inputs.cols(); }  ///< W = B + 3P
};

/// Cotangents, or tangents, of everything a network says: its outputs, and the activations of the
/// observed layers.
struct NetworkCotangents {
  Matrix outputs;              ///< q x W
  std::vector<Matrix> hidden;  ///< d_l x W, one per observed layer

  void set_zero();
  NetworkCotangents& add(double factor, const NetworkCotangents& other);
};

/// A network at one theta as rules see it: the quantities they read, from one forward pass over all
/// probes, and the ways between the quantities' tangents and cotangents and the network's. The
/// object is its own workspace; used again it allocates nothing. Borrows the network and the
/// layout.
class Response {
 public:
  Response(const Network& network, const ResponseLayout& layout);

  /// @param precision single: values and `pullback` alone, and no directional probes
  void run(ConstVectorRef theta, Precision precision = Precision::full);

  /// Of the network, as ForwardPass::pullback, in the precision of the last `run`.
  void pullback(ConstMatrixRef cotangents, MatrixRef gradients, std::span<const Matrix> hidden,
                std::span<const ColumnRange> ranges);

  /// Of the last run, in full precision.
  [[nodiscard]] ForwardPass& pass();
  [[nodiscard]] const Matrix& logits() const { return *logits_; }  ///< q x W
  /// Value of layout.quantities[k].
  [[nodiscard]] const Matrix& quantity(std::size_t k) const { return values_[k]; }

  /// into += the pull-back of cotangents of quantity k.
  void pull(std::size_t k, const Matrix& cotangents, NetworkCotangents& into);

  /// Tangents of everything along a direction of theta, n; push() then hands them out.
  void pushforward(ConstVectorRef direction) { output_tangents_ = &pass().pushforward(direction); }
  [[nodiscard]] const Matrix& logit_tangents() const { return *output_tangents_; }  ///< q x W

  /// The tangent of quantity k under the last pushforward.
  void push(std::size_t k, Matrix& tangents);

  /// into += the derivative of pull(k, cotangents) along these tangents, cotangents fixed.
  void curve(std::size_t k, const Matrix& tangents, const Matrix& cotangents,
             NetworkCotangents& into);

  /// d quantity k / d theta, (h C) x n: row i + h c is entry (i, c).
  /// @param network d outputs / d theta, q W x n, from ForwardPass::jacobian
  [[nodiscard]] Matrix jacobian(std::size_t k, const Matrix& network);

  [[nodiscard]] NetworkCotangents zero_cotangents() const;

 private:
  [[nodiscard]] std::size_t observed_index(int layer) const;
  [[nodiscard]] const Matrix& activations(int layer) const;
  void push_outputs(ModelQuantity::Kind kind, std::size_t k, const Matrix& outputs,
                    Matrix& tangents) const;
  void scale(Matrix& predictions) const;

  const Network& network_;
  const ResponseLayout& layout_;
  ForwardPass pass_;
  std::optional<SinglePass> single_;    ///< once there was a run in single precision
  std::optional<BlockedPass> blocked_;  ///< in the place of pass_ where the batch is too large
  Vector blocked_theta_;                ///< n, while pass_ has not been run there
  Precision precision_ = Precision::full;
  const Matrix* logits_ = nullptr;
  const Matrix* output_tangents_ = nullptr;
  std::vector<Matrix> values_;   ///< per quantity
  std::vector<Matrix> scratch_;  ///< per quantity, cotangents in the quantity's shape
  std::vector<Matrix> pulled_;   ///< per quantity, cotangents of the outputs it is made of
};

}  // namespace moo
