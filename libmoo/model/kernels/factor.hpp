#pragma once

#include "libmoo/base/vector.hpp"

namespace moo::kernels {

/// Columns of its result that a product makes at a time, and that stay in the second-level cache.
constexpr Eigen::Index columns_of_block = 264;

/// A matrix as a product reads it: entry (i, j) is data[i row_step + j column_step].
template <class Scalar>
struct Factor {
  const Scalar* data = nullptr;
  Eigen::Index rows = 0;
  Eigen::Index columns = 0;
  Eigen::Index row_step = 1;
  Eigen::Index column_step = 0;

  Factor() = default;
  Factor(const Scalar* first, Eigen::Index num_rows, Eigen::Index num_columns,
         Eigen::Index row_stride, Eigen::Index column_stride)
      : data(first),
        rows(num_rows),
        columns(num_columns),
        row_step(row_stride),
        column_step(column_stride) {}

  /// Of a column-major Eigen matrix, map or block.
  template <class Derived>
  Factor(const Eigen::MatrixBase<Derived>& m)
      : Factor(m.derived().data(), m.rows(), m.cols(), m.derived().innerStride(),
               m.derived().outerStride()) {
    static_assert(!Derived::IsRowMajor);
  }

  [[nodiscard]] Factor transposed() const { return {data, columns, rows, column_step, row_step}; }
  [[nodiscard]] Factor column_range(Eigen::Index first, Eigen::Index count) const {
    return {data + first * column_step, rows, count, row_step, column_step};
  }
};

}  // namespace moo::kernels
