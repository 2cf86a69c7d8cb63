#pragma once

#include <string>

#include "experiments/driver.hpp"
#include "libmoo/solver/registry.hpp"

namespace moo {

enum class Command { run, list_solvers, help };

struct CommandLine {
  Command command = Command::help;
  DriverFlags flags;
};

/// Throws: InvalidArgument on an unknown command or flag, and on values that cannot be.
CommandLine parse_command_line(const Driver& driver, int argc, const char* const* argv);

/// Text of --help.
std::string help_text(const Driver& driver);

/// Text of `solvers`: every solver with its options.
std::string solvers_text(const SolverRegistry& registry);

}  // namespace moo
