#include <gtest/gtest.h>

#include <map>
#include <string>

#include "experiments/command_line.hpp"
#include "experiments/driver.hpp"
#include "libmoo/base/error.hpp"

namespace moo {
namespace {

/// Names and defaults, and nothing to run.
class Named final : public Driver {
 public:
  std::string name() const override { return "named"; }
  std::string summary() const override { return "a driver for its command line"; }
  std::vector<std::pair<std::string, std::string>> objectives() const override {
    return {{"error", "of it"}, {"rule", "of it"}, {"law", "of it"}};
  }
  DriverFlags default_flags() const override {
    DriverFlags flags = Driver::default_flags();
    flags.objectives = {"error", "law"};
    flags.max_gradients = 500;
    flags.solver_options["max_iterations"] = "70";
    flags.solver_options["probes"] = "3";
    return flags;
  }
  Experiment prepare(const DriverFlags&) const override { return {}; }
};

CommandLine parsed(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), {"named", "run"});
  return parse_command_line(Named(), static_cast<int>(arguments.size()), arguments.data());
}

using Names = std::vector<std::string>;

TEST(FindData, AMissingTableNamesTheCommandThatMakesIt) {
  try {
    find_data("movie_lens/movie_lens.csv", "films");
    FAIL() << "there is no such table";
  } catch (const FileError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("experiments/data/prepare movie_lens"), std::string::npos) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
  }
  EXPECT_TRUE(std::filesystem::exists(find_data("hmda/hmda.csv", "lending")));
}

TEST(DriverFlags, WithoutObjectivesTheDriversChoiceIsTaken) {
  EXPECT_EQ(parsed({}).flags.objectives, (Names{"error", "law"}));
  EXPECT_EQ(parsed({"--objectives", "all"}).flags.objectives, (Names{"error", "rule", "law"}));
  EXPECT_EQ(parsed({"--objectives", "rule,error"}).flags.objectives, (Names{"error", "rule"}));
}

TEST(DriverFlags, QuickIsAPresetThatOtherFlagsOverride) {
  const DriverFlags quick = parsed({"--quick"}).flags;
  EXPECT_EQ(quick.solver_options.at("points"), "6");
  EXPECT_EQ(quick.hidden, std::vector<int>{8});
  EXPECT_EQ(quick.objectives, (Names{"error", "rule"}));
  const DriverFlags changed =
      parsed({"--points", "9", "--quick", "--hidden", "3,4", "--objectives", "error,law"}).flags;
  EXPECT_EQ(changed.solver_options.at("points"), "9");
  EXPECT_EQ(changed.hidden, (std::vector<int>{3, 4}));
  EXPECT_EQ(changed.objectives, (Names{"error", "law"}));
  EXPECT_EQ(parsed({}).flags.solver_options.at("points"), "20");
}

TEST(DriverFlags, AnotherSolverKeepsTheDriversOptionsThatItHas) {
  using Options = std::map<std::string, std::string>;
  EXPECT_EQ(parsed({}).flags.solver_options,
            (Options{{"max_iterations", "70"}, {"points", "20"}, {"probes", "3"}}));
  EXPECT_EQ(parsed({"--solver", "pareto_tracing"}).flags.solver_options,
            (Options{{"max_iterations", "70"}, {"points", "20"}}));
  EXPECT_EQ(parsed({"--solver", "nsga2", "--points", "8"}).flags.solver_options,
            (Options{{"points", "8"}}));
  EXPECT_THROW(parsed({"--solver", "no_such_solver"}), InvalidArgument);
}

TEST(DriverFlags, TheDriversBudgetHoldsUnlessAnotherIsGiven) {
  EXPECT_EQ(parsed({}).flags.max_gradients, 500);
  EXPECT_EQ(parsed({"--max-gradients", "9"}).flags.max_gradients, 9);
}

TEST(DriverFlags, SeedsAreRangesAndLists) {
  EXPECT_TRUE(parsed({}).seeds.empty());
  EXPECT_EQ(parsed({"--seeds", "2..4,9"}).seeds, (std::vector<std::uint64_t>{2, 3, 4, 9}));
  EXPECT_EQ(parsed({"--seeds", "7"}).seeds, std::vector<std::uint64_t>{7});
  for (const char* wrong : {"4..2", "1..", "..3", "x", "1,,2", "1..2,2", "1..5000"}) {
    EXPECT_THROW(parsed({"--seeds", wrong}), InvalidArgument) << wrong;
  }
}

}  // namespace
}  // namespace moo
