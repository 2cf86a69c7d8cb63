#pragma once

#include "libmoo/front/pareto_point.hpp"

namespace moo {

/// The share violations / count with its exact (conservative) binomial interval: whatever the true
/// rate, the interval misses it from either side with probability at most (1 - confidence) / 2.
/// The ends are quantiles of Beta(k, n - k + 1) and Beta(k + 1, n - k) for k violations of n; 0 and
/// 1 for k = 0 and k = n. No probes: rate 0 in [0, 1]. Source: Clopper and Pearson (1934), "The use
/// of confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26,
/// 404-413. Throws: InvalidArgument unless 0 <= violations <= count and 0 < confidence < 1.
Rate clopper_pearson(long violations, long count, double confidence = 0.95);

}  // namespace moo
