#pragma once

#include <cstdint>

namespace moo {

/// What the caller of moo::solve wants, apart from the problem and the solver.
struct Request {
  std::uint64_t seed = 1;  ///< of every random stream of the run
  /// Points above it, times 1 + the sum of the hard rows' |multipliers|, are not `converged`.
  double kkt_tolerance = 1e-5;
  long max_gradients = 0;    ///< stop planning and minimising beyond; 0: no limit
  double max_seconds = 0.0;  ///< the same for wall time; 0: no limit. Not reproducible.
};

}  // namespace moo
