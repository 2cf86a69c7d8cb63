#include <algorithm>
#include <cmath>
#include <utility>

#include "libmoo/constraint/linear_constraint.hpp"
#include "libmoo/training/chance.hpp"
#include "libmoo/training/training_core.hpp"

namespace moo {
namespace {

/// The first `cols` columns of a buffer that only ever grows; its contents are lost when it does.
auto grown(Matrix& buffer, Eigen::Index rows, Eigen::Index cols) {
  if (buffer.rows() != rows || buffer.cols() < cols) buffer.resize(rows, cols);
  return buffer.leftCols(cols);
}

}  // namespace

TrainingLinearization::TrainingLinearization(const TrainingProblem::Core& core)
    : response_(core.setup.network, *core.response), terms_{{0, 0}} {
  const auto m = static_cast<Eigen::Index>(core.objectives.size());
  offset_ = Vector::Zero(core.null.size());
  values_.resize(m + static_cast<Eigen::Index>(core.rows.size()));
  held_weights_.resize(values_.size());
  raw_.resize(m);
  int longest = 0;
  for (std::size_t g = 0; g < core.groups.size(); ++g) {
    const BoundGroup& group = core.groups[g];
    if (group.value >= 0) terms_.push_back({group.value, g});
    GroupState state;
    for (Vector* v : {&state.residuals, &state.values, &state.phi_slopes, &state.weights,
                      &state.slopes, &state.curvatures}) {
      v->resize(group.num_residuals);
    }
    for (const auto& rule : group.rules) {
      state.jacobians.push_back(rule->is_linear() ? ResidualJacobian() : rule->jacobian());
    }
    states_.push_back(std::move(state));
    longest = std::max(longest, group.num_residuals);
  }
  weighted_.resize(longest);
  bent_.resize(longest);
  combined_ = combined_tangents_ = response_.zero_cotangents();
  cotangents_.assign(terms_.size(), combined_);
  for (std::size_t k = 0; k < core.response->quantities.size(); ++k) {
    quantity_cotangents_.push_back(response_.quantity(k));
    quantity_tangents_.push_back(response_.quantity(k));
  }
  stacked_hidden_.resize(combined_.hidden.size());
}

void TrainingLinearization::release() {
  const std::shared_ptr<const TrainingProblem::Core> core = std::move(core_);
  core->give_back(this);
}

void TrainingLinearization::evaluate(std::shared_ptr<const TrainingProblem::Core> core,
                                     ConstVectorRef theta, Precision precision) {
  core_ = std::move(core);
  cotangents_ready_ = false;
  if (core_->setup.weight_decay > 0.0) {
    offset_ = theta - core_->null;
    decay_ = 0.5 * core_->setup.weight_decay * offset_.squaredNorm();
  }
  response_.run(theta, precision);
  raw_(0) = core_->setup.loss.value(response_.logits().leftCols(core_->num_rows()),
                                    core_->loss_targets, core_->setup.data.weights);
  for (std::size_t g = 0; g < core_->groups.size(); ++g) {
    evaluate_rules(g);
    evaluate_aggregate(g);
  }
  values_.head(raw_.size()) = raw_.array() + decay_;
}

void TrainingLinearization::evaluate_rules(std::size_t g) {
  const BoundGroup& group = core_->groups[g];
  const ConstraintGroup& setup = core_->setup.groups[g];
  GroupState& state = states_[g];
  Eigen::Index first = 0;
  for (std::size_t k = 0; k < group.rules.size(); ++k) {
    const BoundConstraint& rule = *group.rules[k];
    const Matrix& quantity = response_.quantity(group.quantities[k]);
    const Eigen::Index count = rule.num_residuals();
    rule.residuals(quantity, state.residuals.segment(first, count));
    if (!rule.is_linear()) rule.update(quantity, state.jacobians[k]);
    for (Eigen::Index r = first; r < first + count && group.value >= 0; ++r) {
      const Penalty::Value at = setup.enforcement == Enforcement::probabilistic
                                    ? chance_penalty(setup, state.residuals(r), group.senses[k])
                                    : setup.penalty(state.residuals(r), group.senses[k]);
      state.values(r) = at.value;
      state.phi_slopes(r) = at.slope;
      state.curvatures(r) = at.curvature;
    }
    if (group.first_row >= 0) {
      values_.segment(group.first_row + first, count) = state.residuals.segment(first, count);
      if (group.senses[k] == Sense::inequality) {
        values_.segment(group.first_row + first, count).array() += setup.penalty.margin;
      }
      values_.segment(group.first_row + first, count) /= setup.penalty.scale;
    }
    first += count;
  }
}

void TrainingLinearization::evaluate_aggregate(std::size_t g) {
  const BoundGroup& group = core_->groups[g];
  if (group.value < 0) return;
  GroupState& state = states_[g];
  const double found =
      aggregate(group.aggregation, state.values, state.weights, bent_.head(group.num_residuals)) -
      group.target;
  if (group.value < raw_.size()) {
    raw_(group.value) = found;
  } else {
    values_(group.value) = found;
  }
  if (group.aggregation.kind == AggregationKind::mean) {  // rounds once, not twice
    state.slopes = state.phi_slopes / group.num_residuals;
    state.curvatures /= group.num_residuals;
  } else {
    state.slopes = state.weights.cwiseProduct(state.phi_slopes);
    state.curvatures.array() *= state.weights.array();
  }
}

Vector TrainingLinearization::true_residuals(std::size_t g) const {
  const BoundGroup& group = core_->groups[g];
  Vector found(group.num_residuals);
  Eigen::Index first = 0;
  for (std::size_t k = 0; k < group.rules.size(); ++k) {
    const Eigen::Index count = group.rules[k]->num_residuals();
    group.rules[k]->true_residuals(response_.quantity(group.quantities[k]),
                                   found.segment(first, count));
    first += count;
  }
  return found;
}

Vector TrainingLinearization::violation_rates() const {
  Vector rates = Vector::Zero(static_cast<Eigen::Index>(core_->groups.size()));
  for (std::size_t g = 0; g < core_->groups.size(); ++g) {
    const BoundGroup& group = core_->groups[g];
    const double tolerance = core_->setup.groups[g].tolerance;
    const Vector residuals = true_residuals(g);
    Eigen::Index first = 0;
    long violations = 0;
    for (std::size_t k = 0; k < group.rules.size(); ++k) {
      const Eigen::Index count = group.rules[k]->num_residuals();
      for (const double residual : residuals.segment(first, count)) {
        if (is_violation(residual, group.senses[k], tolerance)) ++violations;
      }
      first += count;
    }
    rates(static_cast<Eigen::Index>(g)) = static_cast<double>(violations) / group.num_residuals;
  }
  return rates;
}

// --- derivatives of the rules in the quantities they read ----------------------------------------

const ResidualJacobian& TrainingLinearization::jacobian(std::size_t group, std::size_t rule) const {
  const BoundConstraint& bound = *core_->groups[group].rules[rule];
  return bound.is_linear() ? bound.jacobian() : states_[group].jacobians[rule];
}

void TrainingLinearization::clear_quantity_cotangents(std::size_t group) const {
  for (const std::size_t k : core_->groups[group].touched) quantity_cotangents_[k].setZero();
}

void TrainingLinearization::add_pulled_residuals(std::size_t g, ConstVectorRef weights) const {
  const BoundGroup& group = core_->groups[g];
  Eigen::Index first = 0;
  for (std::size_t k = 0; k < group.rules.size(); ++k) {
    const Eigen::Index count = group.rules[k]->num_residuals();
    add_jacobian_pullback(jacobian(g, k), weights.segment(first, count),
                          quantity_cotangents_[group.quantities[k]]);
    first += count;
  }
}

void TrainingLinearization::pull_quantities(std::size_t group, NetworkCotangents& into) const {
  for (const std::size_t k : core_->groups[group].touched) {
    response_.pull(k, quantity_cotangents_[k], into);
  }
}

void TrainingLinearization::push_residuals(std::size_t g, VectorRef residual_tangents) const {
  const BoundGroup& group = core_->groups[g];
  Eigen::Index first = 0;
  for (std::size_t k = 0; k < group.rules.size(); ++k) {
    const Eigen::Index count = group.rules[k]->num_residuals();
    jacobian_product(jacobian(g, k), quantity_tangents_[group.quantities[k]],
                     residual_tangents.segment(first, count));
    first += count;
  }
}

void TrainingLinearization::apply_penalty_curvature(std::size_t group, double weight,
                                                    VectorRef v) const {
  // d2 A(phi(r)) / dr2 = diag(a phi'') + diag(phi') (d2A / dphi2) diag(phi').
  const Aggregation& aggregation = core_->groups[group].aggregation;
  const GroupState& state = states_[group];
  if (!is_curved(aggregation)) {
    v.array() *= weight * state.curvatures.array();
    return;
  }
  auto bent = bent_.head(v.size());
  bent = state.phi_slopes.cwiseProduct(v);
  apply_curvature(aggregation, state.weights, bent);
  v.array() =
      weight * (state.curvatures.array() * v.array() + state.phi_slopes.array() * bent.array());
}

// --- first derivatives ---------------------------------------------------------------------------

void TrainingLinearization::ensure_cotangents() const {
  if (cotangents_ready_) return;
  for (std::size_t t = 0; t < terms_.size(); ++t) {
    cotangents_[t].set_zero();
    if (t == 0) {
      core_->setup.loss.gradient(
          response_.logits().leftCols(core_->num_rows()), core_->loss_targets,
          cotangents_[0].outputs.leftCols(core_->num_rows()), core_->setup.data.weights);
    } else {
      const std::size_t group = terms_[t].group;
      clear_quantity_cotangents(group);
      add_pulled_residuals(group, states_[group].slopes);
      pull_quantities(group, cotangents_[t]);
    }
  }
  cotangents_ready_ = true;
}

void TrainingLinearization::combine_cotangents(ConstVectorRef weights) const {
  combined_.set_zero();
  for (std::size_t t = 0; t < terms_.size(); ++t) {
    const double weight = weights(terms_[t].value);
    if (weight != 0.0) combined_.add(weight, cotangents_[t]);
  }
  for (std::size_t g = 0; g < core_->groups.size(); ++g) {
    const BoundGroup& group = core_->groups[g];
    if (group.first_row < 0) continue;
    auto weighted = weighted_.head(group.num_residuals);
    weighted = weights.segment(group.first_row, group.num_residuals) /
               core_->setup.groups[g].penalty.scale;
    clear_quantity_cotangents(g);
    add_pulled_residuals(g, weighted);
    pull_quantities(g, combined_);
  }
}

double TrainingLinearization::decay_weight(ConstVectorRef weights) const {
  return core_->setup.weight_decay * weights.head(raw_.size()).sum();
}

void TrainingLinearization::pullback(ConstMatrixRef weights, MatrixRef gradients) const {
  ensure_cotangents();
  const Eigen::Index width = combined_.outputs.cols();
  const Eigen::Index columns = width * weights.cols();
  auto stacked = grown(stacked_, combined_.outputs.rows(), columns);
  for (std::size_t i = 0; i < stacked_hidden_.size(); ++i) {
    grown(stacked_hidden_[i], combined_.hidden[i].rows(), columns);
  }
  ranges_.resize(static_cast<std::size_t>(weights.cols()));
  for (Eigen::Index c = 0; c < weights.cols(); ++c) {
    ranges_[static_cast<std::size_t>(c)] = core_->columns_of(weights.col(c));
    combine_cotangents(weights.col(c));
    stacked.middleCols(c * width, width) = combined_.outputs;
    for (std::size_t i = 0; i < stacked_hidden_.size(); ++i) {
      stacked_hidden_[i].middleCols(c * width, width) = combined_.hidden[i];
    }
  }
  response_.pullback(stacked, gradients, stacked_hidden_, ranges_);
  for (Eigen::Index c = 0; c < weights.cols() && core_->setup.weight_decay > 0.0; ++c) {
    gradients.col(c) += decay_weight(weights.col(c)) * offset_;
  }
}

// --- second derivatives --------------------------------------------------------------------------

// The cotangent a group sends to the network is the pull-back of J^T u. It changes with u, with J,
// and with the pull-back itself.
void TrainingLinearization::add_group_curvature(std::size_t g, ConstVectorRef weights) const {
  const BoundGroup& group = core_->groups[g];
  const bool aggregated = group.value >= 0;
  const double weight = aggregated ? weights(group.value) : 1.0;
  if (weight == 0.0) return;
  auto weighted = weighted_.head(group.num_residuals);
  if (aggregated) {
    weighted = weight * states_[g].slopes;
  } else {
    weighted = weights.segment(group.first_row, group.num_residuals) /
               core_->setup.groups[g].penalty.scale;
  }
  clear_quantity_cotangents(g);
  add_pulled_residuals(g, weighted);
  for (const std::size_t k : group.touched) {
    response_.curve(k, quantity_tangents_[k], quantity_cotangents_[k], combined_tangents_);
  }

  clear_quantity_cotangents(g);
  Eigen::Index first = 0;
  for (std::size_t k = 0; k < group.rules.size(); ++k) {
    const BoundConstraint& rule = *group.rules[k];
    const std::size_t q = group.quantities[k];
    const Eigen::Index count = rule.num_residuals();
    if (!rule.is_linear()) {
      rule.add_curvature(response_.quantity(q), weighted.segment(first, count),
                         quantity_tangents_[q], quantity_cotangents_[q]);
    }
    first += count;
  }
  if (aggregated) {
    push_residuals(g, weighted);
    apply_penalty_curvature(g, weight, weighted);
    add_pulled_residuals(g, weighted);
  }
  pull_quantities(g, combined_tangents_);
}

void TrainingLinearization::combine_cotangent_tangents(ConstVectorRef weights) const {
  const Eigen::Index rows = core_->num_rows();
  combined_tangents_.set_zero();
  if (weights(0) != 0.0) {
    auto results = combined_tangents_.outputs.leftCols(rows);
    core_->setup.loss.hessian_product(response_.logits().leftCols(rows), core_->loss_targets,
                                      response_.logit_tangents().leftCols(rows), results,
                                      core_->setup.data.weights);
    results *= weights(0);
  }
  for (std::size_t k = 0; k < quantity_tangents_.size(); ++k) {
    response_.push(k, quantity_tangents_[k]);
  }
  for (std::size_t g = 0; g < core_->groups.size(); ++g) add_group_curvature(g, weights);
}

/// Further products with the same weights find the cotangents taken back already.
void TrainingLinearization::hold_cotangents(ConstVectorRef weights) const {
  if (response_.pass().holds_cotangents() && held_weights_ == weights) return;
  ensure_cotangents();
  combine_cotangents(weights);
  response_.pass().hold_cotangents(combined_.outputs, combined_.hidden);
  held_weights_ = weights;
}

void TrainingLinearization::hessian_product(ConstVectorRef weights, ConstMatrixRef directions,
                                            MatrixRef products) const {
  hold_cotangents(weights);
  const double decay = decay_weight(weights);
  for (Eigen::Index c = 0; c < directions.cols(); ++c) {
    response_.pushforward(directions.col(c));
    combine_cotangent_tangents(weights);
    response_.pass().second_pullback(combined_tangents_.outputs, products.col(c),
                                     combined_tangents_.hidden);
    products.col(c) += decay * directions.col(c);
  }
}

}  // namespace moo
