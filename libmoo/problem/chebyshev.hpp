#pragma once

#include "libmoo/problem/scalarization.hpp"

namespace moo {

/// The augmented Chebyshev scalarization, smoothed by a log-sum-exp of temperature mu:
///
///     phi = mu log sum_i exp(w_i (fh_i - z_i) / mu) + rho sum_i w_i (fh_i - z_i),
///
/// within mu log m above max_i w_i (fh_i - z_i) + rho sum_i ..., fh the scaled objectives. Every
/// stationary point is Pareto critical, with multipliers (softmax_i + rho) w_i > 0; points of
/// convex and concave parts of the front are minima once mu is small enough. Source: Steuer and
/// Choo (1983), section 3, for the augmentation; Lin et al. (2024), section 3, for the smoothing.
class SmoothChebyshev final : public Scalarization {
 public:
  /// @param weights m, > 0   @param reference m, z in scaled units: at or below the ideal point
  /// Throws: InvalidArgument on a weight that is not > 0, a temperature that is not > 0, rho < 0.
  SmoothChebyshev(ConstVectorRef weights, ConstVectorRef reference, double temperature,
                  double augmentation, const Scaling& scaling);

  [[nodiscard]] double value(ConstVectorRef values) const override;
  void weights(ConstVectorRef values, VectorRef weights) const override;
  void curvature(ConstVectorRef values, MatrixRef curvature) const override;

  /// (softmax_i + rho) w_i on the scaled objectives, size m.
  [[nodiscard]] Vector multipliers(ConstVectorRef values) const;

 private:
  [[nodiscard]] Vector excess(ConstVectorRef values) const;   ///< w_i (fh_i - z_i)
  [[nodiscard]] Vector softmax(ConstVectorRef values) const;  ///< of excess / mu

  Vector weights_;
  Vector reference_;
  double temperature_;
  double augmentation_;
  Scaling scaling_;
};

}  // namespace moo
