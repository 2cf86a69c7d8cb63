#pragma once

#include <array>

#include "libmoo/base/vector.hpp"
#include "libmoo/model/activation.hpp"

namespace moo {

/// Whole columns of a buffer, contiguous, so that elementwise expressions run through in one loop.
using Columns = Eigen::Map<Matrix>;

/// How values and input derivatives go through the activation s of one layer, forwards, backwards
/// and with tangents. Matrices have B + 3P columns: B + P values h, then h' and h'' of the last P
/// of them,
///
///     a = s(h),   a' = s'(h) h',   a'' = s''(h) h'^2 + s'(h) h''.
///
/// The derivatives of s are computed when they are first needed: s' and s'' on the values, s''' and
/// s'''' on the directional samples only. The object is its own workspace, like ForwardPass.
class ActivationTaylor {
 public:
  explicit ActivationTaylor(Activation activation) : activation_(activation) {}

  /// Fills in a' and a'' of post = [a a' a''], given a and pre = [h h' h''].
  /// @param num_directional P
  void apply(const Matrix& pre, Eigen::Index num_directional, Matrix& post);

  /// Makes the derivatives of s up to these orders ready, at the plain and at the directional
  /// samples of the last `apply`. The functions below say what they need.
  void ensure(const Matrix& pre, const Matrix& post, int plain, int directional);

  /// Cotangents of post to those of pre, in place; orders (1, 3).   @param g d x (B + 3P)
  void pull(const Matrix& pre, Columns g) const;
  /// The same when only the values have cotangents.   @param g d x (B + P)
  void pull_values(Columns g) const;
  /// The same for the directional samples only; g may leave out the plain ones.
  /// @param g d x (B + 3P) or d x 3P
  void pull_directional(const Matrix& pre, Columns g) const;

  /// Tangents of pre to those of post; orders (1, 3).
  void push(const Matrix& pre, const Matrix& pre_tangent, Matrix& post_tangent) const;

  /// The tangent of `pull(pre, g)`, in place of the tangent rg of g; orders (2, 4).
  /// @param g cotangents of post, before `pull`
  void pull_tangent(const Matrix& pre, const Matrix& pre_tangent, Columns g, Columns rg) const;

 private:
  /// The plain samples.
  template <class M>
  auto plain(M& m) const {
    return m.leftCols(num_plain_).array();
  }
  /// Block k of the directional samples: 0 value, 1 first, 2 second derivative. Counted from the
  /// right, so that the plain samples may be missing.
  template <class M>
  auto jet(M& m, Eigen::Index k) const {
    return m.middleCols(m.cols() + (k - 3) * num_directional_, num_directional_).array();
  }
  /// The derivative of s of this order, 1 to 4, at the directional samples.
  [[nodiscard]] auto at(int order) const {
    return order_[static_cast<std::size_t>(order - 1)].rightCols(num_directional_).array();
  }

  Activation activation_;
  Eigen::Index num_plain_ = 0;        ///< B
  Eigen::Index num_directional_ = 0;  ///< P
  std::array<Matrix, 4> order_;       ///< s' and s'', d x (B + P); s''' and s'''', d x P
  int plain_ready_ = 0;               ///< orders computed at the plain samples
  int directional_ready_ = 0;
};

}  // namespace moo
