// The dense second-order forms of a TrainingLinearization: everything that needs the Jacobian of
// the network's outputs, row by row.

#include <cmath>

#include "libmoo/model/kernels/products.hpp"
#include "libmoo/training/training_core.hpp"

namespace moo {
namespace {

/// J times a matrix with one row per (output, probe): the Jacobian's columns may stop short of the
/// probes appended later.
Matrix times(const ResidualJacobian& jacobian, const Matrix& rows) {
  return jacobian * rows.topRows(jacobian.cols());
}

bool is_objective(const BoundGroup& group, Eigen::Index num_objectives) {
  return group.value >= 0 && group.value < num_objectives;
}

}  // namespace

std::vector<Matrix> TrainingLinearization::quantity_jacobians(const Matrix& network) const {
  std::vector<Matrix> jacobians;
  for (std::size_t k = 0; k < quantity_tangents_.size(); ++k) {
    jacobians.push_back(response_.jacobian(k, network));
  }
  return jacobians;
}

// With g = sum_k a_k phi'_k J_k, a the weights of the aggregation, log_mean_exp adds
// sum_k a_k (phi'_k J_k - g)^T (phi'_k J_k - g) / t: semi-definite to the last digit, which
// J^T diag(a phi'^2) J - g^T g would not be.
void TrainingLinearization::add_penalty_gauss_newton(std::size_t g, double weight,
                                                     const std::vector<Matrix>& quantities,
                                                     MatrixRef matrix) const {
  const BoundGroup& group = core_->groups[g];
  const Aggregation& aggregation = group.aggregation;
  const GroupState& state = states_[g];
  const bool curved = is_curved(aggregation);
  Matrix bent(curved ? group.num_residuals : 0, offset_.size());
  Eigen::Index first = 0;
  for (std::size_t k = 0; k < group.rules.size(); ++k) {
    const Eigen::Index count = group.rules[k]->num_residuals();
    Matrix scaled = times(jacobian(g, k), quantities[group.quantities[k]]);
    if (curved) {
      bent.middleRows(first, count) = state.phi_slopes.segment(first, count).asDiagonal() * scaled;
    }
    scaled.array().colwise() *=
        (weight * state.curvatures.segment(first, count)).cwiseMax(0.0).cwiseSqrt().array();
    kernels::add_gram(scaled, matrix.data(), matrix.outerStride());
    first += count;
  }
  if (!curved) return;
  const Eigen::RowVectorXd mean = state.weights.transpose() * bent;
  bent.rowwise() -= mean;
  bent.array().colwise() *=
      (weight / aggregation.temperature * state.weights).cwiseMax(0.0).cwiseSqrt().array();
  kernels::add_gram(bent, matrix.data(), matrix.outerStride());
}

void TrainingLinearization::gauss_newton(ConstVectorRef weights, MatrixRef matrix) const {
  const Eigen::Index q = core_->num_outputs();
  const Eigen::Index n = offset_.size();
  const Eigen::Index rows = core_->num_rows();
  const Matrix& logits = response_.logits();
  Matrix& network_jacobian = network_jacobian_;
  network_jacobian.resize(q * logits.cols(), n);
  response_.pass().jacobian(network_jacobian);
  matrix.setZero();

  if (weights(0) != 0.0) {
    scaled_jacobian_.resize(q * rows, n);
    Matrix factor(q, q);
    Matrix factors(q, q * rows);
    for (Eigen::Index b = 0; b < rows; ++b) {
      core_->setup.loss.curvature_factor(logits.col(b), core_->loss_targets.col(b),
                                         core_->row_share(b), factor);
      factors.middleCols(q * b, q) = std::sqrt(weights(0)) * factor;
    }
    for (Eigen::Index k = 0; k < n; ++k) {
      const auto all = network_jacobian.col(k).head(q * rows);
      auto scaled = scaled_jacobian_.col(k);
      if (q == 1) {
        scaled = factors.row(0).transpose().cwiseProduct(all);
        continue;
      }
      for (Eigen::Index b = 0; b < rows; ++b) {
        scaled.segment(q * b, q).noalias() =
            factors.middleCols(q * b, q).lazyProduct(all.segment(q * b, q));
      }
    }
    kernels::add_gram(scaled_jacobian_, matrix.data(), matrix.outerStride());
  }
  if (!core_->groups.empty()) {
    const std::vector<Matrix> quantities = quantity_jacobians(network_jacobian);
    for (std::size_t g = 0; g < core_->groups.size(); ++g) {
      const BoundGroup& group = core_->groups[g];
      if (group.value < 0 || weights(group.value) == 0.0) continue;
      add_penalty_gauss_newton(g, weights(group.value), quantities, matrix);
    }
  }
  matrix.diagonal().array() += decay_weight(weights);
}

int TrainingLinearization::num_residuals() const {
  if (!core_->least_squares) return Linearization::num_residuals();
  Eigen::Index count =
      core_->num_rows() * core_->setup.loss.residuals_per_sample(core_->num_outputs()) +
      offset_.size();
  for (const BoundGroup& group : core_->groups) {
    if (is_objective(group, raw_.size())) count += group.num_residuals;
  }
  return static_cast<int>(count);
}

void TrainingLinearization::least_squares(ConstVectorRef weights, VectorRef residuals,
                                          MatrixRef jacobian_rows) const {
  if (!core_->least_squares) Linearization::least_squares(weights, residuals, jacobian_rows);
  const Eigen::Index q = core_->num_outputs();
  const Eigen::Index n = offset_.size();
  const Eigen::Index rows = core_->num_rows();
  const Eigen::Index per_sample = core_->setup.loss.residuals_per_sample(core_->num_outputs());
  const Matrix& logits = response_.logits();
  Matrix network_jacobian(q * logits.cols(), n);
  response_.pass().jacobian(network_jacobian);

  Matrix sample_jacobian(per_sample, q);
  const double root = std::sqrt(weights(0));
  Eigen::Index row = 0;
  for (Eigen::Index b = 0; b < rows; ++b, row += per_sample) {
    core_->setup.loss.residuals(logits.col(b), core_->loss_targets.col(b), core_->row_share(b),
                                residuals.segment(row, per_sample), sample_jacobian);
    jacobian_rows.middleRows(row, per_sample).noalias() =
        root * sample_jacobian * network_jacobian.middleRows(q * b, q);
    residuals.segment(row, per_sample) *= root;
  }
  if (!core_->groups.empty()) {
    const std::vector<Matrix> quantities = quantity_jacobians(network_jacobian);
    for (std::size_t g = 0; g < core_->groups.size(); ++g) {
      const BoundGroup& group = core_->groups[g];
      if (!is_objective(group, raw_.size())) continue;
      const GroupState& state = states_[g];
      const double weight = weights(group.value);
      Eigen::Index first = 0;
      for (std::size_t k = 0; k < group.rules.size(); ++k) {
        const Eigen::Index count = group.rules[k]->num_residuals();
        auto block = jacobian_rows.middleRows(row, count);
        block = times(jacobian(g, k), quantities[group.quantities[k]]);
        for (Eigen::Index r = 0; r < count; ++r) {
          // 1/2 r^2 = w phi / K, hence dr = (w phi'/K) / r, which tends to a limit or 0 with phi.
          const double value =
              std::sqrt(2.0 * weight * state.values(first + r) / group.num_residuals);
          residuals(row + r) = value;
          block.row(r) *= value > 1e-150 ? weight * state.slopes(first + r) / value : 0.0;
        }
        row += count;
        first += count;
      }
    }
  }
  const double decay = std::sqrt(decay_weight(weights));
  residuals.tail(n) = decay * offset_;
  jacobian_rows.bottomRows(n) = decay * Matrix::Identity(n, n);
}

}  // namespace moo
