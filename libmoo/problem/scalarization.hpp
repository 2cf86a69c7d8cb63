#pragma once

#include <memory>

#include "libmoo/base/vector.hpp"
#include "libmoo/problem/scaling.hpp"

namespace moo {

/// values in R^(m+p) -> one number phi to minimise. Its gradient in theta is one pull-back of
/// `weights`, whatever m is. A scalarization of the objectives looks at the first m values only and
/// gives the others no weight.
class Scalarization {
 public:
  virtual ~Scalarization() = default;

  [[nodiscard]] virtual double value(ConstVectorRef values) const = 0;

  /// weights = d phi / d values, size m + p.
  virtual void weights(ConstVectorRef values, VectorRef weights) const = 0;

  /// curvature = d2 phi / d values2, (m+p) x (m+p), for second-order minimizers.
  virtual void curvature(ConstVectorRef values, MatrixRef curvature) const = 0;

  /// The form phi = linear . values + 1/2 |e(values)|^2 + constant, with linear >= 0, that
  /// Levenberg-Marquardt needs.
  struct SquaredForm {
    Vector linear;     ///< m + p
    Vector residuals;  ///< e, any size
    Matrix jacobian;   ///< de / d values, size(e) x (m+p)
  };
  /// False when phi has no such form at these values.
  [[nodiscard]] virtual bool squared_form(ConstVectorRef values, SquaredForm& form) const;
};

/// phi = sum_i w_i (f_i - ideal_i) / (nadir_i - ideal_i).
class WeightedSum final : public Scalarization {
 public:
  /// @param weights m, >= 0, not all zero; on scaled objectives
  /// Throws: InvalidArgument on a negative or non-finite weight, or when all are zero.
  WeightedSum(ConstVectorRef weights, const Scaling& scaling);

  [[nodiscard]] double value(ConstVectorRef values) const override;
  void weights(ConstVectorRef values, VectorRef weights) const override;
  void curvature(ConstVectorRef values, MatrixRef curvature) const override;
  [[nodiscard]] bool squared_form(ConstVectorRef values, SquaredForm& form) const override;

 private:
  Vector per_objective_;  ///< m: w_i / range_i
  double offset_;         ///< sum_i w_i ideal_i / range_i
};

/// A local chart of the front: descend along d while staying near a target in the directions
/// across,
///
///     phi = d . fh + rho/2 |C^T fh - t|^2,      fh the scaled objectives.
///
/// C (m x (m-1)) is orthonormal and spans the complement of d. Every stationary point is Pareto
/// critical with multipliers d + rho C (C^T fh - t), as long as those are >= 0, on convex and
/// concave fronts alike once rho exceeds the front's concavity.
/// Source: the augmented form of Das and Dennis (1998), section 3, with the equality penalised.
class ChartScalarization final : public Scalarization {
 public:
  /// @param direction m, d, normalised here   @param target m-1, t = C^T fh at the target
  /// Throws: InvalidArgument on a direction of zeros, a rho that is not > 0, or what is not finite.
  ChartScalarization(ConstVectorRef direction, ConstVectorRef target, double rho,
                     const Scaling& scaling);

  [[nodiscard]] double value(ConstVectorRef values) const override;
  void weights(ConstVectorRef values, VectorRef weights) const override;
  void curvature(ConstVectorRef values, MatrixRef curvature) const override;
  [[nodiscard]] bool squared_form(ConstVectorRef values, SquaredForm& form) const override;

  /// Multipliers d + rho C (C^T fh - t) on the scaled objectives, size m.
  [[nodiscard]] Vector multipliers(ConstVectorRef values) const;

  /// Orthonormal m x (m-1) complement of a direction, deterministic in its signs.
  static Matrix complement(ConstVectorRef direction);

 private:
  [[nodiscard]] Vector across(ConstVectorRef values) const;  ///< C^T fh - t

  Vector direction_;
  Matrix complement_;
  Vector target_;
  double rho_;
  Scaling scaling_;
};

}  // namespace moo
