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

// --- random parts --------------------------------------------------------------------------------

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

double above_zero(RandomStream& random) {
  return std::abs(wild(random)) + std::numeric_limits<double>::denorm_min();
}

ChanceInfo random_chance(RandomStream& random) {
  ChanceInfo info{random.uniform(0.001, 0.999), "cvar", {}};
  if (chance(random)) {
    info.surrogate = "smoothed_rate";
    info.temperature = above_zero(random);
  }
  return info;
}

std::vector<GroupInfo> random_groups(RandomStream& random) {
  static const std::vector<std::string> shapes{
      "hinge",       "squared_hinge", "softplus", "squared_softplus",
      "huber_hinge", "exponential",   "power",    "relaxed_log_barrier"};
  static const std::vector<std::string> aggregations{"mean", "log_mean_exp", "cvar"};
  std::vector<GroupInfo> groups(static_cast<std::size_t>(random.index(4)));
  for (GroupInfo& group : groups) {
    group.name = std::to_string(&group - groups.data()) + word(random);
    group.enforcement = static_cast<Enforcement>(random.index(3));
    group.rules = words(random);
    group.unit = word(random);
    group.probes = random.index(100000);
    group.tolerance = std::abs(wild(random));
    group.margin = wild(random);
    group.scale = above_zero(random);
    group.scale_origin = chance(random) ? "given" : "automatic";
    if (group.enforcement == Enforcement::probabilistic) group.chance = random_chance(random);
    if (group.enforcement != Enforcement::soft) continue;
    group.shape = shapes[static_cast<std::size_t>(random.index(8))];
    if (chance(random)) group.shape_parameter = above_zero(random);
    group.aggregation = aggregations[static_cast<std::size_t>(random.index(3))];
    if (group.aggregation != "mean") group.aggregation_parameter = 1.0 - random.uniform();
  }
  return groups;
}

/// Of groups that are recorded, or of any where none is.
std::map<std::string, Influence> random_influence(RandomStream& random,
                                                  const std::vector<GroupInfo>& groups, int m) {
  std::map<std::string, Influence> influence;
  for (int k = random.index(3); k > 0; --k) {
    const auto pick = static_cast<std::size_t>(random.index(4));
    if (!groups.empty() && pick >= groups.size()) continue;
    Influence& found = influence[groups.empty() ? word(random) : groups[pick].name];
    if (chance(random)) found.estimate = wild_vector(random, m);
    if (chance(random)) found.exact = wild_vector(random, m);
  }
  return influence;
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
  if (chance(random)) data.dropped_rows = random.index(1000);
  if (chance(random)) data.imputed_cells = random.index(1000);
  data.weights = word(random);
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
  const auto q = static_cast<int>(model.layers.back());
  if (model.link == "identity" && chance(random)) {
    model.output_shift = wild_vector(random, q);
    model.output_factor = random.uniform_vector(q, 1e-9, 1e9);
  }
  for (int k = random.index(static_cast<int>(model.layers.front()) + 1); k > 0; --k) {
    model.embeddings.push_back({1 + random.index(900), 1 + random.index(8)});
  }
  for (int k = chance(random) ? q : 0; k > 0; --k) model.class_names.push_back(word(random));
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
  document.groups = random_groups(random);
  for (int k = random.index(12); k > 0; --k) {
    ParetoPoint point = random_point(random, report.front, !document.layout.empty());
    point.influence = random_influence(random, document.groups, m);
    report.front.add(std::move(point));
  }
  report.status = static_cast<RunStatus>(random.index(4));
  for (int k = random.index(3); k > 0; --k) report.failures.push_back({word(random), word(random)});
  report.notes = words(random);
  const int points = static_cast<int>(report.front.points().size());
  for (int k = 1; m == 2 && k < points; ++k) {
    report.coverage.push_back({k - 1, k, random.uniform(),
                               static_cast<SegmentKind>(random.index(5)), word(random) + "s"});
  }
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

}  // namespace moo
