#pragma once

#include <Eigen/Core>
#include <vector>

#include "libmoo/base/vector.hpp"

namespace moo {

/// A distance and its derivatives at a point of D <= 3 coordinates; entries beyond D are 0.
struct DistanceExpansion {
  double value = 0.0;
  Eigen::Vector3d gradient = Eigen::Vector3d::Zero();
  Eigen::Matrix3d hessian = Eigen::Matrix3d::Zero();
};

/// How far a point is from the nearest obstacle: > 0 outside, < 0 inside.
class DistanceField {
 public:
  virtual ~DistanceField() = default;
  [[nodiscard]] virtual int dimensions() const = 0;  ///< D, 2 or 3
  /// @param point D coordinates
  [[nodiscard]] virtual DistanceExpansion expand(const double* point) const = 0;
};

/// A disc (D = 2) or a ball (D = 3).
struct Ball {
  Vector centre;
  double radius = 1.0;
};

/// The exact distance to the nearest of some balls. Smooth but where two are equally near and at
/// the centres, where the derivatives are those of one of them, or 0.
class BallDistance final : public DistanceField {
 public:
  /// Throws: InvalidArgument for no balls, other dimensions than 2 or 3, or radii that are not
  /// positive and finite.
  explicit BallDistance(std::vector<Ball> balls);

  [[nodiscard]] int dimensions() const override;
  [[nodiscard]] DistanceExpansion expand(const double* point) const override;

 private:
  std::vector<Ball> balls_;
};

/// Where the numbers of a grid are: (row r, column c) at (x + c cell, y + r cell).
struct GridPlace {
  double x = 0.0;
  double y = 0.0;
  double cell = 1.0;  ///< > 0
};

/// Distances known on a grid of the plane, D = 2, interpolated by natural cubic splines in both
/// coordinates: they pass through the grid's numbers, with continuous first and second derivatives,
/// which are those of the interpolant. Outside the grid it is that of the nearest point of the
/// grid: the derivative across the edge is then 0.
/// Source: de Boor (1978), chapter IV (natural splines) and XVII (tensor products); in the basis of
/// B-splines as in Unser, Aldroubi, Eden (1993), section II.
class GridDistance final : public DistanceField {
 public:
  /// @param values rows x columns, at least 2 x 2   Throws: InvalidArgument for less, numbers that
  /// are not finite, or a cell that is not positive.
  GridDistance(ConstMatrixRef values, GridPlace place);

  [[nodiscard]] int dimensions() const override { return 2; }
  [[nodiscard]] DistanceExpansion expand(const double* point) const override;

 private:
  Matrix coefficients_;  ///< of the B-splines, one more than values on every side
  GridPlace place_;
};

/// The signed Euclidean distances of cell centres to the border between occupied and free cells,
/// which is taken half a cell from the nearest centre of the other kind: > 0 in free cells, < 0 in
/// occupied ones, in the unit of `cell`. Linear time.
/// @param occupied rows x columns, 0: free   Throws: InvalidArgument when all cells are of one
/// kind, or the cell is not positive. Source: Felzenszwalb and Huttenlocher (2012), "Distance
/// transforms of sampled functions", sections 2 and 3.
Matrix signed_distances(ConstMatrixRef occupied, double cell);

}  // namespace moo
