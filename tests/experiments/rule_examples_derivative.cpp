#include <cmath>

#include "libmoo/constraint/activation_bound.hpp"
#include "libmoo/constraint/activation_sparsity.hpp"
#include "libmoo/constraint/clearance.hpp"
#include "libmoo/constraint/curvature_bound.hpp"
#include "libmoo/constraint/decision_parity.hpp"
#include "libmoo/constraint/decision_rate.hpp"
#include "libmoo/constraint/monotone_derivative.hpp"
#include "libmoo/constraint/motion_cost.hpp"
#include "libmoo/constraint/motion_energy.hpp"
#include "libmoo/constraint/ode_residual.hpp"
#include "libmoo/constraint/pde_residual.hpp"
#include "libmoo/constraint/slope_bound.hpp"
#include "tests/experiments/rule_examples.hpp"

namespace moo::test {
namespace {

using Rules = std::vector<std::shared_ptr<const Constraint>>;

template <class Rule>
Rules one(Rule rule) {
  return {std::make_shared<const Rule>(std::move(rule))};
}

const std::string p = "probability";

}  // namespace

std::vector<RuleExample> derivative_examples(const Standardizer& standardizer) {
  const ProbePlaces raw{.standardizer = standardizer};
  const Collocation points{.ranges = {{"a", 80.0, 120.0}, {"b", 2.0, 4.0}},
                           .count = 9,
                           .scheme = Collocation::Scheme::halton,
                           .held = {{"c", 0.5}},
                           .seed = 3};
  const std::string at = R"("points": {"ranges": [{"input": "a", "low": 80, "high": 120},
      {"input": "b", "low": 2, "high": 4}], "held": [{"input": "c", "value": 0.5}], "count": 9,
      "scheme": "halton", "seed": 3})";
  const ProbePlaces sampled{.standardizer = standardizer, .points = points};
  return {
      {R"({"rule": "monotone_derivative", "inputs": ["a", "c"], "direction": "falling",
           "slope": 0.1, "output": 1})",
       3,
       one(MonotoneDerivative({.inputs = {"a", "c"},
                               .direction = MonotoneDerivative::Direction::falling,
                               .slope = 0.1,
                               .output = 1,
                               .where = raw,
                               .unit = p}))},
      {R"({"rule": "monotone_derivative", "inputs": ["b"], "direction": "rising", )" + at + "}", 1,
       one(MonotoneDerivative({.inputs = {"b"}, .where = sampled, .unit = p}))},
      {R"({"rule": "slope_bound", "inputs": ["a"], "bound": 0.2, "value_unit": "sd"})", 1,
       one(SlopeBound({.inputs = {"a"}, .bound = 0.2, .unit = p}))},
      {R"({"rule": "slope_bound", "inputs": ["a", "b"], "bound": 0.2, "kind": "gradient_norm"})", 1,
       one(SlopeBound({.inputs = {"a", "b"},
                       .bound = 0.2,
                       .kind = SlopeBound::Kind::gradient_norm,
                       .where = raw,
                       .unit = p}))},
      {R"({"rule": "curvature_bound", "inputs": ["b"], "kind": "concave", "bound": 0.3,
           "output": "blue"})",
       3,
       one(CurvatureBound({.inputs = {"b"},
                           .kind = CurvatureBound::Kind::concave,
                           .bound = 0.3,
                           .output = 2,
                           .where = raw,
                           .unit = p}))},
      {R"({"rule": "curvature_bound", "inputs": ["b"], "kind": "smooth", "bound": 0.3})", 1,
       one(CurvatureBound({.inputs = {"b"}, .bound = 0.3, .where = raw, .unit = p}))},
      {R"({"rule": "curvature_bound", "inputs": ["b"], "kind": "convex"})", 1,
       one(CurvatureBound(
           {.inputs = {"b"}, .kind = CurvatureBound::Kind::convex, .where = raw, .unit = p}))},
      {R"({"rule": "ode_residual", "input": "a", "mass": 1, "damping": 0.2, "stiffness": 3,
           "cubic": 0.4, "sine": 0.5, "source": 0.6, "source_column": "merit"})",
       1,
       one(OdeResidual({.input = "a",
                        .mass = 1.0,
                        .damping = 0.2,
                        .stiffness = 3.0,
                        .cubic = 0.4,
                        .sine = 0.5,
                        .source = {.constant = 0.6, .column = "merit"},
                        .where = raw}))},
      {R"({"rule": "pde_residual", "output": "green", "source": 0.1, "equation":
           {"kind": "heat", "time": "a", "space": ["b", "c"], "diffusivity": 0.7}, )" +
           at + "}",
       3,
       one(PdeResidual({.name = "heat",
                        .terms = heat_equation("a", {"b", "c"}, 0.7, 1),
                        .source = {.constant = 0.1},
                        .where = sampled}))},
      {R"({"rule": "pde_residual", "equation":
           {"kind": "advection", "time": "a", "space": "b", "velocity": 2}})",
       1,
       one(PdeResidual(
           {.name = "advection", .terms = advection_equation("a", "b", 2.0), .where = raw}))},
      {R"({"rule": "pde_residual", "equation":
           {"kind": "burgers", "time": "a", "space": "b", "viscosity": 2}})",
       1,
       one(PdeResidual(
           {.name = "burgers", .terms = burgers_equation("a", "b", 2.0), .where = raw}))},
      {R"({"rule": "pde_residual", "equation":
           {"kind": "fisher", "time": "a", "space": "b", "diffusivity": 2, "growth": 0.5}})",
       1,
       one(PdeResidual(
           {.name = "fisher", .terms = fisher_equation("a", "b", 2.0, 0.5), .where = raw}))},
      {R"({"rule": "pde_residual", "name": "mixed", "output": 2, "equation": {"kind": "terms",
           "terms": [{"coefficient": 2, "along": ["a", "b"], "power": 1}, {"coefficient": -1}]}})",
       3,
       one(PdeResidual({.name = "mixed",
                        .terms = {{2.0, {"a", "b"}, 1, 2, 2}, {-1.0, {}, 0, 2, 2}},
                        .where = raw}))},
      {R"({"rule": "motion_energy", "input": "c", "mass": 2, "stiffness": 3, "pendulum": 0.4,
           "kind": "conserved", "source": 0.1, "value_unit": "sd"})",
       1,
       one(MotionEnergy({.input = "c",
                         .mass = 2.0,
                         .stiffness = 3.0,
                         .pendulum = 0.4,
                         .kind = MotionEnergy::Kind::conserved,
                         .power = {.constant = 0.1}}))},
      {R"({"rule": "motion_cost", "input": "c", "of": "speed", "budget": 0.5, "outputs": [2]})", 3,
       one(MotionCost({.input = "c",
                       .of = MotionCost::Of::speed,
                       .budget = 0.5,
                       .outputs = {2},
                       .where = raw,
                       .unit = p}))},
      {R"({"rule": "motion_cost", "input": "c"})", 1,
       one(MotionCost({.input = "c", .where = raw, .unit = p}))},
      {R"({"rule": "clearance", "margin": 0.1, "outputs": ["blue", "red"], "obstacles": [
           {"centre": [0.2, 0.3], "radius": 0.1}, {"centre": [1, 1], "radius": 0.5}], )" +
           at + "}",
       3,
       one(Clearance({.obstacles = std::make_shared<BallDistance>(
                          std::vector<Ball>{{Vector{{0.2, 0.3}}, 0.1}, {Vector{{1.0, 1.0}}, 0.5}}),
                      .margin = 0.1,
                      .outputs = {2, 0},
                      .where = sampled,
                      .unit = p}))},
  };
}

