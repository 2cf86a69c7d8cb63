#include "libmoo/training/training_problem.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"
#include "libmoo/model/embedding.hpp"
#include "libmoo/model/forward_pass.hpp"
#include "libmoo/model/link.hpp"
#include "libmoo/training/chance.hpp"
#include "libmoo/training/training_core.hpp"

namespace moo {
namespace {

void check_targets(const std::string& who, LossKind loss, const Matrix& targets) {
  const Eigen::Index outputs = targets.rows();
  if (loss == LossKind::binary_cross_entropy) {
    if (outputs != 1) {
      throw InvalidArgument({who, "binary cross-entropy needs one output", "1",
                             std::to_string(outputs), "use cross_entropy"});
    }
    if (targets.minCoeff() < 0.0 || targets.maxCoeff() > 1.0) {
      throw InvalidArgument(
          {who, "targets of binary cross-entropy are no probabilities", "numbers in [0, 1]",
           std::to_string(targets.minCoeff()) + " to " + std::to_string(targets.maxCoeff()), ""});
    }
  }
  if (loss == LossKind::cross_entropy) {
    if (outputs < 2) {
      throw InvalidArgument({who, "cross-entropy needs an output per class", ">= 2",
                             std::to_string(outputs), "use binary_cross_entropy"});
    }
    for (Eigen::Index b = 0; b < targets.cols(); ++b) {
      if (targets.col(b).minCoeff() < 0.0 || std::abs(targets.col(b).sum() - 1.0) > 1e-9) {
        throw InvalidArgument(
            {who, "targets of cross-entropy are no probabilities",
             "one-hot columns, or columns >= 0 that sum to one",
             "a sum of " + std::to_string(targets.col(b).sum()) + " in row " + std::to_string(b),
             ""});
      }
    }
  }
}

void check(const ConstraintGroup& group) {
  const std::string who = "constraint group '" + group.name + "'";
  if (group.constraints.empty()) {
    throw InvalidArgument({who, "has no rules", "at least one", "0", ""});
  }
  for (const auto& rule : group.constraints) {
    if (rule == nullptr) throw InvalidArgument({who, "has a null rule", "a rule", "null", ""});
  }
  if (group.enforcement == Enforcement::probabilistic) check_chance(who, group.chance);
  check_penalty(who, group.penalty);
  check_aggregation(who, group.aggregation);
  if (!(group.tolerance >= 0.0)) {
    throw InvalidArgument({who, "unusable tolerance", ">= 0", std::to_string(group.tolerance), ""});
  }
}

void check_scale(const std::string& who, const TrainingSetup& setup) {
  const Eigen::Index q = setup.network.num_outputs();
  if (setup.output_shift.size() == 0 && setup.output_factor.size() == 0) return;
  require_size(who, "output_shift", q, setup.output_shift.size());
  require_size(who, "output_factor", q, setup.output_factor.size());
  if (setup.loss.link() != Link::identity) {
    throw InvalidArgument({who, "probabilities have no scale of their own",
                           "no output_shift and output_factor",
                           "both, with " + std::string(to_string(setup.loss.kind())), ""});
  }
  if (!setup.output_shift.allFinite() || !setup.output_factor.allFinite() ||
      !(setup.output_factor.minCoeff() > 0.0)) {
    throw InvalidArgument(
        {who, "unusable scale of the outputs", "finite output_shift, output_factor > 0",
         "a smallest factor of " + std::to_string(setup.output_factor.minCoeff()), ""});
  }
}

/// Index of the quantity in the list, which gets it if it is not there yet.
std::size_t index_of(const ModelQuantity& quantity, std::vector<ModelQuantity>& quantities) {
  const auto found = std::find(quantities.begin(), quantities.end(), quantity);
  if (found != quantities.end()) return static_cast<std::size_t>(found - quantities.begin());
  quantities.push_back(quantity);
  return quantities.size() - 1;
}

void check_quantity(const std::string& rule, const ModelQuantity& quantity,
                    const Network& network) {
  if (quantity.kind != ModelQuantity::Kind::activations) return;
  if (quantity.layer >= 0 && quantity.layer + 1 < network.depth()) return;
  throw InvalidArgument({rule, "no such hidden layer",
                         network.depth() > 1 ? "0 to " + std::to_string(network.depth() - 2)
                                             : "a network with hidden layers",
                         std::to_string(quantity.layer), ""});
}

/// The rules of a group bound to the data; where its values stand is not known yet.
BoundGroup bind_group(const ConstraintGroup& group, const TrainingSetup& setup, ProbeBatch& batch,
                      std::vector<ModelQuantity>& quantities) {
  BoundGroup bound;
  for (const auto& rule : group.constraints) {
    check_quantity(rule->name(), rule->reads(), setup.network);
    bound.rules.push_back(rule->bind(setup.data, batch));
    bound.senses.push_back(rule->sense());
    bound.quantities.push_back(index_of(rule->reads(), quantities));
    bound.num_residuals += bound.rules.back()->num_residuals();
  }
  if (bound.num_residuals < 1) {
    throw InvalidArgument({"constraint group '" + group.name + "'", "has no probes", "at least one",
                           "0", "is the data empty?"});
  }
  bound.touched = bound.quantities;
  std::sort(bound.touched.begin(), bound.touched.end());
  bound.touched.erase(std::unique(bound.touched.begin(), bound.touched.end()), bound.touched.end());
  return bound;
}

std::vector<int> hidden_widths(const Network& network) {
  return {network.layers().begin() + 1, network.layers().end() - 1};
}

void check(const TrainingSetup& setup) {
  const std::string who = "TrainingProblem '" + setup.name + "'";
  require_size(who, "a row of inputs (against the network's)", setup.network.num_inputs(),
               setup.data.inputs.rows());
  require_size(who, "a target (against the network's outputs)", setup.network.num_outputs(),
               setup.data.targets.rows());
  require_size(who, "the targets (against the inputs' rows)", setup.data.inputs.cols(),
               setup.data.targets.cols());
  if (setup.data.inputs.cols() < 1) throw InvalidArgument({who, "no data rows", ">= 1", "0", ""});
  if (!setup.data.inputs.allFinite() || !setup.data.targets.allFinite()) {
    throw InvalidArgument({who, "inputs or targets are not finite", "finite numbers", "", ""});
  }
  require_indices(who.c_str(), setup.network, setup.data.inputs, setup.data.inputs.cols());
  if (!(setup.weight_decay >= 0.0) || !std::isfinite(setup.weight_decay)) {
    throw InvalidArgument(
        {who, "unusable weight decay", ">= 0", std::to_string(setup.weight_decay), ""});
  }
  if (setup.batch_rows < 1) {
    throw InvalidArgument(
        {who, "unusable batch_rows", ">= 1", std::to_string(setup.batch_rows), ""});
  }
  check_targets(who, setup.loss.kind(), setup.data.targets);
  check_scale(who, setup);
  if (setup.null_bias.size() > 0) {
    require_size(who, "null_bias", setup.network.num_outputs(), setup.null_bias.size());
    if (!setup.null_bias.allFinite()) {
      throw InvalidArgument({who, "null_bias is not finite", "finite numbers", "",
                             "the base rate must lie between 0 and 1"});
    }
  }
  if (!setup.groups.empty() || setup.data.weights.size() > 0) setup.data.check();
  std::set<std::string> names;
  for (const ConstraintGroup& group : setup.groups) {
    check(group);
    if (!names.insert(group.name).second) {
      throw InvalidArgument({who, "two constraint groups have one name", "distinct names",
                             "'" + group.name + "'", ""});
    }
  }
}

}  // namespace

TrainingProblem::Core::Core(TrainingSetup moved) : setup(std::move(moved)) {
  check(setup);
  const std::string accuracy =
      setup.accuracy_name.empty() ? std::string(to_string(setup.loss.kind())) : setup.accuracy_name;
  objectives.push_back({.name = accuracy,
                        .kind = ObjectiveKind::accuracy,
                        .group = accuracy,
                        .unit = std::string(unit_of(setup.loss.kind()))});

  total_weight =
      setup.data.weights.size() > 0 ? setup.data.weights.sum() : static_cast<double>(num_rows());
  loss_targets = setup.data.targets;
  if (setup.output_factor.size() > 0) {
    loss_targets = (loss_targets.colwise() - setup.output_shift).array().colwise() /
                   setup.output_factor.array();
    objectives.front().unit = "(target / its scale)^2";
  }

  ProbeBatch batch(setup.data.inputs, hidden_widths(setup.network));
  std::vector<ModelQuantity> quantities;
  for (const ConstraintGroup& group : setup.groups) {
    groups.push_back(bind_group(group, setup, batch, quantities));
    group_names.push_back(group.name);
    if (group.enforcement == Enforcement::soft) add_objective(group, groups.back());
  }
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (setup.groups[g].enforcement != Enforcement::soft) add_rows(setup.groups[g], groups[g]);
  }
  response.emplace(batch, std::move(quantities), setup.loss.link());
  find_columns();
  response->shift = setup.output_shift;
  response->factor = setup.output_factor;

