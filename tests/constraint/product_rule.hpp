#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "libmoo/constraint/constraint.hpp"

namespace moo::test {

/// A rule that is not linear, for tests only: at every data row b the predictions of two outputs
/// must not both be large, r_b = p_i p_j - limit <= 0. With i = j a square.
class BoundProductRule final : public BoundConstraint {
 public:
  BoundProductRule(Eigen::Index rows, Eigen::Index outputs, Eigen::Index batch, int i, int j,
                   double limit)
      : i_(i), j_(j), limit_(limit), pattern_(rows, outputs * batch) {
    for (Eigen::Index b = 0; b < rows; ++b) {
      pattern_.insert(b, std::min(i, j) + outputs * b) = 0.0;
      if (i != j) pattern_.insert(b, std::max(i, j) + outputs * b) = 0.0;
    }
    pattern_.makeCompressed();
  }

  int num_residuals() const override { return static_cast<int>(pattern_.rows()); }

  void residuals(ConstMatrixRef predictions, VectorRef residuals) const override {
    for (Eigen::Index b = 0; b < pattern_.rows(); ++b) {
      residuals(b) = predictions(i_, b) * predictions(j_, b) - limit_;
    }
  }

  const ResidualJacobian& jacobian() const override { return pattern_; }
  bool is_linear() const override { return false; }

  void update(ConstMatrixRef predictions, ResidualJacobian& jacobian) const override {
    const Eigen::Index q = predictions.rows();
    for (Eigen::Index b = 0; b < pattern_.rows(); ++b) {
      for (ResidualJacobian::InnerIterator entry(jacobian, b); entry; ++entry) {
        const Eigen::Index output = entry.col() % q;
        entry.valueRef() = i_ == j_       ? 2.0 * predictions(i_, b)
                           : output == i_ ? predictions(j_, b)
                                          : predictions(i_, b);
      }
    }
  }

  void add_curvature(ConstMatrixRef, ConstVectorRef weights, ConstMatrixRef tangents,
                     MatrixRef result) const override {
    for (Eigen::Index b = 0; b < pattern_.rows(); ++b) {
      result(i_, b) += weights(b) * tangents(j_, b);
      result(j_, b) += weights(b) * tangents(i_, b);
    }
  }

 private:
  int i_;
  int j_;
  double limit_;
  ResidualJacobian pattern_;
};

class ProductRule final : public Constraint {
 public:
  ProductRule(int i, int j, double limit, Sense sense = Sense::inequality)
      : i_(i), j_(j), limit_(limit), sense_(sense) {}

  std::string name() const override { return "product"; }
  std::string unit() const override { return "probability^2"; }
  Sense sense() const override { return sense_; }
  std::unique_ptr<BoundConstraint> bind(const Dataset& data, ProbeBatch& batch) const override {
    return std::make_unique<BoundProductRule>(data.inputs.cols(), data.targets.rows(), batch.size(),
                                              i_, j_, limit_);
  }

 private:
  int i_;
  int j_;
  double limit_;
  Sense sense_;
};

}  // namespace moo::test
