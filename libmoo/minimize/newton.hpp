#pragma once

#include "libmoo/minimize/minimizer.hpp"

namespace moo {

/// Trust-region Newton with conjugate gradients: exact Hessian products where the problem has them,
/// differences of the gradient where it has not. Follows negative curvature to the region's edge.
/// Cost: one gradient and up to n Hessian products per iteration.
/// Source: Steihaug (1983), section 2; forcing sequence of Dembo, Eisenstat, Steihaug (1982).
class Newton final : public Minimizer {
 public:
  explicit Newton(const MinimizerSettings& settings) : settings_(settings) {}
  [[nodiscard]] Minimum minimize(const Problem& problem, const Scalarization& scalarization,
                                 ConstVectorRef start,
                                 const IterationCallback& callback = {}) const override;

 private:
  MinimizerSettings settings_;
};

}  // namespace moo
