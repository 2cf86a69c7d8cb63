#pragma once

#include "libmoo/problem/problem.hpp"

namespace moo {

/// Largest relative errors found by comparing a problem's derivatives with central differences. An
/// error is |exact - difference|_inf / max(1, |difference|_inf) over random weights and directions.
struct GradientCheck {
  double pullback = 0.0;         ///< one weight vector against differences of the values
  double stacked = 0.0;          ///< several weight vectors against one by one
  double hessian_product = 0.0;  ///< against differences of the pull-back; 0 without the capability
  double hessian_symmetry = 0.0;  ///< |u.Hv - v.Hu| relative to |Hv|
  double gauss_newton = 0.0;   ///< its asymmetry and negative eigenvalues; 0 without the capability
  double least_squares = 0.0;  ///< 1/2 |r|^2 and r^T dr against values and pull-back

  [[nodiscard]] double worst() const;
};

/// Checks every derivative a problem offers at theta. `step` is the difference step per unit of
/// theta; the smallest error over step, step/10 and step/100 counts, so that a kink or a large
/// third derivative nearby does not look like a mistake.
GradientCheck check_gradients(const Problem& problem, ConstVectorRef theta, RandomStream random,
                              double step = 1e-4);

}  // namespace moo
