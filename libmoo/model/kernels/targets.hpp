#pragma once

// Included before Highway by every file of kernels: which instruction sets are compiled. SSSE3 adds
// nothing over plain code that SSE4 does not, and the tiles hold vectors in arrays, which vectors
// of unknown length cannot be.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
