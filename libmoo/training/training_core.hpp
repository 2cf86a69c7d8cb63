#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "libmoo/model/forward_pass.hpp"
#include "libmoo/training/training_problem.hpp"

namespace moo {

class TrainingLinearization;

/// The rules of one group bound to the data.
struct BoundGroup {
  std::vector<std::unique_ptr<BoundConstraint>> rules;
  std::vector<Sense> senses;  ///< of the rules
  int num_residuals = 0;      ///< of all rules together
  int objective = -1;         ///< index among the objectives; -1 for hard groups
  int first_row = -1;         ///< index among the values, m + row; -1 for soft groups
};

/// What all linearizations of a TrainingProblem share; immutable but for the pool of workspaces.
class TrainingProblem::Core {
 public:
  explicit Core(TrainingSetup setup);
  ~Core();

  /// A linearization from the pool, or a new one.
  [[nodiscard]] TrainingLinearization* acquire() const;
  void give_back(TrainingLinearization* linearization) const;

  [[nodiscard]] int num_outputs() const { return setup.network.num_outputs(); }
  [[nodiscard]] Eigen::Index num_rows() const { return setup.data.inputs.cols(); }

  TrainingSetup setup;
  Matrix inputs;                   ///< d x B: data rows, then probes
  std::vector<BoundGroup> groups;  ///< in the order of setup.groups
  std::vector<ObjectiveInfo> objectives;
  std::vector<ConstraintRow> rows;
  bool least_squares = true;  ///< every soft group is a mean of penalties >= 0
  Vector null;                ///< theta_null, n

 private:
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<TrainingLinearization>> pool_;
};

/// Values of a TrainingProblem at one theta. Its members are the workspace of an evaluation.
class TrainingLinearization final : public Linearization {
 public:
  explicit TrainingLinearization(const TrainingProblem::Core& core);

  /// Evaluates at theta; keeps the core alive until it is released.
  void evaluate(std::shared_ptr<const TrainingProblem::Core> core, ConstVectorRef theta);

  const Vector& values() const override { return values_; }
  void pullback(ConstMatrixRef weights, MatrixRef gradients) const override;
  void hessian_product(ConstVectorRef weights, ConstMatrixRef directions,
                       MatrixRef products) const override;
  void gauss_newton(ConstVectorRef weights, MatrixRef matrix) const override;
  int num_residuals() const override;
  void least_squares(ConstVectorRef weights, VectorRef residuals,
                     MatrixRef jacobian) const override;

  /// Objectives without weight decay, m.
  [[nodiscard]] const Vector& raw_objectives() const { return raw_; }
  /// Residuals of group g, those of its rules one after the other.
  [[nodiscard]] const Vector& residuals(std::size_t group) const {
    return states_[group].residuals;
  }

 private:
  /// Penalty of one group at the current predictions; entries per residual.
  struct GroupState {
    Vector residuals;
    Vector values;                            ///< phi
    Vector phi_slopes;                        ///< phi'
    Vector weights;                           ///< a = dA / dphi; 1 / K for the mean
    Vector slopes;                            ///< a phi' = dA / dresidual
    Vector curvatures;                        ///< a phi''
    std::vector<ResidualJacobian> jacobians;  ///< per rule; empty for linear rules
  };

  void release() override;
  void evaluate_groups();
  void ensure_cotangents() const;
  [[nodiscard]] const ResidualJacobian& jacobian(std::size_t group, std::size_t rule) const;
  /// prediction_cotangents_ += J^T weights, J = d residuals of the group / dP.
  void add_pulled_residuals(std::size_t group, ConstVectorRef weights) const;
  /// prediction_cotangents_ = J^T weights.
  void pull_residuals(std::size_t group, ConstVectorRef weights) const;
  /// residual_tangents = J prediction_tangents_.
  void push_residuals(std::size_t group, VectorRef residual_tangents) const;
  /// v <- weight (d2 A(phi(r)) / dr2) v: the curvature of the penalties and of their aggregation.
  void apply_penalty_curvature(std::size_t group, double weight, VectorRef v) const;
  /// lower += weight J^T (d2 A(phi(r)) / dr2) J with J = d residuals of the group / d theta, given
  /// d predictions / d theta.
  void add_penalty_gauss_newton(std::size_t group, double weight, const Matrix& predictions,
                                Matrix& lower) const;
  void add_row_cotangents(ConstVectorRef weights, Matrix& cotangents) const;
  /// The derivative along logit_tangents of the cotangents D = sum_i w_i dvalue_i/dZ.
  void cotangent_tangents(ConstVectorRef weights, const Matrix& logit_tangents,
                          Matrix& results) const;
  [[nodiscard]] Matrix prediction_jacobian(const Matrix& network_jacobian) const;

  std::shared_ptr<const TrainingProblem::Core> core_;
  mutable ForwardPass pass_;
  Vector offset_;       ///< theta - theta_null
  double decay_ = 0.0;  ///< nu/2 |offset|^2
  Vector values_;
  Vector raw_;
  Matrix predictions_;  ///< q x B
  std::vector<GroupState> states_;

  mutable bool cotangents_ready_ = false;
  mutable std::vector<Matrix> cotangents_;  ///< per objective, dvalue_i/dZ, q x B
  mutable Matrix prediction_cotangents_;
  mutable Matrix prediction_tangents_;
  mutable Matrix scratch_;
  mutable Matrix stacked_;  ///< q x >= kB
  mutable Matrix combined_;
  mutable Matrix combined_tangents_;
  mutable Vector weighted_;  ///< as long as the longest group, like the next one
  mutable Vector bent_;
};

}  // namespace moo
