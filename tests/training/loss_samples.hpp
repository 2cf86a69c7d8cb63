#pragma once

#include <array>
#include <string>

#include "libmoo/training/loss.hpp"
#include "tests/model/differences.hpp"

namespace moo::test {

inline constexpr std::array<LossKind, 4> all_losses = {LossKind::binary_cross_entropy,
                                                       LossKind::cross_entropy,
                                                       LossKind::squared_error, LossKind::huber};

struct LossSample {
  Matrix logits;
  Matrix targets;
  Vector weights;  ///< empty: all equal

  /// w_b / sum w.
  [[nodiscard]] double share(Eigen::Index b) const {
    return weights.size() > 0 ? weights(b) / weights.sum()
                              : 1.0 / static_cast<double>(logits.cols());
  }
};

/// Random logits and targets that fit the loss. Huber's residuals keep 0.02 off its bends at +-1,
/// half of them inside.
inline LossSample loss_sample(LossKind kind, RandomStream& random, Eigen::Index outputs,
                              Eigen::Index samples) {
  LossSample sample{
      normal_matrix(random, outputs, samples, 2.0), normal_matrix(random, outputs, samples), {}};
  if (kind == LossKind::binary_cross_entropy) {
    for (double& y : sample.targets.reshaped()) y = random.index(3) / 2.0;  // also soft targets
  } else if (kind == LossKind::cross_entropy) {
    sample.targets.setZero();
    for (Eigen::Index b = 0; b < samples; ++b) {
      sample.targets(random.index(static_cast<int>(outputs)), b) = 1.0;
    }
  } else if (kind == LossKind::huber) {
    for (Eigen::Index k = 0; k < sample.logits.size(); ++k) {
      const double size = k % 2 == 0 ? random.uniform(0.02, 0.98) : random.uniform(1.02, 4.0);
      sample.logits(k) = sample.targets(k) + (random.index(2) == 0 ? size : -size);
    }
  }
  return sample;
}

/// Random weights of the samples, one of them 0 when there are several.
inline Vector loss_weights(RandomStream& random, Eigen::Index samples) {
  Vector weights(samples);
  for (double& weight : weights) weight = random.uniform(0.1, 3.0);
  if (samples > 1) weights(random.index(static_cast<int>(samples))) = 0.0;
  return weights;
}

/// Calls test(loss, sample, random) for every loss, 1 to 3 outputs, 1 and 6 samples, without and
/// with weights.
template <class Test>
void for_all_losses(std::uint64_t seed, const Test& test) {
  RandomStream random(seed);
  SCOPED_TRACE(seed_note(seed));
  for (const LossKind kind : all_losses) {
    for (const Eigen::Index outputs : {1, 2, 3}) {
      if ((kind == LossKind::binary_cross_entropy) != (outputs == 1) &&
          (kind == LossKind::binary_cross_entropy || kind == LossKind::cross_entropy)) {
        continue;
      }
      for (const Eigen::Index samples : {1, 6}) {
        SCOPED_TRACE(std::string(to_string(kind)) + ", " + std::to_string(outputs) + " outputs, " +
                     std::to_string(samples) + " samples");
        LossSample sample = loss_sample(kind, random, outputs, samples);
        test(Loss(kind), sample, random);
        SCOPED_TRACE("weighted");
        sample.weights = loss_weights(random, samples);
        test(Loss(kind), sample, random);
      }
    }
  }
}

/// The gradient at other logits than the sample's.
inline Matrix gradient_of(const Loss& loss, const LossSample& at, ConstMatrixRef logits) {
  Matrix gradient = Matrix::Constant(logits.rows(), logits.cols(), 1e9);
  loss.gradient(logits, at.targets, gradient, at.weights);
  return gradient;
}

inline Matrix gradient_of(const Loss& loss, const LossSample& at) {
  return gradient_of(loss, at, at.logits);
}

inline Matrix hessian_product_of(const Loss& loss, const LossSample& at, const Matrix& tangents) {
  Matrix product = Matrix::Constant(at.logits.rows(), at.logits.cols(), 1e9);
  loss.hessian_product(at.logits, at.targets, tangents, product, at.weights);
  return product;
}

}  // namespace moo::test
