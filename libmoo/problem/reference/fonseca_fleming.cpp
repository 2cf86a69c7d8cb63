#include "libmoo/problem/reference/fonseca_fleming.hpp"

#include <cmath>

#include "libmoo/base/error.hpp"

namespace moo {

FonsecaFleming::FonsecaFleming(int num_variables)
    : num_variables_(num_variables),
      objectives_{{.name = "f0", .group = "f0"}, {.name = "f1", .group = "f1"}} {
  if (num_variables < 1) {
    throw InvalidArgument(
        {"FonsecaFleming", "unusable size", "n >= 1", std::to_string(num_variables), ""});
  }
}

Vector FonsecaFleming::start(RandomStream& random) const {
  // Far out both objectives are flat at 1; the box of the original, shrunk to where they are not.
  return random.uniform_vector(num_variables_, -1.0, 1.0) / std::sqrt(num_variables_);
}

Vector FonsecaFleming::optimum(double t) const {
  return Vector::Constant(num_variables_, t / std::sqrt(num_variables_));
}

Vector FonsecaFleming::values(ConstVectorRef theta) const {
  const Vector a = optimum(1.0);
  Vector values(2);
  values << -std::expm1(-(theta - a).squaredNorm()), -std::expm1(-(theta + a).squaredNorm());
  return values;
}

Matrix FonsecaFleming::gradients(ConstVectorRef theta) const {
  const Vector a = optimum(1.0);
  const Vector e = 1.0 - values(theta).array();
  Matrix gradients(num_variables_, 2);
  gradients.col(0) = 2.0 * e(0) * (theta - a);
  gradients.col(1) = 2.0 * e(1) * (theta + a);
  return gradients;
}

Matrix FonsecaFleming::hessian(ConstVectorRef theta, ConstVectorRef weights) const {
  const Vector a = optimum(1.0);
  const Vector e = 1.0 - values(theta).array();
  const Vector x = theta - a;
  const Vector y = theta + a;
  return 2.0 * (weights(0) * e(0) + weights(1) * e(1)) *
             Matrix::Identity(num_variables_, num_variables_) -
         4.0 * weights(0) * e(0) * x * x.transpose() - 4.0 * weights(1) * e(1) * y * y.transpose();
}

}  // namespace moo
