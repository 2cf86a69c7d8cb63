#include "libmoo/constraint/error_parity.hpp"

#include <utility>

#include "libmoo/constraint/row_groups.hpp"

namespace moo {
namespace {

/// r = sum_b w_b (p_b - y_b)^2: every row has a weight, and the Hessian is 2 diag(w).
class BoundSquaredErrorGap final : public BoundConstraint {
 public:
  BoundSquaredErrorGap(Vector weights, Vector targets, int output, ResidualJacobian pattern)
      : weights_(std::move(weights)),
        targets_(std::move(targets)),
        output_(output),
        pattern_(std::move(pattern)) {}

  [[nodiscard]] int num_residuals() const override { return 1; }
  [[nodiscard]] const ResidualJacobian& jacobian() const override { return pattern_; }
  [[nodiscard]] bool is_linear() const override { return false; }

  void residuals(ConstMatrixRef predictions, VectorRef residuals) const override {
    double sum = 0.0;
    for (Eigen::Index b = 0; b < weights_.size(); ++b) {
      const double error = predictions(output_, b) - targets_(b);
      sum += weights_(b) * error * error;
    }
    residuals(0) = sum;
  }

  void update(ConstMatrixRef predictions, ResidualJacobian& jacobian) const override {
    const Eigen::Index q = predictions.rows();
    for (ResidualJacobian::InnerIterator entry(jacobian, 0); entry; ++entry) {
      const Eigen::Index b = entry.col() / q;
      entry.valueRef() = 2.0 * weights_(b) * (predictions(output_, b) - targets_(b));
    }
  }

  void add_curvature(ConstMatrixRef, ConstVectorRef weights, ConstMatrixRef tangents,
                     MatrixRef result) const override {
    for (Eigen::Index b = 0; b < weights_.size(); ++b) {
      result(output_, b) += 2.0 * weights(0) * weights_(b) * tangents(output_, b);
    }
  }

 private:
  Vector weights_;
  Vector targets_;
  int output_;
  ResidualJacobian pattern_;
};

}  // namespace

ErrorParity::ErrorParity(std::string protected_column, Kind kind, int output)
    : column_(std::move(protected_column)), kind_(kind), output_(output) {}

std::unique_ptr<BoundConstraint> ErrorParity::bind(const Dataset& data, ProbeBatch& batch) const {
  const Vector& member = binary_column(name(), column_, data);
  require_output(name(), output_, data);
  const Vector weights =
      gap_weights(name(), column_, member, Vector::Ones(member.size()), "all rows");
  if (kind_ == Kind::binary) {  // e = y + (1 - 2y) p
    const Vector targets = binary_targets(name(), output_, data);
    const Vector slopes = weights.array() * (1.0 - 2.0 * targets.array());
    return linear_in_rows(slopes.transpose(), Vector::Constant(1, -weights.dot(targets)), output_,
                          data, batch);
  }
  return std::make_unique<BoundSquaredErrorGap>(
      weights, data.targets.row(output_).transpose(), output_,
      pattern_of_rows(1, chosen_rows(name(), "", data), output_, data, batch));
}

}  // namespace moo
