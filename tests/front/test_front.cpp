#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/base/random.hpp"
#include "libmoo/front/dominance.hpp"
#include "libmoo/front/front.hpp"
#include "libmoo/front/gaps.hpp"
#include "libmoo/problem/reference/two_quadratics.hpp"
#include "tests/support/expect_complaint.hpp"
#include "tests/support/function_problem.hpp"

namespace {

using moo::Front;
using moo::Gap;
using moo::ParetoPoint;
using moo::RandomStream;
using moo::Vector;
using moo::test::vector;

ParetoPoint point(const Vector& objectives, bool feasible = true, std::string kind = "weight") {
  ParetoPoint point;
  point.objectives = objectives;
  point.feasible = feasible;
  point.generator.kind = std::move(kind);
  return point;
}

Front empty_front() { return Front(moo::TwoQuadratics(3)); }

TEST(Front, KnowsTheProblemItBelongsTo) {
  const Front front = empty_front();
  EXPECT_EQ(front.problem_name(), "two_quadratics");
  EXPECT_EQ(front.num_variables(), 3);
  EXPECT_EQ(front.num_objectives(), 2);
  EXPECT_TRUE(front.hard_rows().empty());
  EXPECT_TRUE(front.points().empty());
  EXPECT_TRUE(front.nondominated().empty());
  EXPECT_FALSE(front.scaling().has_value());
}

TEST(Front, NumbersPointsInTheOrderOfTheirArrival) {
  Front front = empty_front();
  ParetoPoint numbered = point(vector({1, 2}));
  numbered.id = 77;
  front.add(numbered);
  front.add(point(vector({2, 1})));
  EXPECT_EQ(front.points()[0].id, 0);
  EXPECT_EQ(front.points()[1].id, 1);
}

TEST(Front, RenewsTheDominatedFlagsOfOldAndNewPoints) {
  Front front = empty_front();
  ParetoPoint wrongly_flagged = point(vector({2, 2}));
  wrongly_flagged.dominated = true;
  front.add(wrongly_flagged);
  EXPECT_FALSE(front.points()[0].dominated);
  front.add(point(vector({3, 3})));
  EXPECT_TRUE(front.points()[1].dominated);
  front.add(point(vector({1, 1})));
  EXPECT_TRUE(front.points()[0].dominated);
  front.add(point(vector({1, 1})));  // an equal point dominates nothing
  EXPECT_FALSE(front.points()[2].dominated);
  EXPECT_FALSE(front.points()[3].dominated);
  EXPECT_EQ(front.nondominated(), (std::vector<int>{2, 3}));
}

TEST(Front, LetsInfeasiblePointsNeitherDominateNorBelong) {
  Front front = empty_front();
  front.add(point(vector({2, 2})));
  front.add(point(vector({1, 1}), false));
  front.add(point(vector({3, 3}), false));
  EXPECT_FALSE(front.points()[0].dominated);
  EXPECT_EQ(front.nondominated(), (std::vector<int>{0}));
}

TEST(Front, FlagsTheSamePointsWhateverTheOrderOfArrival) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const int count = 30;
    moo::Matrix f(2, count);
    for (int k = 0; k < count; ++k)
      f.col(k) = vector({1.0 * random.index(6), 1.0 * random.index(6)});
    const std::vector<int> expected = moo::nondominated_columns(f);
    const std::vector<int> order = random.permutation(count);
    Front front = empty_front();
    for (const int k : order) front.add(point(f.col(k)));
    std::vector<int> found;
    for (const int k : front.nondominated()) found.push_back(order[static_cast<std::size_t>(k)]);
    std::sort(found.begin(), found.end());
    EXPECT_EQ(found, expected);
  }
}

TEST(Front, KeepsScoutsApart) {
  Front front = empty_front();
  front.add_scout(point(vector({0, 0})));
  front.add(point(vector({1, 1})));
  EXPECT_EQ(front.scouts().size(), 1u);
  EXPECT_EQ(front.points().size(), 1u);
  EXPECT_FALSE(front.points()[0].dominated);
}

