#pragma once

#include <Eigen/SparseCore>
#include <memory>
#include <string>
#include <vector>

#include "libmoo/base/vector.hpp"
#include "libmoo/data/dataset.hpp"
#include "libmoo/problem/objective.hpp"

namespace moo {

/// d residuals / d predictions: one row per residual; column o + q b is output o of probe b.
using ResidualJacobian = Eigen::SparseMatrix<double, Eigen::RowMajor>;

/// All inputs on which the rules of a problem want the model evaluated, in one batch: the rows of
/// the data first, then what rules append. Samples are columns.
class ProbeBatch {
 public:
  explicit ProbeBatch(Matrix data_inputs) : inputs_(std::move(data_inputs)) {}

  /// Appends d x k inputs. Returns the column of the first.
  int append(ConstMatrixRef inputs);

  [[nodiscard]] const Matrix& inputs() const { return inputs_; }
  [[nodiscard]] int size() const { return static_cast<int>(inputs_.cols()); }

 private:
  Matrix inputs_;
};

/// A constraint on given data: knows its probes' columns and turns predictions into residuals.
/// B is the size of the whole batch, q the number of outputs, r the number of residuals.
class BoundConstraint {
 public:
  BoundConstraint() = default;
  BoundConstraint(const BoundConstraint&) = delete;
  BoundConstraint& operator=(const BoundConstraint&) = delete;
  virtual ~BoundConstraint() = default;

  [[nodiscard]] virtual int num_residuals() const = 0;

  /// residuals(k) > 0 (or != 0 for an equality) is a violation, in the rule's own unit.
  /// @param predictions q x B   @param residuals r
  virtual void residuals(ConstMatrixRef predictions, VectorRef residuals) const = 0;

  /// The Jacobian's pattern, and its values if the rule is linear; r x qB.
  [[nodiscard]] virtual const ResidualJacobian& jacobian() const = 0;
  [[nodiscard]] virtual bool is_linear() const { return true; }

  /// Writes the values of the Jacobian at these predictions into a matrix of the same pattern.
  /// Only called for rules that are not linear.
  virtual void update(ConstMatrixRef predictions, ResidualJacobian& jacobian) const;

  /// result += (sum_k weights_k H_k) tangents, H_k the Hessian of residual k in the predictions.
  /// Only called for rules that are not linear.
  /// @param weights r   @param tangents, result q x B
  virtual void add_curvature(ConstMatrixRef predictions, ConstVectorRef weights,
                             ConstMatrixRef tangents, MatrixRef result) const;
};

/// A rule on a model. Says which inputs it wants evaluated and what it makes of the predictions;
/// what a violation costs is the penalty's business. Stateless: the same rule is bound to training,
/// validation, test or shifted data.
class Constraint {
 public:
  virtual ~Constraint() = default;

  [[nodiscard]] virtual std::string name() const = 0;
  [[nodiscard]] virtual std::string unit() const = 0;
  [[nodiscard]] virtual Sense sense() const { return Sense::inequality; }

  /// Binds the rule to the rows of `data`, which are the first columns of the batch in their order;
  /// `data.inputs` are as the model sees them (standardised). Further probes are appended.
  /// Throws: InvalidArgument when the data lack a column the rule needs.
  [[nodiscard]] virtual std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                              ProbeBatch& batch) const = 0;
};

/// Throws: InvalidArgument in the name of `rule` unless the targets of `data` have such a row.
void require_output(const std::string& rule, int output, const Dataset& data);

}  // namespace moo
