#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "libmoo/run/solve.hpp"
#include "libmoo/solver/strength_schedule.hpp"
#include "solvers/register_builtin.hpp"
#include "tests/support/function_problem.hpp"

namespace moo {
namespace {

using test::columns;
using test::FunctionProblem;
using test::Functions;
using test::vector;

/// One variable per rule, each torn between the accuracy, which wants 1, and its rule, which
/// wants 0:
///
///     f_0 = 1/2 |theta - 1|^2,   f_i = 1/2 theta_i^2,   true violation rate theta_i,
///
/// so that strength s_i leads to theta_i = 1 / (1 + s_i), and rate r_i is met from s_i = 1/r_i - 1.
Functions tug_of_war(const std::vector<StrengthSchedule>& schedules) {
  const auto k = static_cast<Eigen::Index>(schedules.size());
  Functions f;
  f.name = "tug_of_war";
  f.num_objectives = static_cast<int>(k) + 1;
  f.start = Vector::Constant(k, 0.7);
  f.infos.push_back({.name = "loss", .kind = ObjectiveKind::accuracy, .group = "loss"});
  for (const StrengthSchedule& schedule : schedules) {
    const std::string group = "group" + std::to_string(f.rule_groups.size());
    f.infos.push_back({.name = "rule" + std::to_string(f.rule_groups.size()),
                       .kind = ObjectiveKind::penalty,
                       .group = group,
                       .schedule = schedule});
    f.rule_groups.push_back(group);
  }
  f.values = [k](const Vector& x) {
    Vector values(k + 1);
    values << 0.5 * (x.array() - 1.0).square().sum(), 0.5 * x.array().square().matrix();
    return values;
  };
  f.gradients = [k](const Vector& x) {
    Matrix gradients = Matrix::Zero(k, k + 1);
    gradients.col(0) = x.array() - 1.0;
    gradients.rightCols(k) = x.asDiagonal();
    return gradients;
  };
  f.violation_rates = [](const Vector& x) { return Vector(x.cwiseMax(0.0).cwiseMin(1.0)); };
  return f;
}

double strength_for(double rate) { return 1.0 / rate - 1.0; }

Report train(const Problem& problem, const std::map<std::string, std::string>& options = {}) {
  SolverRegistry registry;
  register_builtin_solvers(registry);
  return solve(problem, *registry.create("penalty_schedule", options));
}

Report train(const Functions& functions, const std::map<std::string, std::string>& options = {}) {
  return train(FunctionProblem(functions), options);
}

ParetoPoint final_point(const Report& report) {
  const auto finals = report.front.generated_by("final");
  EXPECT_EQ(finals.size(), 1u);
  EXPECT_EQ(finals.back(), &report.front.points().back());
  return *finals.back();
}

double number(const ParetoPoint& point, const std::string& name) {
  return point.generator.numbers.at(name);
}

StrengthMove move_of(const ParetoPoint& point, const std::string& rule) {
  return static_cast<StrengthMove>(static_cast<int>(number(point, rule + ".move")));
}

TEST(PenaltySchedule, StopsRaisingAtTheFirstStrengthThatMeetsTheRate) {
  for (const double growth : {1.5, 2.0, 5.0}) {
    for (const double allowed : {0.5, 0.1, 0.01}) {
      SCOPED_TRACE("growth " + std::to_string(growth) + ", allowed " + std::to_string(allowed));
      const Report report =
          train(tug_of_war({{.initial = 0.01, .growth = growth, .allowed_rate = allowed}}));
      const ParetoPoint last = final_point(report);
      const double strength = number(last, "rule0.strength");
      EXPECT_GE(strength, strength_for(allowed) * (1.0 - 1e-4));
      EXPECT_LT(strength, growth * strength_for(allowed) * (1.0 + 1e-4));
      EXPECT_NEAR(last.parameters(0), 1.0 / (1.0 + strength), 1e-5);
      EXPECT_LE(number(last, "rule0.violation"), allowed);
      EXPECT_TRUE(last.converged);
      for (const ParetoPoint& point : report.front.points()) {
        if (point.generator.kind == "final") continue;
        EXPECT_EQ(point.generator.kind, "round");
        EXPECT_GT(number(point, "rule0.violation"), allowed);
        EXPECT_EQ(move_of(point, "rule0"), StrengthMove::raise);
      }
      const double rounds =
          1.0 + std::ceil(std::log(strength_for(allowed) / 0.01) / std::log(growth));
      EXPECT_EQ(static_cast<double>(report.front.points().size()), rounds);
      EXPECT_EQ(report.status, RunStatus::complete);
      EXPECT_TRUE(report.failures.empty());
    }
  }
}

TEST(PenaltySchedule, RaisesEveryRuleNoFurtherThanItsOwnScheduleAsks) {
  const std::vector<double> allowed = {0.4, 0.05, 0.15};
  std::vector<StrengthSchedule> schedules;
  for (const double rate : allowed) schedules.push_back({.allowed_rate = rate});
  const Report report = train(tug_of_war(schedules));
  const ParetoPoint last = final_point(report);
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string rule = "rule" + std::to_string(i);
    EXPECT_GE(number(last, rule + ".strength"), strength_for(allowed[i]));
    EXPECT_LT(number(last, rule + ".strength"), 2.0 * strength_for(allowed[i]));
  }
}

TEST(PenaltySchedule, GivesItsPointsTheWeightsOfTheirStrengths) {
  const Report report = train(tug_of_war({{.allowed_rate = 0.2}, {.allowed_rate = 0.01}}));
  for (const ParetoPoint& point : report.front.points()) {
    Vector weights(3);
    weights << 1.0, number(point, "rule0.strength"), number(point, "rule1.strength");
    weights /= weights.sum();
    EXPECT_TRUE(point.weights.isApprox(weights, 1e-14));
    EXPECT_LE((point.multipliers - weights).cwiseAbs().maxCoeff(), 1e-3)
        << "the library's own multipliers agree";
    EXPECT_LE(point.kkt_residual, 1e-6);
  }
}

TEST(PenaltySchedule, JudgesByHeldOutRatesWhereThereAreAny) {
  Functions f = tug_of_war({{.allowed_rate = 0.1}});
  const auto values = f.values;
  f.validation = [values](const Vector& x) {
    return Validation{values(x), 2.0 * x};  // twice the training rate
  };
  const double strength = number(final_point(train(f)), "rule0.strength");
  EXPECT_GE(strength, strength_for(0.05));
  EXPECT_LT(strength, 2.0 * strength_for(0.05));
}

TEST(PenaltySchedule, JudgesByThePenaltyWhereNoRateIsKnown) {
  for (const bool by_resolution : {false, true}) {
    Functions f = tug_of_war({{.allowed_rate = 0.5}});
    f.rule_groups.clear();
    f.violation_rates = nullptr;
    (by_resolution ? f.infos[1].resolution : f.infos[1].tolerance) = 0.5 * 0.1 * 0.1;
    const double strength = number(final_point(train(f)), "rule0.strength");
    EXPECT_GE(strength, strength_for(0.1));
    EXPECT_LT(strength, 2.0 * strength_for(0.1));
  }
}

TEST(PenaltySchedule, KeepsTheBestRoundOfARuleThatCannotBeMet) {
  Functions f = tug_of_war({{.largest = 50.0, .allowed_rate = 0.01}});
  f.violation_rates = [](const Vector& x) { return Vector(x.cwiseMax(0.3)); };
  const Report report = train(f);
  const ParetoPoint last = final_point(report);
  EXPECT_EQ(report.status, RunStatus::complete);
  EXPECT_DOUBLE_EQ(number(last, "rule0.violation"), 0.3);
  const double strength = number(last, "rule0.strength");
  EXPECT_GE(strength, strength_for(0.3)) << "as good as it gets";
  EXPECT_LT(strength, 2.0 * strength_for(0.3)) << "no more accuracy given away than needed";
  ASSERT_EQ(report.notes.size(), 1u);
  for (const std::string word : {"'rule0' is not met", "violation 0.3", "allowed 0.01", "raised",
                                 "not raised any further"}) {
    EXPECT_NE(report.notes[0].find(word), std::string::npos) << report.notes[0];
  }
}

TEST(PenaltySchedule, KeepsTheRoundOfLeastPenaltyWhileARuleIsAllOrNothing) {
  Functions f = tug_of_war({{.allowed_rate = 0.0}});
  f.violation_rates = [](const Vector& x) { return vector({x(0) > 0.01 ? 1.0 : 0.0}); };
  const Report report = train(f, {{"points", "6"}});
  EXPECT_DOUBLE_EQ(number(final_point(report), "rule0.strength"), 0.01 * std::pow(2.0, 5));
}

TEST(PenaltySchedule, EndsAfterItsRoundsWithTheLeastViolatedOne) {
  const Report report = train(tug_of_war({{.allowed_rate = 0.0}}), {{"points", "6"}});
  EXPECT_EQ(number(final_point(report), "round"), 6.0);
  EXPECT_DOUBLE_EQ(number(final_point(report), "rule0.strength"), 0.01 * std::pow(2.0, 5));
}

TEST(PenaltySchedule, StaysBelowTheStrengthThatMakesTheLossUnbounded) {
  Functions f = tug_of_war({{.allowed_rate = 0.0}});
  f.values = [](const Vector& x) {
    return vector({0.5 * (x.array() - 1.0).square().sum(), 1.0 - x.squaredNorm()});
  };
  f.gradients = [](const Vector& x) {
    return columns({Vector(x.array() - 1.0), Vector(-2.0 * x)});
  };
  f.violation_rates = [](const Vector&) { return vector({1.0}); };
  const Report report = train(f);  // 1 - 2 s is the curvature of the sum: unbounded from s = 1/2
  for (const ParetoPoint& scout : report.front.scouts()) {
    EXPECT_EQ(move_of(scout, "rule0"), StrengthMove::halve_unstable);
    EXPECT_LT(std::abs(scout.parameters(0)), 1e3) << "undone: where the next round begins";
  }
  const ParetoPoint last = final_point(report);
  EXPECT_LT(number(last, "rule0.strength"), 0.5);
  EXPECT_TRUE(last.converged);
  EXPECT_NEAR(last.parameters(0), 1.0 / (1.0 - 2.0 * number(last, "rule0.strength")), 1e-2);
  ASSERT_EQ(report.notes.size(), 1u);
  EXPECT_NE(report.notes[0].find("halved after an unstable round"), std::string::npos)
      << report.notes[0];
}

TEST(PenaltySchedule, BacksOffWhenOnlyHeldOutLossPaysForARaise) {
  Functions f = tug_of_war({{.allowed_rate = 0.01}});
  const auto values = f.values;
  const auto validation = [values](const Vector& x) {
    return Validation{values(x).array() + 0.05, x.cwiseMax(0.5)};  // nothing to gain below 1/2
  };
  f.validation = validation;
  const Report careful = train(f, {{"loss_rise", "0.1"}});
  EXPECT_LT(careful.front.scouts().size() + careful.front.points().size(), 30u);
  ASSERT_EQ(careful.notes.size(), 1u);
  EXPECT_NE(careful.notes[0].find("halved because held-out loss rose"), std::string::npos)
      << careful.notes[0];
  for (const ParetoPoint& scout : careful.front.scouts()) {
    EXPECT_EQ(move_of(scout, "rule0"), StrengthMove::halve_overfitted) << "undone";
  }
  for (const ParetoPoint& point : careful.front.points()) {
    EXPECT_NE(move_of(point, "rule0"), StrengthMove::halve_overfitted);
  }
  const auto largest_strength = [](const Report& report) {
    double largest = 0.0;
    for (const ParetoPoint& point : report.front.points()) {
      largest = std::max(largest, number(point, "rule0.strength"));
    }
    return largest;
  };
  const Report reckless = train(f, {{"loss_rise", "1000"}});
  EXPECT_LT(largest_strength(careful), 4.0);
  EXPECT_EQ(largest_strength(reckless), 1e4);
}

TEST(PenaltySchedule, LayersALaterStageOnAnEarlierOneThatIsMet) {
  const Report report =
      train(tug_of_war({{.allowed_rate = 0.1, .stage = 2}, {.allowed_rate = 0.05, .stage = 1}}));
  bool later = false;
  int waiting = 0;
  for (const ParetoPoint& point : report.front.points()) {
    const bool met = number(point, "rule1.violation") <= 0.05;
    EXPECT_EQ(number(point, "rule0.strength") > 0.0, later);
    waiting += later ? 0 : 1;
    later = later || met;
  }
  EXPECT_GE(waiting, 10);
  const ParetoPoint last = final_point(report);
  EXPECT_LE(number(last, "rule0.violation"), 0.1);
  EXPECT_LE(number(last, "rule1.violation"), 0.05);
  EXPECT_TRUE(report.notes[0].find("'rule0' is met") == 0) << report.notes[0];
}

TEST(PenaltySchedule, GivesEveryStageItsShareOfTheRounds) {
  const Report report =
      train(tug_of_war({{.allowed_rate = 0.0, .stage = 0}, {.allowed_rate = 0.5, .stage = 1}}),
            {{"points", "24"}});
  const ParetoPoint last = final_point(report);
  EXPECT_LE(number(last, "rule1.violation"), 0.5);
  EXPECT_GT(number(last, "rule0.violation"), 0.0);
}

/// The tug of war with a rule that pulls only 1/factor as hard when annealed, and a record of the
/// factors it was asked for.
std::pair<Functions, std::shared_ptr<std::vector<double>>> annealed_tug_of_war() {
  Functions f = tug_of_war({{.allowed_rate = 0.1}});
  auto factors = std::make_shared<std::vector<double>>();
  f.annealed = [sharp = f, factors](double factor) {
    factors->push_back(factor);
    Functions smooth = sharp;
    smooth.values = [sharp, factor](const Vector& x) {
      Vector values = sharp.values(x);
      values(1) /= factor;
      return values;
    };
    smooth.gradients = [sharp, factor](const Vector& x) {
      Matrix gradients = sharp.gradients(x);
      gradients.col(1) /= factor;
      return gradients;
    };
    smooth.violation_rates = nullptr;  // the true rates are those of the problem itself
    return std::make_shared<FunctionProblem>(smooth);
  };
  return {f, factors};
}

TEST(PenaltySchedule, AnnealsGeometricallyDownToTheProblemItself) {
  const auto [f, factors] = annealed_tug_of_war();
  const Report report = train(f, {{"temperature_start", "16"}, {"temperature_rounds", "4"}});
  ASSERT_EQ(factors->size(), 4u);
  const std::vector<double> expected = {16.0, 8.0, 4.0, 2.0};
  for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR((*factors)[k], expected[k], 1e-12);
  ASSERT_EQ(report.front.scouts().size(), 4u);
  for (const ParetoPoint& scout : report.front.scouts()) {
    EXPECT_GT(number(scout, "temperature"), 1.0);
    const double pull = number(scout, "rule0.strength") / number(scout, "temperature");
    EXPECT_NEAR(scout.parameters(0), 1.0 / (1.0 + pull), 1e-5) << "the surrogate drives theta";
    EXPECT_EQ(number(scout, "rule0.violation"), scout.parameters(0)) << "the truth drives s";
  }
  for (const ParetoPoint& point : report.front.points()) {
    EXPECT_EQ(number(point, "temperature"), 1.0);
    EXPECT_TRUE(point.converged);
  }
  EXPECT_LE(number(final_point(report), "rule0.violation"), 0.1);
}

TEST(PenaltySchedule, EndsOnTheProblemItselfHoweverFewItsRounds) {
  const auto [f, factors] = annealed_tug_of_war();
  const Report report = train(f, {{"points", "2"}, {"temperature_rounds", "10"}});
  EXPECT_EQ(factors->size(), 1u);
  EXPECT_EQ(number(final_point(report), "temperature"), 1.0);
  EXPECT_TRUE(final_point(report).converged);
}

TEST(PenaltySchedule, PaysForAnnealedRoundsFromTheSameBudget) {
  const auto [f, factors] = annealed_tug_of_war();
  const FunctionProblem problem(f);
  SolverRegistry registry;
  register_builtin_solvers(registry);
  const auto solver = registry.create("penalty_schedule");
  Request request;
  request.max_gradients = 5;  // spent while the problem is annealed
  const Report report = solve(problem, *solver, request);
  EXPECT_EQ(report.status, RunStatus::budget_exhausted);
  EXPECT_LE(factors->size(), 4u);
  EXPECT_GE(report.totals.gradients, 5);
  EXPECT_EQ(report.front.points().size(), 1u) << "what there is so far";
}

TEST(PenaltySchedule, JudgesARoundThatWasCutShortAgainAtItsOptimum) {
  Functions f = tug_of_war({{.allowed_rate = 0.1}});
  f.start = vector({0.0, 0.05});  // a variable that moves at once, and the rule's own, far slower
  f.values = [](const Vector& x) {
    const double slow = x(1) - 1.0;
    return vector({0.5 * (x(0) - 1.0) * (x(0) - 1.0) + 0.5e-3 * slow * slow,  //
                   0.5e-3 * x(1) * x(1)});
  };
  f.gradients = [](const Vector& x) {
    return columns({vector({x(0) - 1.0, 1e-3 * (x(1) - 1.0)}), vector({0.0, 1e-3 * x(1)})});
  };
  f.violation_rates = [](const Vector& x) { return Vector(x.tail(1)); };
  const Report report = train(f, {{"round_iterations", "1"}, {"tolerance", "1e-9"}});
  const ParetoPoint last = final_point(report);
  EXPECT_LE(last.kkt_residual, 1e-9);
  EXPECT_GE(number(last, "rule0.strength"), strength_for(0.1) * (1.0 - 1e-4));
  EXPECT_LE(number(last, "rule0.violation"), 0.1) << "met at the optimum, not just on the way";
  ASSERT_FALSE(report.front.scouts().empty());
  EXPECT_EQ(move_of(report.front.scouts().front(), "rule0"), StrengthMove::hold)
      << "met on the way";
  const ParetoPoint& next = report.front.points().front();
  EXPECT_EQ(number(next, "round"), 2.0);
  EXPECT_NEAR(number(next, "rule0.violation"), 1.0 / 1.01, 1e-5) << "the optimum of that strength";
}

TEST(PenaltySchedule, TakesAnnealedRoundsForNoResult) {
  Functions f = tug_of_war({{.allowed_rate = 0.0}});
  f.annealed = [sharp = f](double factor) {  // smoothing that exaggerates the rule
    Functions smooth = sharp;
    smooth.values = [=](const Vector& x) {
      return Vector(sharp.values(x).cwiseProduct(vector({1.0, 1e3 * factor})));
    };
    smooth.gradients = [=](const Vector& x) {
      return Matrix(sharp.gradients(x) * vector({1.0, 1e3 * factor}).asDiagonal());
    };
    return std::make_shared<FunctionProblem>(smooth);
  };
  const Report report = train(f, {{"points", "6"}, {"temperature_rounds", "3"}});
  EXPECT_DOUBLE_EQ(number(final_point(report), "rule0.strength"), 0.01 * std::pow(2.0, 5));
  EXPECT_EQ(report.front.scouts().size(), 3u);
}

TEST(PenaltySchedule, ObeysHardRowsAndBounds) {
  Functions f = tug_of_war({{.allowed_rate = 0.01}});
  const auto values = f.values;
  f.senses = {Sense::inequality};
  f.values = [values](const Vector& x) {
    Vector all(3);
    all << values(x), 0.25 - x(0);
    return all;
  };
  f.gradients = [](const Vector& x) {
    return columns({Vector(x.array() - 1.0), x, vector({-1.0})});
  };
  const Report by_row = train(f, {{"points", "20"}});
  EXPECT_NEAR(final_point(by_row).parameters(0), 0.25, 1e-5) << "the rule may not win";
  EXPECT_TRUE(final_point(by_row).feasible);
  Functions bounded = tug_of_war({{.allowed_rate = 0.01}});
  bounded.bounds = {vector({0.25}), vector({2.0})};
  EXPECT_NEAR(final_point(train(bounded, {{"points", "20"}})).parameters(0), 0.25, 1e-5);
}

TEST(PenaltySchedule, CountsFurtherAccuraciesInFullAndSchedulesTheRest) {
  Functions f = tug_of_war({{.allowed_rate = 0.1}, {}});
  f.infos[2].kind = ObjectiveKind::accuracy;
  const ParetoPoint last = final_point(train(f));
  EXPECT_EQ(last.generator.numbers.count("rule1.strength"), 0u);
  EXPECT_NEAR(last.weights(2), last.weights(0), 1e-15);
  EXPECT_NEAR(last.parameters(1), 0.5, 1e-5);
}

TEST(PenaltySchedule, GivesTheSameRunTwice) {
  const Functions f = tug_of_war({{.allowed_rate = 0.1}, {.allowed_rate = 0.01, .stage = 1}});
  const Report one = train(f);
  const Report other = train(f);
  ASSERT_EQ(one.front.points().size(), other.front.points().size());
  for (std::size_t k = 0; k < one.front.points().size(); ++k) {
    EXPECT_EQ(one.front.points()[k].parameters, other.front.points()[k].parameters);
    EXPECT_EQ(one.front.points()[k].generator.numbers, other.front.points()[k].generator.numbers);
  }
  EXPECT_EQ(one.notes, other.notes);
}

}  // namespace
}  // namespace moo