TEST(Front, FindsPointsByTheirGenerator) {
  Front front = empty_front();
  front.add(point(vector({0, 3}), true, "anchor"));
  front.add(point(vector({1, 2}), true, "weight"));
  front.add(point(vector({3, 0}), true, "anchor"));
  const auto anchors = front.generated_by("anchor");
  ASSERT_EQ(anchors.size(), 2u);
  EXPECT_EQ(anchors[0]->id, 0);
  EXPECT_EQ(anchors[1]->id, 2);
  EXPECT_TRUE(front.generated_by("trace").empty());
}

TEST(Front, GivesObjectivesAsColumns) {
  Front front = empty_front();
  front.add(point(vector({0, 3})));
  front.add(point(vector({1, 2})));
  EXPECT_EQ(front.objectives_of({1, 0, 1}),
            moo::test::columns({vector({1, 2}), vector({0, 3}), vector({1, 2})}));
  EXPECT_EQ(front.objectives_of({}).cols(), 0);
}

TEST(Cost, AddsUpEveryPart) {
  moo::Cost cost{1, 2, 3, 0.5};
  cost += moo::Cost{10, 20, 30, 1.5};
  EXPECT_EQ(cost.evaluations, 11);
  EXPECT_EQ(cost.gradients, 22);
  EXPECT_EQ(cost.hessian_products, 33);
  EXPECT_EQ(cost.seconds, 2.0);
}

TEST(Gaps, LieBetweenNeighboursAlongTheFirstObjectiveInScaledUnits) {
  Front front = empty_front();
  front.freeze_scaling({vector({0, 0}), vector({10, 100})});
  front.add(point(vector({10, 0})));
  front.add(point(vector({0, 100})));
  front.add(point(vector({3, 60})));
  front.add(point(vector({5, 90})));        // dominated
  front.add(point(vector({1, 1}), false));  // infeasible
  const std::vector<Gap> gaps = moo::gaps_along(front);
  ASSERT_EQ(gaps.size(), 2u);
  EXPECT_EQ(gaps[0].left, 1);
  EXPECT_EQ(gaps[0].right, 2);
  EXPECT_NEAR(gaps[0].length, std::hypot(0.3, 0.4), 1e-15);
  EXPECT_EQ(gaps[1].left, 2);
  EXPECT_EQ(gaps[1].right, 0);
  EXPECT_NEAR(gaps[1].length, std::hypot(0.7, 0.6), 1e-15);
}

TEST(Gaps, AreNoneBelowTwoPoints) {
  Front front = empty_front();
  front.freeze_scaling(moo::Scaling::identity(2));
  EXPECT_TRUE(moo::gaps_along(front).empty());
  front.add(point(vector({1, 1})));
  EXPECT_TRUE(moo::gaps_along(front).empty());
}

TEST(Gaps, ExistForTwoObjectivesOnly) {
  moo::test::Functions f;
  f.num_objectives = 3;
  f.start = vector({0});
  const Front front{moo::test::FunctionProblem(f)};
  moo::test::expect_says(
      moo::test::complaint_of<moo::InvalidArgument>([&] { (void)moo::gaps_along(front); }),
      {"gaps_along", "number of objectives", "expected 2", "got 3"});
}

TEST(WidestGaps, ComeLongestFirstWithNoneBelowHalfOfIt) {
  const std::vector<Gap> gaps = {{0, 1, 0.4}, {1, 2, 1.0}, {2, 3, 0.5}, {3, 4, 0.8}, {4, 5, 0.1}};
  const std::vector<Gap> chosen = moo::widest(gaps, 10);
  ASSERT_EQ(chosen.size(), 3u);
  EXPECT_EQ(chosen[0].left, 1);
  EXPECT_EQ(chosen[1].left, 3);
  EXPECT_EQ(chosen[2].left, 2);
}

TEST(WidestGaps, AreAtMostTheCountAndKeepTheOrderOfEqualOnes) {
  const std::vector<Gap> gaps = {{0, 1, 1.0}, {1, 2, 1.0}, {2, 3, 1.0}};
  const std::vector<Gap> chosen = moo::widest(gaps, 2);
  ASSERT_EQ(chosen.size(), 2u);
  EXPECT_EQ(chosen[0].left, 0);
  EXPECT_EQ(chosen[1].left, 1);
  EXPECT_TRUE(moo::widest(gaps, 0).empty());
  EXPECT_TRUE(moo::widest(gaps, -1).empty());
  EXPECT_TRUE(moo::widest({}, 3).empty());
}

}  // namespace
