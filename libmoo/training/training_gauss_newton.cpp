// The dense second-order forms of a TrainingLinearization: everything that needs the Jacobian of
// the network's outputs, row by row.

#include <cmath>

#include "libmoo/model/link.hpp"
#include "libmoo/training/training_core.hpp"

namespace moo {
namespace {

/// J times a matrix with one row per (output, probe): the Jacobian's columns may stop short of the
/// probes appended later.
Matrix times(const ResidualJacobian& jacobian, const Matrix& rows) {
  return jacobian * rows.topRows(jacobian.cols());
}

}  // namespace

/// link'(Z) applied to the network's Jacobian: d predictions / d theta, qB x n.
Matrix TrainingLinearization::prediction_jacobian(const Matrix& network_jacobian) const {
  const Eigen::Index q = predictions_.rows();
  Matrix result(network_jacobian.rows(), network_jacobian.cols());
  Matrix tangents(q, predictions_.cols());
  Matrix pushed(q, predictions_.cols());
  for (Eigen::Index j = 0; j < network_jacobian.cols(); ++j) {
    tangents.reshaped() = network_jacobian.col(j);
    link_pushforward(core_->setup.loss.link(), predictions_, tangents, pushed);
    result.col(j) = pushed.reshaped();
  }
  return result;
}

// With g = sum_k a_k phi'_k J_k, a the weights of the aggregation, log_mean_exp adds
// sum_k a_k (phi'_k J_k - g)^T (phi'_k J_k - g) / t: semi-definite to the last digit, which
// J^T diag(a phi'^2) J - g^T g would not be.
void TrainingLinearization::add_penalty_gauss_newton(std::size_t g, double weight,
                                                     const Matrix& predictions,
                                                     Matrix& lower) const {
  const BoundGroup& group = core_->groups[g];
  const Aggregation& aggregation = core_->setup.groups[g].aggregation;
  const GroupState& state = states_[g];
  const bool curved = is_curved(aggregation);
  Matrix bent(curved ? group.num_residuals : 0, predictions.cols());
  Eigen::Index first = 0;
  for (std::size_t k = 0; k < group.rules.size(); ++k) {
    const Eigen::Index count = group.rules[k]->num_residuals();
    Matrix scaled = times(jacobian(g, k), predictions);
    if (curved) {
      bent.middleRows(first, count) = state.phi_slopes.segment(first, count).asDiagonal() * scaled;
    }
    scaled.array().colwise() *=
        (weight * state.curvatures.segment(first, count)).cwiseMax(0.0).cwiseSqrt().array();
    lower.selfadjointView<Eigen::Lower>().rankUpdate(scaled.transpose(), 1.0);
    first += count;
  }
  if (!curved) return;
  const Eigen::RowVectorXd mean = state.weights.transpose() * bent;
  bent.rowwise() -= mean;
  bent.array().colwise() *=
      (weight / aggregation.temperature * state.weights).cwiseMax(0.0).cwiseSqrt().array();
  lower.selfadjointView<Eigen::Lower>().rankUpdate(bent.transpose(), 1.0);
}

void TrainingLinearization::gauss_newton(ConstVectorRef weights, MatrixRef matrix) const {
  const Eigen::Index q = predictions_.rows();
  const Eigen::Index n = offset_.size();
  const Eigen::Index rows = core_->num_rows();
  const Matrix& logits = pass_.outputs();
  Matrix network_jacobian(q * predictions_.cols(), n);
  pass_.jacobian(network_jacobian);
  matrix.setZero();
  Matrix lower = Matrix::Zero(n, n);

  if (weights(0) != 0.0) {
    Matrix factors(q * rows, n);
    Matrix factor(q, q);
    for (Eigen::Index b = 0; b < rows; ++b) {
      core_->setup.loss.curvature_factor(logits.col(b), core_->setup.data.targets.col(b), rows,
                                         factor);
      factors.middleRows(q * b, q).noalias() = factor * network_jacobian.middleRows(q * b, q);
    }
    lower.selfadjointView<Eigen::Lower>().rankUpdate(factors.transpose(), weights(0));
  }
  if (!core_->groups.empty()) {
    const Matrix predictions = prediction_jacobian(network_jacobian);
    for (std::size_t g = 0; g < core_->groups.size(); ++g) {
      const BoundGroup& group = core_->groups[g];
      if (group.objective < 0 || weights(group.objective) == 0.0) continue;
      add_penalty_gauss_newton(g, weights(group.objective), predictions, lower);
    }
  }
  lower.diagonal().array() += core_->setup.weight_decay * weights.head(raw_.size()).sum();
  matrix = lower.selfadjointView<Eigen::Lower>();
}

int TrainingLinearization::num_residuals() const {
  if (!core_->least_squares) return Linearization::num_residuals();
  Eigen::Index count =
      core_->num_rows() * core_->setup.loss.residuals_per_sample(core_->num_outputs()) +
      offset_.size();
  for (const BoundGroup& group : core_->groups) {
    if (group.objective >= 0) count += group.num_residuals;
  }
  return static_cast<int>(count);
}

void TrainingLinearization::least_squares(ConstVectorRef weights, VectorRef residuals,
                                          MatrixRef jacobian_rows) const {
  if (!core_->least_squares) Linearization::least_squares(weights, residuals, jacobian_rows);
  const Eigen::Index q = predictions_.rows();
  const Eigen::Index n = offset_.size();
  const Eigen::Index rows = core_->num_rows();
  const Eigen::Index per_sample = core_->setup.loss.residuals_per_sample(core_->num_outputs());
  Matrix network_jacobian(q * predictions_.cols(), n);
  pass_.jacobian(network_jacobian);

  Matrix sample_jacobian(per_sample, q);
  const double root = std::sqrt(weights(0));
  Eigen::Index row = 0;
  for (Eigen::Index b = 0; b < rows; ++b, row += per_sample) {
    core_->setup.loss.residuals(pass_.outputs().col(b), core_->setup.data.targets.col(b), rows,
                                residuals.segment(row, per_sample), sample_jacobian);
    jacobian_rows.middleRows(row, per_sample).noalias() =
        root * sample_jacobian * network_jacobian.middleRows(q * b, q);
    residuals.segment(row, per_sample) *= root;
  }
  if (!core_->groups.empty()) {
    const Matrix predictions = prediction_jacobian(network_jacobian);
    for (std::size_t g = 0; g < core_->groups.size(); ++g) {
      const BoundGroup& group = core_->groups[g];
      if (group.objective < 0) continue;
      const GroupState& state = states_[g];
      const double weight = weights(group.objective);
      Eigen::Index first = 0;
      for (std::size_t k = 0; k < group.rules.size(); ++k) {
        const Eigen::Index count = group.rules[k]->num_residuals();
        auto block = jacobian_rows.middleRows(row, count);
        block = times(jacobian(g, k), predictions);
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
  const double decay = std::sqrt(core_->setup.weight_decay * weights.head(raw_.size()).sum());
  residuals.tail(n) = decay * offset_;
  jacobian_rows.bottomRows(n) = decay * Matrix::Identity(n, n);
}

}  // namespace moo
