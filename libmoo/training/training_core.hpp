#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "libmoo/training/response.hpp"
#include "libmoo/training/row_strata.hpp"
#include "libmoo/training/training_problem.hpp"

namespace moo {

class TrainingLinearization;

/// The rules of one group bound to the data, and where the group's value or values stand.
struct BoundGroup {
  std::vector<std::unique_ptr<BoundConstraint>> rules;
  std::vector<Sense> senses;            ///< of the rules
  std::vector<std::size_t> quantities;  ///< index of the quantity each rule reads
  std::vector<std::size_t> touched;     ///< the same without repetition
  int num_residuals = 0;                ///< of all rules together
  ColumnRange columns;                  ///< of the batch, outside which the rules read nothing

  /// Soft: its objective. Probabilistic: its one row. -1 for hard groups.
  int value = -1;
  Aggregation aggregation;  ///< of soft and probabilistic groups
  double target = 0.0;      ///< subtracted from the aggregate: delta of a smoothed rate

  /// Hard: the first of its rows among the values, m + row. -1 for other groups.
  int first_row = -1;
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
  /// Share of data row b in the mean loss.
  [[nodiscard]] double row_share(Eigen::Index b) const {
    const Vector& weights = setup.data.weights;
    return (weights.size() > 0 ? weights(b) : 1.0) / total_weight;
  }

  TrainingSetup setup;
  std::optional<ResponseLayout> response;  ///< always there once constructed
  Matrix loss_targets;                     ///< q x N, on the scale of the raw outputs
  double total_weight = 1.0;               ///< of the data rows in the mean loss
  std::vector<BoundGroup> groups;          ///< in the order of setup.groups
  std::vector<std::string> group_names;
  std::vector<ObjectiveInfo> objectives;
  std::vector<ConstraintRow> rows;
  bool least_squares = true;  ///< every soft group is a mean of penalties >= 0
  Vector null;                ///< theta_null, n
  std::shared_ptr<const TrainingProblem> validation;  ///< null without validation data
  std::optional<RowStrata> strata;                    ///< nothing without minibatches

  /// What to train on a sample of the rows.
  [[nodiscard]] TrainingSetup on(const RowSample& sample) const;

  /// Throws: InvalidArgument unless there is such a group.
  void require_group(std::size_t group) const;
  /// Columns of the batch on which any of the values depends that have a weight.
  [[nodiscard]] ColumnRange columns_of(ConstVectorRef weights) const;
  [[nodiscard]] GroupResiduals with_senses(std::size_t group, Vector residuals) const;

 private:
  void add_objective(const ConstraintGroup& group, BoundGroup& bound);
  void add_rows(const ConstraintGroup& group, BoundGroup& bound);
  /// The columns of every group, from the patterns of its rules' Jacobians.
  void find_columns();

  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<TrainingLinearization>> pool_;
};

/// Values of a TrainingProblem at one theta. Its members are the workspace of an evaluation.
class TrainingLinearization final : public Linearization {
 public:
  explicit TrainingLinearization(const TrainingProblem::Core& core);

  /// Evaluates at theta; keeps the core alive until it is released.
  void evaluate(std::shared_ptr<const TrainingProblem::Core> core, ConstVectorRef theta,
                Precision precision);

  const Vector& values() const override { return values_; }
  void pullback(ConstMatrixRef weights, MatrixRef gradients) const override;
  void hessian_product(ConstVectorRef weights, ConstMatrixRef directions,
                       MatrixRef products) const override;
  void gauss_newton(ConstVectorRef weights, MatrixRef matrix) const override;
  int num_residuals() const override;
  void least_squares(ConstVectorRef weights, VectorRef residuals,
                     MatrixRef jacobian) const override;

  Vector violation_rates() const override;

  /// Objectives without weight decay, m.
  [[nodiscard]] const Vector& raw_objectives() const { return raw_; }
  /// Residuals of a group, those of its rules one after the other.
  [[nodiscard]] const Vector& residuals(std::size_t group) const {
    return states_[group].residuals;
  }
  /// The same, but for rules that are trained on a smooth stand-in.
  [[nodiscard]] Vector true_residuals(std::size_t group) const;

