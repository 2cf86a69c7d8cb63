#pragma once

#include <Eigen/SparseCore>
#include <memory>
#include <string>
#include <vector>

#include "libmoo/base/vector.hpp"
#include "libmoo/data/dataset.hpp"
#include "libmoo/problem/objective.hpp"

namespace moo {

/// What of the model a rule is about. Every quantity is a matrix with one row per number and a
/// fixed place for each probe; B plain probes, P directional ones.
struct ModelQuantity {
  enum class Kind {
    predictions,  ///< outputs after the link, q x B
    logits,       ///< outputs before it, q x B
    activations,  ///< of the hidden layer `layer`, after its activation function, d_l x B
    derivatives,  ///< predictions and their derivatives at the directional probes, q x 3P
  };
  Kind kind = Kind::predictions;
  int layer = -1;  ///< 0 is the layer next to the inputs; only for activations

  friend bool operator==(const ModelQuantity&, const ModelQuantity&) = default;
};

/// d residuals / d quantity: one row per residual; column i + h b is entry (i, b) of the quantity,
/// h its number of rows.
using ResidualJacobian = Eigen::SparseMatrix<double, Eigen::RowMajor>;

/// All inputs on which the rules of a problem want the model evaluated, in one batch. Samples are
/// columns.
///
/// Plain probes: the rows of the data first, then what rules append. Directional probes: points
/// with a direction e each, for derivatives of the predictions p along it; probe k owns the columns
/// 3k, 3k + 1 and 3k + 2 of the quantity `derivatives`:
///
///     p(x),   d/dt p(x + t e),   d2/dt2 p(x + t e)     at t = 0.
class ProbeBatch {
 public:
  /// @param hidden_widths of the network's hidden layers; empty when rules look at none
  explicit ProbeBatch(Matrix data_inputs, std::vector<int> hidden_widths = {});

  /// Appends d x k inputs. Returns the column of the first.
  int append(ConstMatrixRef inputs);

  /// Appends d x k points and as many directions. Returns the index of the first.
  int append_directional(ConstMatrixRef points, ConstMatrixRef directions);

  [[nodiscard]] const Matrix& inputs() const { return inputs_; }
  [[nodiscard]] int size() const { return static_cast<int>(inputs_.cols()); }  ///< B

  [[nodiscard]] const Matrix& points() const { return points_; }                          ///< d x P
  [[nodiscard]] const Matrix& directions() const { return directions_; }                  ///< d x P
  [[nodiscard]] int num_directional() const { return static_cast<int>(points_.cols()); }  ///< P

  [[nodiscard]] const std::vector<int>& hidden_widths() const { return hidden_widths_; }

 private:
  Matrix inputs_;
  Matrix points_;
  Matrix directions_;
  std::vector<int> hidden_widths_;
};

/// A constraint on given data: knows its probes' columns and turns the quantity its Constraint
/// reads into residuals. The quantity is h x C, q x B for predictions; r is the number of
/// residuals. Other rules may append probes later, so that matrices have at least the columns known
/// when bound.
class BoundConstraint {
 public:
  BoundConstraint() = default;
  BoundConstraint(const BoundConstraint&) = delete;
  BoundConstraint& operator=(const BoundConstraint&) = delete;
  virtual ~BoundConstraint() = default;

  [[nodiscard]] virtual int num_residuals() const = 0;

  /// residuals(k) > 0 (or != 0 for an equality) is a violation, in the rule's own unit.
  /// @param quantity h x C   @param residuals r
  virtual void residuals(ConstMatrixRef quantity, VectorRef residuals) const = 0;

  /// The Jacobian's pattern, and its values if the rule is linear; r x hC.
  [[nodiscard]] virtual const ResidualJacobian& jacobian() const = 0;
  [[nodiscard]] virtual bool is_linear() const { return true; }

  /// Writes the values of the Jacobian at this quantity into a matrix of the same pattern.
  /// Only called for rules that are not linear.
  virtual void update(ConstMatrixRef quantity, ResidualJacobian& jacobian) const;

  /// result += (sum_k weights_k H_k) tangents, H_k the Hessian of residual k in the quantity.
  /// Only called for rules that are not linear.
  /// @param weights r   @param tangents, result h x C
  virtual void add_curvature(ConstMatrixRef quantity, ConstVectorRef weights,
                             ConstMatrixRef tangents, MatrixRef result) const;

  /// The residuals that count in violation rates and reports: those of the rule itself where
  /// residuals() are those of a smooth stand-in, such as decisions instead of softened ones.
  virtual void true_residuals(ConstMatrixRef quantity, VectorRef residuals) const;
};

/// A rule on a model. Says which inputs it wants evaluated and what it makes of the model there;
/// what a violation costs is the penalty's business. Stateless: the same rule is bound to training,
/// validation, test or shifted data.
class Constraint {
 public:
  virtual ~Constraint() = default;

  [[nodiscard]] virtual std::string name() const = 0;
  [[nodiscard]] virtual std::string unit() const = 0;
  [[nodiscard]] virtual Sense sense() const { return Sense::inequality; }

  /// The quantity its bound form is a function of.
  [[nodiscard]] virtual ModelQuantity reads() const { return {}; }

  /// The same rule with its temperature times `factor` > 0, for rules that smooth a decision with
  /// one; null for all others.
  [[nodiscard]] virtual std::shared_ptr<const Constraint> annealed(double factor) const;

  /// Binds the rule to the rows of `data`, which are the first columns of the batch in their order;
  /// `data.inputs` are as the model sees them (standardised). Further probes are appended.
  /// Throws: InvalidArgument when the data lack a column the rule needs.
  [[nodiscard]] virtual std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                              ProbeBatch& batch) const = 0;
};

/// Throws: InvalidArgument in the name of `rule` unless the targets of `data` have such a row.
void require_output(const std::string& rule, int output, const Dataset& data);

}  // namespace moo
