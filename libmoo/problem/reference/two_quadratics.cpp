#include "libmoo/problem/reference/two_quadratics.hpp"

#include <cmath>

#include "libmoo/base/error.hpp"

namespace moo {

TwoQuadratics::TwoQuadratics(int num_variables, double condition)
    : objectives_{{.name = "f0", .group = "f0"}, {.name = "f1", .group = "f1"}} {
  if (num_variables < 1 || !(condition >= 1.0)) {
    throw InvalidArgument({"TwoQuadratics", "unusable size", "n >= 1 and condition >= 1",
                           std::to_string(num_variables) + " and " + std::to_string(condition),
                           ""});
  }
  const Vector exponent =
      num_variables == 1 ? Vector::Zero(1) : Vector(Vector::LinSpaced(num_variables, 0.0, 1.0));
  d0_ = (exponent.array() * std::log(condition)).exp();
  d1_ = d0_.reverse();
}

Vector TwoQuadratics::start(RandomStream& random) const {
  return random.normal_vector(num_variables());
}

Vector TwoQuadratics::values(ConstVectorRef theta) const {
  const Vector away = theta.array() - 1.0;
  Vector values(2);
  values << 0.5 * theta.dot(d0_.cwiseProduct(theta)), 0.5 * away.dot(d1_.cwiseProduct(away));
  return values;
}

Matrix TwoQuadratics::gradients(ConstVectorRef theta) const {
  Matrix gradients(num_variables(), 2);
  gradients.col(0) = d0_.cwiseProduct(theta);
  gradients.col(1) = d1_.array() * (theta.array() - 1.0);
  return gradients;
}

Matrix TwoQuadratics::hessian(ConstVectorRef, ConstVectorRef weights) const {
  return (weights(0) * d0_ + weights(1) * d1_).asDiagonal();
}

Vector TwoQuadratics::optimum(double w) const {
  return (w * d1_).cwiseQuotient((1.0 - w) * d0_ + w * d1_);
}

}  // namespace moo
