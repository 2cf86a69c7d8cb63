#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libmoo/solver/plugin.hpp"
#include "tests/support/expect_complaint.hpp"

namespace moo {
namespace {

using test::complaint_of;
using test::expect_says;

/// Where the build puts tests/solver/plugin_modules/NAME.cpp.
std::filesystem::path module_of(const std::string& name) {
  return std::filesystem::path(PLUGIN_FOLDER) / (name + ".so");
}

TEST(Plugin, RegistersItsSolversWhichOutliveTheCall) {
  SolverRegistry registry;
  load_plugin(module_of("one_solver"), registry);
  EXPECT_EQ(registry.ids(), std::vector<std::string>{"idle"});
  EXPECT_EQ(registry.summary("idle"), "does nothing");
  EXPECT_EQ(registry.create("idle")->id(), "idle");
}

TEST(Plugin, OfAnotherAbiIsRefusedWithBothNumbers) {
  SolverRegistry registry;
  const Complaint complaint =
      complaint_of<FileError>([&] { load_plugin(module_of("other_abi"), registry); });
  EXPECT_EQ(complaint.expected, std::to_string(plugin_abi));
  EXPECT_EQ(complaint.got, std::to_string(plugin_abi + 10000));
  EXPECT_TRUE(registry.ids().empty());
}

TEST(Plugin, MustExportBothFunctions) {
  SolverRegistry registry;
  expect_says(complaint_of<FileError>([&] { load_plugin(module_of("no_solvers"), registry); }),
              {"moo_register_solvers", "no_solvers.so"});
}

TEST(Plugin, ThatIsNoModuleOrNotThereIsRefused) {
  SolverRegistry registry;
  expect_says(complaint_of<FileError>([&] { load_plugin("README.md", registry); }),
              {"README.md", "cannot be loaded"});
  expect_says(complaint_of<FileError>([&] { load_plugin("no/such/file.so", registry); }),
              {"no/such/file.so", "there is no such file"});
}

TEST(Plugin, WhoseIdIsTakenLeavesTheRegistryAsItWas) {
  SolverRegistry registry;
  load_plugin(module_of("one_solver"), registry);
  expect_says(
      complaint_of<InvalidArgument>([&] { load_plugin(module_of("one_solver"), registry); }),
      {"registered already", "idle"});
  EXPECT_EQ(registry.ids(), std::vector<std::string>{"idle"});
}

}  // namespace
}  // namespace moo
