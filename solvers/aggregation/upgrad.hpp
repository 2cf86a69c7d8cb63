#pragma once

#include "solvers/aggregation/weighting.hpp"

namespace moo {

/// Unconflicting projection: every gradient is projected onto the cone of directions along which no
/// objective rises, and the projections are averaged,
///
///     alpha = 1/m sum_i v_i,     v_i = argmin v^T G v  subject to  v >= e_i.
///
/// G alpha >= 0; linear in the scale of each gradient, so that a short gradient has little say.
/// Source: Quinton and Rey (2024), sections 3.1 and 3.2.
class UpGrad final : public Weighting {
 public:
  [[nodiscard]] Vector weigh(ConstMatrixRef gramian, RandomStream& random) const override;
  [[nodiscard]] bool descends_in_common() const override { return true; }
};

}  // namespace moo
