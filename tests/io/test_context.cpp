#include <gtest/gtest.h>

#include <array>
#include <string>

#include "libmoo/io/context.hpp"

namespace moo {
namespace {

TEST(RunContext, tells_when_and_by_which_program_a_run_was_made) {
  const std::array<const char*, 3> argv{"lending", "run", "--seed=18446744073709551615"};
  const RunContext context = current_context(3, argv.data(), 18446744073709551615ull);
  std::string form = context.created;
  for (char& c : form) c = c >= '0' && c <= '9' ? '0' : c;
  EXPECT_EQ(form, "0000-00-00T00:00:00Z") << context.created;
  EXPECT_GE(context.created, "2024");
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
