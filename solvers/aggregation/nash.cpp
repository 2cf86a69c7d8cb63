#include "solvers/aggregation/nash.hpp"

#include <Eigen/Cholesky>
#include <cmath>

namespace moo {

Vector Nash::weigh(ConstMatrixRef gramian, RandomStream&) const {
  const Eigen::Index m = gramian.rows();
  const Vector norms = gramian.diagonal().cwiseMax(0.0).cwiseSqrt();
  if (!(norms.minCoeff() > 0.0)) return Vector::Zero(m);  // an objective that cannot fall
  const Vector inverse = norms.cwiseInverse();
  const Matrix unit = inverse.asDiagonal() * gramian * inverse.asDiagonal();

  Vector alpha = Vector::Ones(m);
  constexpr int enough = 200;
  constexpr double no_solution = 1e8;
  for (int iteration = 0; iteration < enough && alpha.maxCoeff() < no_solution; ++iteration) {
    const Vector gradient = unit * alpha - alpha.cwiseInverse();
    Matrix hessian = unit;
    hessian.diagonal() += alpha.cwiseAbs2().cwiseInverse();
    const Vector step = -hessian.llt().solve(gradient);
    const double decrement = std::sqrt(std::max(-gradient.dot(step), 0.0));
    alpha += (decrement < 0.25 ? 1.0 : 1.0 / (1.0 + decrement)) * step;
    if (decrement < 1e-14) break;
  }
  return alpha.cwiseProduct(inverse);
}

}  // namespace moo