  null = Vector::Zero(setup.network.num_parameters());
  if (setup.null_bias.size() > 0) {
    setup.network.bias(null.data(), setup.network.depth() - 1) = setup.null_bias;
  }
  pool_.reserve(64);
  if (setup.validation) {
    TrainingSetup held_out = setup;
    held_out.data = std::move(*held_out.validation);
    held_out.validation.reset();
    held_out.batch_rows = std::numeric_limits<int>::max();
    setup.validation.reset();
    validation = std::make_shared<const TrainingProblem>(std::move(held_out));
  }
  if (num_rows() / 2 >= setup.batch_rows) strata.emplace(setup.data, setup.batch_rows);
}

TrainingSetup TrainingProblem::Core::on(const RowSample& sample) const {
  TrainingSetup part;
  part.name = setup.name;
  part.network = setup.network;
  part.loss = setup.loss;
  part.data = setup.data.subset(sample.rows);
  part.data.weights = setup.data.weights.size() > 0 ? part.data.weights.cwiseProduct(sample.weights)
                                                    : sample.weights;
  part.groups = setup.groups;
  part.accuracy_name = setup.accuracy_name;
  part.initialization = setup.initialization;
  part.weight_decay = setup.weight_decay;
  part.output_shift = setup.output_shift;
  part.output_factor = setup.output_factor;
  part.null_bias = setup.null_bias;
  part.batch_rows = std::numeric_limits<int>::max();
  return part;
}

