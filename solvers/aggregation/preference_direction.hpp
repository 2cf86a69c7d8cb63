#pragma once

#include "libmoo/base/vector.hpp"

namespace moo {

/// How evenly a preference is met: u_i = r_i f_i / sum_k r_k f_k, for f > 0 and r > 0.
struct Evenness {
  double divergence = 0.0;  ///< KL(u | 1/m) >= 0, zero when all r_i f_i are equal
  Vector adjustments;       ///< m; its gradient in f, times sum_k r_k f_k
  int worst = 0;            ///< objective with the largest r_i f_i
};
Evenness evenness(ConstVectorRef f, ConstVectorRef preference);

/// A direction -J^T beta, beta on the simplex.
struct PreferenceDirection {
  Vector beta;       ///< m
  Vector rates;      ///< m: how fast each objective falls along it, G beta
  bool even = true;  ///< whether it lowers all objectives rather than the divergence
};

/// The one direction that exact Pareto search takes: among beta on the simplex,
///
///     uneven:  lowers the divergence fastest, max (G a) . beta; objectives that have to rise for
///     it
///              rise no faster than along -J^T a, the worst one never;
///     even, or where nothing lowers the divergence:
///              lowers the sum of the objectives fastest, none rising.
///
/// @param gramian m x m, J J^T
/// @param tolerance divergence up to which f counts as even
/// Source: Mahapatra and Rajan (2020), section 4, equations 24 and 27.
PreferenceDirection preference_direction(ConstMatrixRef gramian, const Evenness& evenness,
                                         double tolerance);

}  // namespace moo
