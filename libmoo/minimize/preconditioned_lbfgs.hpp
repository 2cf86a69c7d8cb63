#pragma once

#include "libmoo/minimize/minimizer.hpp"

namespace moo {

/// L-BFGS in variables in which the curvature is nearly the identity,
///
///     theta = theta_0 + L^-T u,      L L^T = G(theta_0) + J^T C J,
///
/// G the Gauss-Newton matrix of the scalarization's weights (weight decay included), C its
/// curvature in the values: equal to L-BFGS whose initial inverse Hessian is (L L^T)^-1. The matrix
/// is formed and factorised at the start and again after every 40 iterations. For n up to about
/// 2000.
///
/// G comes from Capabilities::gauss_newton or, without it, from the residuals of
/// Capabilities::least_squares. Negative weights count as none, and the diagonal is raised until
/// the factorisation succeeds. In a box the change of variables would tilt the bounds: problems
/// with bounds are left to BoundedLbfgs. The tolerance is on the gradient in theta, as everywhere.
/// Cost: per factorisation one G, n^3 / 3 and, where C is not zero, m + p pull-backs; n^2 per
/// gradient on top of that of Lbfgs; 8 n^2 bytes.
/// Throws: InvalidArgument when the problem has neither capability.
/// Source: Schraudolph (2002), section 3, for G; preconditioning by a change of variables as in
/// Nocedal and Wright (2006), section 5.1.
class PreconditionedLbfgs final : public Minimizer {
 public:
  explicit PreconditionedLbfgs(const MinimizerSettings& settings) : settings_(settings) {}
  [[nodiscard]] Minimum minimize(const Problem& problem, const Scalarization& scalarization,
                                 ConstVectorRef start,
                                 const IterationCallback& callback = {}) const override;

 private:
  MinimizerSettings settings_;
};

}  // namespace moo