void TrainingProblem::Core::add_objective(const ConstraintGroup& group, BoundGroup& bound) {
  bound.value = static_cast<int>(objectives.size());
  bound.aggregation = group.aggregation;
  least_squares = least_squares && group.aggregation.kind == AggregationKind::mean &&
                  is_never_negative(group.penalty.shape);
  objectives.push_back({.name = group.name,
                        .kind = ObjectiveKind::penalty,
                        .group = group.name,
                        .unit = penalty_unit(group.penalty, group.constraints.front()->unit()),
                        .enforcement = group.enforcement,
                        .tolerance = group.tolerance,
                        .resolution = 1.0,  // residuals of the penalty's own scale
                        .schedule = group.schedule});
}

void TrainingProblem::Core::add_rows(const ConstraintGroup& group, BoundGroup& bound) {
  const int first = static_cast<int>(objectives.size() + rows.size());
  if (group.enforcement == Enforcement::probabilistic) {
    bound.value = first;
    bound.aggregation = chance_aggregation(group.chance);
    bound.target = chance_target(group.chance);
    rows.push_back({.name = "P(" + group.name + " violated) <= " + number_text(group.chance.delta),
                    .group = group.name,
                    .unit = group.chance.surrogate == ChanceSurrogate::cvar
                                ? group.constraints.front()->unit()
                                : "share of probes"});
    return;
  }
  bound.first_row = first;
  for (std::size_t k = 0; k < bound.rules.size(); ++k) {
    for (int r = 0; r < bound.rules[k]->num_residuals(); ++r) {
      rows.push_back({group.constraints[k]->name() + " #" + std::to_string(r), group.name,
                      bound.senses[k], std::max(group.tolerance / group.penalty.scale, 1e-6),
                      group.constraints[k]->unit()});
    }
  }
}

TrainingProblem::Core::~Core() = default;

TrainingLinearization* TrainingProblem::Core::acquire() const {
  {
    const std::lock_guard lock(mutex_);
    if (!pool_.empty()) {
      TrainingLinearization* pooled = pool_.back().release();
      pool_.pop_back();
      return pooled;
    }
  }
  return new TrainingLinearization(*this);
}

void TrainingProblem::Core::give_back(TrainingLinearization* linearization) const {
  const std::lock_guard lock(mutex_);
  pool_.emplace_back(linearization);
}

TrainingProblem::TrainingProblem(TrainingSetup setup)
    : core_(std::make_shared<const Core>(std::move(setup))) {}

TrainingProblem::TrainingProblem(std::shared_ptr<const Core> core, Precision precision)
    : core_(std::move(core)), precision_(precision) {}

TrainingProblem::~TrainingProblem() = default;

std::string TrainingProblem::name() const { return core_->setup.name; }

int TrainingProblem::num_variables() const { return core_->setup.network.num_parameters(); }

const std::vector<ObjectiveInfo>& TrainingProblem::objectives() const { return core_->objectives; }

const std::vector<ConstraintRow>& TrainingProblem::hard_rows() const { return core_->rows; }

Capabilities TrainingProblem::capabilities() const {
  if (precision_ == Precision::single) return {};
  return {.hessian_product = true, .gauss_newton = true, .least_squares = core_->least_squares};
}

Vector TrainingProblem::start(RandomStream& random) const {
  return core_->setup.network.start(random, core_->setup.initialization) + core_->null;
}

