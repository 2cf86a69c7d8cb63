#include "libmoo/training/loss.hpp"

#include <algorithm>
#include <cmath>

#include "libmoo/base/error.hpp"

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

/// The number of terms one sample's loss is the mean of: all entries for regression, else one.
double terms_per_sample(LossKind kind, Eigen::Index outputs) {
  const bool per_entry = kind == LossKind::squared_error || kind == LossKind::huber;
  return per_entry ? static_cast<double>(outputs) : 1.0;
}

/// Weights of the samples in the mean; all 1 when there are none.
class SampleWeights {
 public:
  SampleWeights(std::string_view who, ConstVectorRef weights, Eigen::Index samples)
      : weights_(weights), total_(static_cast<double>(samples)) {
    if (weights_.size() == 0) return;
    require_size(who, "the weights", samples, weights_.size());
    total_ = weights_.sum();
  }
  [[nodiscard]] double operator()(Eigen::Index b) const {
    return weights_.size() > 0 ? weights_(b) : 1.0;
  }
  [[nodiscard]] double total() const { return total_; }

 private:
  ConstVectorRef weights_;
  double total_;
};

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

double Loss::value(ConstMatrixRef logits, ConstMatrixRef targets, ConstVectorRef weights) const {
  const SampleWeights weight("Loss::value", weights, logits.cols());
  double sum = 0.0;
  for (Eigen::Index b = 0; b < logits.cols(); ++b) {
    switch (kind_) {
      case LossKind::binary_cross_entropy:
        sum += weight(b) * binary(logits(0, b), targets(0, b));
        break;
      case LossKind::cross_entropy:
        sum += weight(b) * multiclass(logits.col(b), targets.col(b));
        break;
      case LossKind::squared_error:
        sum += weight(b) * (logits.col(b) - targets.col(b)).squaredNorm();
        break;
      case LossKind::huber:
        for (Eigen::Index o = 0; o < logits.rows(); ++o) {
          sum += weight(b) * huber(logits(o, b) - targets(o, b));
        }
        break;
    }
  }
  return sum * (1.0 / (weight.total() * terms_per_sample(kind_, logits.rows())));
}

void Loss::gradient(ConstMatrixRef logits, ConstMatrixRef targets, MatrixRef cotangents,
                    ConstVectorRef weights) const {
  const SampleWeights weight("Loss::gradient", weights, logits.cols());
  const double one = 1.0 / (weight.total() * terms_per_sample(kind_, logits.rows()));
  for (Eigen::Index b = 0; b < logits.cols(); ++b) {
    const double each = weight(b) * one;
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
                           MatrixRef results, ConstVectorRef weights) const {
  const SampleWeights weight("Loss::hessian_product", weights, logits.cols());
  const double one = 1.0 / (weight.total() * terms_per_sample(kind_, logits.rows()));
  for (Eigen::Index b = 0; b < logits.cols(); ++b) {
    const double each = weight(b) * one;
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

void Loss::curvature_factor(ConstVectorRef logits, ConstVectorRef targets, double share,
                            MatrixRef factor) const {
  const Eigen::Index q = logits.size();
  const double root = std::sqrt(share / terms_per_sample(kind_, q));
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

void Loss::residuals(ConstVectorRef logits, ConstVectorRef targets, double share,
                     VectorRef residuals, MatrixRef jacobian) const {
  if (kind_ == LossKind::squared_error) {
    const double root = std::sqrt(2.0 * (share / terms_per_sample(kind_, logits.size())));
    residuals = root * (logits - targets);
    jacobian = root * Matrix::Identity(logits.size(), logits.size());
    return;
  }
  const double loss = share * value(logits, targets);
  Matrix slopes(logits.size(), 1);
  gradient(logits, targets, slopes);
  slopes *= share;
  residuals(0) = std::sqrt(2.0 * std::max(loss, 0.0));
  // dr = d loss / r, which tends to 0 with the loss; a sample without weight has neither.
  const double inverse = residuals(0) > 1e-150 ? 1.0 / residuals(0) : 0.0;
  jacobian.row(0) = inverse * slopes.col(0).transpose();
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
