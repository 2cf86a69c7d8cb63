#include "libmoo/problem/reference/fonseca_fleming.hpp"

#include <cmath>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

ReferenceFacts facts_of(int num_variables) {
  if (num_variables < 1) {
    throw InvalidArgument(
        {"FonsecaFleming", "unusable size", "n >= 1", std::to_string(num_variables), ""});
  }
  return {.name = "fonseca_fleming", .num_variables = num_variables, .shape = FrontShape::concave};
}

}  // namespace

FonsecaFleming::FonsecaFleming(int num_variables)
    : StatedProblem(facts_of(num_variables), curve_front(-1.0, 1.0, [](double t) -> Vector {
                      return Eigen::Vector2d(-std::expm1(-(t - 1.0) * (t - 1.0)),
                                             -std::expm1(-(t + 1.0) * (t + 1.0)));
                    })) {}

Vector FonsecaFleming::start(RandomStream& random) const {
  // Far out both objectives are flat at 1; the box of the original, shrunk to where they are not.
  return random.uniform_vector(num_variables(), -1.0, 1.0) / std::sqrt(num_variables());
}

Vector FonsecaFleming::optimum(double t) const {
  return Vector::Constant(num_variables(), t / std::sqrt(num_variables()));
}

Vector FonsecaFleming::values(ConstVectorRef theta) const {
  const double a = 1.0 / std::sqrt(num_variables());
  return Eigen::Vector2d(-std::expm1(-(theta.array() - a).square().sum()),
                         -std::expm1(-(theta.array() + a).square().sum()));
}

Matrix FonsecaFleming::gradients(ConstVectorRef theta) const {
  const double a = 1.0 / std::sqrt(num_variables());
  const Vector e = 1.0 - values(theta).array();
  Matrix gradients(num_variables(), 2);
  gradients.col(0) = 2.0 * e(0) * (theta.array() - a);
  gradients.col(1) = 2.0 * e(1) * (theta.array() + a);
  return gradients;
}

Matrix FonsecaFleming::hessian(ConstVectorRef theta, ConstVectorRef weights) const {
  return hessian_product(theta, weights, Matrix::Identity(theta.size(), theta.size()));
}

Matrix FonsecaFleming::hessian_product(ConstVectorRef theta, ConstVectorRef weights,
                                       ConstMatrixRef directions) const {
  const double a = 1.0 / std::sqrt(num_variables());
  const Vector e = weights.array() * (1.0 - values(theta).array());
  const Vector x = theta.array() - a;
  const Vector y = theta.array() + a;
  return 2.0 * e.sum() * directions - 4.0 * e(0) * x * (x.transpose() * directions) -
         4.0 * e(1) * y * (y.transpose() * directions);
}

}  // namespace moo
