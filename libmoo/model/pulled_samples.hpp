#pragma once

#include <vector>

#include "libmoo/model/forward_pass.hpp"

namespace moo {

using Stride = Eigen::OuterStride<>;
using Block = Eigen::Map<const Matrix, 0, Stride>;

/// The first `cols` columns of a buffer that only ever grows. Its contents are lost when it does.
inline Columns grown(Matrix& buffer, Eigen::Index rows, Eigen::Index cols) {
  if (buffer.rows() != rows || buffer.cols() < cols) buffer.resize(rows, cols);
  return {buffer.data(), rows, cols};
}

/// The samples that one cotangent goes back through. Where a rule is kept its penalty is flat and a
/// sample's cotangent zero: when that leaves out a quarter of them or more, the others are copied
/// together, layer by layer, and the way back costs as much as the violations.
class ForwardPass::PulledSamples {
 public:
  /// Most samples that are copied, of so many.
  static Eigen::Index most_of(Eigen::Index count) { return count - count / 4; }

  /// All of a range, where they stand.
  explicit PulledSamples(ColumnRange range)
      : first_(range.first), count_(range.count), most_(most_of(range.count)) {}

  /// Those of a range whose column of `cotangents` is not zero.
  /// @param block of the stacked cotangents begins here
  PulledSamples(ColumnRange range, ConstMatrixRef cotangents, Eigen::Index block,
                std::vector<Eigen::Index>& buffer)
      : PulledSamples(range) {
    buffer.clear();
    for (Eigen::Index b = range.first; b < range.first + range.count; ++b) {
      if ((cotangents.col(block + b).array() != 0.0).any()) buffer.push_back(b);
    }
    const auto chosen = static_cast<Eigen::Index>(buffer.size());
    if (chosen > most_) return;
    chosen_ = &buffer;
    count_ = chosen;
  }

  [[nodiscard]] Eigen::Index count() const { return count_; }
  /// The column of the i-th in the batch.
  [[nodiscard]] Eigen::Index operator[](Eigen::Index i) const {
    return chosen_ == nullptr ? first_ + i : (*chosen_)[static_cast<std::size_t>(i)];
  }
  /// Their columns of a block of a matrix, in place or copied into the buffer.
  [[nodiscard]] Block of(ConstMatrixRef all, Matrix& buffer, Eigen::Index block = 0) const {
    if (chosen_ == nullptr) {
      const double* first = all.data() + (block + first_) * all.outerStride();
      return {first, all.rows(), count_, Stride(all.outerStride())};
    }
    Columns copies = grown(buffer, all.rows(), most_);
    for (Eigen::Index i = 0; i < count_; ++i) copies.col(i) = all.col(block + (*this)[i]);
    return {copies.data(), copies.rows(), count_, Stride(copies.rows())};
  }

 private:
  Eigen::Index first_;
  Eigen::Index count_;
  Eigen::Index most_;  ///< that are copied
  const std::vector<Eigen::Index>* chosen_ = nullptr;
};

}  // namespace moo
