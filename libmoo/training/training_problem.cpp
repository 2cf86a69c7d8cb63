#include "libmoo/training/training_problem.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/model/forward_pass.hpp"
#include "libmoo/model/link.hpp"
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
  if (group.enforcement == Enforcement::probabilistic) {
    throw InvalidArgument({who, "probabilistic enforcement is not built yet", "soft or hard",
                           "probabilistic", "a soft group with CVaR aggregation comes nearest"});
  }
  check_penalty(who, group.penalty);
  check_aggregation(who, group.aggregation);
  if (!(group.tolerance >= 0.0)) {
    throw InvalidArgument({who, "unusable tolerance", ">= 0", std::to_string(group.tolerance), ""});
  }
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
  if (!(setup.weight_decay >= 0.0) || !std::isfinite(setup.weight_decay)) {
    throw InvalidArgument(
        {who, "unusable weight decay", ">= 0", std::to_string(setup.weight_decay), ""});
  }
  check_targets(who, setup.loss.kind(), setup.data.targets);
  if (setup.null_bias.size() > 0) {
    require_size(who, "null_bias", setup.network.num_outputs(), setup.null_bias.size());
    if (!setup.null_bias.allFinite()) {
      throw InvalidArgument({who, "null_bias is not finite", "finite numbers", "",
                             "the base rate must lie between 0 and 1"});
    }
  }
  if (!setup.groups.empty()) setup.data.check();
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

  ProbeBatch batch(setup.data.inputs);
  int num_objectives = 1;
  for (const ConstraintGroup& group : setup.groups) {
    if (group.enforcement != Enforcement::hard) ++num_objectives;
  }
  for (const ConstraintGroup& group : setup.groups) {
    BoundGroup bound;
    for (const auto& rule : group.constraints) {
      bound.rules.push_back(rule->bind(setup.data, batch));
      bound.senses.push_back(rule->sense());
      bound.num_residuals += bound.rules.back()->num_residuals();
    }
    if (bound.num_residuals < 1) {
      throw InvalidArgument({"constraint group '" + group.name + "'", "has no probes",
                             "at least one", "0", "is the data empty?"});
    }
    if (group.enforcement == Enforcement::hard) {
      bound.first_row = num_objectives + static_cast<int>(rows.size());
      for (std::size_t k = 0; k < bound.rules.size(); ++k) {
        for (int r = 0; r < bound.rules[k]->num_residuals(); ++r) {
          rows.push_back({group.constraints[k]->name() + " #" + std::to_string(r), group.name,
                          bound.senses[k], std::max(group.tolerance / group.penalty.scale, 1e-6),
                          group.constraints[k]->unit()});
        }
      }
    } else {
      bound.objective = static_cast<int>(objectives.size());
      least_squares = least_squares && group.aggregation.kind == AggregationKind::mean &&
                      is_never_negative(group.penalty.shape);
      objectives.push_back({.name = group.name,
                            .kind = ObjectiveKind::penalty,
                            .group = group.name,
                            .unit = penalty_unit(group.penalty, group.constraints.front()->unit()),
                            .enforcement = group.enforcement,
                            .tolerance = group.tolerance,
                            .resolution = 1.0});  // residuals of the penalty's own scale
    }
    groups.push_back(std::move(bound));
  }
  inputs = batch.inputs();

  null = Vector::Zero(setup.network.num_parameters());
  if (setup.null_bias.size() > 0) {
    setup.network.bias(null.data(), setup.network.depth() - 1) = setup.null_bias;
  }
  pool_.reserve(64);
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

TrainingProblem::~TrainingProblem() = default;

std::string TrainingProblem::name() const { return core_->setup.name; }

int TrainingProblem::num_variables() const { return core_->setup.network.num_parameters(); }

const std::vector<ObjectiveInfo>& TrainingProblem::objectives() const { return core_->objectives; }

const std::vector<ConstraintRow>& TrainingProblem::hard_rows() const { return core_->rows; }

Capabilities TrainingProblem::capabilities() const {
  return {.hessian_product = true, .gauss_newton = true, .least_squares = core_->least_squares};
}

Vector TrainingProblem::start(RandomStream& random) const {
  return core_->setup.network.start(random, core_->setup.initialization) + core_->null;
}

LinearizationPtr TrainingProblem::linearize(ConstVectorRef theta) const {
  require_size("TrainingProblem::linearize", "theta", num_variables(), theta.size());
  // Owned before it is evaluated: a rule may throw. evaluate() begins with keeping the core.
  LinearizationPtr linearization(core_->acquire());
  static_cast<TrainingLinearization&>(*linearization).evaluate(core_, theta);
  return linearization;
}

Vector TrainingProblem::raw_objectives(ConstVectorRef theta) const {
  const LinearizationPtr at = linearize(theta);
  return static_cast<const TrainingLinearization&>(*at).raw_objectives();
}

GroupResiduals TrainingProblem::residuals(std::size_t group, ConstVectorRef theta) const {
  if (group >= core_->groups.size()) {
    throw InvalidArgument({"TrainingProblem::residuals", "no such group",
                           "an index below " + std::to_string(core_->groups.size()),
                           std::to_string(group), ""});
  }
  const LinearizationPtr at = linearize(theta);
  GroupResiduals found{static_cast<const TrainingLinearization&>(*at).residuals(group), {}};
  const BoundGroup& bound = core_->groups[group];
  for (std::size_t k = 0; k < bound.rules.size(); ++k) {
    found.senses.insert(found.senses.end(),
                        static_cast<std::size_t>(bound.rules[k]->num_residuals()), bound.senses[k]);
  }
  return found;
}

Matrix TrainingProblem::predictions(ConstVectorRef theta) const {
  require_size("TrainingProblem::predictions", "theta", num_variables(), theta.size());
  ForwardPass pass(core_->setup.network);
  pass.run(theta, core_->setup.data.inputs);
  Matrix predictions(pass.outputs().rows(), pass.outputs().cols());
  apply_link(core_->setup.loss.link(), pass.outputs(), predictions);
  return predictions;
}

double TrainingProblem::decay(ConstVectorRef theta) const {
  require_size("TrainingProblem::decay", "theta", num_variables(), theta.size());
  return 0.5 * core_->setup.weight_decay * (theta - core_->null).squaredNorm();
}

const TrainingSetup& TrainingProblem::setup() const { return core_->setup; }

}  // namespace moo
