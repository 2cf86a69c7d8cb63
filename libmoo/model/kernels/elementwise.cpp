#include "libmoo/model/kernels/elementwise.hpp"

#include <algorithm>
#include <cmath>

namespace moo::kernels {
namespace {

// Eigen vectorises exp but not tanh or log1p in double, so tanh and the logistic function are built
// on one exp each. Its argument saturates near +-709, where both have long reached their limits.

/// 1 - 2 / (exp(2x) + 1) cancels near zero, where the odd Taylor polynomial takes over; its first
/// left-out term, 3.6e-3 x^13, is below rounding for |x| < 0.06.
void tanh(ConstMatrixRef inputs, MatrixRef outputs) {
  constexpr double near_zero = 0.06;
  const auto x = inputs.array();
  const auto x2 = x.square();
  const auto series =
      x * (1.0 + x2 * (-1.0 / 3.0 +
                       x2 * (2.0 / 15.0 + x2 * (-17.0 / 315.0 +
                                                x2 * (62.0 / 2835.0 - x2 * (1382.0 / 155925.0))))));
  outputs.array() = (x.abs() < near_zero).select(series, 1.0 - 2.0 / ((2.0 * x).exp() + 1.0));
}

/// log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|)).
void softplus(ConstMatrixRef inputs, MatrixRef outputs) {
  for (Eigen::Index j = 0; j < inputs.cols(); ++j) {
    for (Eigen::Index i = 0; i < inputs.rows(); ++i) {
      const double x = inputs(i, j);
      outputs(i, j) = std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
    }
  }
}

/// Beyond +-silu_limit the logistic function is 0 or 1 to rounding, x times what is left of it is
/// 0, and a clamped x keeps 0 * inf, a NaN, out of the limits.
constexpr double silu_limit = 750.0;

}  // namespace

void sigmoid(ConstMatrixRef inputs, MatrixRef outputs) {
  outputs.array() = 1.0 / (1.0 + (-inputs.array()).exp());
}

void activate(Activation activation, ConstMatrixRef inputs, MatrixRef outputs) {
  switch (activation) {
    case Activation::tanh:
      return tanh(inputs, outputs);
    case Activation::softplus:
      return softplus(inputs, outputs);
    case Activation::silu:
      sigmoid(inputs, outputs);
      outputs.array() *= inputs.array().max(-silu_limit);
      return;
    case Activation::sigmoid:
      return sigmoid(inputs, outputs);
    case Activation::relu:
      outputs = inputs.cwiseMax(0.0);
      return;
    case Activation::identity:
      outputs = inputs;
      return;
  }
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
