#include "libmoo/io/context.hpp"

#include <algorithm>
#include <ctime>
#include <thread>

namespace moo {
namespace {

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return {text, size};
}

std::string compiler_name() {
#if defined(__clang__)
  return "Clang " + std::to_string(__clang_major__) + "." + std::to_string(__clang_minor__) + "." +
         std::to_string(__clang_patchlevel__);
#elif defined(__GNUC__)
  return "GNU " + std::to_string(__GNUC__) + "." + std::to_string(__GNUC_MINOR__) + "." +
         std::to_string(__GNUC_PATCHLEVEL__);
#else
  return "unknown";
#endif
}

}  // namespace

RunContext current_context(int argc, const char* const* argv, std::uint64_t seed) {
  RunContext context;
  context.created = utc_now();
  context.version = MOO_VERSION;  // CMakeLists.txt defines these three for this file alone
  context.commit = MOO_GIT_COMMIT;
  context.build_type = MOO_BUILD_TYPE;
  context.compiler = compiler_name();
  context.command_line.assign(argv, argv + argc);
  context.seed = seed;
  context.cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return context;
}

}  // namespace moo
