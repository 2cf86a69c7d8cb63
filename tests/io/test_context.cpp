#include <gtest/gtest.h>

#include <array>
#include <regex>

#include "libmoo/io/context.hpp"

namespace moo {
namespace {

TEST(RunContext, tells_when_and_by_which_program_a_run_was_made) {
  const std::array<const char*, 3> argv{"lending", "run", "--seed=18446744073709551615"};
  const RunContext context = current_context(3, argv.data(), 18446744073709551615ull);
  EXPECT_TRUE(std::regex_match(context.created, std::regex(R"(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ)")))
      << context.created;
  EXPECT_EQ(context.command_line,
            (std::vector<std::string>{"lending", "run", "--seed=18446744073709551615"}));
  EXPECT_EQ(context.seed, 18446744073709551615ull);
  EXPECT_GE(context.cores, 1);
  EXPECT_FALSE(context.version.empty());
  EXPECT_FALSE(context.commit.empty());
  EXPECT_FALSE(context.compiler.empty());
}

TEST(RunContext, needs_no_command_line) {
  EXPECT_TRUE(current_context(0, nullptr, 1).command_line.empty());
}

}  // namespace
}  // namespace moo
