#include "libmoo/problem/chebyshev.hpp"

#include <cmath>
#include <string>

#include "libmoo/base/error.hpp"

namespace moo {

SmoothChebyshev::SmoothChebyshev(ConstVectorRef weights, ConstVectorRef reference,
                                 double temperature, double augmentation, const Scaling& scaling)
    : weights_(weights),
      reference_(reference),
      temperature_(temperature),
      augmentation_(augmentation),
      scaling_(scaling) {
  require_size("SmoothChebyshev", "the weight vector", scaling.ideal.size(), weights.size());
  require_size("SmoothChebyshev", "the reference point", weights.size(), reference.size());
  if (!weights.allFinite() || !(weights.minCoeff() > 0.0) || !reference.allFinite() ||
      !(temperature > 0.0) || !(augmentation >= 0.0) || !std::isfinite(temperature) ||
      !std::isfinite(augmentation)) {
    throw InvalidArgument({"SmoothChebyshev", "unusable parameters",
                           "weights > 0, temperature > 0, augmentation >= 0, all finite",
                           "smallest weight " + std::to_string(weights.minCoeff()) +
                               ", temperature " + std::to_string(temperature) + ", augmentation " +
                               std::to_string(augmentation),
                           ""});
  }
}

Vector SmoothChebyshev::excess(ConstVectorRef values) const {
  return weights_.cwiseProduct(scaling_.scaled(values.head(weights_.size())) - reference_);
}

Vector SmoothChebyshev::softmax(ConstVectorRef values) const {
  const Vector e = excess(values) / temperature_;
  const Vector powers = (e.array() - e.maxCoeff()).exp();
  return powers / powers.sum();
}

double SmoothChebyshev::value(ConstVectorRef values) const {
  const Vector e = excess(values);
  const double largest = e.maxCoeff();
  return largest + temperature_ * std::log(((e.array() - largest) / temperature_).exp().sum()) +
         augmentation_ * e.sum();
}

Vector SmoothChebyshev::multipliers(ConstVectorRef values) const {
  return weights_.cwiseProduct((softmax(values).array() + augmentation_).matrix());
}

void SmoothChebyshev::weights(ConstVectorRef values, VectorRef weights) const {
  weights.setZero();
  weights.head(weights_.size()) = multipliers(values).cwiseQuotient(scaling_.range());
}

void SmoothChebyshev::curvature(ConstVectorRef values, MatrixRef curvature) const {
  const Eigen::Index m = weights_.size();
  const Vector s = softmax(values);
  const Vector slope = weights_.cwiseQuotient(scaling_.range());
  Matrix inner = -s * s.transpose();
  inner.diagonal() += s;
  curvature.setZero();
  curvature.topLeftCorner(m, m) = slope.asDiagonal() * (inner / temperature_) * slope.asDiagonal();
}

}  // namespace moo
