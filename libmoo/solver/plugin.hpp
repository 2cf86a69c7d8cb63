#pragma once

#include <Eigen/Core>
#include <filesystem>

#include "libmoo/solver/registry.hpp"

namespace moo {

/// What a module and the program that loads it must agree on, as one number: its last digit tells
/// the standard library's string (1: the C++11 one), the three digits before it Eigen's alignment
/// in bytes (which -march=native changes), and the rest the version of libmoo's classes, raised
/// with every change of their layout or of the order of their virtual functions.
inline constexpr long plugin_abi =
    10000L * 1 + 10L * EIGEN_MAX_ALIGN_BYTES + (_GLIBCXX_USE_CXX11_ABI != 0 ? 1 : 0);

/// Loads a shared module of solvers and lets it register them. The module exports two functions:
///
///     extern "C" long moo_plugin_abi() { return moo::plugin_abi; }
///     extern "C" void moo_register_solvers(moo::SolverRegistry& registry) { registry.add(...); }
///
/// It stays loaded until the program ends, since its solvers may live as long.
/// Throws: FileError when it cannot be loaded, lacks one of the two, or was built for another ABI
/// (naming both numbers); InvalidArgument when one of its solvers' ids is taken. The registry is
/// unchanged then.
void load_plugin(const std::filesystem::path& module, SolverRegistry& registry);

}  // namespace moo