 private:
  /// One group at the current quantities; entries per residual.
  struct GroupState {
    Vector residuals;
    Vector values;                            ///< phi
    Vector phi_slopes;                        ///< phi'
    Vector weights;                           ///< a = dA / dphi; 1 / K for the mean
    Vector slopes;                            ///< a phi' = dA / dresidual
    Vector curvatures;                        ///< a phi''
    std::vector<ResidualJacobian> jacobians;  ///< per rule; empty for linear rules
  };
  struct Term {
    int value;          ///< index among the values
    std::size_t group;  ///< of the rules; without meaning for the loss, which is the first term
  };

  void release() override;
  void evaluate_rules(std::size_t group);
  void evaluate_aggregate(std::size_t group);
  void ensure_cotangents() const;
  [[nodiscard]] const ResidualJacobian& jacobian(std::size_t group, std::size_t rule) const;
  /// quantity_cotangents_ = 0 for the quantities the group reads.
  void clear_quantity_cotangents(std::size_t group) const;
  /// quantity_cotangents_ += J^T weights, J = d residuals of the group / d quantities.
  void add_pulled_residuals(std::size_t group, ConstVectorRef weights) const;
  /// into += pull-back of quantity_cotangents_ of what the group reads.
  void pull_quantities(std::size_t group, NetworkCotangents& into) const;
  /// residual_tangents = J quantity_tangents_.
  void push_residuals(std::size_t group, VectorRef residual_tangents) const;
  /// v <- weight (d2 A(phi(r)) / dr2) v: the curvature of the penalties and of their aggregation.
  void apply_penalty_curvature(std::size_t group, double weight, VectorRef v) const;
  /// combined_ = sum_i weights_i d value_i / d network.
  void combine_cotangents(ConstVectorRef weights) const;
  void hold_cotangents(ConstVectorRef weights) const;
  /// The derivative of combine_cotangents() along the last pushforward.
  void combine_cotangent_tangents(ConstVectorRef weights) const;
  void add_group_curvature(std::size_t group, ConstVectorRef weights) const;
  [[nodiscard]] double decay_weight(ConstVectorRef weights) const;

  /// matrix += weight J^T (d2 A(phi(r)) / dr2) J with J = d residuals of the group / d theta, given
  /// d quantities / d theta.
  void add_penalty_gauss_newton(std::size_t group, double weight,
                                const std::vector<Matrix>& quantities, MatrixRef matrix) const;
  [[nodiscard]] std::vector<Matrix> quantity_jacobians(const Matrix& network) const;

  std::shared_ptr<const TrainingProblem::Core> core_;
  mutable Response response_;
  std::vector<Term> terms_;  ///< the loss, then soft and probabilistic groups
  Vector offset_;            ///< theta - theta_null; 0 without weight decay
  double decay_ = 0.0;       ///< nu/2 |offset|^2
  Vector values_;
  Vector raw_;
  std::vector<GroupState> states_;

  mutable bool cotangents_ready_ = false;
  mutable Vector held_weights_;  ///< m + p, of the cotangents that the pass holds
  mutable std::vector<NetworkCotangents> cotangents_;  ///< per term
  mutable std::vector<Matrix> quantity_cotangents_;    ///< per quantity, in its shape
  mutable std::vector<Matrix> quantity_tangents_;
  mutable NetworkCotangents combined_;
  mutable NetworkCotangents combined_tangents_;
  mutable Matrix stacked_;                      ///< q x >= kW
  mutable std::vector<Matrix> stacked_hidden_;  ///< d_l x >= kW
  mutable std::vector<ColumnRange> ranges_;     ///< of the stacked cotangents
  mutable Matrix network_jacobian_;             ///< d outputs / d theta, for the dense forms
  mutable Matrix scaled_jacobian_;
  mutable Vector weighted_;  ///< as long as the longest group, like the next one
  mutable Vector bent_;
};

}  // namespace moo
