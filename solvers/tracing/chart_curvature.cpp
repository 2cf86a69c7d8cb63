#include "solvers/tracing/chart_curvature.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "libmoo/problem/hessian.hpp"

namespace moo {
namespace {

/// A fixed linear combination of values, signs as they are.
class LinearCombination final : public Scalarization {
 public:
  explicit LinearCombination(const Vector& weights) : weights_(weights) {}
  [[nodiscard]] double value(ConstVectorRef values) const override { return weights_.dot(values); }
  void weights(ConstVectorRef, VectorRef weights) const override { weights = weights_; }
  void curvature(ConstVectorRef, MatrixRef curvature) const override { curvature.setZero(); }

 private:
  const Vector& weights_;
};

}  // namespace

void CurvatureMemory::see(ConstVectorRef step, ConstVectorRef change) {
  const double length = step.norm();
  if (length > 0.0) largest_ = std::max(largest_, change.norm() / length);
}

void CurvatureMemory::add(ConstVectorRef step, ConstVectorRef change) {
  see(step, change);
  pairs_.push_back({step, change});
  if (static_cast<int>(pairs_.size()) > capacity_) pairs_.pop_front();
}

void CurvatureMemory::keep(Vector step, Vector change, Inverse& inverse) {
  const double curvature = step.dot(change);
  if (!(curvature > 1e-8 * step.norm() * change.norm())) return;
  inverse.pairs_.push_back({std::move(step), std::move(change), curvature});
}

Vector CurvatureMemory::Inverse::times(Vector v) const {
  if (pairs_.empty()) return v;
  std::vector<double> alpha(pairs_.size());
  for (std::size_t k = pairs_.size(); k-- > 0;) {
    alpha[k] = pairs_[k].step.dot(v) / pairs_[k].curvature;
    v -= alpha[k] * pairs_[k].change;
  }
  v *= pairs_.back().curvature / pairs_.back().change.squaredNorm();
  for (std::size_t k = 0; k < pairs_.size(); ++k) {
    const double beta = pairs_[k].change.dot(v) / pairs_[k].curvature;
    v += (alpha[k] - beta) * pairs_[k].step;
  }
  return v;
}

Matrix LagrangianHessian::times(ConstMatrixRef directions) const {
  Matrix products(directions.rows(), directions.cols());
  if (problem_.capabilities().hessian_product) {
    at_.hessian_product(weights_, directions, products);
    return products;
  }
  const LinearCombination combination(weights_);
  const ScalarizedHessian differences(problem_, combination, theta_, at_);
  for (Eigen::Index k = 0; k < directions.cols(); ++k) {
    differences.multiply(directions.col(k), products.col(k));
  }
  return products;
}

TangentSpace::TangentSpace(ConstMatrixRef rows, Vector free)
    : free_(std::move(free)), num_free_(static_cast<Eigen::Index>(std::lround(free_.sum()))) {
  normals_.resize(rows.rows(), 0);
  if (rows.size() == 0 || rows.isZero(0.0)) return;
  Eigen::ColPivHouseholderQR<Matrix> qr(rows);
  qr.setThreshold(1e-9);
  normals_ = qr.householderQ() * Matrix::Identity(rows.rows(), qr.rank());
}

Vector TangentSpace::project(Vector v) const {
  v.array() *= free_.array();
  for (int pass = 0; pass < 2; ++pass) v -= normals_ * (normals_.transpose() * v);
  return v;
}

SubspaceStep minimize_on(const TangentSpace& space, const LagrangianHessian& hessian,
                         ConstVectorRef b, double relative_tolerance, double floor,
                         int max_products, CurvatureMemory& memory) {
  const auto project = [&](const Vector& v) { return space.project(v); };
  SubspaceStep result{Vector::Zero(b.size()), Vector::Zero(b.size())};
  if (space.dimension() <= 0) return result;
  const CurvatureMemory::Inverse preconditioner = memory.inverse_on(project);
  Vector residual = project(b);
  const double enough = std::max(floor, relative_tolerance * residual.norm());
  Vector conditioned = project(preconditioner.times(residual));
  Vector direction = -conditioned;
  double slope = residual.dot(conditioned);
  while (residual.norm() > enough && result.products < max_products) {
    const Vector full = hessian.times(direction);
    const Vector product = project(full);
    ++result.products;
    memory.add(direction, product);
    const double curvature = direction.dot(product);
    const double rounding = 1e-12 * memory.largest() * direction.squaredNorm();
    if (!(curvature > rounding)) {
      result.negative_curvature = curvature < -1e4 * rounding;
      break;
    }
    const double length = slope / curvature;
    result.step += length * direction;
    result.product += length * full;
    residual = project(residual + length * product);
    conditioned = project(preconditioner.times(residual));
    const double next = residual.dot(conditioned);
    direction = (next / slope) * direction - conditioned;
    slope = next;
  }
  result.step = project(result.step);
  return result;
}

}  // namespace moo
