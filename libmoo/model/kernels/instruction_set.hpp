#pragma once

#include <string>
#include <vector>

namespace moo::kernels {

/// The instruction set the kernels run on: the best this processor has of those that were compiled,
/// such as "AVX3" (AVX-512), "AVX2", "SSE4" or "SCALAR". Results differ between them in their last
/// digits, and only there.
std::string instruction_set();

/// The names this processor can run, best first.
std::vector<std::string> available_instruction_sets();

/// From now on the kernels of all threads run on this one. Not while one of them is running.
/// Throws: InvalidArgument, listing the available ones, for another name.
void use_instruction_set(const std::string& name);

/// Back to the best.
void use_best_instruction_set();

}  // namespace moo::kernels
