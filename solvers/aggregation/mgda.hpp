#pragma once

#include "solvers/aggregation/weighting.hpp"

namespace moo {

/// The element of least norm in the convex hull of the gradients,
///
///     alpha = argmin_{alpha >= 0, sum alpha = 1} alpha^T G alpha.
///
/// Every objective falls at a rate of at least |J^T alpha|^2, which is zero exactly at
/// Pareto-critical points. Drawn to the shortest gradient.
/// Source: Desideri (2012), section 2; Fliege and Svaiter (2000), section 3.
class Mgda final : public Weighting {
 public:
  [[nodiscard]] Vector weigh(ConstMatrixRef gramian, RandomStream& random) const override;
  [[nodiscard]] bool descends_in_common() const override { return true; }
};

}  // namespace moo
