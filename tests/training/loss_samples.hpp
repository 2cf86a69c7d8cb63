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
};

/// Random logits and targets that fit the loss. Huber's residuals keep 0.02 off its bends at +-1,
/// half of them inside.
inline LossSample loss_sample(LossKind kind, RandomStream& random, Eigen::Index outputs,
                              Eigen::Index samples) {
  LossSample sample{normal_matrix(random, outputs, samples, 2.0),
                    normal_matrix(random, outputs, samples)};
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

/// Calls test(loss, sample, random) for every loss, 1 to 3 outputs, 1 and 6 samples.
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
        test(Loss(kind), loss_sample(kind, random, outputs, samples), random);
      }
    }
  }
}

inline Matrix gradient_of(const Loss& loss, ConstMatrixRef logits, ConstMatrixRef targets) {
  Matrix gradient = Matrix::Constant(logits.rows(), logits.cols(), 1e9);
  loss.gradient(logits, targets, gradient);
  return gradient;
}

inline Matrix hessian_product_of(const Loss& loss, const LossSample& at, const Matrix& tangents) {
  Matrix product = Matrix::Constant(at.logits.rows(), at.logits.cols(), 1e9);
  loss.hessian_product(at.logits, at.targets, tangents, product);
  return product;
}

}  // namespace moo::test
