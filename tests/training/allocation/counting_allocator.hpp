#pragma once

namespace moo::test {

/// Calls of malloc, calloc, realloc (to a size that is not 0), aligned_alloc, posix_memalign and
/// operator new since the program began, by all threads.
long allocations();

}  // namespace moo::test