std::vector<RuleExample> network_examples() {
  using Rate = DecisionRate::Kind;
  const SmoothDecision blue{.kind = SmoothDecision::Kind::argmax, .output = 2, .temperature = 0.5};
  return {
      {R"({"rule": "decision_parity", "column": "group"})", 1, one(DecisionParity("group"))},
      {R"({"rule": "decision_parity", "column": "group", "output": "blue", "temperature": 0.5})", 3,
       one(DecisionParity("group", blue))},
      {R"({"rule": "decision_rate", "at_most": 0.3, "probability": 0.2})", 1,
       one(DecisionRate({.kind = Rate::at_most,
                         .target = 0.3,
                         .decision = {.threshold = std::log(0.2 / (1.0 - 0.2))}}))},
      {R"({"rule": "decision_rate", "at_least": 0.3, "logit": -1, "members": "group",
           "decision": "threshold", "output": 1})",
       3,
       one(DecisionRate({.kind = Rate::at_least,
                         .target = 0.3,
                         .decision = {.output = 1, .threshold = -1.0},
                         .member_column = "group"}))},
      {R"({"rule": "decision_rate", "equal": 0.3})", 1,
       one(DecisionRate({.kind = Rate::equal, .target = 0.3}))},
      {R"({"rule": "activation_bound", "layer": 1, "bound": 0.4})", 1,
       one(ActivationBound({.layer = 1, .bound = 0.4}))},
      {R"({"rule": "activation_sparsity", "layer": 0})", 1, one(ActivationSparsity({}))},
      {R"({"rule": "activation_sparsity", "layer": 1, "target": 0.02,
           "measure": {"kind": "divergence", "active_share": 0.1}})",
       1,
       one(ActivationSparsity({.layer = 1,
                               .kind = ActivationSparsity::Kind::divergence,
                               .target = 0.02,
                               .active_share = 0.1}))},
      {R"({"rule": "activation_sparsity", "layer": 1,
           "measure": {"kind": "absolute", "smoothing": 0.2}})",
       1, one(ActivationSparsity({.layer = 1, .smoothing = 0.2}))},
  };
}

}  // namespace moo::test
