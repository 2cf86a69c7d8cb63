#include "libmoo/training/loss.hpp"

#include <algorithm>
#include <cmath>

namespace moo {
namespace {

double logistic(double z) { return 1.0 / (1.0 + std::exp(-z)); }

/// log(1 + exp(z)) - y z, without overflow, and without cancellation where it is small.
double binary(double z, double y) {
  return (z > 0.0 ? (1.0 - y) * z : -y * z) + std::log1p(std::exp(-std::abs(z)));
}

/// log sum exp(z) - y.z for targets that sum to one, without overflow or cancellation.
double multiclass(ConstVectorRef z, ConstVectorRef y) {
  Eigen::Index first = 0;
  const double top = z.maxCoeff(&first);
  double rest = 0.0;
  double distance = 0.0;
  for (Eigen::Index o = 0; o < z.size(); ++o) {
    if (o != first) rest += std::exp(z(o) - top);
    distance += y(o) * (top - z(o));
  }
  return distance + std::log1p(rest);
}

double huber(double residual) {
  const double a = std::abs(residual);
  return a <= 1.0 ? 0.5 * a * a : a - 0.5;
}

/// Divides by the number of terms that are averaged: samples, or all entries for regression.
double share(LossKind kind, Eigen::Index outputs, long samples) {
  const bool per_entry = kind == LossKind::squared_error || kind == LossKind::huber;
  return 1.0 / (static_cast<double>(samples) * (per_entry ? static_cast<double>(outputs) : 1.0));
}

}  // namespace

Link Loss::link() const {
  switch (kind_) {
    case LossKind::binary_cross_entropy:
      return Link::sigmoid;
    case LossKind::cross_entropy:
      return Link::softmax;
    case LossKind::squared_error:
    case LossKind::huber:
      return Link::identity;
  }
  return Link::identity;
}

double Loss::value(ConstMatrixRef logits, ConstMatrixRef targets) const {
  double sum = 0.0;
  for (Eigen::Index b = 0; b < logits.cols(); ++b) {
    switch (kind_) {
      case LossKind::binary_cross_entropy:
        sum += binary(logits(0, b), targets(0, b));
        break;
      case LossKind::cross_entropy:
        sum += multiclass(logits.col(b), targets.col(b));
        break;
      case LossKind::squared_error:
        sum += (logits.col(b) - targets.col(b)).squaredNorm();
        break;
      case LossKind::huber:
        for (Eigen::Index o = 0; o < logits.rows(); ++o) sum += huber(logits(o, b) - targets(o, b));
        break;
    }
  }
  return sum * share(kind_, logits.rows(), logits.cols());
}

void Loss::gradient(ConstMatrixRef logits, ConstMatrixRef targets, MatrixRef cotangents) const {
  const double each = share(kind_, logits.rows(), logits.cols());
  for (Eigen::Index b = 0; b < logits.cols(); ++b) {
    switch (kind_) {
      case LossKind::binary_cross_entropy:
        cotangents(0, b) = each * (logistic(logits(0, b)) - targets(0, b));
        break;
      case LossKind::cross_entropy: {
        auto p = cotangents.col(b);
        p.array() = (logits.col(b).array() - logits.col(b).maxCoeff()).exp();
        p *= each / p.sum();
        p -= each * targets.col(b);
        break;
      }
      case LossKind::squared_error:
        cotangents.col(b) = 2.0 * each * (logits.col(b) - targets.col(b));
        break;
      case LossKind::huber:
        cotangents.col(b) = each * (logits.col(b) - targets.col(b)).cwiseMax(-1.0).cwiseMin(1.0);
        break;
    }
  }
}

void Loss::hessian_product(ConstMatrixRef logits, ConstMatrixRef targets, ConstMatrixRef tangents,
                           MatrixRef results) const {
  const double each = share(kind_, logits.rows(), logits.cols());
  for (Eigen::Index b = 0; b < logits.cols(); ++b) {
    switch (kind_) {
      case LossKind::binary_cross_entropy: {
        const double p = logistic(logits(0, b));
        results(0, b) = each * p * (1.0 - p) * tangents(0, b);
        break;
      }
      case LossKind::cross_entropy: {  // p o (dz - p.dz)
        auto r = results.col(b);
        r.array() = (logits.col(b).array() - logits.col(b).maxCoeff()).exp();
        r /= r.sum();
        const double mean = r.dot(tangents.col(b));
        r.array() *= each * (tangents.col(b).array() - mean);
        break;
      }
      case LossKind::squared_error:
        results.col(b) = 2.0 * each * tangents.col(b);
        break;
      case LossKind::huber:
        results.col(b) = ((logits.col(b) - targets.col(b)).array().abs() <= 1.0)
                             .select(each * tangents.col(b).array(), 0.0);
        break;
    }
  }
}

void Loss::curvature_factor(ConstVectorRef logits, ConstVectorRef targets, long num_samples,
                            MatrixRef factor) const {
  const Eigen::Index q = logits.size();
  const double root = std::sqrt(share(kind_, q, num_samples));
  factor.setZero();
  switch (kind_) {
    case LossKind::binary_cross_entropy: {
      const double p = logistic(logits(0));
      factor(0, 0) = root * std::sqrt(p * (1.0 - p));
      break;
    }
    case LossKind::cross_entropy: {
      // diag(p) - p p^T = S^T S with S = diag(s) - s p^T, s = sqrt(p), since |s| = 1.
      Vector p = (logits.array() - logits.maxCoeff()).exp();
      p /= p.sum();
      const Vector s = p.cwiseSqrt();
      factor = -s * p.transpose();
      factor.diagonal() += s;
      factor *= root;
      break;
    }
    case LossKind::squared_error:
      factor.diagonal().setConstant(root * std::sqrt(2.0));
      break;
    case LossKind::huber:
      for (Eigen::Index o = 0; o < q; ++o) {
        factor(o, o) = std::abs(logits(o) - targets(o)) <= 1.0 ? root : 0.0;
      }
      break;
  }
}

int Loss::residuals_per_sample(int num_outputs) const {
  return kind_ == LossKind::squared_error ? num_outputs : 1;
}

void Loss::residuals(ConstVectorRef logits, ConstVectorRef targets, long num_samples,
                     VectorRef residuals, MatrixRef jacobian) const {
  const double each = share(kind_, logits.size(), num_samples);
  if (kind_ == LossKind::squared_error) {
    residuals = std::sqrt(2.0 * each) * (logits - targets);
    jacobian = std::sqrt(2.0 * each) * Matrix::Identity(logits.size(), logits.size());
    return;
  }
  const Loss one(kind_);
  const double loss = one.value(logits, targets) * (each / share(kind_, logits.size(), 1));
  Matrix gradient(logits.size(), 1);
  one.gradient(logits, targets, gradient);
  gradient *= each / share(kind_, logits.size(), 1);
  residuals(0) = std::sqrt(2.0 * std::max(loss, 0.0));
  // dr = d loss / r, which tends to 0 with the loss.
  const double inverse = residuals(0) > 1e-150 ? 1.0 / residuals(0) : 0.0;
  jacobian.row(0) = inverse * gradient.col(0).transpose();
}

std::string_view to_string(LossKind kind) {
  switch (kind) {
    case LossKind::binary_cross_entropy:
      return "binary_cross_entropy";
    case LossKind::cross_entropy:
      return "cross_entropy";
    case LossKind::squared_error:
      return "squared_error";
    case LossKind::huber:
      return "huber";
  }
  return "squared_error";
}

std::string_view unit_of(LossKind kind) {
  const bool entropy = kind == LossKind::binary_cross_entropy || kind == LossKind::cross_entropy;
  return entropy ? "nats" : "target^2";
}

}  // namespace moo
