#pragma once

#include "libmoo/base/vector.hpp"
#include "libmoo/model/activation.hpp"

namespace moo::kernels {

/// outputs = s(inputs), elementwise; same shape, no allocation.
void activate(Activation activation, ConstMatrixRef inputs, MatrixRef outputs);

/// slopes = s'(inputs), from the inputs and the outputs of `activate`. ReLU: 0 at 0.
void first_derivative(Activation activation, ConstMatrixRef inputs, ConstMatrixRef outputs,
                      MatrixRef slopes);

/// bends = s''(inputs).
void second_derivative(Activation activation, ConstMatrixRef inputs, ConstMatrixRef outputs,
                       MatrixRef bends);

/// 1 / (1 + exp(-x)), without overflow.
void sigmoid(ConstMatrixRef inputs, MatrixRef outputs);

}  // namespace moo::kernels
