#pragma once

#include "libmoo/base/vector.hpp"

namespace moo {

/// Brings every input to mean 0 and standard deviation 1 on the data it was fitted to:
/// x -> (x - mean) / scale, input by input.
struct Standardizer {
  Vector mean;  ///< d, in the inputs' own units
  Vector
      scale;  ///< d, > 0; the population standard deviation (divided by N), 1 for a constant input

  /// `inputs` is d x N: the samples of the training split only, or the others leak into the model.
  /// Throws: InvalidArgument for no samples or a number that is not finite.
  static Standardizer fit(ConstMatrixRef inputs);

  /// d x N for any N. Throws: InvalidArgument when d is not the one it was fitted to.
  [[nodiscard]] Matrix apply(ConstMatrixRef inputs) const;
};

}  // namespace moo
