#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libmoo/base/precision.hpp"
#include "libmoo/constraint/group.hpp"
#include "libmoo/data/dataset.hpp"
#include "libmoo/model/network.hpp"
#include "libmoo/problem/problem.hpp"
#include "libmoo/training/loss.hpp"

namespace moo {

/// What to train, on what, under which rules.
struct TrainingSetup {
  std::string name = "training";
  Network network{{1, 1}, Activation::tanh};
  Loss loss{LossKind::squared_error};
  Dataset data;                         ///< inputs as the network sees them (standardised)
  std::vector<ConstraintGroup> groups;  ///< soft groups become objectives, hard ones rows
  std::string accuracy_name;            ///< of objective 0; empty: the loss's own name
  Initialization initialization = Initialization::glorot;

  /// nu of the term nu/2 |theta - theta_null|^2 in every objective. It keeps each end of the front
  /// strictly curved: weights sum to one, so that every weighted sum carries the term once.
  double weight_decay = 1e-2;

  /// For regression: the model predicts output_shift + output_factor z, in the targets' own unit,
  /// from its raw outputs z; rules see these predictions, and the loss compares z with the targets
  /// brought to the same scale, (y - output_shift) / output_factor. Both q, or empty for 0 and 1.
  Vector output_shift;
  Vector output_factor;  ///< > 0

  /// Data for Problem::validate(), with the same columns as `data`.
  std::optional<Dataset> validation;

  /// Where weight decay pulls the output bias; the other entries of theta_null are zero. At the
  /// log-odds of the base rate the most regular model is the null model, which ignores its inputs
  /// and predicts that rate. Empty: zero. Size q.
  Vector null_bias;

  /// Data rows of a minibatch, about; data of fewer than twice as many have no minibatches.
  int batch_rows = 256;
};

/// Residuals of one group of rules, those of its rules one after the other.
struct GroupResiduals {
  Vector residuals;           ///< in the rules' own units
  std::vector<Sense> senses;  ///< per residual
};

/// Training a network under rules, as a Problem:
///
///     f_0 = loss + nu/2 |theta - theta_null|^2
///     f_i = A_i(phi_i(r_ik)) + nu/2 |theta - theta_null|^2           soft groups, in their order
///     c   = (residuals of the hard groups + margin) / scale of their penalty, row by row (no
///     margin
///           for equalities), and one row per probabilistic group (chance.hpp)
///
/// with A_i the mean over the group's probes k, unless the group says otherwise. All probes of all
/// groups travel through the network in one batch. Objectives, gradients, exact Hessian products
/// and dense Gauss-Newton are all offered, and least-squares forms where every soft group is a mean
/// of penalties that are never negative. An evaluation allocates nothing once a workspace of its
/// shape exists; workspaces are pooled.
class TrainingProblem final : public Problem {
 public:
  /// Throws: InvalidArgument when shapes do not fit or a rule cannot be bound.
  explicit TrainingProblem(TrainingSetup setup);
  ~TrainingProblem() override;

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] int num_variables() const override;
  [[nodiscard]] const std::vector<ObjectiveInfo>& objectives() const override;
  [[nodiscard]] const std::vector<ConstraintRow>& hard_rows() const override;
  [[nodiscard]] Capabilities capabilities() const override;
  [[nodiscard]] Vector start(RandomStream& random) const override;
  [[nodiscard]] LinearizationPtr linearize(ConstVectorRef theta) const override;

  [[nodiscard]] const std::vector<std::string>& rule_groups() const override;  ///< all of them
  [[nodiscard]] std::optional<Validation> validate(ConstVectorRef theta) const override;
  [[nodiscard]] std::shared_ptr<const Problem> annealed(double factor) const override;

  /// The same rules on some batch_rows rows, which have their share of every class and protected
  /// group (RowStrata) and are weighted so that the loss has no bias. Rules that sample probes of
  /// their own keep all of them. A group of hard rows has one row per residual, so that one with a
  /// residual per data row has fewer rows here. Where a rule cannot be bound to so few rows the
  /// batch is doubled until it can; null where half of the data are not enough.
  [[nodiscard]] std::shared_ptr<const Problem> minibatch(RandomStream& random) const override;

  /// The same data, rules and workspaces; values and gradients only. Null where rules read input
  /// derivatives, which single precision would spoil.
  [[nodiscard]] std::shared_ptr<const Problem> in_single_precision() const override;

  /// Objectives without weight decay at theta: mean loss, then group penalties; size m.
  [[nodiscard]] Vector raw_objectives(ConstVectorRef theta) const;

  /// Residuals of setup().groups[group] at theta.
  [[nodiscard]] GroupResiduals residuals(std::size_t group, ConstVectorRef theta) const;

  /// The same, but with true decisions where a rule is trained on smooth ones; for reports.
  [[nodiscard]] GroupResiduals true_residuals(std::size_t group, ConstVectorRef theta) const;

  /// Predictions, in the targets' unit, for the data rows, q x N.
  [[nodiscard]] Matrix predictions(ConstVectorRef theta) const;

  /// nu/2 |theta - theta_null|^2.
  [[nodiscard]] double decay(ConstVectorRef theta) const;

  [[nodiscard]] const TrainingSetup& setup() const;

 private:
  class Core;
  friend class TrainingLinearization;
  TrainingProblem(std::shared_ptr<const Core> core, Precision precision);

  std::shared_ptr<const Core> core_;
  Precision precision_ = Precision::full;
};

}  // namespace moo
