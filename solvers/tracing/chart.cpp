#include "solvers/tracing/chart.hpp"

#include <Eigen/QR>
#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/front/minimum_norm.hpp"
#include "libmoo/problem/scalarization.hpp"

namespace moo {
namespace {

/// Where an inequality row in action is to stand: inside, within its tolerance.
double target(const ConstraintRow& row) {
  return row.sense == Sense::equality ? 0.0 : -0.5 * row.tolerance;
}

/// +1: on the upper bound, -1: on the lower, 0: between, 2: both. Within rounding, as certify() has
/// it.
int side(const Bounds& bounds, const Vector& theta, Eigen::Index j) {
  if (bounds.empty()) return 0;
  const double slack = 1e-9 * std::max(1.0, std::abs(theta(j)));
  const bool lower = theta(j) <= bounds.lower(j) + slack;
  const bool upper = theta(j) >= bounds.upper(j) - slack;
  return lower && upper ? 2 : lower ? -1 : upper ? 1 : 0;
}

/// What a bound does not hold back of a gradient entry.
double unresolved(int bound_side, double gradient) {
  if (bound_side == 2) return 0.0;
  if (bound_side == -1) return std::min(gradient, 0.0);
  if (bound_side == 1) return std::max(gradient, 0.0);
  return gradient;
}

}  // namespace

struct Chart::Frame {
  Matrix complement;  ///< m x k: C, zero outside the face
  Matrix objectives;  ///< n x k: (C^T J_s)^T, zero where variables are held
  Matrix rows;        ///< n x r: gradients of rows in action, zero where variables are held
  TangentSpace space;
};

Chart::Chart(const Problem& problem, const Scaling& scaling, ChartSettings settings)
    : problem_(problem),
      scaling_(scaling),
      settings_(std::move(settings)),
      bounds_(problem.bounds()),
      memory_(settings_.memory) {
  const int m = problem.num_objectives();
  require_size("Chart", "the scaling", m, scaling.ideal.size());
  if (settings_.face.empty()) {
    settings_.face.resize(static_cast<std::size_t>(m));
    std::iota(settings_.face.begin(), settings_.face.end(), 0);
  }
  for (const int i : settings_.face) {
    if (i >= 0 && i < m) continue;
    throw InvalidArgument({"Chart", "a face of objectives that do not exist",
                           "indices from 0 to " + std::to_string(m - 1), std::to_string(i), ""});
  }
}

Chart Chart::on_face(std::vector<int> face) const {
  ChartSettings settings = settings_;
  settings.face = std::move(face);
  Chart chart(problem_, scaling_, std::move(settings));
  chart.memory_ = memory_;
  return chart;
}

bool Chart::is_on_front(const ChartPoint& point) const {
  return point.residual <= settings_.tolerance && point.row_violation <= 0.5;
}

/// Least-squares multipliers for the variables that are free now; |residual|_inf over them.
double Chart::fit_multipliers_on(ChartPoint& point, const Vector& guess) const {
  const int m = problem_.num_objectives();
  const auto size = static_cast<Eigen::Index>(settings_.face.size());
  Vector lambda = Vector::Zero(m);
  for (const int i : settings_.face) lambda(i) = guess(i);
  const double sum = lambda.sum();
  for (const int i : settings_.face)
    lambda(i) = sum > 0.0 ? lambda(i) / sum : 1.0 / static_cast<double>(size);
  // Changes that leave the sum alone.
  Matrix change = Matrix::Zero(m, size - 1);
  if (size > 1) {
    const Matrix basis = ChartScalarization::complement(Vector::Ones(size));
    for (Eigen::Index k = 0; k < size; ++k) {
      change.row(settings_.face[static_cast<std::size_t>(k)]) = basis.row(k);
    }
  }
  const auto r = static_cast<Eigen::Index>(point.rows.size());
  Matrix columns(point.theta.size(), change.cols() + r);
  columns << point.gradients.leftCols(m) * change, point.gradients.rightCols(r);
  columns = point.free.asDiagonal() * columns;
  const Vector base = point.free.asDiagonal() * (point.gradients.leftCols(m) * lambda);
  Vector solution = Vector::Zero(columns.cols());
  if (columns.cols() > 0) {
    Eigen::CompleteOrthogonalDecomposition<Matrix> decomposition;
    decomposition.setThreshold(1e-9);
    decomposition.compute(columns);
    solution = -decomposition.solve(base);
  }
  lambda += change * solution.head(change.cols());
  point.multipliers = Vector::Zero(problem_.num_values());
  point.multipliers.head(m) = lambda;
  for (Eigen::Index k = 0; k < r; ++k) {
    point.multipliers(point.rows[static_cast<std::size_t>(k)]) = solution(change.cols() + k);
  }
  return (base + columns * solution).lpNorm<Eigen::Infinity>();
}

/// At corners of the front many multipliers are stationary; prefers those in the simplex. False
/// when none of them is, or when hard rows are in action.
bool Chart::fit_admissible_multipliers(ChartPoint& point) const {
  if (!point.rows.empty()) return false;
  const auto size = static_cast<Eigen::Index>(settings_.face.size());
  Matrix columns(point.theta.size(), size);
  for (Eigen::Index k = 0; k < size; ++k) {
    columns.col(k) =
        point.free.asDiagonal() * point.gradients.col(settings_.face[static_cast<std::size_t>(k)]);
  }
  const Vector lambda = minimum_norm_multipliers(columns, static_cast<int>(size), 0);
  const double residual = (columns * lambda).lpNorm<Eigen::Infinity>();
  if (residual > settings_.tolerance) return false;
  point.residual = residual;
  point.multipliers.setZero();
  for (Eigen::Index k = 0; k < size; ++k) {
    point.multipliers(settings_.face[static_cast<std::size_t>(k)]) = lambda(k);
  }
  return true;
}

/// Multipliers, and with them which variables are held and which rows act.
void Chart::fit_multipliers(ChartPoint& point, const Vector& guess) const {
  const Eigen::Index n = point.theta.size();
  const int m = problem_.num_objectives();
  Eigen::VectorXi sides(n);
  for (Eigen::Index j = 0; j < n; ++j) sides(j) = side(bounds_, point.theta, j);
  const auto drop_negative_rows = [&] {
    for (std::size_t k = 0; k < point.rows.size(); ++k) {
      const int i = point.rows[k];
      const bool equality =
          problem_.hard_rows()[static_cast<std::size_t>(i - m)].sense == Sense::equality;
      if (equality || point.multipliers(i) >= 0.0) continue;
      const auto at = m + static_cast<Eigen::Index>(k);
      const Eigen::Index after = point.gradients.cols() - at - 1;
      point.gradients.middleCols(at, after) = point.gradients.rightCols(after).eval();
      point.gradients.conservativeResize(Eigen::NoChange, point.gradients.cols() - 1);
      point.rows.erase(point.rows.begin() + static_cast<std::ptrdiff_t>(k));
      return true;
    }
    return false;
  };
  // Without any bound first: where that is stationary, bounds are touched and not needed.
  point.free = (sides.array() != 2).cast<double>();
  point.residual = fit_multipliers_on(point, guess);
  while (drop_negative_rows()) point.residual = fit_multipliers_on(point, guess);
  if ((sides.array() == 0).all()) return;
  if (point.residual <= settings_.tolerance && point.lambda().minCoeff() >= 0.0) return;
  if (fit_admissible_multipliers(point)) return;
  point.free = (sides.array() == 0).cast<double>();
  for (int round = 0; round < 10; ++round) {
    fit_multipliers_on(point, guess);
    if (drop_negative_rows()) continue;
    Vector multipliers(point.gradients.cols());
    multipliers.head(m) = point.lambda();
    for (std::size_t k = 0; k < point.rows.size(); ++k) {
      multipliers(m + static_cast<Eigen::Index>(k)) = point.multipliers(point.rows[k]);
    }
    const Vector gradient = point.gradients * multipliers;
    bool released = false;
    point.residual = 0.0;
    for (Eigen::Index j = 0; j < n; ++j) {
      const double rest = std::abs(unresolved(point.free(j) > 0.0 ? 0 : sides(j), gradient(j)));
      point.residual = std::max(point.residual, rest);
      if (point.free(j) > 0.0 || rest <= settings_.tolerance) continue;
      point.free(j) = 1.0;
      released = true;
    }
    if (!released) return;
  }
}

std::optional<ChartPoint> Chart::evaluate(ConstVectorRef theta, ConstVectorRef guess) {
  const int m = problem_.num_objectives();
  ChartPoint point;
  point.theta = theta;
  if (!bounds_.empty()) {
    point.theta = point.theta.cwiseMax(bounds_.lower).cwiseMin(bounds_.upper);
  }
  point.at = problem_.linearize(point.theta);
  point.values = point.at->values();
  if (!point.values.allFinite()) return {};
  point.fh = scaling_.scaled(point.values.head(m));
  for (int i = m; i < problem_.num_values(); ++i) {
    const ConstraintRow& row = problem_.hard_rows()[static_cast<std::size_t>(i - m)];
    const bool wanted = i < guess.size() && guess(i) > 0.0;
    if (row.sense == Sense::inequality && point.values(i) < -row.tolerance && !wanted) continue;
    point.rows.push_back(i);
  }
  Matrix weights =
      Matrix::Zero(problem_.num_values(), m + static_cast<Eigen::Index>(point.rows.size()));
  weights.topLeftCorner(m, m) = scaling_.range().cwiseInverse().asDiagonal();
  for (std::size_t k = 0; k < point.rows.size(); ++k) {
    weights(point.rows[k], m + static_cast<Eigen::Index>(k)) = 1.0;
  }
  point.gradients.resize(point.theta.size(), weights.cols());
  point.at->pullback(weights, point.gradients);
  if (!point.gradients.allFinite()) return {};
  fit_multipliers(point, guess);
  for (const int i : point.rows) {
    const ConstraintRow& row = problem_.hard_rows()[static_cast<std::size_t>(i - m)];
    const double off = std::abs(point.values(i) - target(row)) / row.tolerance;
    point.row_violation = std::max(point.row_violation, off);
  }
  return point;
}

Chart::Frame Chart::frame(const ChartPoint& point) const {
  const int m = problem_.num_objectives();
  const auto size = static_cast<Eigen::Index>(settings_.face.size());
  Vector lambda(size);
  for (Eigen::Index k = 0; k < size; ++k) {
    lambda(k) = point.multipliers(settings_.face[static_cast<std::size_t>(k)]);
  }
  Matrix complement = Matrix::Zero(m, size - 1);
  const Matrix within = ChartScalarization::complement(lambda);
  for (Eigen::Index k = 0; k < size; ++k) {
    complement.row(settings_.face[static_cast<std::size_t>(k)]) = within.row(k);
  }
  Matrix all(point.theta.size(), complement.cols() + point.gradients.cols() - m);
  all << point.gradients.leftCols(m) * complement,
      point.gradients.rightCols(point.gradients.cols() - m);
  all = point.free.asDiagonal() * all;
  return {complement, all.leftCols(complement.cols()),
          all.rightCols(all.cols() - complement.cols()), TangentSpace(all, point.free)};
}

LagrangianHessian Chart::hessian(const ChartPoint& point) const {
  const int m = problem_.num_objectives();
  Vector weights = point.multipliers;
  // Beyond an edge, and far from the front, multipliers turn negative; the curvature of what is to
  // be minimised does not.
  weights.head(m) = weights.head(m).cwiseMax(0.0).cwiseQuotient(scaling_.range());
  return {problem_, *point.at, weights, point.theta};
}

ChartTangents Chart::least_length(const ChartPoint& point, const Frame& frame) const {
  const int m = problem_.num_objectives();
  // Moves that leave the rows in action where they are.
  const TangentSpace beside_rows(frame.rows, point.free);
  Matrix reachable(frame.objectives.rows(), frame.objectives.cols());
  for (Eigen::Index k = 0; k < reachable.cols(); ++k) {
    reachable.col(k) = beside_rows.project(frame.objectives.col(k));
  }
  const Eigen::JacobiSVD<Matrix> svd(reachable, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const double largest = point.gradients.leftCols(m).colwise().norm().maxCoeff();
  const Eigen::Index rank = (svd.singularValues().array() > 1e-7 * largest).count();
  ChartTangents tangents;
  tangents.directions =
      svd.matrixU().leftCols(rank) * svd.singularValues().head(rank).cwiseInverse().asDiagonal();
  if (static_cast<int>(settings_.face.size()) == m) {
    // In the complement's own directions where all of them are open.
    const Matrix v = svd.matrixV().leftCols(rank);
    if (rank == v.rows()) {
      tangents.directions *= v.transpose();
      tangents.across = frame.complement;
    } else {
      tangents.across = frame.complement * v;
    }
    return tangents;
  }
  // The other objectives move along: make the directions orthonormal in all objectives.
  const Matrix moved = point.gradients.leftCols(m).transpose() * tangents.directions;
  const Eigen::HouseholderQR<Matrix> qr(moved);
  tangents.across = qr.householderQ() * Matrix::Identity(m, rank);
  tangents.directions = qr.matrixQR()
                            .topLeftCorner(rank, rank)
                            .triangularView<Eigen::Upper>()
                            .solve<Eigen::OnTheRight>(tangents.directions);
  return tangents;
}

ChartTangents Chart::cheap_tangents(const ChartPoint& point) const {
  return least_length(point, frame(point));
}

ChartTangents Chart::tangents(const ChartPoint& point) {
  const Frame frame = this->frame(point);
  const LagrangianHessian hessian = this->hessian(point);
  ChartTangents result = least_length(point, frame);
  const Eigen::Index count = result.directions.cols();
  if (count == 0) return result;
  Matrix products = hessian.times(result.directions);
  result.products = static_cast<int>(count);
  for (Eigen::Index k = 0; k < count; ++k) {
    memory_.see(result.directions.col(k), products.col(k));
    const SubspaceStep step = minimize_on(
        frame.space, hessian, products.col(k), settings_.predictor_accuracy,
        1e-10 * products.col(k).norm(), settings_.max_products - result.products, memory_);
    result.directions.col(k) += step.step;
    products.col(k) += step.product;
    result.products += step.products;
    result.negative_curvature = result.negative_curvature || step.negative_curvature;
  }
  // H v + A mu + R nu = 0 gives the turning of lambda, C mu, up to its sum.
  Matrix normals(products.rows(), frame.objectives.cols() + frame.rows.cols());
  normals << frame.objectives, frame.rows;
  Eigen::CompleteOrthogonalDecomposition<Matrix> decomposition;
  decomposition.setThreshold(1e-9);
  decomposition.compute(normals);
  const Matrix free_products = point.free.asDiagonal() * products;
  const Matrix slopes = -decomposition.solve(free_products);
  result.turning = frame.complement * slopes.topRows(frame.objectives.cols());
  const Vector lambda = point.lambda();
  for (Eigen::Index k = 0; k < count; ++k) {
    result.turning.col(k) -= result.turning.col(k).sum() * lambda;
  }
  return result;
}

std::optional<Vector> Chart::newton_step(const ChartPoint& point, bool by_memory,
                                         Correction& correction) {
  const int m = problem_.num_objectives();
  const Frame frame = this->frame(point);
  Vector multipliers(point.gradients.cols());
  multipliers.head(m) = point.lambda();
  Vector off = Vector::Zero(frame.objectives.cols() + frame.rows.cols());
  for (std::size_t k = 0; k < point.rows.size(); ++k) {
    const int i = point.rows[k];
    const auto at = static_cast<Eigen::Index>(k);
    multipliers(m + at) = point.multipliers(i);
    off(frame.objectives.cols() + at) =
        target(problem_.hard_rows()[static_cast<std::size_t>(i - m)]) - point.values(i);
  }
  Vector b = point.free.asDiagonal() * (point.gradients * multipliers);
  Vector normal = Vector::Zero(b.size());
  const LagrangianHessian hessian = this->hessian(point);
  if (!point.rows.empty() && point.row_violation > 0.5) {
    Matrix all(b.size(), off.size());
    all << frame.objectives, frame.rows;
    normal = all.transpose().completeOrthogonalDecomposition().solve(off);
    if (!by_memory) {
      b += hessian.times(normal);
      ++correction.products;
    }
  }
  if (by_memory) {
    const auto project = [&](const Vector& v) { return frame.space.project(v); };
    return normal - project(memory_.inverse_on(project).times(project(b)));
  }
  const double r = point.residual;
  const double forcing =
      std::min(0.3, std::max(std::sqrt(std::min(r, 1.0)), 0.3 * settings_.tolerance / r));
  const SubspaceStep step = minimize_on(frame.space, hessian, b, forcing, 1e-10 * b.norm(),
                                        settings_.max_products, memory_);
  correction.products += step.products;
  if (step.negative_curvature) return {};
  return normal + step.step;
}

Correction Chart::correct(ConstVectorRef theta, ConstVectorRef guess,
                          const IterationCallback& callback) {
  std::optional<ChartPoint> start = evaluate(theta, guess);
  if (!start) return {};
  return correct(std::move(*start), callback);
}

Correction Chart::correct(ChartPoint start, const IterationCallback& callback) {
  Correction result;
  result.point = std::move(start);
  const auto merit = [&](const ChartPoint& point) {
    return std::max(point.residual / settings_.tolerance, 2.0 * point.row_violation);
  };
  bool by_memory = !memory_.empty();
  int poor_steps = 0;
  for (double damping = 1.0; !is_on_front(result.point);) {
    if (result.steps >= settings_.max_corrections || poor_steps >= 3) {
      result.status = CorrectionStatus::stalled;
      return result;
    }
    const std::optional<Vector> step = newton_step(result.point, by_memory, result);
    if (!step) {
      result.status = CorrectionStatus::negative_curvature;
      return result;
    }
    ++result.steps;
    std::optional<ChartPoint> next =
        evaluate(result.point.theta + damping * *step, result.point.multipliers);
    const double ratio = next ? merit(*next) / merit(result.point) : 1e300;
    if (next && next->rows == result.point.rows) {
      const Eigen::Index m = next->fh.size();
      memory_.add(next->theta - result.point.theta,
                  (next->gradients - result.point.gradients).leftCols(m) * next->lambda());
    }
    if (!(ratio <= 0.9)) ++poor_steps;
    if (!(ratio <= 1.0) && !by_memory) damping *= 0.5;
    by_memory = ratio <= 0.1;
    if (!(ratio <= 1.0)) continue;
    const double length = (next->theta - result.point.theta).norm();
    result.point = std::move(*next);
    if (callback &&
        !callback({result.steps, result.point.values, result.point.lambda().dot(result.point.fh),
                   result.point.residual, length, result.point.at.get()})) {
      result.status = CorrectionStatus::stopped;
      return result;
    }
  }
  result.status = CorrectionStatus::converged;
  return result;
}

std::string_view to_string(CorrectionStatus status) {
  switch (status) {
    case CorrectionStatus::converged:
      return "converged";
    case CorrectionStatus::negative_curvature:
      return "negative_curvature";
    case CorrectionStatus::stalled:
      return "stalled";
    case CorrectionStatus::undefined:
      return "undefined";
    case CorrectionStatus::stopped:
      return "stopped";
  }
  return "unknown";
}

}  // namespace moo
