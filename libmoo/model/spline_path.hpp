#pragma once

#include "libmoo/base/vector.hpp"

namespace moo {

/// Paths between two points as cubic splines, described by how they leave the straight line. In one
/// coordinate, with s in [0, 1],
///
///     p(s) = start + s (goal - start) + sum_k y_k m_k(s),       k = 0 ... K-1,
///
/// where m_0(s) = s moves the end of the path away from the goal, and the other modes vanish at
/// both ends and are orthonormal in their slopes. Hence y = 0 is the straight line, y_0 the error
/// at the goal, and, whatever start and goal are,
///
///     int_0^1 p'^2 ds = (goal - start + y_0)^2 + sum_{k >= 1} y_k^2 :
///
/// what a path is longer than the straight one is the squared length of its other coefficients. The
/// modes span all clamped cubic B-splines with K + 1 control points that begin at `start`;
/// m_1, m_2, ... are sorted from the smoothest to the roughest (by their squared second
/// derivative).
/// Source: de Boor (1978), chapters IX and X (B-splines); Flash and Hogan (1985) on movements as
/// minima of such integrals.
class SplinePath {
 public:
  /// @param modes K >= 4, per coordinate   Throws: InvalidArgument for fewer, or more than 64.
  explicit SplinePath(int modes);

  [[nodiscard]] int modes() const { return modes_; }  ///< K

  /// Row i holds the derivatives of all modes at s(i): order 0 the values, up to 3, which is
  /// constant between knots (at a knot: that of the part to its right).
  /// @param s M numbers in [0, 1]   Returns M x K. Throws: InvalidArgument for other s or orders.
  [[nodiscard]] Matrix derivatives(ConstVectorRef s, int order) const;

  /// Coefficients of the B-splines of every mode, (K + 1) x K: control points of the path are those
  /// of the straight line plus this matrix times y.
  [[nodiscard]] const Matrix& control_points() const { return control_points_; }

 private:
  [[nodiscard]] Matrix spline_derivatives(ConstVectorRef s, int order) const;  // M x (K + 1)

  int modes_;
  Vector knots_;
  Matrix control_points_;
};

}  // namespace moo