LinearizationPtr TrainingProblem::linearize(ConstVectorRef theta) const {
  require_size("TrainingProblem::linearize", "theta", num_variables(), theta.size());
  // Owned before it is evaluated: a rule may throw. evaluate() begins with keeping the core.
  LinearizationPtr linearization(core_->acquire());
  static_cast<TrainingLinearization&>(*linearization).evaluate(core_, theta, precision_);
  return linearization;
}

std::shared_ptr<const Problem> TrainingProblem::in_single_precision() const {
  if (core_->response->directed > 0) return nullptr;
  return std::shared_ptr<const Problem>(new TrainingProblem(core_, Precision::single));
}

const std::vector<std::string>& TrainingProblem::rule_groups() const { return core_->group_names; }

std::optional<Validation> TrainingProblem::validate(ConstVectorRef theta) const {
  if (core_->validation == nullptr) return std::nullopt;
  const LinearizationPtr at = core_->validation->linearize(theta);
  return Validation{static_cast<const TrainingLinearization&>(*at).raw_objectives(),
                    at->violation_rates()};
}

std::shared_ptr<const Problem> TrainingProblem::annealed(double factor) const {
  TrainingSetup softer = core_->setup;
  bool any = false;
  for (ConstraintGroup& group : softer.groups) {
    for (auto& rule : group.constraints) {
      if (auto annealed = rule->annealed(factor)) {
        rule = std::move(annealed);
        any = true;
      }
    }
  }
  if (!any) return nullptr;
  if (core_->validation != nullptr) softer.validation = core_->validation->setup().data;
  return std::make_shared<const TrainingProblem>(std::move(softer));
}

std::shared_ptr<const Problem> TrainingProblem::minibatch(RandomStream& random) const {
  if (!core_->strata) return nullptr;
  for (long rows = core_->setup.batch_rows; 2 * rows <= core_->num_rows(); rows *= 2) {
    const RowSample sample = core_->strata->draw(static_cast<int>(rows), random);
    try {
      return std::make_shared<const TrainingProblem>(core_->on(sample));
    } catch (const InvalidArgument&) {
      continue;  // a rule finds no rows of some group among so few
    }
  }
  return nullptr;
}

Vector TrainingProblem::raw_objectives(ConstVectorRef theta) const {
  const LinearizationPtr at = linearize(theta);
  return static_cast<const TrainingLinearization&>(*at).raw_objectives();
}

GroupResiduals TrainingProblem::Core::with_senses(std::size_t group, Vector residuals) const {
  GroupResiduals found{std::move(residuals), {}};
  const BoundGroup& bound = groups[group];
  for (std::size_t k = 0; k < bound.rules.size(); ++k) {
    found.senses.insert(found.senses.end(),
                        static_cast<std::size_t>(bound.rules[k]->num_residuals()), bound.senses[k]);
  }
  return found;
}

void TrainingProblem::Core::require_group(std::size_t group) const {
  if (group < groups.size()) return;
  throw InvalidArgument({"TrainingProblem::residuals", "no such group",
                         "an index below " + std::to_string(groups.size()), std::to_string(group),
                         ""});
}

GroupResiduals TrainingProblem::residuals(std::size_t group, ConstVectorRef theta) const {
  core_->require_group(group);
  const LinearizationPtr at = linearize(theta);
  return core_->with_senses(group, static_cast<const TrainingLinearization&>(*at).residuals(group));
}

GroupResiduals TrainingProblem::true_residuals(std::size_t group, ConstVectorRef theta) const {
  core_->require_group(group);
  const LinearizationPtr at = linearize(theta);
  return core_->with_senses(group,
                            static_cast<const TrainingLinearization&>(*at).true_residuals(group));
}

Matrix TrainingProblem::predictions(ConstVectorRef theta) const {
  require_size("TrainingProblem::predictions", "theta", num_variables(), theta.size());
  BlockedPass pass(core_->setup.network);
  pass.run(theta, core_->setup.data.inputs);
  Matrix predictions(pass.outputs().rows(), pass.outputs().cols());
  apply_link(core_->setup.loss.link(), pass.outputs(), predictions);
  if (core_->setup.output_factor.size() > 0) {
    predictions.array().colwise() *= core_->setup.output_factor.array();
    predictions.colwise() += core_->setup.output_shift;
  }
  return predictions;
}

double TrainingProblem::decay(ConstVectorRef theta) const {
  require_size("TrainingProblem::decay", "theta", num_variables(), theta.size());
  return 0.5 * core_->setup.weight_decay * (theta - core_->null).squaredNorm();
}

const TrainingSetup& TrainingProblem::setup() const { return core_->setup; }

}  // namespace moo
