#include "libmoo/problem/gradient_check.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>

namespace moo {
namespace {

/// The larger one, and infinity for NaN: what is not a number is no match.
void raise(double& worst, double error) {
  worst = std::isnan(error) ? std::numeric_limits<double>::infinity() : std::max(worst, error);
}

/// Infinite when a derivative is not finite.
double relative(ConstVectorRef exact, ConstVectorRef reference) {
  if (!exact.allFinite() || !reference.allFinite()) return std::numeric_limits<double>::infinity();
  return (exact - reference).lpNorm<Eigen::Infinity>() /
         std::max(1.0, reference.lpNorm<Eigen::Infinity>());
}

/// Smallest error over a few steps h of: derivative along v against (g(+h) - g(-h)) / 2h.
template <typename Function>
double against_differences(ConstVectorRef derivative, const Function& function, double step) {
  double smallest = std::numeric_limits<double>::infinity();
  for (const double h : {step, 0.1 * step, 0.01 * step}) {
    const Vector difference = (function(h) - function(-h)) / (2.0 * h);
    smallest = std::min(smallest, relative(derivative, difference));
  }
  return smallest;
}

}  // namespace

double GradientCheck::worst() const {
  return std::max(
      {pullback, stacked, hessian_product, hessian_symmetry, gauss_newton, least_squares});
}

GradientCheck check_gradients(const Problem& problem, ConstVectorRef theta, RandomStream random,
                              double step) {
  const int n = problem.num_variables();
  const int size = problem.num_values();
  const Capabilities capabilities = problem.capabilities();
  const LinearizationPtr at = problem.linearize(theta);
  GradientCheck check;

  const Matrix transposed = at->transposed_jacobian(n);
  for (int trial = 0; trial < 3; ++trial) {
    const Vector v = random.normal_vector(n) / std::sqrt(n);
    const Vector jv = transposed.transpose() * v;
    raise(check.pullback,
          against_differences(
              jv, [&](double h) -> Vector { return problem.linearize(theta + h * v)->values(); },
              step));

    const Vector w = random.uniform_vector(size, 0.1, 1.0);
    Vector gradient(n);
    at->pullback(w, gradient);
    raise(check.stacked, relative(gradient, transposed * w));

    if (capabilities.hessian_product) {
      Matrix directions(n, 2);
      directions.col(0) = v;
      directions.col(1) = random.normal_vector(n) / std::sqrt(n);
      Matrix products(n, 2);
      at->hessian_product(w, directions, products);
      for (int c = 0; c < 2; ++c) {
        raise(check.hessian_product,
              against_differences(
                  products.col(c),
                  [&](double h) -> Vector {
                    Vector g(n);
                    problem.linearize(theta + h * directions.col(c))->pullback(w, g);
                    return g;
                  },
                  step));
      }
      const double asymmetry =
          std::abs(directions.col(0).dot(products.col(1)) - directions.col(1).dot(products.col(0)));
      raise(check.hessian_symmetry, asymmetry / std::max(1.0, products.norm()));
    }
    Vector objective_weights = w;
    objective_weights.tail(problem.num_hard_rows()).setZero();
    if (capabilities.gauss_newton) {
      Matrix matrix(n, n);
      at->gauss_newton(objective_weights, matrix);
      const double norm = std::max(1.0, matrix.norm());
      const double lowest =
          Eigen::SelfAdjointEigenSolver<Matrix>(matrix, Eigen::EigenvaluesOnly).eigenvalues()(0);
      raise(check.gauss_newton, (matrix - matrix.transpose()).norm() / norm);
      raise(check.gauss_newton, -lowest / norm);
    }
    if (capabilities.least_squares) {
      Vector residuals(at->num_residuals());
      Matrix jacobian(at->num_residuals(), n);
      at->least_squares(objective_weights, residuals, jacobian);
      const double value = objective_weights.dot(at->values());
      at->pullback(objective_weights, gradient);
      raise(check.least_squares,
            std::abs(0.5 * residuals.squaredNorm() - value) / std::max(1.0, std::abs(value)));
      raise(check.least_squares, relative(jacobian.transpose() * residuals, gradient));
    }
  }
  return check;
}

}  // namespace moo
