#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "libmoo/base/random.hpp"
#include "libmoo/solver/strength_schedule.hpp"
#include "tests/support/expect_complaint.hpp"

namespace moo {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Vector vector(std::initializer_list<double> numbers) {
  return Eigen::Map<const Vector>(numbers.begin(), static_cast<Eigen::Index>(numbers.size()));
}

/// A calm round: loss and gradient as ever.
RoundOutcome calm(const Vector& violations) { return {violations, 1.0, 1.0}; }

using Schedules = std::vector<StrengthSchedule>;
using Moves = std::vector<StrengthMove>;
constexpr StrengthMove raise = StrengthMove::raise;
constexpr StrengthMove hold = StrengthMove::hold;
constexpr StrengthMove wait = StrengthMove::wait;
constexpr StrengthMove enter = StrengthMove::enter;
constexpr StrengthMove exhausted = StrengthMove::exhausted;
constexpr StrengthMove halve_unstable = StrengthMove::halve_unstable;
constexpr StrengthMove halve_overfitted = StrengthMove::halve_overfitted;

TEST(StrengthController, BeginsAtTheInitialStrengths) {
  const StrengthController controller(Schedules{{.initial = 0.25}, {.initial = 4.0}});
  EXPECT_EQ(controller.strengths(), vector({0.25, 4.0}));
  EXPECT_FALSE(controller.satisfied());
  EXPECT_FALSE(controller.settled());
  EXPECT_FALSE(controller.backed_off());
}

TEST(StrengthController, RaisesEveryRuleByItsOwnGrowthWhileItsOwnRateExceedsWhatItAllows) {
  RandomStream random(7);
  SCOPED_TRACE("seed 7");
  for (int trial = 0; trial < 50; ++trial) {
    std::vector<StrengthSchedule> schedules(4);
    for (StrengthSchedule& s : schedules) {
      s = {random.uniform(0.01, 1.0), random.uniform(1.1, 4.0), 1e30, random.uniform(0.0, 0.5)};
    }
    StrengthController controller(schedules);
    for (int round = 0; round < 20; ++round) {
      const Vector before = controller.strengths();
      Vector rates(4);
      for (double& rate : rates) rate = random.uniform(0.0, 1.0);
      controller.update(calm(rates));
      for (Eigen::Index i = 0; i < 4; ++i) {
        const StrengthSchedule& s = schedules[static_cast<std::size_t>(i)];
        const bool violated = rates(i) > s.allowed_rate;
        EXPECT_DOUBLE_EQ(controller.strengths()(i), violated ? s.growth * before(i) : before(i));
        EXPECT_EQ(controller.moves()[static_cast<std::size_t>(i)], violated ? raise : hold);
      }
    }
    EXPECT_EQ(controller.rounds(), 20);
  }
}

TEST(StrengthController, IsSatisfiedOnceEveryRateIsMetAndNotBefore) {
  StrengthController controller(Schedules{{.allowed_rate = 0.1}, {.allowed_rate = 0.2}});
  controller.update(calm(vector({0.1, 0.3})));
  EXPECT_FALSE(controller.satisfied());
  EXPECT_GT(controller.shortfall(), 0.0);
  controller.update(calm(vector({0.1, 0.2})));  // exactly what is allowed
  EXPECT_TRUE(controller.satisfied());
  EXPECT_TRUE(controller.settled());
  EXPECT_EQ(controller.shortfall(), 0.0);
  controller.update(calm(vector({0.2, 0.2})));  // lost again
  EXPECT_FALSE(controller.satisfied());
  EXPECT_EQ(controller.moves(), (Moves{raise, hold}));
}

TEST(StrengthController, NeverGoesBeyondTheLargestStrength) {
  StrengthController controller(Schedules{{.initial = 1.0, .growth = 2.0, .largest = 5.0}});
  std::vector<double> strengths;
  for (int round = 0; round < 5; ++round) {
    controller.update(calm(vector({1.0})));
    strengths.push_back(controller.strengths()(0));
  }
  EXPECT_EQ(strengths, (std::vector<double>{2.0, 4.0, 5.0, 5.0, 5.0}));
  EXPECT_EQ(controller.moves(), Moves{exhausted});
  EXPECT_TRUE(controller.settled());
  EXPECT_FALSE(controller.satisfied());
}

TEST(StrengthController, HalvesWhatWasRaisedLastWhenARoundIsNotFinite) {
  for (const RoundOutcome& broken :
       {RoundOutcome{vector({1.0, 0.0}), infinity, 1.0}, RoundOutcome{vector({1.0, 0.0}), 1.0, NAN},
        RoundOutcome{vector({NAN, 0.0}), 1.0, 1.0},
        RoundOutcome{vector({1.0, 0.0}), 1.0, 1.0, infinity}}) {
    StrengthController controller(Schedules{{.initial = 1.0}, {.initial = 1.0}});
    controller.update(calm(vector({1.0, 0.0})));  // only the first is raised
    controller.update(broken);
    EXPECT_EQ(controller.strengths(), vector({1.0, 1.0}));
    EXPECT_EQ(controller.moves(), (Moves{halve_unstable, hold}));
    EXPECT_TRUE(controller.backed_off());
    EXPECT_FALSE(controller.satisfied());
  }
}

TEST(StrengthController, HalvesEverythingWhenTheFirstRoundIsUnstable) {
  StrengthController controller(Schedules{{.initial = 1.0}, {.initial = 3.0}});
  controller.update({vector({NAN, NAN}), infinity, infinity});
  EXPECT_EQ(controller.strengths(), vector({0.5, 1.5}));
}

TEST(StrengthController, TellsExplosionsFromTheGrowthThatRaisesExplain) {
  for (const double factor : {0.9, 3.0}) {  // of the explosion limit
    for (const bool in_gradient : {false, true}) {
      StrengthController controller(Schedules{{.initial = 1.0}}, {.explosion = 50.0});
      double level = 0.01;
      for (int round = 0; round < 6; ++round, level *= 2.0) {
        controller.update({vector({1.0}), level, level});
        EXPECT_EQ(controller.moves(), Moves{raise});
      }
      const double usual = level / 8.0;  // median of the last five
      const double jump = usual * (1.0 + factor * 50.0);
      controller.update({vector({1.0}), in_gradient ? level : jump, in_gradient ? jump : level});
      EXPECT_EQ(controller.moves(), Moves{factor > 1.0 ? halve_unstable : raise});
    }
  }
}

TEST(StrengthController, TakesAFallToMinusInfinityForAnExplosionToo) {
  StrengthController controller(Schedules{{.initial = 1.0}});
  for (int round = 0; round < 4; ++round) controller.update(calm(vector({1.0})));
  controller.update({vector({1.0}), -1e8, 1.0});
  EXPECT_EQ(controller.moves(), Moves{halve_unstable});
}

TEST(StrengthController, IsNotAlarmedByRoundingErrorsAtAConvergedLoss) {
  StrengthController controller(Schedules{{.initial = 1.0}});
  for (const double gradient : {1e-13, 2e-13, 1e-14, 5e-13, 9e-11}) {
    controller.update({vector({1.0}), gradient, gradient});
    EXPECT_EQ(controller.moves(), Moves{raise});
  }
}

TEST(StrengthController, RaisesMoreCarefullyAfterEveryBackOffAndGivesUpInTheEnd) {
  StrengthController controller(Schedules{{.initial = 1.0, .growth = 16.0}});
  for (int k = 0; k < StrengthController::largest_back_offs; ++k) {
    const double before = controller.strengths()(0);
    controller.update(calm(vector({1.0})));
    EXPECT_DOUBLE_EQ(controller.strengths()(0) / before, std::pow(16.0, std::pow(0.5, k)));
    controller.update({vector({1.0}), infinity, 1.0});
    EXPECT_EQ(controller.moves(), Moves{halve_unstable});
  }
  const double last = controller.strengths()(0);
  controller.update(calm(vector({1.0})));
  EXPECT_EQ(controller.moves(), Moves{exhausted});
  EXPECT_EQ(controller.strengths()(0), last);
}

TEST(StrengthController, HalvesWhenHeldOutLossRisesAndNoRaisedRateFalls) {
  const auto last_move = [](double rate, double loss) {
    StrengthController controller(Schedules{{.initial = 1.0}}, {.loss_rise = 0.1});
    controller.update({vector({0.5}), 1.0, 1.0, 2.0});
    controller.update({vector({0.4}), 1.0, 1.0, 1.0});  // the best held-out loss
    controller.update({vector({rate}), 1.0, 1.0, loss});
    return controller.moves()[0];
  };
  EXPECT_EQ(last_move(0.4, 1.2), halve_overfitted);
  EXPECT_EQ(last_move(0.45, 1.2), halve_overfitted);
  EXPECT_EQ(last_move(0.3999, 1.2), halve_overfitted) << "a change this small is noise";
  EXPECT_EQ(last_move(0.3, 1.2), raise) << "the price of a rule that gets better";
  EXPECT_EQ(last_move(0.4, 1.05), raise) << "within the share";
  EXPECT_EQ(last_move(0.0, 1.2), hold) << "met";
  EXPECT_EQ(last_move(0.4, NAN), raise) << "nothing held out";
}

TEST(StrengthController, TakesFallingPenaltiesForProgressWhileEveryProbeIsViolated) {
  const auto last_move = [](double rate, double penalty) {
    StrengthController controller(Schedules{{.initial = 1.0}}, {.loss_rise = 0.1});
    controller.update({vector({rate}), 1.0, 1.0, 1.0, vector({8.0})});
    controller.update({vector({rate}), 1.0, 1.0, 1.2, vector({penalty})});
    return controller.moves()[0];
  };
  EXPECT_EQ(last_move(1.0, 4.0), raise);
  EXPECT_EQ(last_move(1.0, 8.0), halve_overfitted);
  EXPECT_EQ(last_move(0.9, 4.0), halve_overfitted) << "here the rate would tell";
}

TEST(StrengthController, DoesNotBlameStrengthsThatWereNotRaised) {
  StrengthController controller(Schedules{{.initial = 1.0, .largest = 1.0}});
  controller.update({vector({0.5}), 1.0, 1.0, 1.0});
  EXPECT_EQ(controller.moves(), Moves{exhausted});
  controller.update({vector({0.5}), 1.0, 1.0, 5.0});
  EXPECT_EQ(controller.moves(), Moves{exhausted});
  EXPECT_EQ(controller.strengths()(0), 1.0);
}

TEST(StrengthController, KeepsLaterStagesAtZeroUntilTheEarlierOnesAreMet) {
  StrengthController controller(
      {{.initial = 1.0, .stage = 5}, {.initial = 2.0, .stage = -1}, {.initial = 3.0, .stage = 5}});
  EXPECT_EQ(controller.strengths(), vector({0.0, 2.0, 0.0}));
  controller.update(calm(vector({1.0, 1.0, 1.0})));
  EXPECT_EQ(controller.strengths(), vector({0.0, 4.0, 0.0}));
  EXPECT_EQ(controller.moves(), (Moves{wait, raise, wait}));
  controller.update(calm(vector({1.0, 0.0, 0.0})));
  EXPECT_EQ(controller.strengths(), vector({1.0, 4.0, 3.0})) << "the next stage, whole";
  EXPECT_EQ(controller.moves(), (Moves{enter, hold, enter}));
  EXPECT_FALSE(controller.satisfied());
  controller.update(calm(vector({0.0, 1.0, 0.0})));
  EXPECT_EQ(controller.moves(), (Moves{hold, raise, hold})) << "earlier rules are looked after";
  controller.update(calm(vector({0.0, 0.0, 0.0})));
  EXPECT_TRUE(controller.satisfied());
}

TEST(StrengthController, GoesOnToTheNextStageWhenARuleIsExhaustedOrItsRoundsAreSpent) {
  StrengthController capped(Schedules{{.initial = 1.0, .largest = 2.0, .stage = 0}, {.stage = 1}});
  capped.update(calm(vector({1.0, 1.0})));
  capped.update(calm(vector({1.0, 1.0})));
  EXPECT_EQ(capped.moves(), (Moves{exhausted, enter}));
  StrengthController spent(Schedules{{.stage = 0}, {.stage = 1}}, {.rounds_per_stage = 3});
  for (int round = 0; round < 2; ++round) {
    spent.update(calm(vector({1.0, 1.0})));
    EXPECT_EQ(spent.moves(), (Moves{raise, wait}));
  }
  spent.update(calm(vector({1.0, 1.0})));
  EXPECT_EQ(spent.moves(), (Moves{raise, enter}));
}

TEST(StrengthController, GivesEveryStageRoundsOfItsOwn) {
  StrengthController controller(Schedules{{.stage = 0}, {.stage = 1}, {.stage = 2}},
                                {.rounds_per_stage = 3});
  std::vector<int> stages;
  for (int round = 0; round < 7; ++round) {
    controller.update(calm(vector({1.0, 1.0, 1.0})));
    stages.push_back(controller.stage());
  }
  EXPECT_EQ(stages, (std::vector<int>{0, 0, 1, 1, 1, 2, 2}));
}

TEST(StrengthController, ForgetsWhatWasUsualWhenAnotherStageEnters) {
  StrengthController controller(Schedules{{.stage = 0}, {.stage = 1}});
  for (int round = 0; round < 4; ++round) controller.update({vector({1.0, 1.0}), 1e-4, 1e-4, 1.0});
  controller.update({vector({0.0, 1.0}), 1e-4, 1e-4, 1.0});
  controller.update({vector({0.0, 1.0}), 1.0, 1.0, 2.0});  // another rule, another regime
  EXPECT_EQ(controller.moves(), (Moves{hold, raise}));
}

TEST(StrengthController, ForgetsWhatWasUsualWhenItIsTold) {
  StrengthController controller(Schedules{{}});
  for (int round = 0; round < 4; ++round) controller.update({vector({1.0}), 1e-4, 1e-4});
  controller.forget_what_is_usual();
  controller.update({vector({1.0}), 1.0, 1.0});
  EXPECT_EQ(controller.moves(), Moves{raise});
  controller.update({vector({1.0}), infinity, 1.0});
  EXPECT_EQ(controller.moves(), Moves{halve_unstable}) << "but not what is never usual";
}

TEST(StrengthController, MeasuresTheShortfallInUnitsOfTheFirstExcess) {
  StrengthController controller(Schedules{{.allowed_rate = 0.1}, {.allowed_rate = 0.0}, {}});
  controller.update(calm(vector({0.5, 1e6, 0.0})));
  EXPECT_DOUBLE_EQ(controller.shortfall(), 2.0);
  controller.update(calm(vector({0.3, 1e6, 0.0})));
  EXPECT_DOUBLE_EQ(controller.shortfall(), 1.5);
}

TEST(StrengthController, TellsRoundsApartByPenaltiesWhileEveryProbeIsViolated) {
  StrengthController controller(Schedules{{.allowed_rate = 0.0}, {.allowed_rate = 0.0}});
  const auto shortfall_at = [&](double rate, double penalty) {
    controller.update({vector({rate, 0.0}), 1.0, 1.0, NAN, vector({penalty, 7.0})});
    return controller.shortfall();
  };
  EXPECT_DOUBLE_EQ(shortfall_at(1.0, 8.0), 2.0);
  EXPECT_DOUBLE_EQ(shortfall_at(1.0, 2.0), 1.25);
  EXPECT_DOUBLE_EQ(shortfall_at(1.0, 80.0), 2.0);
  EXPECT_DOUBLE_EQ(shortfall_at(0.9, 80.0), 0.9) << "a probe that is met counts for more";
}

TEST(StrengthController, OfNoRulesIsSatisfiedAfterOneRound) {
  StrengthController controller(Schedules{});
  EXPECT_FALSE(controller.satisfied());
  controller.update(calm(Vector()));
  EXPECT_TRUE(controller.satisfied());
}

TEST(StrengthController, RefusesUnusableSchedulesAndSizes) {
  using test::complaint_of;
  using test::expect_says;
  for (const StrengthSchedule& schedule :
       std::vector<StrengthSchedule>{{.initial = 0.0},
                                     {.initial = -1.0},
                                     {.growth = 1.0},
                                     {.initial = 2.0, .largest = 1.0},
                                     {.allowed_rate = -0.1},
                                     {.growth = NAN},
                                     {.largest = infinity}}) {
    expect_says(complaint_of<InvalidArgument>([&] {
                  StrengthController(Schedules{{}, schedule});
                }),
                {"StrengthController", "schedule 1 is unusable", "growth > 1"});
  }
  StrengthController controller(Schedules{{}, {}});
  expect_says(complaint_of<InvalidArgument>([&] { controller.update(calm(vector({1.0}))); }),
              {"violations", "expected 2", "got 1"});
}

}  // namespace
}  // namespace moo
