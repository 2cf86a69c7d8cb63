#pragma once

#include "libmoo/problem/reference/known_front.hpp"

namespace moo {

/// The caps |f - centre| <= radius on the unit sphere in space, f >= 0, about the three unit
/// vectors and (1, 1, 1)/sqrt(3). They must not touch: radius < 0.45. Parameters are the points
/// themselves.
class CapFront final : public KnownFront {
 public:
  explicit CapFront(double radius);
  [[nodiscard]] Matrix parameters(int count) const override;
  [[nodiscard]] Vector objectives(ConstVectorRef u) const override { return u; }
  [[nodiscard]] double distance(ConstVectorRef f) const override;

 private:
  double angle_;  ///< between a cap's centre and its rim
};

}  // namespace moo
