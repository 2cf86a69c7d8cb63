#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace moo {

/// Where, when and by which program a run was made: what it takes to make it again.
struct RunContext {
  std::string created;                    ///< UTC, ISO 8601: 2026-03-01T12:00:00Z
  std::string version;                    ///< of libmoo
  std::string commit;                     ///< of the sources libmoo was built from, or "unknown"
  std::string compiler;                   ///< name and version
  std::string build_type;                 ///< of CMake: Release, RelWithDebInfo ...
  std::vector<std::string> command_line;  ///< the program and its arguments
  std::uint64_t seed = 0;                 ///< of the run, as in Report::seed
  int cores = 1;                          ///< of the host, >= 1
};

/// The context of this process, now.
/// @param argc, argv as main got them   @param seed of the run
[[nodiscard]] RunContext current_context(int argc, const char* const* argv, std::uint64_t seed);

}  // namespace moo
