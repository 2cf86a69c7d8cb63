#include "libmoo/problem/reference/two_quadratics.hpp"

#include <cmath>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

/// D_0; D_1 is the same backwards.
Vector curvatures(int num_variables, double condition) {
  if (num_variables < 1 || !(condition >= 1.0)) {
    throw InvalidArgument({"TwoQuadratics", "unusable size", "n >= 1 and condition >= 1",
                           std::to_string(num_variables) + " and " + std::to_string(condition),
                           ""});
  }
  const Vector exponent =
      num_variables == 1 ? Vector::Zero(1) : Vector(Vector::LinSpaced(num_variables, 0.0, 1.0));
  return (exponent.array() * std::log(condition)).exp();
}

/// The weight at the front's parameter u in [0, 1], which gives both ends more room.
double weight(double u) {
  const double left = std::pow(1.0 - u, 3.0);
  const double right = std::pow(u, 3.0);
  return right / (left + right);
}

Vector minimiser(const Vector& d0, const Vector& d1, double w) {
  return (w * d1).cwiseQuotient((1.0 - w) * d0 + w * d1);
}

Vector both(const Vector& d0, const Vector& d1, ConstVectorRef theta) {
  const Vector away = theta.array() - 1.0;
  return Eigen::Vector2d(0.5 * theta.dot(d0.cwiseProduct(theta)),
                         0.5 * away.dot(d1.cwiseProduct(away)));
}

}  // namespace

TwoQuadratics::TwoQuadratics(int num_variables, double condition)
    : TwoQuadratics(curvatures(num_variables, condition),
                    curvatures(num_variables, condition).reverse()) {}

TwoQuadratics::TwoQuadratics(const Vector& d0, const Vector& d1)
    : StatedProblem(
          {.name = "two_quadratics",
           .num_variables = static_cast<int>(d0.size()),
           .shape = FrontShape::convex},
          curve_front(0.0, 1.0,
                      [=](double u) { return both(d0, d1, minimiser(d0, d1, weight(u))); })),
      d0_(d0),
      d1_(d1) {}

Vector TwoQuadratics::start(RandomStream& random) const {
  return random.normal_vector(num_variables());
}

Vector TwoQuadratics::values(ConstVectorRef theta) const { return both(d0_, d1_, theta); }

Matrix TwoQuadratics::gradients(ConstVectorRef theta) const {
  Matrix gradients(num_variables(), 2);
  gradients.col(0) = d0_.cwiseProduct(theta);
  gradients.col(1) = d1_.array() * (theta.array() - 1.0);
  return gradients;
}

Matrix TwoQuadratics::hessian(ConstVectorRef, ConstVectorRef weights) const {
  return (weights(0) * d0_ + weights(1) * d1_).asDiagonal();
}

Matrix TwoQuadratics::hessian_product(ConstVectorRef, ConstVectorRef weights,
                                      ConstMatrixRef directions) const {
  return (weights(0) * d0_ + weights(1) * d1_).asDiagonal() * directions;
}

Vector TwoQuadratics::optimum(double w) const { return minimiser(d0_, d1_, w); }

Vector TwoQuadratics::optimum(ConstVectorRef u) const { return optimum(weight(u(0))); }

}  // namespace moo
