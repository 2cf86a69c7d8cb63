#include <gtest/gtest.h>

#include "libmoo/base/error.hpp"
#include "libmoo/solver/registry.hpp"
#include "solvers/register_builtin.hpp"

namespace moo {
namespace {

std::string complaint_of(const SolverRegistry& registry, const std::string& id,
                         const std::map<std::string, std::string>& options) {
  try {
    (void)registry.create(id, options);
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return "no complaint";
}

class RegistryTest : public testing::Test {
 protected:
  RegistryTest() { register_builtin_solvers(registry_); }
  SolverRegistry registry_;
};

TEST_F(RegistryTest, EverySolverCallsItselfByTheIdItIsRegisteredUnder) {
  ASSERT_FALSE(registry_.ids().empty());
  for (const std::string& id : registry_.ids()) {
    EXPECT_EQ(registry_.create(id)->id(), id);
    EXPECT_FALSE(registry_.summary(id).empty());
  }
}

TEST_F(RegistryTest, SetsTheOptionsOfANewSolver) {
  const auto solver = registry_.create("weighted_sum", {{"points", "7"}});
  EXPECT_EQ(std::get<long>(solver->options().values().at("points")), 7);
  EXPECT_EQ(std::get<long>(registry_.create("weighted_sum")->options().values().at("points")), 20)
      << "solvers do not share their options";
}

TEST_F(RegistryTest, ComplainsAboutUnknownSolversAndOptionsWithTheKnownOnes) {
  const std::string solver = complaint_of(registry_, "weighted_sun", {});
  EXPECT_NE(solver.find("did you mean 'weighted_sum'?"), std::string::npos) << solver;
  for (const std::string& id : registry_.ids()) EXPECT_NE(solver.find(id), std::string::npos);
  for (const std::string& id : registry_.ids()) {
    const std::string option = complaint_of(registry_, id, {{"nonsense", "1"}});
    EXPECT_NE(option.find("unknown option 'nonsense'"), std::string::npos) << option;
    EXPECT_NE(option.find("points"), std::string::npos) << option;
  }
}

TEST_F(RegistryTest, RefusesAnIdThatIsTaken) {
  EXPECT_THROW(registry_.add("weighted_sum", "another", [] { return nullptr; }), InvalidArgument);
}

}  // namespace
}  // namespace moo
