#pragma once

#include "libmoo/base/vector.hpp"

namespace moo::kernels {

/// Whether a product replaces what is there or is added to it.
enum class Update { assign, add };

enum class PackedFactor { left, right };

/// At least `size` numbers, aligned to 64 bytes, for this thread to pack a factor of the product it
/// is at. Grows only: a thread that has seen its largest product allocates no more.
template <class Scalar>
Scalar* packing_buffer(PackedFactor factor, Eigen::Index size);

extern template double* packing_buffer<double>(PackedFactor, Eigen::Index);
extern template float* packing_buffer<float>(PackedFactor, Eigen::Index);

}  // namespace moo::kernels
