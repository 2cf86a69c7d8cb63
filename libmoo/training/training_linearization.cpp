#include <algorithm>
#include <cmath>
#include <utility>

#include "libmoo/constraint/linear_constraint.hpp"
#include "libmoo/model/link.hpp"
#include "libmoo/training/training_core.hpp"

namespace moo {

TrainingLinearization::TrainingLinearization(const TrainingProblem::Core& core)
    : pass_(core.setup.network) {
  const Eigen::Index q = core.num_outputs();
  const Eigen::Index batch = core.inputs.cols();
  const auto m = static_cast<Eigen::Index>(core.objectives.size());
  offset_.resize(core.null.size());
  values_.resize(m + static_cast<Eigen::Index>(core.rows.size()));
  raw_.resize(m);
  predictions_.resize(q, batch);
  int longest = 0;
  for (const BoundGroup& group : core.groups) {
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
  cotangents_.assign(static_cast<std::size_t>(m), Matrix::Zero(q, batch));
  for (Matrix* workspace : {&prediction_cotangents_, &prediction_tangents_, &scratch_, &combined_,
                            &combined_tangents_}) {
    workspace->resize(q, batch);
  }
}

void TrainingLinearization::release() {
  const std::shared_ptr<const TrainingProblem::Core> core = std::move(core_);
  core->give_back(this);
}

void TrainingLinearization::evaluate(std::shared_ptr<const TrainingProblem::Core> core,
                                     ConstVectorRef theta) {
  core_ = std::move(core);
  cotangents_ready_ = false;
  offset_ = theta - core_->null;
  decay_ = 0.5 * core_->setup.weight_decay * offset_.squaredNorm();
  pass_.run(theta, core_->inputs);
  raw_(0) = core_->setup.loss.value(pass_.outputs().leftCols(core_->num_rows()),
                                    core_->setup.data.targets);
  if (!core_->groups.empty()) {
    apply_link(core_->setup.loss.link(), pass_.outputs(), predictions_);
    evaluate_groups();
  }
  values_.head(raw_.size()) = raw_.array() + decay_;
}

void TrainingLinearization::evaluate_groups() {
  for (std::size_t g = 0; g < core_->groups.size(); ++g) {
    const BoundGroup& group = core_->groups[g];
    const Penalty& penalty = core_->setup.groups[g].penalty;
    GroupState& state = states_[g];
    Eigen::Index first = 0;
    for (std::size_t k = 0; k < group.rules.size(); ++k) {
      const Eigen::Index count = group.rules[k]->num_residuals();
      group.rules[k]->residuals(predictions_, state.residuals.segment(first, count));
      if (!group.rules[k]->is_linear()) group.rules[k]->update(predictions_, state.jacobians[k]);
      for (Eigen::Index r = first; r < first + count; ++r) {
        const Penalty::Value at = penalty(state.residuals(r), group.senses[k]);
        state.values(r) = at.value;
        state.phi_slopes(r) = at.slope;
        state.curvatures(r) = at.curvature;
      }
      first += count;
    }
    if (group.objective >= 0) {
      const Aggregation& aggregation = core_->setup.groups[g].aggregation;
      raw_(group.objective) =
          aggregate(aggregation, state.values, state.weights, bent_.head(group.num_residuals));
      if (aggregation.kind == AggregationKind::mean) {  // rounds once, not twice
        state.slopes = state.phi_slopes / group.num_residuals;
        state.curvatures /= group.num_residuals;
      } else {
        state.slopes = state.weights.cwiseProduct(state.phi_slopes);
        state.curvatures.array() *= state.weights.array();
      }
    } else {
      values_.segment(group.first_row, group.num_residuals) = state.residuals / penalty.scale;
    }
  }
}

const ResidualJacobian& TrainingLinearization::jacobian(std::size_t group, std::size_t rule) const {
  const BoundConstraint& bound = *core_->groups[group].rules[rule];
  return bound.is_linear() ? bound.jacobian() : states_[group].jacobians[rule];
}

void TrainingLinearization::add_pulled_residuals(std::size_t group, ConstVectorRef weights) const {
  Eigen::Index first = 0;
  for (std::size_t k = 0; k < core_->groups[group].rules.size(); ++k) {
    const Eigen::Index count = core_->groups[group].rules[k]->num_residuals();
    add_jacobian_pullback(jacobian(group, k), weights.segment(first, count),
                          prediction_cotangents_);
    first += count;
  }
}

void TrainingLinearization::pull_residuals(std::size_t group, ConstVectorRef weights) const {
  prediction_cotangents_.setZero();
  add_pulled_residuals(group, weights);
}

void TrainingLinearization::push_residuals(std::size_t group, VectorRef residual_tangents) const {
  Eigen::Index first = 0;
  for (std::size_t k = 0; k < core_->groups[group].rules.size(); ++k) {
    const Eigen::Index count = core_->groups[group].rules[k]->num_residuals();
    jacobian_product(jacobian(group, k), prediction_tangents_,
                     residual_tangents.segment(first, count));
    first += count;
  }
}

void TrainingLinearization::apply_penalty_curvature(std::size_t group, double weight,
                                                    VectorRef v) const {
  // d2 A(phi(r)) / dr2 = diag(a phi'') + diag(phi') (d2A / dphi2) diag(phi').
  const Aggregation& aggregation = core_->setup.groups[group].aggregation;
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

void TrainingLinearization::ensure_cotangents() const {
  if (cotangents_ready_) return;
  cotangents_[0].setZero();
  core_->setup.loss.gradient(pass_.outputs().leftCols(core_->num_rows()), core_->setup.data.targets,
                             cotangents_[0].leftCols(core_->num_rows()));
  for (std::size_t g = 0; g < core_->groups.size(); ++g) {
    const int objective = core_->groups[g].objective;
    if (objective < 0) continue;
    pull_residuals(g, states_[g].slopes);
    link_pullback(core_->setup.loss.link(), predictions_, prediction_cotangents_,
                  cotangents_[static_cast<std::size_t>(objective)]);
  }
  cotangents_ready_ = true;
}

void TrainingLinearization::add_row_cotangents(ConstVectorRef weights, Matrix& cotangents) const {
  for (std::size_t g = 0; g < core_->groups.size(); ++g) {
    const BoundGroup& group = core_->groups[g];
    if (group.first_row < 0) continue;
    auto weighted = weighted_.head(group.num_residuals);
    weighted = weights.segment(group.first_row, group.num_residuals) /
               core_->setup.groups[g].penalty.scale;
    pull_residuals(g, weighted);
    link_pullback(core_->setup.loss.link(), predictions_, prediction_cotangents_, scratch_);
    cotangents += scratch_;
  }
}

void TrainingLinearization::pullback(ConstMatrixRef weights, MatrixRef gradients) const {
  ensure_cotangents();
  const Eigen::Index batch = predictions_.cols();
  const Eigen::Index m = raw_.size();
  const Eigen::Index columns = batch * weights.cols();
  if (stacked_.cols() < columns) stacked_.resize(predictions_.rows(), columns);
  for (Eigen::Index c = 0; c < weights.cols(); ++c) {
    combined_.setZero();
    for (Eigen::Index i = 0; i < m; ++i) {
      if (weights(i, c) != 0.0) {
        combined_ += weights(i, c) * cotangents_[static_cast<std::size_t>(i)];
      }
    }
    if (!core_->rows.empty()) add_row_cotangents(weights.col(c), combined_);
    stacked_.middleCols(c * batch, batch) = combined_;
  }
  pass_.pullback(stacked_.leftCols(columns), gradients);
  for (Eigen::Index c = 0; c < weights.cols(); ++c) {
    gradients.col(c) += (core_->setup.weight_decay * weights.col(c).head(m).sum()) * offset_;
  }
}

void TrainingLinearization::cotangent_tangents(ConstVectorRef weights, const Matrix& logit_tangents,
                                               Matrix& results) const {
  const Link link = core_->setup.loss.link();
  const Eigen::Index rows = core_->num_rows();
  results.setZero();
  if (weights(0) != 0.0) {
    core_->setup.loss.hessian_product(pass_.outputs().leftCols(rows), core_->setup.data.targets,
                                      logit_tangents.leftCols(rows), results.leftCols(rows));
    results.leftCols(rows) *= weights(0);
  }
  if (core_->groups.empty()) return;
  link_pushforward(link, predictions_, logit_tangents, prediction_tangents_);
  for (std::size_t g = 0; g < core_->groups.size(); ++g) {
    const BoundGroup& group = core_->groups[g];
    const double scale = core_->setup.groups[g].penalty.scale;
    const bool soft = group.objective >= 0;
    const double weight = soft ? weights(group.objective) : 1.0;
    if (weight == 0.0) continue;
    const GroupState& state = states_[g];
    auto weighted = weighted_.head(group.num_residuals);
    // The cotangent of the predictions is J^T u; it changes with u, with J, and through the link.
    if (soft) {
      weighted = weight * state.slopes;
    } else {
      weighted = weights.segment(group.first_row, group.num_residuals) / scale;
    }
    pull_residuals(g, weighted);
    link_curvature(link, predictions_, prediction_tangents_, prediction_cotangents_, scratch_);
    results += scratch_;

    prediction_cotangents_.setZero();
    Eigen::Index first = 0;
    for (std::size_t k = 0; k < group.rules.size(); ++k) {
      const Eigen::Index count = group.rules[k]->num_residuals();
      if (!group.rules[k]->is_linear()) {
        group.rules[k]->add_curvature(predictions_, weighted.segment(first, count),
                                      prediction_tangents_, prediction_cotangents_);
      }
      first += count;
    }
    if (soft) {
      push_residuals(g, weighted);
      apply_penalty_curvature(g, weight, weighted);
      add_pulled_residuals(g, weighted);
    }
    link_pullback(link, predictions_, prediction_cotangents_, scratch_);
    results += scratch_;
  }
}

void TrainingLinearization::hessian_product(ConstVectorRef weights, ConstMatrixRef directions,
                                            MatrixRef products) const {
  ensure_cotangents();
  const Eigen::Index m = raw_.size();
  combined_.setZero();
  for (Eigen::Index i = 0; i < m; ++i) {
    if (weights(i) != 0.0) combined_ += weights(i) * cotangents_[static_cast<std::size_t>(i)];
  }
  if (!core_->rows.empty()) add_row_cotangents(weights, combined_);
  const double decay = core_->setup.weight_decay * weights.head(m).sum();
  for (Eigen::Index c = 0; c < directions.cols(); ++c) {
    cotangent_tangents(weights, pass_.pushforward(directions.col(c)), combined_tangents_);
    pass_.second_pullback(combined_, combined_tangents_, products.col(c));
    products.col(c) += decay * directions.col(c);
  }
}

}  // namespace moo
