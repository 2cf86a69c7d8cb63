#include "libmoo/model/kernels/elementwise.hpp"

#include "libmoo/model/kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "libmoo/model/kernels/elementwise.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "libmoo/model/kernels/activations-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace moo::kernels::HWY_NAMESPACE {

void activate_double(Activation activation, const double* x, Index size, double* y) {
  apply_activation(activation, x, size, y);
}

void activate_float(Activation activation, const float* x, Index size, float* y) {
  apply_activation(activation, x, size, y);
}

}  // namespace moo::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace moo::kernels {

HWY_EXPORT(activate_double);
HWY_EXPORT(activate_float);

namespace {

/// In the derivatives of silu a clamped x keeps 0 * inf, a NaN, out of the limits: beyond +-750 the
/// logistic function is 0 or 1 to rounding, and x times what is left of it is 0.
constexpr double silu_limit = 750.0;

}  // namespace

void activate(Activation activation, ConstMatrixRef inputs, MatrixRef outputs) {
  const auto run = HWY_DYNAMIC_DISPATCH(activate_double);
  if (inputs.outerStride() == inputs.rows() && outputs.outerStride() == outputs.rows()) {
    return run(activation, inputs.data(), inputs.size(), outputs.data());
  }
  for (Eigen::Index j = 0; j < inputs.cols(); ++j) {
    run(activation, inputs.col(j).data(), inputs.rows(), outputs.col(j).data());
  }
}

void activate(Activation activation, std::span<const float> inputs, float* outputs) {
  HWY_DYNAMIC_DISPATCH(activate_float)
  (activation, inputs.data(), static_cast<Eigen::Index>(inputs.size()), outputs);
}

void sigmoid(ConstMatrixRef inputs, MatrixRef outputs) {
  activate(Activation::sigmoid, inputs, outputs);
}

void first_derivative(Activation activation, ConstMatrixRef inputs, ConstMatrixRef outputs,
                      MatrixRef slopes) {
  const auto a = outputs.array();
  switch (activation) {
    case Activation::tanh:
      slopes.array() = 1.0 - a.square();
      return;
    case Activation::softplus:
      return sigmoid(inputs, slopes);
    case Activation::silu: {  // (x p)' = p + x p (1 - p) = p + a (1 - p)
      sigmoid(inputs, slopes);
      const auto p = slopes.array();
      slopes.array() = p + a.min(silu_limit) * (1.0 - p);
      return;
    }
    case Activation::sigmoid:
      slopes.array() = a * (1.0 - a);
      return;
    case Activation::relu:
      slopes.array() = (inputs.array() > 0.0).cast<double>();
      return;
    case Activation::identity:
      slopes.setOnes();
      return;
  }
}

void second_derivative(Activation activation, ConstMatrixRef inputs, ConstMatrixRef outputs,
                       MatrixRef bends) {
  const auto a = outputs.array();
  switch (activation) {
    case Activation::tanh:
      bends.array() = -2.0 * a * (1.0 - a.square());
      return;
    case Activation::softplus:
      sigmoid(inputs, bends);
      bends.array() = bends.array() * (1.0 - bends.array());
      return;
    case Activation::silu: {  // p' (2 + x (1 - 2 p))
      sigmoid(inputs, bends);
      const auto p = bends.array();
      const auto x = inputs.array().max(-silu_limit).min(silu_limit);
      bends.array() = p * (1.0 - p) * (2.0 + x * (1.0 - 2.0 * p));
      return;
    }
    case Activation::sigmoid:
      bends.array() = a * (1.0 - a) * (1.0 - 2.0 * a);
      return;
    case Activation::relu:
    case Activation::identity:
      bends.setZero();
      return;
  }
}

// Of the logistic function p with q = p' = p (1 - p): p'' = q (1 - 2p), p''' = q (1 - 6q),
// p'''' = q (1 - 2p)(1 - 12q). Softplus lags one order behind; silu = x p follows by Leibniz.

void third_derivative(Activation activation, ConstMatrixRef inputs, ConstMatrixRef outputs,
                      MatrixRef thirds) {
  const auto a = outputs.array();
  const auto p = thirds.array();
  switch (activation) {
    case Activation::tanh:
      thirds.array() = -2.0 * (1.0 - a.square()) * (1.0 - 3.0 * a.square());
      return;
    case Activation::softplus:
      sigmoid(inputs, thirds);
      thirds.array() = p * (1.0 - p) * (1.0 - 2.0 * p);
      return;
    case Activation::silu: {
      sigmoid(inputs, thirds);
      const auto x = inputs.array().max(-silu_limit).min(silu_limit);
      thirds.array() = p * (1.0 - p) * (3.0 * (1.0 - 2.0 * p) + x * (1.0 - 6.0 * p * (1.0 - p)));
      return;
    }
    case Activation::sigmoid:
      thirds.array() = a * (1.0 - a) * (1.0 - 6.0 * a * (1.0 - a));
      return;
    case Activation::relu:
    case Activation::identity:
      thirds.setZero();
      return;
  }
}

void fourth_derivative(Activation activation, ConstMatrixRef inputs, ConstMatrixRef outputs,
                       MatrixRef fourths) {
  const auto a = outputs.array();
  const auto p = fourths.array();
  switch (activation) {
    case Activation::tanh:  // s'' (6 a^2 - 2) + 12 a s'^2
      fourths.array() = a * (1.0 - a.square()) * (16.0 - 24.0 * a.square());
      return;
    case Activation::softplus:
      sigmoid(inputs, fourths);
      fourths.array() = p * (1.0 - p) * (1.0 - 6.0 * p * (1.0 - p));
      return;
    case Activation::silu: {
      sigmoid(inputs, fourths);
      const auto x = inputs.array().max(-silu_limit).min(silu_limit);
      fourths.array() =
          p * (1.0 - p) *
          (4.0 * (1.0 - 6.0 * p * (1.0 - p)) + x * (1.0 - 2.0 * p) * (1.0 - 12.0 * p * (1.0 - p)));
      return;
    }
    case Activation::sigmoid:
      fourths.array() = a * (1.0 - a) * (1.0 - 2.0 * a) * (1.0 - 12.0 * a * (1.0 - a));
      return;
    case Activation::relu:
    case Activation::identity:
      fourths.setZero();
      return;
  }
}

}  // namespace moo::kernels

#endif
