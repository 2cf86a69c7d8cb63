#include "tests/io/small_document.hpp"

#include "tests/io/random_document.hpp"

namespace moo {
namespace {

/// One of every enforcement.
std::vector<GroupInfo> small_groups() {
  GroupInfo fairness{.name = "fairness",
                     .rules = {"equal_approval(afam)", "equal_error(afam)"},
                     .unit = "probability",
                     .probes = 2856,
                     .tolerance = 0.02,
                     .margin = 0.01,
                     .scale = 0.125,
                     .scale_origin = "automatic",
                     .shape = "huber_hinge",
                     .shape_parameter = 0.1,
                     .aggregation = "cvar",
                     .aggregation_parameter = 0.25};
  GroupInfo safety{.name = "safety",
                   .enforcement = Enforcement::hard,
                   .rules = {"norm"},
                   .unit = "1",
                   .probes = 1};
  GroupInfo budget{.name = "budget",
                   .enforcement = Enforcement::probabilistic,
                   .rules = {"output_range"},
                   .unit = "km",
                   .probes = 1428,
                   .chance = ChanceInfo{0.05, "smoothed_rate", 0.1}};
  return {fairness, safety, budget};
}

}  // namespace

FrontDocument small_document() {
  FrontDocument document;
  document.context = {"2026-03-01T12:34:56Z", "0.1.0", "0123abc", "GNU 12.2.0", "Release",
                      {"lending", "run"},     7,       4};
  Report& report = document.report;
  report.solver = "weighted_sum";
  report.options = {{"points", 24L}, {"tolerance", 1e-6}, {"minimizer", std::string("lbfgs")}};
  report.seed = 7;
  report.kkt_tolerance = 1e-5;
  report.front = Front(NamedProblem("lending", 13,
                                    {{.name = "cross_entropy",
                                      .kind = ObjectiveKind::accuracy,
                                      .group = "accuracy",
                                      .unit = "nats"},
                                     {.name = "equal_approval",
                                      .kind = ObjectiveKind::penalty,
                                      .group = "fairness",
                                      .unit = "probability^2",
                                      .tolerance = 0.02,
                                      .resolution = 0.001}},
                                    {{"norm", "safety", Sense::inequality, 1e-6, "1"}}));
  report.front.freeze_scaling({Vector{{0.25, 0.0}}, Vector{{0.75, 0.5}}});
  for (int k = 0; k < 3; ++k) {
    ParetoPoint point;
    point.task = "weight-" + std::to_string(k);
    point.parameters = Vector::LinSpaced(13, 100.0 * k, 100.0 * k + 12.0);
    point.objectives = Vector{{0.25 + 0.25 * k, 0.5 - 0.25 * k}};
    point.constraints = Vector{{-0.5}};
    point.weights = Vector{{0.75, 0.25}};
    point.multipliers = Vector{{0.75, 0.25, 0.0}};
    point.kkt_residual = 2.5e-7;
    point.converged = true;
    point.generator = {"weight", {{"weight", 0.75}}};
    point.cost = {61, 60, 0, 0.24};
    point.evaluation["train"] = {
        Vector{{0.24, 0.4}}, {{"accuracy", 0.9}}, {{"fairness", {0.25, 0.125, 0.5, 1428}}}};
    point.influence["fairness"] = {Vector{{-0.02, 0.1}}, Vector{{-0.03, 0.2}}};
    report.front.add(point);
  }
  report.failures = {{"weight-3", "the line search failed"}};
  report.notes = {"one weight was not reached"};
  report.coverage = {{0, 1, 0.5, SegmentKind::supported, "multipliers"},
                     {1, 2, 0.5, SegmentKind::disconnected, "probe"}};
  report.totals = {244, 240, 0, 0.96};
  document.data = DataInfo{"hmda.csv",
                           std::string(64, 'a'),
                           2380,
                           {"pirat", "hirat"},
                           "deny",
                           {"afam"},
                           {{"train", 1428}, {"test", 952}},
                           12,
                           34,
                           "survey_weight"};
  document.model = ModelInfo{
      .layers = {2, 3, 1},
      .activation = "tanh",
      .link = "identity",
      .weight_decay = 1e-4,
      .input_mean = Vector{{0.25, 0.5}},
      .input_scale = Vector{{0.1, 0.2}},
      .output_shift = Vector{{40.0}},
      .output_factor = Vector{{8.0}},
      .class_names = {"deny"},
  };
  document.groups = small_groups();
  document.held_out = HeldOut{{"log_loss", "gap"}, Vector{{1.0, 1.0}}, {{"test", 0.375}}};
  document.layout = {{"layers.0.weight", 0, 3, 2},
                     {"layers.0.bias", 6, 3, 0},
                     {"layers.1.weight", 9, 1, 3},
                     {"layers.1.bias", 12, 1, 0}};
  return document;
}

}  // namespace moo
