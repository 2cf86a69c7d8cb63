#include <gtest/gtest.h>

#include <cmath>

#include "libmoo/solver/group_watch.hpp"
#include "tests/support/function_problem.hpp"

namespace moo {
namespace {

using test::FunctionProblem;
using test::Functions;
using test::vector;
using Names = std::vector<std::string>;

Functions of(int num_objectives, std::vector<Sense> senses) {
  Functions f;
  f.num_objectives = num_objectives;
  f.senses = std::move(senses);
  f.start = vector({0.0});
  return f;
}

TEST(GroupWatch, SeesNoGroupsInAProblemWithoutRules) {
  EXPECT_TRUE(GroupWatch().empty());
  EXPECT_TRUE(GroupWatch(FunctionProblem(of(3, {}))).empty());
}

TEST(GroupWatch, FindsPenaltiesAndHardRowsThatHaveNoRates) {
  Functions f = of(3, {Sense::inequality});
  f.infos = {{.name = "loss", .kind = ObjectiveKind::accuracy, .group = "loss"},
             {.name = "parity", .kind = ObjectiveKind::penalty, .group = "fairness"},
             {.name = "cost", .kind = ObjectiveKind::other, .group = "business"}};
  EXPECT_EQ(GroupWatch(FunctionProblem(f)).names(), (Names{"fairness", "c0"}));
}

TEST(GroupWatch, ListsGroupsWithRatesFirstWhateverTheirKind) {
  Functions f = of(2, {Sense::inequality});
  f.rule_groups = {"c0", "f1"};
  const GroupWatch watch{FunctionProblem(f)};
  EXPECT_EQ(watch.names(), (Names{"c0", "f1"}));
  const Vector values = vector({1.0, 2.0, 3.0});
  EXPECT_EQ(watch.penalty(0, values), 3.0);
  EXPECT_EQ(watch.penalty(1, values), 2.0);
}

TEST(GroupWatch, MeasuresHardGroupsByTheirLargestViolation) {
  const GroupWatch inequality{FunctionProblem(of(1, {Sense::inequality}))};
  const GroupWatch equality{FunctionProblem(of(1, {Sense::equality}))};
  for (const double c : {-3.0, -0.5, 0.0, 0.5, 3.0}) {
    EXPECT_EQ(inequality.penalty(0, vector({9.0, c})), std::max(c, 0.0));
    EXPECT_EQ(equality.penalty(0, vector({9.0, c})), std::abs(c));
  }
  EXPECT_TRUE(std::isnan(inequality.penalty(0, vector({9.0, NAN}))));
  EXPECT_EQ(inequality.penalty(0, vector({9.0, 2.0, 77.0})), 2.0) << "rows of bounds do not count";
}

TEST(GroupWatch, TakesTheRatesOfTheIterateAndOnlyThose) {
  Functions f = of(1, {Sense::inequality});
  f.rule_groups = {"safety", "c0"};
  f.values = [](const Vector& x) { return vector({x(0), 1.0}); };
  f.violation_rates = [](const Vector& x) { return vector({x(0), 0.5}); };
  const FunctionProblem problem(f);
  const GroupWatch watch(problem);
  const LinearizationPtr at = problem.linearize(vector({0.25}));
  EXPECT_EQ(watch.violation_rates({1, at->values(), 0.0, 0.0, 0.0, at.get()}), vector({0.25, 0.5}));
  const Vector unknown = watch.violation_rates({1, at->values()});
  ASSERT_EQ(unknown.size(), 2);
  EXPECT_TRUE(std::isnan(unknown(0)) && std::isnan(unknown(1)));
}

}  // namespace
}  // namespace moo
