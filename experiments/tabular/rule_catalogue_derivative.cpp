#include <cstdint>
#include <utility>

#include "experiments/tabular/rule_catalogue.hpp"
#include "libmoo/constraint/clearance.hpp"
#include "libmoo/constraint/curvature_bound.hpp"
#include "libmoo/constraint/monotone_derivative.hpp"
#include "libmoo/constraint/motion_cost.hpp"
#include "libmoo/constraint/motion_energy.hpp"
#include "libmoo/constraint/ode_residual.hpp"
#include "libmoo/constraint/pde_residual.hpp"
#include "libmoo/constraint/slope_bound.hpp"

// Rules at the data rows or at sampled points: on derivatives with respect to inputs, and
// positions.

namespace moo::tabular {
namespace {

const std::vector<std::pair<std::string, Collocation::Scheme>>& schemes() {
  static const std::vector<std::pair<std::string, Collocation::Scheme>> named = {
      {"uniform", Collocation::Scheme::uniform},
      {"latin_hypercube", Collocation::Scheme::latin_hypercube},
      {"halton", Collocation::Scheme::halton},
      {"grid", Collocation::Scheme::grid}};
  return named;
}

Collocation points_of(const ConfigObject& written) {
  Collocation points{.count = written.whole("count"),
                     .seed = written.value("seed").get<std::uint64_t>()};
  for (const ConfigObject& range : written.objects("ranges")) {
    points.ranges.push_back({range.text("input"), range.number("low"), range.number("high")});
  }
  for (const ConfigObject& held : written.objects("held")) {
    points.held.push_back({held.text("input"), held.number("value")});
  }
  for (const auto& [name, scheme] : schemes()) {
    if (name == written.text("scheme")) points.scheme = scheme;
  }
  return points;
}

ProbePlaces places_of(const RuleFields& rule) {
  ProbePlaces places;
  if (rule.text("value_unit") == "raw") places.standardizer = rule.context().standardizer;
  if (rule.has("points")) places.points = points_of(rule.written().object("points"));
  return places;
}

SourceTerm source_of(const RuleFields& rule) {
  return {.constant = rule.number("source"), .column = rule.text("source_column")};
}

void check_points(const ConfigObject& rule) {
  if (!rule.has("points")) return;
  for (const ConfigObject& range : rule.object("points").objects("ranges")) {
    if (range.number("low") < range.number("high")) continue;
    refuse(range.place() / "high", "is not above low", "more than " + described(range.value("low")),
           described(range.value("high")));
  }
  if (rule.offers("source_column") && rule.has("source_column")) {
    refuse(rule.place() / "source_column", "has no numbers at sampled points",
           "a source_column or points, not both");
  }
}

Rules monotone_derivative(const RuleFields& rule) {
  using Direction = MonotoneDerivative::Direction;
  return one_rule(MonotoneDerivative(
      {.inputs = rule.written().texts("inputs"),
       .direction = rule.text("direction") == "rising" ? Direction::rising : Direction::falling,
       .slope = rule.number("slope"),
       .output = rule.output(),
       .where = places_of(rule),
       .unit = rule.unit()}));
}

Rules slope_bound(const RuleFields& rule) {
  using Kind = SlopeBound::Kind;
  return one_rule(SlopeBound(
      {.inputs = rule.written().texts("inputs"),
       .bound = rule.number("bound"),
       .kind = rule.text("kind") == "each_input" ? Kind::each_input : Kind::gradient_norm,
       .output = rule.output(),
       .where = places_of(rule),
       .unit = rule.unit()}));
}

Rules curvature_bound(const RuleFields& rule) {
  using Kind = CurvatureBound::Kind;
  const std::string kind = rule.text("kind");
  return one_rule(CurvatureBound({.inputs = rule.written().texts("inputs"),
                                  .kind = kind == "smooth"   ? Kind::smooth
                                          : kind == "convex" ? Kind::convex
                                                             : Kind::concave,
                                  .bound = rule.number("bound"),
                                  .output = rule.output(),
                                  .where = places_of(rule),
                                  .unit = rule.unit()}));
}

void check_curvature(const ConfigObject& rule) {
  check_points(rule);
  if (rule.text("kind") == "smooth" && rule.number("bound") < 0) {
    refuse(rule.place() / "bound", "is out of range", "a number >= 0 for the kind smooth",
           described(rule.value("bound")));
  }
}

Rules ode_residual(const RuleFields& rule) {
  return one_rule(OdeResidual({.input = rule.text("input"),
                               .mass = rule.number("mass"),
                               .damping = rule.number("damping"),
                               .stiffness = rule.number("stiffness"),
                               .cubic = rule.number("cubic"),
                               .sine = rule.number("sine"),
                               .source = source_of(rule),
                               .output = rule.output(),
                               .where = places_of(rule)}));
}

void check_ode(const ConfigObject& rule) {
  check_points(rule);
  for (const char* name : {"mass", "damping", "stiffness", "cubic", "sine"}) {
    if (rule.number(name) != 0.0) return;
  }
  refuse(rule.place(), "has no equation", "mass, damping, stiffness, cubic or sine, one at least");
}

std::vector<PdeTerm> terms_of(const RuleFields& rule, const ConfigObject& equation) {
  const int output = rule.output();
  const std::string kind = equation.tag();
  if (kind == "terms") {
    std::vector<PdeTerm> terms;
    for (const ConfigObject& term : equation.objects("terms")) {
      terms.push_back({.coefficient = term.number("coefficient"),
                       .along = term.texts("along"),
                       .power = term.whole("power"),
                       .output = output,
                       .carrier = output});
    }
    return terms;
  }
  const std::string time = equation.text("time");
  if (kind == "heat") {
    return heat_equation(time, equation.texts("space"), equation.number("diffusivity"), output);
  }
  const std::string space = equation.text("space");
  if (kind == "advection") {
    return advection_equation(time, space, equation.number("velocity"), output);
  }
  if (kind == "burgers") {
    return burgers_equation(time, space, equation.number("viscosity"), output);
  }
  return fisher_equation(time, space, equation.number("diffusivity"), equation.number("growth"),
                         output);
}

Rules pde_residual(const RuleFields& rule) {
  const ConfigObject equation = rule.written().object("equation");
  return one_rule(PdeResidual({.name = rule.has("name") ? rule.text("name") : equation.tag(),
                               .terms = terms_of(rule, equation),
                               .source = source_of(rule),
                               .where = places_of(rule)}));
}

Rules motion_energy(const RuleFields& rule) {
  using Kind = MotionEnergy::Kind;
  return one_rule(MotionEnergy(
      {.input = rule.text("input"),
       .mass = rule.number("mass"),
       .stiffness = rule.number("stiffness"),
       .pendulum = rule.number("pendulum"),
       .kind = rule.text("kind") == "conserved" ? Kind::conserved : Kind::never_increasing,
       .power = source_of(rule),
       .output = rule.output(),
       .where = places_of(rule)}));
}

Rules motion_cost(const RuleFields& rule) {
  using Of = MotionCost::Of;
  return one_rule(MotionCost({.input = rule.text("input"),
                              .of = rule.text("of") == "speed" ? Of::speed : Of::acceleration,
                              .budget = rule.number("budget"),
                              .outputs = rule.outputs(),
                              .where = places_of(rule),
                              .unit = rule.unit()}));
}

Rules clearance(const RuleFields& rule) {
  std::vector<Ball> balls;
  for (const ConfigObject& ball : rule.written().objects("obstacles")) {
    const std::vector<double> centre = ball.numbers("centre");
    balls.push_back(
        {Eigen::Map<const Vector>(centre.data(), std::ssize(centre)), ball.number("radius")});
  }
  return one_rule(Clearance({.obstacles = std::make_shared<BallDistance>(std::move(balls)),
                             .margin = rule.number("margin"),
                             .outputs = rule.outputs(),
                             .where = places_of(rule),
                             .unit = rule.unit()}));
}

void check_obstacles(const ConfigObject& rule) {
  check_points(rule);
  std::size_t dimensions = 0;
  for (const ConfigObject& ball : rule.objects("obstacles")) {
    const std::size_t size = ball.numbers("centre").size();
    if (dimensions == 0) dimensions = size;
    if (size == dimensions && size <= 3) continue;
    refuse(ball.place() / "centre", "has the wrong size",
           dimensions <= 3 ? std::to_string(dimensions) + " coordinates, as the first one"
                           : "2 or 3 coordinates",
           described(ball.value("centre")));
  }
}

Field points_field() {
  const Collocation defaults;
  std::vector<std::string> names;
  std::string fallback;
  for (const auto& [name, scheme] : schemes()) {
    names.push_back(name);
    if (scheme == defaults.scheme) fallback = name;
  }
  return object("points",
                "sampled points instead of the data rows; inputs without a range are those of rows",
                {object("ranges", "of inputs, in value_unit",
                        {input("input", "sampled"), number("low", "end of the range"),
                         number("high", "end of the range")})
                     .list(1),
                 object("held", "inputs that are the same at all points",
                        {input("input", "held"), number("value", "in value_unit")})
                     .list(0)
                     .otherwise(Json::array()),
                 whole("count", "of points; for a grid of values per range")
                     .at_least(1)
                     .at_most(1e6)
                     .otherwise(defaults.count),
                 word("scheme", "how they are chosen", names).otherwise(fallback),
                 whole("seed", "of the draws").at_least(0).at_most(1e9).otherwise(defaults.seed)})
      .optional();
}

Field pde_table() {
  const Field time = input("time", "t");
  const Field space = input("space", "x");
  const Field diffusivity = number("diffusivity", "of the second derivatives");
  return tagged(
      "equation", "what is 0, less the source", "kind", "",
      {{"heat",
        "dp/dt - diffusivity sum d2p/dx2",
        {time, input("space", "all x").distinct(1), diffusivity}},
       {"advection", "dp/dt + velocity dp/dx", {time, space, number("velocity", "of the flow")}},
       {"burgers",
        "dp/dt + p dp/dx - viscosity d2p/dx2",
        {time, space, number("viscosity", "of the fluid")}},
       {"fisher",
        "dp/dt - diffusivity d2p/dx2 - growth p (1 - p)",
        {time, space, diffusivity, number("growth", "rate")}},
       {"terms",
        "a sum of terms coefficient p^power (a derivative of p)",
        {object("terms", "of the sum",
                {number("coefficient", "factor of the term"),
                 input("along", "inputs of the derivative, two at most; none: p itself")
                     .list(0)
                     .otherwise(Json::array()),
                 whole("power", "of the p before the derivative")
                     .at_least(0)
                     .at_most(100)
                     .otherwise(0)})
             .list(1)}}});
}

}  // namespace

std::vector<RuleFamily> derivative_families() {
  const Field inputs = input("inputs", "with respect to which").distinct(1);
  const Field time = input("input", "time, or what stands for it");
  const std::vector<Field> places = {value_unit_field(), points_field()};
  const std::vector<Field> at = joined({output_field()}, places);
  const auto source = [](const char* meaning) {
    return std::vector<Field>{
        number("source", meaning).otherwise(0.0),
        column("source_column", "plus this column of the row; not at sampled points").optional()};
  };
  const auto term = [](const char* name, const char* meaning) {
    return number(name, meaning).otherwise(0.0);
  };
  constexpr auto own = RuleFamily::Subject::own;
  return {
      {"monotone_derivative",
       "The derivative of the prediction in an input is not negative (or not positive).",
       joined({inputs, word("direction", "of the prediction", {"rising", "falling"}),
               number("slope", "least slope in that direction").otherwise(0.0)},
              at),
       monotone_derivative, check_points, own},
      {"slope_bound", "The derivatives of the prediction keep a bound.",
       joined({inputs, number("bound", "of the slope, per value_unit").at_least(0),
               word("kind", "each derivative, or the norm of them", {"each_input", "gradient_norm"})
                   .otherwise("each_input")},
              at),
       slope_bound, check_points, own},
      {"curvature_bound", "The second derivative of the prediction in an input keeps a bound.",
       joined({inputs,
               word("kind", "|p''| <= bound, p'' >= bound, or p'' <= -bound",
                    {"smooth", "convex", "concave"}),
               number("bound", "per squared value_unit").otherwise(0.0)},
              at),
       curvature_bound, check_curvature, own},
      {"ode_residual", "The prediction solves an equation of motion along an input.",
       joined(joined({time, term("mass", "of p''"), term("damping", "of p'"),
                      term("stiffness", "of p"), term("cubic", "of p^3"), term("sine", "of sin p")},
                     source("right-hand side")),
              at),
       ode_residual, check_ode, own},
      {"pde_residual", "The prediction solves a partial differential equation.",
       joined(
           joined({text("name", "of the rule; the equation's if absent").optional(), pde_table()},
                  source("right-hand side")),
           at),
       pde_residual, check_points, own},
      {"motion_energy",
       "The energy of a trajectory does not grow (or is conserved) along an input.",
       joined(joined({time, number("mass", "m").above(0).otherwise(MotionEnergyOptions{}.mass),
                      term("stiffness", "of a spring"), term("pendulum", "m g l of a pendulum"),
                      word("kind", "what the energy does", {"never_increasing", "conserved"})
                          .otherwise("never_increasing")},
                     source("power that is put in")),
              at),
       motion_energy, check_points, own},
      {"motion_cost", "The mean squared acceleration (or speed) of a trajectory has a budget.",
       joined({time,
               word("of", "what is squared", {"acceleration", "speed"}).otherwise("acceleration"),
               number("budget", "of the mean").at_least(0).otherwise(0.0), output_list_field()},
              places),
       motion_cost, check_points, own},
      {"clearance", "Outputs are a position that keeps its distance from obstacles.",
       joined({object("obstacles", "discs or balls",
                      {number("centre", "2 or 3 coordinates").list(2),
                       number("radius", "in units of the position").above(0)})
                   .list(1),
               number("margin", "the distance to keep").otherwise(0.0),
               output("outputs", "the coordinates, in their order").distinct(2)},
              places),
       clearance, check_obstacles, own},
  };
}

}  // namespace moo::tabular
