#include "libmoo/minimize/bound_rows.hpp"

#include <cmath>
#include <utility>

namespace moo {

class BoundRowsLinearization final : public Linearization {
 public:
  BoundRowsLinearization(const BoundRows& owner, LinearizationPtr inner, ConstVectorRef theta)
      : owner_(owner), inner_(std::move(inner)), values_(owner.num_values()) {
    const Eigen::Index own = inner_->values().size();
    values_.head(own) = inner_->values();
    Eigen::Index row = own;
    for (const BoundRows::Side& side : owner_.sides_) {
      values_(row++) = side.sign * (theta(side.variable) - side.bound);
    }
  }

  const Vector& values() const override { return values_; }

  void pullback(ConstMatrixRef weights, MatrixRef gradients) const override {
    const Eigen::Index own = inner_->values().size();
    inner_->pullback(weights.topRows(own), gradients);
    Eigen::Index row = own;
    for (const BoundRows::Side& side : owner_.sides_) {
      gradients.row(side.variable) += side.sign * weights.row(row++);
    }
  }

  void hessian_product(ConstVectorRef weights, ConstMatrixRef directions,
                       MatrixRef products) const override {
    inner_->hessian_product(weights.head(inner_->values().size()), directions, products);
  }

  void gauss_newton(ConstVectorRef weights, MatrixRef matrix) const override {
    inner_->gauss_newton(weights.head(inner_->values().size()), matrix);
  }

  Vector violation_rates() const override { return inner_->violation_rates(); }

  int num_residuals() const override { return inner_->num_residuals(); }

  void least_squares(ConstVectorRef weights, VectorRef residuals,
                     MatrixRef jacobian) const override {
    inner_->least_squares(weights.head(inner_->values().size()), residuals, jacobian);
  }

 private:
  const BoundRows& owner_;
  LinearizationPtr inner_;
  Vector values_;
};

BoundRows::BoundRows(const Problem& problem) : problem_(problem), rows_(problem.hard_rows()) {
  const Bounds bounds = problem.bounds();
  if (bounds.empty()) return;
  for (int j = 0; j < problem.num_variables(); ++j) {
    const std::string variable = "theta_" + std::to_string(j);
    if (std::isfinite(bounds.lower(j))) {
      sides_.push_back({j, -1.0, bounds.lower(j)});
      rows_.push_back({variable + " lower bound", "bounds", Sense::inequality, 1e-9, ""});
    }
    if (std::isfinite(bounds.upper(j))) {
      sides_.push_back({j, +1.0, bounds.upper(j)});
      rows_.push_back({variable + " upper bound", "bounds", Sense::inequality, 1e-9, ""});
    }
  }
}

Capabilities BoundRows::capabilities() const { return problem_.capabilities(); }

LinearizationPtr BoundRows::linearize(ConstVectorRef theta) const {
  return LinearizationPtr(new BoundRowsLinearization(*this, problem_.linearize(theta), theta));
}

}  // namespace moo
