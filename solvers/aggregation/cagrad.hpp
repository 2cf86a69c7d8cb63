#pragma once

#include "solvers/aggregation/weighting.hpp"

namespace moo {

/// Conflict-averse descent: of all directions near the mean gradient g_0, the one along which the
/// worst-served objective falls fastest,
///
///     max_d min_i g_i . d   subject to   |d - g_0| <= c |g_0|,        0 <= c < 1.
///
/// By its dual, min_{w in the simplex} g_w . g_0 + c |g_0| |g_w| with g_w = J^T w, it is
/// d = g_0 + c |g_0| g_w / |g_w|. Converges to a minimum of the mean of the objectives; single
/// objectives may rise on the way.
/// Source: Liu, Liu, Jin, Stone, Liu (2021), section 3.1 and appendix A.
class CaGrad final : public Weighting {
 public:
  /// Throws: InvalidArgument unless 0 <= radius < 1.
  explicit CaGrad(double radius);
  [[nodiscard]] Vector weigh(ConstMatrixRef gramian, RandomStream& random) const override;
  [[nodiscard]] bool descends_in_common() const override { return false; }

  /// The dual's w, in the simplex; m.
  [[nodiscard]] Vector dual(ConstMatrixRef gramian) const;

 private:
  double radius_;
};

}  // namespace moo
