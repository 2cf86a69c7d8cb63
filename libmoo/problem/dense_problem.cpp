#include "libmoo/problem/dense_problem.hpp"

#include <optional>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

class DenseLinearization final : public Linearization {
 public:
  DenseLinearization(const DenseProblem& problem, ConstVectorRef theta)
      : problem_(problem), theta_(theta), values_(problem.values(theta)) {}

  const Vector& values() const override { return values_; }

  void pullback(ConstMatrixRef weights, MatrixRef gradients) const override {
    if (!gradients_) gradients_ = problem_.gradients(theta_);
    gradients.noalias() = *gradients_ * weights;
  }

  void hessian_product(ConstVectorRef weights, ConstMatrixRef directions,
                       MatrixRef products) const override {
    if (!problem_.has_hessian())
      return Linearization::hessian_product(weights, directions, products);
    products = problem_.hessian_product(theta_, weights, directions);
  }

 private:
  const DenseProblem& problem_;
  Vector theta_;
  Vector values_;
  mutable std::optional<Matrix> gradients_;
};

}  // namespace

Matrix DenseProblem::hessian(ConstVectorRef, ConstVectorRef) const {
  throw InvalidArgument({"DenseProblem::hessian", "problem '" + name() + "' has none", "", "",
                         "override hessian() and has_hessian()"});
}

Matrix DenseProblem::hessian_product(ConstVectorRef theta, ConstVectorRef weights,
                                     ConstMatrixRef directions) const {
  return hessian(theta, weights) * directions;
}

Capabilities DenseProblem::capabilities() const { return {.hessian_product = has_hessian()}; }

LinearizationPtr DenseProblem::linearize(ConstVectorRef theta) const {
  require_size("problem '" + name() + "'", "theta", num_variables(), theta.size());
  return LinearizationPtr(new DenseLinearization(*this, theta));
}

}  // namespace moo
