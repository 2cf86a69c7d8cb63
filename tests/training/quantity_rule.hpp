#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"

namespace moo::test {

/// A curved rule on any quantity, for tests only. Per data row b, with v all numbers the quantity
/// has for it (those of the directional probe b for derivatives),
///
///     r_b = sum_i w_i v_i + 1/2 sum_i v_i^2 - limit,   w_i = 1, -1/2, 1/3, ...
class QuantityRule final : public Constraint {
 public:
  QuantityRule(ModelQuantity reads, double limit, Sense sense = Sense::inequality)
      : reads_(reads), limit_(limit), sense_(sense) {}

  std::string name() const override { return "quantity rule"; }
  std::string unit() const override { return "square"; }
  Sense sense() const override { return sense_; }
  ModelQuantity reads() const override { return reads_; }
  std::unique_ptr<BoundConstraint> bind(const Dataset& data, ProbeBatch& batch) const override;

 private:
  ModelQuantity reads_;
  double limit_;
  Sense sense_;
};

class BoundQuantityRule final : public BoundConstraint {
 public:
  BoundQuantityRule(Eigen::Index rows, Eigen::Index per_row, Eigen::Index first, double limit)
      : per_row_(per_row), first_(first), limit_(limit), pattern_(rows, first + rows * per_row) {
    for (Eigen::Index b = 0; b < rows; ++b) {
      for (Eigen::Index i = 0; i < per_row; ++i) pattern_.insert(b, first + b * per_row + i) = 0.0;
    }
    pattern_.makeCompressed();
  }

  int num_residuals() const override { return static_cast<int>(pattern_.rows()); }
  const ResidualJacobian& jacobian() const override { return pattern_; }
  bool is_linear() const override { return false; }

  void residuals(ConstMatrixRef quantity, VectorRef residuals) const override {
    for (Eigen::Index b = 0; b < pattern_.rows(); ++b) {
      residuals(b) = -limit_;
      for (Eigen::Index i = 0; i < per_row_; ++i) {
        const double v = entry(quantity, b, i);
        residuals(b) += weight(i) * v + 0.5 * v * v;
      }
    }
  }
  void update(ConstMatrixRef quantity, ResidualJacobian& jacobian) const override {
    for (Eigen::Index b = 0; b < pattern_.rows(); ++b) {
      for (Eigen::Index i = 0; i < per_row_; ++i) {
        jacobian.valuePtr()[b * per_row_ + i] = weight(i) + entry(quantity, b, i);
      }
    }
  }
  void add_curvature(ConstMatrixRef, ConstVectorRef weights, ConstMatrixRef tangents,
                     MatrixRef result) const override {
    for (Eigen::Index b = 0; b < pattern_.rows(); ++b) {
      for (Eigen::Index i = 0; i < per_row_; ++i) {
        const Eigen::Index k = first_ + b * per_row_ + i;
        result(k % result.rows(), k / result.rows()) += weights(b) * entry(tangents, b, i);
      }
    }
  }

 private:
  static double weight(Eigen::Index i) {
    return (i % 2 == 0 ? 1.0 : -1.0) / static_cast<double>(i + 1);
  }
  [[nodiscard]] double entry(ConstMatrixRef matrix, Eigen::Index b, Eigen::Index i) const {
    const Eigen::Index k = first_ + b * per_row_ + i;
    return matrix(k % matrix.rows(), k / matrix.rows());
  }

  Eigen::Index per_row_;
  Eigen::Index first_;
  double limit_;
  ResidualJacobian pattern_;
};

inline std::unique_ptr<BoundConstraint> QuantityRule::bind(const Dataset& data,
                                                           ProbeBatch& batch) const {
  const Eigen::Index q = data.targets.rows();
  const Eigen::Index rows = data.inputs.cols();
  if (reads_.kind == ModelQuantity::Kind::derivatives) {
    Matrix directions = data.inputs.rowwise().reverse();  // any will do
    const int first = batch.append_directional(data.inputs, directions);
    return std::make_unique<BoundQuantityRule>(rows, 3 * q, 3 * q * first, limit_);
  }
  const Eigen::Index height = reads_.kind == ModelQuantity::Kind::activations
                                  ? batch.hidden_widths().at(static_cast<std::size_t>(reads_.layer))
                                  : q;
  return std::make_unique<BoundQuantityRule>(rows, height, 0, limit_);
}

}  // namespace moo::test
