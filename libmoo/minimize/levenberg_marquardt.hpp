#pragma once

#include "libmoo/minimize/minimizer.hpp"

namespace moo {

/// Levenberg-Marquardt on the least-squares form of a scalarization, by Ceres Solver's trust region
/// with a dense normal Cholesky factorisation. For n up to about 2000 and as many residuals as fit
/// (8 bytes x residuals x n).
/// Ceres accepts a step only when the sum of squares falls measurably: with phi and curvatures
/// about one, gradients below 1e-7 are mostly out of reach (`stalled`). Throws: InvalidArgument
/// when the problem or the scalarization has no least-squares form. Source: Levenberg (1944);
/// Marquardt (1963).
class LevenbergMarquardt final : public Minimizer {
 public:
  explicit LevenbergMarquardt(const MinimizerSettings& settings) : settings_(settings) {}
  [[nodiscard]] Minimum minimize(const Problem& problem, const Scalarization& scalarization,
                                 ConstVectorRef start,
                                 const IterationCallback& callback = {}) const override;

 private:
  MinimizerSettings settings_;
};

}  // namespace moo
