#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "libmoo/minimize/lbfgs.hpp"
#include "libmoo/problem/reference/reference_problem.hpp"
#include "libmoo/run/solver_contract.hpp"
#include "solvers/register_builtin.hpp"

namespace moo {
namespace {

struct Pair {
  std::string solver;
  std::string problem;
};

void PrintTo(const Pair& pair, std::ostream* out) { *out << pair.solver << " on " << pair.problem; }

const SolverRegistry& builtin() {
  static const SolverRegistry registry = [] {
    SolverRegistry all;
    register_builtin_solvers(all);
    return all;
  }();
  return registry;
}

/// Every solver with every problem that fits it.
std::vector<Pair> pairs() {
  std::vector<Pair> all;
  for (const std::string& solver : builtin().ids()) {
    for (const std::string& problem : reference_problem_names()) {
      if (fits(builtin(), solver, *make_reference_problem(problem)))
        all.push_back({solver, problem});
    }
  }
  return all;
}

class Contract : public testing::TestWithParam<Pair> {};

TEST_P(Contract, IsKept) {
  silence_ceres();
  const auto problem = make_reference_problem(GetParam().problem);
  EXPECT_EQ(to_text(check_contract(builtin(), GetParam().solver, *problem)), "");
}

INSTANTIATE_TEST_SUITE_P(Builtin, Contract, testing::ValuesIn(pairs()), [](const auto& test) {
  return test.param.solver + "_on_" + test.param.problem;
});

class GeneralContract : public testing::TestWithParam<std::string> {};

TEST_P(GeneralContract, IsKept) {
  silence_ceres();
  EXPECT_EQ(to_text(check_general_contract(builtin(), GetParam())), "");
}

INSTANTIATE_TEST_SUITE_P(Builtin, GeneralContract, testing::ValuesIn(builtin().ids()));

}  // namespace
}  // namespace moo
