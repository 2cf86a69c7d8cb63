#include "solvers/aggregation/preference_direction.hpp"

#include <cmath>
#include <limits>

#include "libmoo/minimize/quadratic_program.hpp"

namespace moo {
namespace {

/// max gain . beta over the simplex with G beta >= least, by a quadratic program with a trace of
/// curvature, which leaves the vertex that a linear one would choose in place unless nearly tied.
/// Rows that contradict each other give way.
Vector best_on_simplex(ConstMatrixRef gramian, const Vector& gain, const Vector& least) {
  const Eigen::Index m = gain.size();
  const double unit = gramian.cwiseAbs().maxCoeff();
  QuadraticProgram program;
  program.hessian = 1e-4 * Matrix::Identity(m, m);
  program.gradient = -gain / std::max(gain.lpNorm<Eigen::Infinity>(), 1e-300);
  program.rows = Matrix(m, m + 1);
  program.residuals = Vector(m + 1);
  program.rows.col(0).setOnes();
  program.residuals(0) = -1.0;
  program.senses = {Sense::equality};
  Eigen::Index rows = 1;
  for (Eigen::Index i = 0; i < m; ++i) {
    if (!std::isfinite(least(i))) continue;
    program.rows.col(rows) = -gramian.col(i) / unit;
    program.residuals(rows++) = least(i) / unit;
    program.senses.push_back(Sense::inequality);
  }
  program.rows.conservativeResize(m, rows);
  program.residuals.conservativeResize(rows);
  program.prices = Vector::Constant(rows, 1e4);
  program.prices(0) = std::numeric_limits<double>::infinity();
  program.lower = Vector::Zero(m);
  program.upper = Vector::Constant(m, std::numeric_limits<double>::infinity());
  const QuadraticSolution found = solve_quadratic_program(program);
  return found.solved ? Vector(found.step.cwiseMax(0.0)) : Vector::Zero(m);
}

}  // namespace

Evenness evenness(ConstVectorRef f, ConstVectorRef preference) {
  const Vector products = preference.cwiseProduct(f);
  const Vector u = products / products.sum();
  const Vector logs = (static_cast<double>(f.size()) * u).array().log();
  Evenness result;
  result.divergence = u.dot(logs);
  result.adjustments = preference.array() * (logs.array() - result.divergence);
  products.maxCoeff(&result.worst);
  return result;
}

PreferenceDirection preference_direction(ConstMatrixRef gramian, const Evenness& evenness,
                                         double tolerance) {
  const Eigen::Index m = gramian.rows();
  PreferenceDirection direction;
  direction.even = evenness.divergence <= tolerance;
  if (!direction.even) {
    const Vector gain = gramian * evenness.adjustments;
    Vector least = gain;
    for (Eigen::Index i = 0; i < m; ++i) {
      if (gain(i) > 0.0) least(i) = -std::numeric_limits<double>::infinity();
    }
    least(evenness.worst) = 0.0;
    direction.beta = best_on_simplex(gramian, gain, least);
    direction.even = !(gain.dot(direction.beta) > 0.0);
  }
  if (direction.even) {
    direction.beta = best_on_simplex(gramian, gramian.rowwise().sum(), Vector::Zero(m));
  }
  direction.rates = gramian * direction.beta;
  return direction;
}

}  // namespace moo
