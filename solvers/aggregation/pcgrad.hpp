#pragma once

#include "solvers/aggregation/weighting.hpp"

namespace moo {

/// Gradient surgery: every gradient loses, one after the other in random order, its components
/// against the gradients it conflicts with; the sum of what remains. For two objectives no
/// objective rises; for three and more one may, because a later projection can bring back an
/// earlier conflict.
/// Source: Yu, Kumar, Gupta, Levine, Hausman, Finn (2020), algorithm 1.
class PcGrad final : public Weighting {
 public:
  [[nodiscard]] Vector weigh(ConstMatrixRef gramian, RandomStream& random) const override;
  [[nodiscard]] bool descends_in_common() const override { return false; }
};

}  // namespace moo
