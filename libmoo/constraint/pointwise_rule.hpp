#pragma once

#include <ceres/jet.h>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libmoo/constraint/constraint.hpp"
#include "libmoo/constraint/input_change.hpp"
#include "libmoo/constraint/row_predicate.hpp"
#include "libmoo/constraint/tangent_jet.hpp"

namespace moo {

/// Everything about a user-written rule but its formula.
struct PointwiseOptions {
  std::string name;
  std::string unit = "prediction";  ///< of the residual
  Sense sense = Sense::inequality;
  std::vector<int> outputs = {};        ///< what the functor sees, in this order; empty: all
  std::vector<RowColumn> columns = {};  ///< what `inputs` holds; empty: all model inputs
  RowPredicate rows = {};               ///< rows the rule is about; empty: all
  std::vector<Transformation> copies =
      {};  ///< changed copies of the row, seen after the row itself
};

/// Where a bound pointwise rule finds its numbers: k numbers a functor sees of the model (copies
/// included), d numbers of the data; one residual per matching row. It holds for every quantity.
struct PointwiseLayout {
  ResidualJacobian pattern;  ///< r x qB (hC of another quantity), k entries per row
  Eigen::MatrixXi columns;   ///< k x r: column of the Jacobian of each number the functor sees
  std::vector<int> slots;    ///< k r: where it stands among the k entries of its row
  Matrix inputs;             ///< d x r: `inputs` of the functor, row's own block first
};

/// Appends the copies to the batch and lays the rule out. `outputs_seen` and `copies_seen` are what
/// the functor was written for.
/// Throws: InvalidArgument in the rule's name when numbers do not fit or no row matches.
PointwiseLayout lay_out(const PointwiseOptions& options, int outputs_seen, int copies_seen,
                        const Dataset& data, ProbeBatch& batch);

/// The layout of a functor that sees these entries of a quantity of `size` numbers.
/// @param columns k x r, distinct within a column   @param inputs d x r
PointwiseLayout layout_of(Eigen::MatrixXi columns, Matrix inputs, Eigen::Index size);

/// A user-written rule on given data. Derivatives are exact: the Jacobian by one evaluation per row
/// on ceres::Jet<double, k>, the curvature by one on ceres::Jet<ceres::Jet<double, 1>, k>, the
/// inner one along the tangent. Evaluations allocate nothing, if the functor does not.
template <class Functor, int Seen>
class BoundPointwiseRule final : public BoundConstraint {
 public:
  BoundPointwiseRule(Functor functor, PointwiseLayout layout)
      : functor_(std::move(functor)), layout_(std::move(layout)) {}

  [[nodiscard]] int num_residuals() const override {
    return static_cast<int>(layout_.inputs.cols());
  }
  [[nodiscard]] const ResidualJacobian& jacobian() const override { return layout_.pattern; }
  [[nodiscard]] bool is_linear() const override { return false; }

  void residuals(ConstMatrixRef predictions, VectorRef residuals) const override {
    std::array<double, Seen> x;
    for (Eigen::Index k = 0; k < layout_.inputs.cols(); ++k) {
      for (int i = 0; i < Seen; ++i) x[at(i)] = entry(predictions, i, k);
      residuals(k) = functor_(x.data(), inputs(k));
    }
  }

  void update(ConstMatrixRef predictions, ResidualJacobian& jacobian) const override {
    using Jet = ceres::Jet<double, Seen>;
    std::array<Jet, Seen> x;
    for (Eigen::Index k = 0; k < layout_.inputs.cols(); ++k) {
      for (int i = 0; i < Seen; ++i) x[at(i)] = Jet(entry(predictions, i, k), i);
      const Jet residual = functor_(x.data(), inputs(k));
      double* values = jacobian.valuePtr() + k * Seen;
      for (int i = 0; i < Seen; ++i) values[layout_.slots[at(k * Seen + i)]] = residual.v[i];
    }
  }

  void add_curvature(ConstMatrixRef predictions, ConstVectorRef weights, ConstMatrixRef tangents,
                     MatrixRef result) const override {
    using Jet = ceres::Jet<double, Seen>;
    const Eigen::Index q = predictions.rows();
    std::array<TangentJet<Seen>, Seen> x;
    for (Eigen::Index k = 0; k < layout_.inputs.cols(); ++k) {
      if (weights(k) == 0.0) continue;
      for (int i = 0; i < Seen; ++i) {
        x[at(i)] = {Jet(entry(predictions, i, k), i), Jet(entry(tangents, i, k))};
      }
      const TangentJet<Seen> residual = functor_(x.data(), inputs(k));
      for (int i = 0; i < Seen; ++i) {
        const Eigen::Index column = layout_.columns(i, k);
        result(column % q, column / q) += weights(k) * residual.dx.v[i];
      }
    }
  }

 private:
  static std::size_t at(Eigen::Index i) { return static_cast<std::size_t>(i); }

  [[nodiscard]] double entry(ConstMatrixRef matrix, int i, Eigen::Index k) const {
    const Eigen::Index column = layout_.columns(i, k);
    return matrix(column % matrix.rows(), column / matrix.rows());
  }
  [[nodiscard]] const double* inputs(Eigen::Index k) const { return layout_.inputs.col(k).data(); }

  Functor functor_;
  PointwiseLayout layout_;
};

/// A rule written as a formula over one row: the functor returns the residual, > 0 (or != 0 for an
/// equality) where the rule is broken, in `options.unit`. It is called with T = double and with
/// jets for derivatives, so it is templated and finds its functions by argument (`using
/// std::exp;`):
///
///     struct NotBothLarge {
///       template <typename T>
///       T operator()(const T* outputs, const double* inputs) const {
///         return outputs[0] * outputs[1] - (inputs[0] > 0.95 ? 0.1 : 0.2);
///       }
///     };
///     PointwiseRule<NotBothLarge, 2> rule({.name = "not both", .columns =
///     {side_column("lvrat")}});
///
/// `outputs` are the Outputs predictions of the row, then those of its first changed copy, and so
/// on: outputs[o + Outputs * c], c = 0 the row itself. `inputs` are the numbers of
/// `options.columns`, in the same blocks; side columns are as stored (raw) and the same in every
/// block, model inputs are standardised and those of the copy. A functor should be twice
/// differentiable; at kinks (abs, max) the derivative of one side is used.
/// @tparam Outputs, Copies how many the functor is written for; checked when bound
/// Source: Griewank and Walther (2008), section 3.1 (forward mode), nested for second derivatives.
/// Cost: per row and evaluation of f: k = Outputs (1 + Copies) partial derivatives in one pass.
template <class Functor, int Outputs, int Copies = 0>
class PointwiseRule final : public Constraint {
  static_assert(Outputs >= 1 && Copies >= 0, "a rule sees at least one output");

 public:
  explicit PointwiseRule(PointwiseOptions options, Functor functor = {})
      : options_(std::move(options)), functor_(std::move(functor)) {}

  [[nodiscard]] std::string name() const override { return options_.name; }
  [[nodiscard]] std::string unit() const override { return options_.unit; }
  [[nodiscard]] Sense sense() const override { return options_.sense; }

  /// Throws: InvalidArgument as lay_out() does.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override {
    return std::make_unique<BoundPointwiseRule<Functor, Outputs*(1 + Copies)>>(
        functor_, lay_out(options_, Outputs, Copies, data, batch));
  }

 private:
  PointwiseOptions options_;
  Functor functor_;
};

}  // namespace moo
