#pragma once

#include <span>

#include "libmoo/base/vector.hpp"
#include "libmoo/model/activation.hpp"

namespace moo::kernels {

/// outputs = s(inputs), elementwise; same shape, no allocation. Within 4 units in the last place,
/// whatever the input; the same for a number wherever it stands.
void activate(Activation activation, ConstMatrixRef inputs, MatrixRef outputs);

/// The same in single precision, one run of numbers.
void activate(Activation activation, std::span<const float> inputs, float* outputs);

/// slopes = s'(inputs), from the inputs and the outputs of `activate`. ReLU: 0 at 0.
void first_derivative(Activation activation, ConstMatrixRef inputs, ConstMatrixRef outputs,
                      MatrixRef slopes);

/// bends = s''(inputs).
void second_derivative(Activation activation, ConstMatrixRef inputs, ConstMatrixRef outputs,
                       MatrixRef bends);

/// thirds = s'''(inputs), fourths = s''''(inputs): what reverse passes over input derivatives need.
/// Zero for ReLU, whose kink they do not see.
void third_derivative(Activation activation, ConstMatrixRef inputs, ConstMatrixRef outputs,
                      MatrixRef thirds);
void fourth_derivative(Activation activation, ConstMatrixRef inputs, ConstMatrixRef outputs,
                       MatrixRef fourths);

/// 1 / (1 + exp(-x)), without overflow.
void sigmoid(ConstMatrixRef inputs, MatrixRef outputs);

}  // namespace moo::kernels
