#pragma once

#include <Eigen/Core>

namespace moo {

/// Dense column vector and column-major matrix of double: the only numbers in the public interface.
using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

/// Parameter types: read-only views of a vector or matrix (blocks and maps pass without a copy) ...
using ConstVectorRef = const Eigen::Ref<const Vector>&;
using ConstMatrixRef = const Eigen::Ref<const Matrix>&;

/// ... and views that are written to.
using VectorRef = Eigen::Ref<Vector>;
using MatrixRef = Eigen::Ref<Matrix>;

}  // namespace moo
