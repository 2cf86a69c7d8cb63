#pragma once

namespace moo::compare {

/// `compare run ...`, `compare solvers`, `compare problems`, `compare --help`. Returns the exit
/// code: 0, or 2 after one clear line on standard error.
int run_compare(int argc, const char* const* argv);

}  // namespace moo::compare
