#pragma once

#include "libmoo/minimize/minimizer.hpp"

namespace moo {

/// A minimum in a box. On an active bound the gradient is the multiplier of that bound.
struct BoundedMinimum : Minimum {
  Vector gradient;  ///< n, grad phi at theta
};

/// Limited-memory BFGS for lower <= theta <= upper, n from 2 to 1e5; without bounds it is plain
/// L-BFGS. The problem is never evaluated outside its box.
///
/// An iteration moves along the projected path P(theta + a d): variables on a bound whose gradient
/// pushes outwards stay there, the others follow the quasi-Newton direction of the free face and
/// stop where they meet a bound, so that many bounds can become active or be left at once. The step
/// satisfies the Wolfe conditions on the path (its one-sided derivative at the kinks), near the
/// rounding of phi the approximate ones of Hager and Zhang (2005), section 1. Values that are not
/// finite are stepped back from. A search that fails, or progress that ceases, begins anew with an
/// empty memory.
///
/// `gradient_norm` is the largest entry of the projected gradient: entries that push outwards on a
/// bound do not count, all others do in full. A start outside the box is moved into it.
/// Cost: mostly one gradient per iteration, 4 to 6 n memory operations, 16 n memory bytes.
/// Source: Bertsekas (1982), section 2, with the pairs of Nocedal (1980) restricted to the free
/// face; quasi-Wolfe search of Ferry, Gill, Wong, Zhang (2023), section 3.
class BoundedLbfgs final : public Minimizer {
 public:
  explicit BoundedLbfgs(const MinimizerSettings& settings) : settings_(settings) {}

  [[nodiscard]] Minimum minimize(const Problem& problem, const Scalarization& scalarization,
                                 ConstVectorRef start,
                                 const IterationCallback& callback = {}) const override;

  /// The same, with the gradient at the minimum.
  [[nodiscard]] BoundedMinimum minimize_in_box(const Problem& problem,
                                               const Scalarization& scalarization,
                                               ConstVectorRef start,
                                               const IterationCallback& callback = {}) const;

 private:
  MinimizerSettings settings_;
};

/// Multipliers >= 0 of the finite bounds, variable by variable, lower before upper (the order of
/// BoundRows): g_j on an active lower bound, -g_j on an active upper one, otherwise 0.
/// @param theta, gradient n   Throws: InvalidArgument when a size differs.
Vector bound_multipliers(const Bounds& bounds, ConstVectorRef theta, ConstVectorRef gradient);

/// |projected gradient|_inf as defined above; the bounds may be empty.
double projected_gradient_norm(const Bounds& bounds, ConstVectorRef theta, ConstVectorRef gradient);

}  // namespace moo
