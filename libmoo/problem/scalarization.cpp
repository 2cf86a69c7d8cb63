#include "libmoo/problem/scalarization.hpp"

#include <Eigen/QR>
#include <cmath>
#include <string>

#include "libmoo/base/error.hpp"

namespace moo {

bool Scalarization::squared_form(ConstVectorRef, SquaredForm&) const { return false; }

WeightedSum::WeightedSum(ConstVectorRef weights, const Scaling& scaling) {
  require_size("WeightedSum", "the weight vector", scaling.ideal.size(), weights.size());
  if (!weights.allFinite() || weights.minCoeff() < 0.0 || weights.maxCoeff() <= 0.0) {
    throw InvalidArgument({"WeightedSum", "unusable weights",
                           "finite numbers >= 0, at least one of them positive",
                           "a smallest of " + std::to_string(weights.minCoeff()), ""});
  }
  per_objective_ = weights.cwiseQuotient(scaling.range());
  offset_ = per_objective_.dot(scaling.ideal);
}

double WeightedSum::value(ConstVectorRef values) const {
  return per_objective_.dot(values.head(per_objective_.size())) - offset_;
}

void WeightedSum::weights(ConstVectorRef, VectorRef weights) const {
  weights.setZero();
  weights.head(per_objective_.size()) = per_objective_;
}

void WeightedSum::curvature(ConstVectorRef, MatrixRef curvature) const { curvature.setZero(); }

bool WeightedSum::squared_form(ConstVectorRef values, SquaredForm& form) const {
  form.linear = Vector::Zero(values.size());
  form.linear.head(per_objective_.size()) = per_objective_;
  form.residuals.resize(0);
  form.jacobian.resize(0, values.size());
  return true;
}

ChartScalarization::ChartScalarization(ConstVectorRef direction, ConstVectorRef target, double rho,
                                       const Scaling& scaling)
    : target_(target), rho_(rho), scaling_(scaling) {
  require_size("ChartScalarization", "the direction", scaling.ideal.size(), direction.size());
  require_size("ChartScalarization", "the target", direction.size() - 1, target.size());
  if (!direction.allFinite() || direction.squaredNorm() <= 0.0) {
    throw InvalidArgument(
        {"ChartScalarization", "unusable direction", "finite numbers, not all zero", "", ""});
  }
  if (!target.allFinite()) {
    throw InvalidArgument({"ChartScalarization", "unusable target", "finite numbers", "", ""});
  }
  if (!(rho > 0.0) || !std::isfinite(rho)) {
    throw InvalidArgument(
        {"ChartScalarization", "unusable rho", "a finite number > 0", std::to_string(rho), ""});
  }
  direction_ = direction.normalized();
  complement_ = complement(direction);
}

Matrix ChartScalarization::complement(ConstVectorRef direction) {
  const Eigen::Index m = direction.size();
  const Matrix q = Eigen::HouseholderQR<Matrix>(direction).householderQ() * Matrix::Identity(m, m);
  Matrix basis = q.rightCols(m - 1);
  // Sign convention: along each basis vector the objective of its largest entry falls.
  for (Eigen::Index j = 0; j + 1 < m; ++j) {
    Eigen::Index largest = 0;
    basis.col(j).cwiseAbs().maxCoeff(&largest);
    if (basis(largest, j) > 0.0) basis.col(j) *= -1.0;
  }
  return basis;
}

Vector ChartScalarization::across(ConstVectorRef values) const {
  return complement_.transpose() * scaling_.scaled(values.head(direction_.size())) - target_;
}

double ChartScalarization::value(ConstVectorRef values) const {
  return direction_.dot(scaling_.scaled(values.head(direction_.size()))) +
         0.5 * rho_ * across(values).squaredNorm();
}

Vector ChartScalarization::multipliers(ConstVectorRef values) const {
  return direction_ + rho_ * complement_ * across(values);
}

void ChartScalarization::weights(ConstVectorRef values, VectorRef weights) const {
  weights.setZero();
  weights.head(direction_.size()) = multipliers(values).cwiseQuotient(scaling_.range());
}

void ChartScalarization::curvature(ConstVectorRef, MatrixRef curvature) const {
  const Eigen::Index m = direction_.size();
  const Matrix c = scaling_.range().cwiseInverse().asDiagonal() * complement_;
  curvature.setZero();
  curvature.topLeftCorner(m, m) = rho_ * c * c.transpose();
}

bool ChartScalarization::squared_form(ConstVectorRef values, SquaredForm& form) const {
  const Eigen::Index m = direction_.size();
  if (direction_.minCoeff() < 0.0) return false;
  form.linear = Vector::Zero(values.size());
  form.linear.head(m) = direction_.cwiseQuotient(scaling_.range());
  form.residuals = std::sqrt(rho_) * across(values);
  form.jacobian = Matrix::Zero(m - 1, values.size());
  form.jacobian.leftCols(m) =
      std::sqrt(rho_) * complement_.transpose() * scaling_.range().cwiseInverse().asDiagonal();
  return true;
}

}  // namespace moo
