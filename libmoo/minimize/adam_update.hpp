#pragma once

#include "libmoo/base/vector.hpp"

namespace moo {

/// The numbers of one step of Adam.
struct AdamFactors {
  double first_decay;   ///< b1
  double second_decay;  ///< b2
  double rate;          ///< over 1 - b1^t
  double square_scale;  ///< 1 / (1 - b2^t)
  double epsilon;
};

/// In one pass over the variables,
///
///     m <- b1 m + (1 - b1) g,   v <- b2 v + (1 - b2) g^2,
///     theta <- theta - rate m / (sqrt(square_scale v) + epsilon).
///
/// All n. The same bits on every processor.
void adam_update(const AdamFactors& factors, ConstVectorRef gradient, VectorRef mean,
                 VectorRef square, VectorRef theta);

}  // namespace moo
