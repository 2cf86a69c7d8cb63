#include "libmoo/problem/counting.hpp"

#include <utility>

namespace moo {

class CountingLinearization final : public Linearization {
 public:
  CountingLinearization(const CountingProblem& owner, LinearizationPtr inner)
      : owner_(owner), inner_(std::move(inner)) {}

  const Vector& values() const override { return inner_->values(); }

  void pullback(ConstMatrixRef weights, MatrixRef gradients) const override {
    owner_.gradients_ += weights.cols();
    inner_->pullback(weights, gradients);
  }

  void hessian_product(ConstVectorRef weights, ConstMatrixRef directions,
                       MatrixRef products) const override {
    owner_.hessian_products_ += directions.cols();
    inner_->hessian_product(weights, directions, products);
  }

  // Charged as the stacked products they replace: one per variable.
  void gauss_newton(ConstVectorRef weights, MatrixRef matrix) const override {
    owner_.hessian_products_ += matrix.cols();
    inner_->gauss_newton(weights, matrix);
  }

  Vector violation_rates() const override { return inner_->violation_rates(); }

  int num_residuals() const override { return inner_->num_residuals(); }

  void least_squares(ConstVectorRef weights, VectorRef residuals,
                     MatrixRef jacobian) const override {
    owner_.hessian_products_ += jacobian.cols();
    inner_->least_squares(weights, residuals, jacobian);
  }

 private:
  const CountingProblem& owner_;
  LinearizationPtr inner_;
};

LinearizationPtr CountingProblem::linearize(ConstVectorRef theta) const {
  ++evaluations_;
  return LinearizationPtr(new CountingLinearization(*this, problem_.linearize(theta)));
}

std::shared_ptr<const Problem> CountingProblem::minibatch(RandomStream& random) const {
  return problem_.minibatch(random);
}

}  // namespace moo
