#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "experiments/driver.hpp"
#include "libmoo/solver/registry.hpp"

namespace moo {

enum class Command { run, list_solvers, help };

struct CommandLine {
  Command command = Command::help;
  DriverFlags flags;
  std::vector<std::uint64_t> seeds;  ///< of --seeds; empty: only flags.seed
  std::vector<std::string> given;    ///< names of the flags that were there, such as "seed"
};

/// Throws: InvalidArgument on an unknown command or flag, and on values that cannot be.
CommandLine parse_command_line(const Driver& driver, int argc, const char* const* argv);

/// "f,g" as names of a driver's objectives, the accuracy objective first; all of them for
/// "all" or an empty text. Throws: InvalidArgument on an unknown one, one that comes twice, and
/// without accuracy.
std::vector<std::string> parse_objectives(const Driver& driver, const std::string& text);

/// The modules that `NAME solvers --plugin FILE ...` names; argv[1] is "solvers".
/// Throws: InvalidArgument on any other flag.
std::vector<std::filesystem::path> parse_solvers_flags(const std::string& program, int argc,
                                                       const char* const* argv);

/// The flags of run alone, one block of text; for drivers with a --help of their own.
std::string flags_text(const Driver& driver);

/// Text of --help.
std::string help_text(const Driver& driver);

/// Text of `solvers`: every solver with its options.
std::string solvers_text(const SolverRegistry& registry);

}  // namespace moo
