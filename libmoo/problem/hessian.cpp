#include "libmoo/problem/hessian.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace moo {

ScalarizedHessian::ScalarizedHessian(const Problem& problem, const Scalarization& scalarization,
                                     ConstVectorRef theta, const Linearization& at)
    : problem_(problem),
      at_(at),
      theta_(theta),
      weights_(problem.num_values()),
      exact_(problem.capabilities().hessian_product) {
  scalarization.weights(at.values(), weights_);
  Matrix curvature(weights_.size(), weights_.size());
  scalarization.curvature(at.values(), curvature);
  if (curvature.cwiseAbs().maxCoeff() > 0.0) {
    curvature_ = std::move(curvature);
    transposed_jacobian_ = at.transposed_jacobian(problem.num_variables());
  }
}

void ScalarizedHessian::multiply(ConstVectorRef direction, VectorRef product) const {
  if (exact_) {
    at_.hessian_product(weights_, direction, product);
  } else {
    const double norm = direction.norm();
    if (norm == 0.0) {
      product.setZero();
      return;
    }
    // Third root of the machine epsilon balances truncation against rounding.
    const double step =
        std::cbrt(std::numeric_limits<double>::epsilon()) * std::max(1.0, theta_.norm()) / norm;
    Vector ahead(product.size());
    Vector behind(product.size());
    problem_.linearize(theta_ + step * direction)->pullback(weights_, ahead);
    problem_.linearize(theta_ - step * direction)->pullback(weights_, behind);
    product = (ahead - behind) / (2.0 * step);
  }
  if (curvature_.size() > 0) {
    product += transposed_jacobian_ * (curvature_ * (transposed_jacobian_.transpose() * direction));
  }
}

}  // namespace moo
