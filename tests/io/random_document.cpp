#include "tests/io/random_document.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

namespace moo {

NamedProblem::NamedProblem(std::string name, int num_variables,
                           std::vector<ObjectiveInfo> objectives,
                           std::vector<ConstraintRow> hard_rows)
    : name_(std::move(name)),
      num_variables_(num_variables),
      objectives_(std::move(objectives)),
      hard_rows_(std::move(hard_rows)) {}

Vector NamedProblem::start(RandomStream&) const { return Vector::Zero(num_variables_); }

LinearizationPtr NamedProblem::linearize(ConstVectorRef) const {
  throw std::logic_error("NamedProblem cannot be evaluated");
}

namespace {

// --- random parts
// ---------------------------------------------------------------------------------

bool chance(RandomStream& random) { return random.index(2) == 0; }

/// Any finite double, the odd ones often.
double wild(RandomStream& random) {
  using Limits = std::numeric_limits<double>;
  switch (random.index(12)) {
    case 0:
      return 0.0;
    case 1:
      return -0.0;
    case 2:
      return static_cast<double>(random.index(1000000) - 500000);
    case 3:
      return Limits::denorm_min() * (1 + random.index(1000));
    case 4:
      return chance(random) ? Limits::max() : Limits::lowest();
    case 5:
      return 0.1 * random.index(100);
    default:
      return std::ldexp(random.uniform(-1.0, 1.0), random.index(2000) - 1000);
  }
}

Vector wild_vector(RandomStream& random, int size) {
  Vector numbers(size);
  for (double& number : numbers) number = wild(random);
  return numbers;
}

std::string word(RandomStream& random) {
  static const std::vector<std::string> pieces{
      "a",  "layers.0", " ", "\"", "\\", "/", "\n", "\t", "\x01",     "nats",
      "{}", "[1, 2]",   ",", "'",  "#",  "%", ".",  "_",  "\xc3\xa9", "\xe2\x88\x9e"};
  std::string text;
  for (int k = random.index(6); k > 0; --k) {
    text += pieces[static_cast<std::size_t>(random.index(static_cast<int>(pieces.size())))];
  }
  return text;
}

std::vector<std::string> words(RandomStream& random) {
  std::vector<std::string> list(static_cast<std::size_t>(random.index(5)));
  for (std::string& text : list) text = word(random);
  return list;
}

std::map<std::string, double> wild_map(RandomStream& random) {
  std::map<std::string, double> map;
  for (int k = random.index(4); k > 0; --k) map[word(random)] = wild(random);
  return map;
}

Cost random_cost(RandomStream& random) {
  return {random.index(1000000), random.index(1000), random.index(10), std::abs(wild(random))};
}

std::vector<ObjectiveInfo> random_objectives(RandomStream& random) {
  std::vector<ObjectiveInfo> objectives(static_cast<std::size_t>(1 + random.index(4)));
  for (ObjectiveInfo& objective : objectives) {
    objective.name = word(random);
    objective.kind = static_cast<ObjectiveKind>(random.index(3));
    objective.group = word(random);
    objective.unit = word(random);
    objective.enforcement = static_cast<Enforcement>(random.index(3));
    objective.tolerance = chance(random) ? 0.0 : wild(random);
    objective.resolution = chance(random) ? 0.0 : std::abs(wild(random));
    objective.tolerance += 0.0;  // -0.0 to 0.0: the sign of a tolerance left out is not kept
  }
  return objectives;
}

std::vector<ConstraintRow> random_rows(RandomStream& random) {
  std::vector<ConstraintRow> rows(static_cast<std::size_t>(random.index(3)));
  for (ConstraintRow& row : rows) {
    row = {word(random), word(random), static_cast<Sense>(random.index(2)), wild(random),
           word(random)};
  }
  return rows;
}

/// Cuts a vector of n parameters into tensors, and names them in another order.
std::vector<TensorLayout> random_layout(RandomStream& random, long n) {
  std::vector<TensorLayout> tensors;
  for (long offset = 0; offset < n; offset += tensors.back().size()) {
    TensorLayout tensor{"layer " + std::to_string(offset) + word(random), offset, 1, 0};
    const long left = n - offset;
    tensor.rows = 1 + random.index(static_cast<int>(left));
    if (chance(random)) tensor.cols = 1 + random.index(static_cast<int>(left / tensor.rows));
    tensors.push_back(tensor);
  }
  std::vector<TensorLayout> shuffled;
  for (const int k : random.permutation(static_cast<int>(tensors.size()))) {
    shuffled.push_back(tensors[static_cast<std::size_t>(k)]);
  }
  return shuffled;
}

SplitEvaluation random_evaluation(RandomStream& random, int m) {
  SplitEvaluation evaluation{wild_vector(random, m), wild_map(random), {}};
  for (int k = random.index(3); k > 0; --k) {
    evaluation.violation_rates[word(random)] = {random.uniform(), random.uniform(),
                                                random.uniform(), random.index(5000)};
  }
  return evaluation;
}

ParetoPoint random_point(RandomStream& random, const Front& front, bool with_parameters) {
  const int m = front.num_objectives();
  const auto p = static_cast<int>(front.hard_rows().size());
  ParetoPoint point;
  point.task = word(random);
  if (with_parameters) point.parameters = wild_vector(random, front.num_variables());
  point.objectives = random.normal_vector(m, 10.0);
  point.constraints = wild_vector(random, p);
  if (chance(random)) point.weights = wild_vector(random, m);
  if (chance(random)) point.multipliers = wild_vector(random, m + p);
  point.kkt_residual = std::abs(wild(random));
  point.converged = chance(random);
  point.feasible = random.index(4) > 0;
  point.generator = {word(random), wild_map(random)};
  point.cost = random_cost(random);
  for (int k = random.index(3); k > 0; --k) {
    point.evaluation[word(random)] = random_evaluation(random, m);
  }
  return point;
}

void fill_options(RandomStream& random, Report& report) {
  for (int k = random.index(6); k > 0; --k) {
    OptionValue& value = report.options[word(random)];
    switch (random.index(3)) {
      case 0:
        value = std::numeric_limits<long>::min() + random.index(3);
        break;
      case 1:
        value = chance(random) ? 3.0 : wild(random);
        break;
      default:
        value = word(random);
    }
  }
}

DataInfo random_data(RandomStream& random) {
  DataInfo data;
  data.file = word(random);
  for (int k = 0; k < 64; ++k) {
    data.sha256 += "0123456789abcdef"[static_cast<std::size_t>(random.index(16))];
  }
  data.rows = random.index(100000);
  data.inputs = words(random);
  data.target = word(random);
  data.protected_columns = words(random);
  for (const char* name : {"train", "validation", "shifted", "a test"}) {
    if (chance(random)) data.splits.emplace_back(name, random.index(1000));
  }
  return data;
}

ModelInfo random_model(RandomStream& random) {
  ModelInfo model;
  for (int k = random.index(4); k >= 0; --k) model.layers.push_back(1 + random.index(7));
  model.activation = chance(random) ? "tanh" : "silu";
  model.link = chance(random) ? "sigmoid" : "identity";
  model.weight_decay = std::abs(wild(random));
  model.input_mean = wild_vector(random, static_cast<int>(model.layers.front()));
  model.input_scale = wild_vector(random, static_cast<int>(model.layers.front()));
  return model;
}

}  // namespace

FrontDocument random_document(RandomStream& random) {
  FrontDocument document;
  const std::uint64_t seed = chance(random) ? std::numeric_limits<std::uint64_t>::max() : 7;
  document.context = {"2026-03-01T12:34:56Z", word(random),  word(random), word(random),
                      word(random),           words(random), seed,         1 + random.index(256)};
  Report& report = document.report;
  report.solver = word(random);
  fill_options(random, report);
  report.seed = seed;
  report.kkt_tolerance = std::abs(wild(random));
  const int n = 1 + random.index(40);
  report.front =
      Front(NamedProblem(word(random), n, random_objectives(random), random_rows(random)));
  const int m = report.front.num_objectives();
  if (chance(random)) {
    const Vector ideal = random.normal_vector(m);
    report.front.freeze_scaling({ideal, ideal + random.uniform_vector(m, 0.1, 3.0)});
  }
  if (chance(random)) document.layout = random_layout(random, n);
  for (int k = random.index(12); k > 0; --k) {
    report.front.add(random_point(random, report.front, !document.layout.empty()));
  }
  report.status = static_cast<RunStatus>(random.index(4));
  for (int k = random.index(3); k > 0; --k) report.failures.push_back({word(random), word(random)});
  report.notes = words(random);
  report.totals = random_cost(random);
  if (chance(random)) document.data = random_data(random);
  if (chance(random)) document.model = random_model(random);
  if (chance(random)) {
    document.held_out.emplace();
    document.held_out->metrics = words(random);
    const auto count = static_cast<int>(document.held_out->metrics.size());
    document.held_out->reference = wild_vector(random, count);
    document.held_out->hypervolume = wild_map(random);
  }
  return document;
}

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
    report.front.add(point);
  }
  report.failures = {{"weight-3", "the line search failed"}};
  report.notes = {"one weight was not reached"};
  report.totals = {244, 240, 0, 0.96};
  document.data = DataInfo{"hmda.csv",
                           std::string(64, 'a'),
                           2380,
                           {"pirat", "hirat"},
                           "deny",
                           {"afam"},
                           {{"train", 1428}, {"test", 952}}};
  document.model =
      ModelInfo{{2, 3, 1}, "tanh", "sigmoid", 1e-4, Vector{{0.25, 0.5}}, Vector{{0.1, 0.2}}};
  document.held_out = HeldOut{{"log_loss", "gap"}, Vector{{1.0, 1.0}}, {{"test", 0.375}}};
  document.layout = {{"layers.0.weight", 0, 3, 2},
                     {"layers.0.bias", 6, 3, 0},
                     {"layers.1.weight", 9, 1, 3},
                     {"layers.1.bias", 12, 1, 0}};
  return document;
}

}  // namespace moo
