#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>

#include "libmoo/constraint/differential_rule.hpp"
#include "libmoo/constraint/motion_cost.hpp"
#include "libmoo/constraint/motion_energy.hpp"
#include "libmoo/constraint/ode_residual.hpp"
#include "libmoo/constraint/pde_residual.hpp"
#include "tests/constraint/quantity_checks.hpp"

namespace {

using moo::Dataset;
using moo::DifferentialOptions;
using moo::DifferentialRule;
using moo::InvalidArgument;
using moo::Matrix;
using moo::MotionCost;
using moo::MotionEnergy;
using moo::OdeResidual;
using moo::PdeResidual;
using moo::ProbePlaces;
using moo::RandomStream;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::complaint_when_bound;
using moo::test::derivative_residuals_under;
using moo::test::expect_quantity_derivatives;
using moo::test::expect_says;
using moo::test::of_standardised;
using moo::test::random_data;
using moo::test::three_scales;

/// A model of raw inputs (a, b, c), seen through a standardizer: what a rule says of it.
template <class Model>
Vector residuals_of_raw(const moo::Constraint& rule, const Dataset& data, const Model& model) {
  return derivative_residuals_under(rule, data, of_standardised(three_scales(), model));
}

template <class T>
std::vector<T> one(const T& p) {
  return {p};
}

Vector raw(const Dataset& data, int input) {
  return data.inputs.row(input).transpose().array() * three_scales().scale(input) +
         three_scales().mean(input);
}

double largest(const Vector& residuals) { return residuals.cwiseAbs().maxCoeff(); }

const ProbePlaces in_raw_units{.standardizer = three_scales()};

TEST(OdeResidual, ADampedOscillationSolvesItsEquation) {
  RandomStream random(511);
  SCOPED_TRACE("seed 511");
  const Dataset data = random_data(random, 12, 1);
  // m p'' + c p' + k p = 0 with m = 2, c = 0.4: decay 0.1, frequency w, k = m (w^2 + 0.01)
  const auto oscillation = [](const auto& x) {
    using std::cos, std::exp;
    return one(exp(-0.1 * x[0]) * cos(1.5 * x[0]));
  };
  const moo::OdeResidualOptions options{
      .input = "a", .mass = 2.0, .damping = 0.4, .stiffness = 4.52, .where = in_raw_units};
  EXPECT_LT(largest(residuals_of_raw(OdeResidual(options), data, oscillation)), 1e-12);
  auto wrong = options;
  wrong.stiffness += 0.5;
  const Vector found = residuals_of_raw(OdeResidual(wrong), data, oscillation);
  const Vector a = raw(data, 0);
  const Vector expected = 0.5 * (-0.1 * a.array()).exp() * (1.5 * a.array()).cos();
  EXPECT_LT(largest(found - expected), 1e-12);
}

TEST(OdeResidual, CubicSineAndSourcesAreWhatTheFormulaSays) {
  RandomStream random(512);
  SCOPED_TRACE("seed 512");
  Dataset data = random_data(random, 12, 1);
  data.columns["force"] = random.normal_vector(12);
  const auto parabola = [](const auto& x) { return one(0.3 * x[1] * x[1]); };
  const Vector p = 0.3 * raw(data, 1).array().square();
  const Vector force = 0.25 + data.columns["force"].array() + raw(data, 2).array();
  for (const double sine : {0.0, 2.0}) {
    const OdeResidual rule({.input = "b",
                            .mass = 3.0,
                            .damping = -0.7,
                            .stiffness = 0.2,
                            .cubic = 0.9,
                            .sine = sine,
                            .source = {0.25, "force", [](const auto& x) { return x(2); }},
                            .where = in_raw_units});
    const Vector expected = 3.0 * 0.6 - 0.7 * 0.6 * raw(data, 1).array() + 0.2 * p.array() +
                            0.9 * p.array().cube() + sine * p.array().sin() - force.array();
    EXPECT_LT(largest(residuals_of_raw(rule, data, parabola) - expected), 1e-10);
  }
}

TEST(PdeResidual, KnownSolutionsSolveTheirEquations) {
  RandomStream random(513);
  SCOPED_TRACE("seed 513");
  const Dataset data = random_data(random, 10, 1);
  const auto residual = [&](const std::vector<moo::PdeTerm>& terms, const auto& model) {
    return largest(residuals_of_raw(
        PdeResidual({.name = "p", .terms = terms, .where = in_raw_units}), data, model));
  };
  const auto heat = [](const auto& x) {  // t = a, space b and c
    using std::exp, std::sin;
    return one(exp(-0.3 * (1.0 + 4.0) * x[0]) * sin(x[1]) * sin(2.0 * x[2]));
  };
  EXPECT_LT(residual(moo::heat_equation("a", {"b", "c"}, 0.3), heat), 1e-10);
  EXPECT_GT(residual(moo::heat_equation("a", {"b", "c"}, 0.4), heat), 1e-3);
  const auto wave = [](const auto& x) {
    using std::sin;
    return one(sin(x[1] - 0.7 * x[0]));
  };
  EXPECT_LT(residual(moo::advection_equation("a", "b", 0.7), wave), 1e-12);
  EXPECT_GT(residual(moo::advection_equation("a", "b", -0.7), wave), 1e-3);
  const auto shock = [](const auto& x) {  // travels with speed 0.5, viscosity 0.2
    using std::tanh;
    return one(0.5 - 0.8 * tanh(0.8 * (x[1] - 0.5 * x[0]) / 0.4));
  };
  EXPECT_LT(residual(moo::burgers_equation("a", "b", 0.2), shock), 1e-12);
  EXPECT_GT(residual(moo::burgers_equation("a", "b", 0.3), shock), 1e-3);
  const auto front = [](const auto& x) {  // Ablowitz and Zeppetella (1979): speed 5 / sqrt(6)
    using std::exp;
    const double speed = 5.0 / std::sqrt(6.0);
    const auto u = 1.0 + exp((x[1] - speed * x[0]) / std::sqrt(6.0));
    return one(1.0 / (u * u));
  };
  EXPECT_LT(residual(moo::fisher_equation("a", "b", 1.0, 1.0), front), 1e-12);
  EXPECT_GT(residual(moo::fisher_equation("a", "b", 1.0, 1.3), front), 1e-3);
}

TEST(PdeResidual, MixedDerivativesAreByPolarisation) {
  RandomStream random(514);
  SCOPED_TRACE("seed 514");
  const Dataset data = random_data(random, 10, 2);
  const auto model = [](const auto& x) {
    using T = std::decay_t<decltype(x[0])>;
    return std::vector<T>{x[0], x[1] * x[1] * x[0] + 3.0 * x[0] * x[2]};
  };
  for (const auto& along : {std::vector<std::string>{"a", "b"}, {"b", "a"}}) {
    const PdeResidual rule({.name = "mixed",
                            .terms = {{.coefficient = 2.0, .along = along, .output = 1}},
                            .source = {.constant = 1.0},
                            .where = in_raw_units});
    const Vector expected = 4.0 * raw(data, 1).array() - 1.0;
    EXPECT_LT(largest(residuals_of_raw(rule, data, model) - expected), 1e-11);
  }
}

TEST(PdeResidual, ATermWithoutDerivativeAtSampledPointsIsABoundaryCondition) {
  RandomStream random(515);
  SCOPED_TRACE("seed 515");
  const Dataset data = random_data(random, 6, 1);
  const ProbePlaces start{.standardizer = three_scales(),
                          .points = {{.ranges = {{"b", -3.0, 3.0}}, .held = {{"a", 0.0}}}}};
  const PdeResidual rule({.name = "start",
                          .terms = {{}},
                          .source = {.function = [](const auto& x) { return std::sin(x(1)); }},
                          .where = start});
  const auto keeps = [](const auto& x) {
    using std::sin;
    return one(sin(x[1]) + x[0] * x[2]);
  };
  const auto breaks = [](const auto& x) {
    using std::sin;
    return one(sin(x[1]) + 0.5);
  };
  EXPECT_LT(largest(residuals_of_raw(rule, data, keeps)), 1e-12);
  const Vector broken = residuals_of_raw(rule, data, breaks);
  EXPECT_EQ(broken.size(), 100);
  EXPECT_LT((broken.array() - 0.5).abs().maxCoeff(), 1e-12);
}

TEST(MotionEnergy, DampedMotionLosesEnergyFreeMotionKeepsItAndDrivenMotionGains) {
  RandomStream random(516);
  SCOPED_TRACE("seed 516");
  const Dataset data = random_data(random, 30, 1);
  const auto swing = [](double decay) {
    return [=](const auto& x) {
      using std::cos, std::exp;
      return one(exp(-decay * x[0]) * cos(1.5 * x[0]));
    };
  };
  const auto found = [&](double decay, MotionEnergy::Kind kind) {
    // the spring of the oscillator whose damping is 2 decay
    const MotionEnergy rule(
        {.input = "a", .stiffness = 2.25 + decay * decay, .kind = kind, .where = in_raw_units});
    return residuals_of_raw(rule, data, swing(decay));
  };
  EXPECT_LT(found(0.2, MotionEnergy::Kind::never_increasing).maxCoeff(), 0.0);
  EXPECT_LT(largest(found(0.0, MotionEnergy::Kind::conserved)), 1e-12);
  EXPECT_GT(found(-0.2, MotionEnergy::Kind::never_increasing).minCoeff(), 0.0);
}

TEST(MotionEnergy, TheRateIsThatOfAPendulumsEnergy) {
  RandomStream random(517);
  SCOPED_TRACE("seed 517");
  const Dataset data = random_data(random, 9, 1);
  const auto angle = [](const auto& x) {
    using std::sin;
    return one(2.0 * sin(0.7 * x[0]));
  };
  const auto energy = [](double t) {
    const double p = 2.0 * std::sin(0.7 * t), speed = 1.4 * std::cos(0.7 * t);
    return 0.5 * 3.0 * speed * speed + 5.0 * (1.0 - std::cos(p));
  };
  const MotionEnergy rule({.input = "a",
                           .mass = 3.0,
                           .pendulum = 5.0,
                           .power = {.constant = 0.25},
                           .where = in_raw_units});
  const Vector found = residuals_of_raw(rule, data, angle);
  for (int b = 0; b < 9; ++b) {
    const double t = raw(data, 0)(b);
    const Vector rate = moo::test::difference([&](double h) { return Vector{{energy(t + h)}}; });
    EXPECT_NEAR(found(b), rate(0) - 0.25, 1e-9);
  }
}

TEST(MotionCost, IsTheMeanSquaredAccelerationOrSpeedOfAllCoordinates) {
  RandomStream random(518);
  SCOPED_TRACE("seed 518");
  const Dataset data = random_data(random, 9, 3);
  const auto path = [](const auto& x) {
    using T = std::decay_t<decltype(x[0])>;
    return std::vector<T>{x[0] * x[0] * x[0], T(7.0) * x[0] * x[0], 2.0 * x[0] * x[0]};
  };
  const Vector a = raw(data, 0);
  const auto found = [&](MotionCost::Of of) {
    return residuals_of_raw(
        MotionCost(
            {.input = "a", .of = of, .budget = 1.5, .outputs = {0, 2}, .where = in_raw_units}),
        data, path);
  };
  ASSERT_EQ(found(MotionCost::Of::acceleration).size(), 1);
  EXPECT_NEAR(found(MotionCost::Of::acceleration)(0), 36.0 * a.squaredNorm() / 9 + 16.0 - 1.5,
              1e-11);
  EXPECT_NEAR(found(MotionCost::Of::speed)(0),
              (9.0 * a.array().pow(4) + 16.0 * a.array().square()).mean() - 1.5, 1e-10);
}

/// Two outputs along two directions and both, with sources and inputs.
struct System {
  template <typename T>
  T operator()(const T* p, const double* inputs) const {
    using std::exp, std::sin;
    const T mixed = 0.5 * (p[11] - p[5] - p[9]);  // of output 1, see below
    return p[0] * p[3] + sin(p[2]) - p[4] * exp(0.2 * p[6]) + mixed - inputs[0] * p[1] -
           inputs[1] * inputs[2] + p[7] * p[8] * p[10] + p[12] - p[13];
  }
};

struct Mixed {
  template <typename T>
  T operator()(const T* p, const double* inputs) const {
    return 0.5 * (p[6] - p[2] - p[4]) - inputs[0] - inputs[1] * inputs[2];
  }
};

TEST(DifferentialRule, TheFunctorSeesValuesDerivativesSourcesAndInputs) {
  RandomStream random(519);
  SCOPED_TRACE("seed 519");
  Dataset data = random_data(random, 9, 2);
  data.columns["load"] = random.normal_vector(9);
  const auto model = [](const auto& x) {
    using T = std::decay_t<decltype(x[0])>;
    return std::vector<T>{x[2], x[0] * x[1] * x[2]};
  };
  const DifferentialRule<Mixed, 1, 3> rule({.name = "mixed",
                                            .outputs = {1},
                                            .directions = {{"a"}, {"c"}, {"a", "c"}},
                                            .sources = {{.column = "load"}},
                                            .inputs = {"b", "c"},
                                            .where = in_raw_units});
  const Vector b = raw(data, 1), c = raw(data, 2);
  const Vector expected = b - data.columns["load"] - b.cwiseProduct(c);
  EXPECT_LT(largest(residuals_of_raw(rule, data, model) - expected), 1e-11);
  EXPECT_EQ(rule.sense(), moo::Sense::equality);
  EXPECT_EQ(rule.reads().kind, moo::ModelQuantity::Kind::derivatives);
}

TEST(DifferentialRules, DerivativesAgreeWithDifferences) {
  RandomStream random(520);
  SCOPED_TRACE("seed 520");
  moo::test::WorstDerivatives functor("differential rule");
  moo::test::WorstDerivatives ode("ode residual");
  moo::test::WorstDerivatives field("pde residual");
  moo::test::WorstDerivatives energy("motion energy");
  moo::test::WorstDerivatives cost("motion cost");
  const Dataset data = random_data(random, 3, 3);
  const ProbePlaces points{.standardizer = three_scales(),
                           .points = {{.ranges = {{"a", 0.0, 1.0}}, .count = 3}}};
  expect_quantity_derivatives(
      functor,
      DifferentialRule<System, 2, 3>({.name = "system",
                                      .outputs = {2, 0},
                                      .directions = {{"a"}, {"b"}, {"a", "b"}},
                                      .where = points}),
      data, random);
  expect_quantity_derivatives(
      ode, OdeResidual({.input = "a", .mass = 1.3, .damping = 0.4, .stiffness = 2.0, .output = 1}),
      data, random);
  expect_quantity_derivatives(
      ode, OdeResidual({.input = "b", .mass = 1.3, .cubic = 0.5, .output = 1, .where = points}),
      data, random);
  expect_quantity_derivatives(
      ode, OdeResidual({.input = "c", .mass = 1.3, .cubic = 0.5, .sine = 2.0, .output = 1}), data,
      random);
  const auto pde = [&](const std::string& name, const std::vector<moo::PdeTerm>& terms) {
    expect_quantity_derivatives(field, PdeResidual({.name = name, .terms = terms, .where = points}),
                                data, random);
  };
  pde("heat", moo::heat_equation("a", {"b", "c"}, 0.3, 1));
  pde("Burgers", moo::burgers_equation("a", "b", 0.3, 2));
  pde("Fisher", moo::fisher_equation("a", "b", 0.3, 1.2, 2));
  pde("mixed", {{.along = {"a", "b"}, .power = 3, .output = 1, .carrier = 2}, {.power = 2}});
  for (const double pendulum : {0.0, 2.0}) {
    expect_quantity_derivatives(energy,
                                MotionEnergy({.input = "a",
                                              .mass = 2.0,
                                              .stiffness = 1.5,
                                              .pendulum = pendulum,
                                              .output = 2,
                                              .where = points}),
                                data, random);
  }
  expect_quantity_derivatives(cost, MotionCost({.input = "a", .outputs = {0, 2}, .where = points}),
                              data, random);
}

TEST(DifferentialRules, SayWhatTheyAre) {
  const OdeResidual ode({.input = "t", .mass = 1.0});
  EXPECT_EQ(ode.name(), "equation of motion in t");
  EXPECT_EQ(ode.unit(), "force");
  EXPECT_EQ(ode.sense(), moo::Sense::equality);
  const PdeResidual pde({.name = "heat", .terms = {{}}, .unit = "kelvin per second"});
  EXPECT_EQ(pde.name(), "heat");
  EXPECT_EQ(pde.unit(), "kelvin per second");
  EXPECT_EQ(pde.sense(), moo::Sense::equality);
  const MotionEnergy energy({.input = "t"});
  EXPECT_EQ(energy.name(), "energy never increasing along t");
  EXPECT_EQ(energy.unit(), "energy per unit of input");
  EXPECT_EQ(energy.sense(), moo::Sense::inequality);
  EXPECT_EQ(MotionEnergy({.input = "t", .kind = MotionEnergy::Kind::conserved}).sense(),
            moo::Sense::equality);
  const MotionCost cost({.input = "t"});
  EXPECT_EQ(cost.name(), "mean squared acceleration along t");
  EXPECT_EQ(cost.unit(), "(position per squared unit of input)^2");
  for (const moo::Constraint* rule :
       {static_cast<const moo::Constraint*>(&ode), static_cast<const moo::Constraint*>(&pde),
        static_cast<const moo::Constraint*>(&energy), static_cast<const moo::Constraint*>(&cost)}) {
    EXPECT_EQ(rule->reads().kind, moo::ModelQuantity::Kind::derivatives);
  }
}

TEST(DifferentialRules, WhatMakesNoSenseIsRefused) {
  RandomStream random(521);
  const Dataset data = random_data(random, 4, 1);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto complaint = [](const auto& make) { return complaint_of<InvalidArgument>(make); };
  expect_says(complaint([] { OdeResidual({.input = "a"}); }), {"OdeResidual", "not all zero"});
  expect_says(complaint([&] { OdeResidual({.input = "a", .mass = nan}); }), {"OdeResidual", "nan"});
  expect_says(complaint([] { PdeResidual({.name = "heat", .terms = {}}); }), {"heat", "one term"});
  expect_says(complaint([] {
                PdeResidual({.name = "third", .terms = {{.along = {"a", "a", "a"}}}});
              }),
              {"third", "up to two inputs", "a, a, a"});
  expect_says(complaint([] { PdeResidual({.name = "inverse", .terms = {{.power = -1}}}); }),
              {"inverse", "power -1"});
  expect_says(complaint([] { MotionEnergy({.input = "a", .mass = 0.0}); }),
              {"MotionEnergy", "mass > 0"});
  expect_says(complaint([] { MotionCost({.input = "a", .budget = -1.0}); }),
              {"MotionCost", "budget >= 0"});
  const auto functor = [](const DifferentialOptions& options) {
    return DifferentialRule<Mixed, 1, 3>(options);
  };
  expect_says(complaint_when_bound(functor({.name = "mine", .directions = {{"a"}}}), data),
              {"mine", "number of directions", "3", "1"});
  expect_says(
      complaint_when_bound(functor({.name = "mine", .directions = {{"a"}, {"b"}, {}}}), data),
      {"mine", "along nothing"});
  expect_says(complaint_when_bound(
                  functor({.name = "mine", .directions = {{"a"}, {"b"}, {"a", "a"}}}), data),
              {"mine", "an input twice", "a, a"});
  expect_says(complaint_when_bound(OdeResidual({.input = "time", .mass = 1.0}), data), {"time"});
  expect_says(complaint_when_bound(OdeResidual({.input = "a",
                                                .mass = 1.0,
                                                .source = {.column = "group"},
                                                .where = {.points = {{.ranges = {{"a", 0, 1}}}}}}),
                                   data),
              {"equation of motion in a", "'group'", "data rows"});
  expect_says(complaint_when_bound(PdeResidual({.name = "heat", .terms = {{.carrier = 1}}}), data),
              {"heat", "output"});
}

}  // namespace
