// How a product is cut into tiles, and how these are packed, compiled once per instruction set: include
// from a file that Highway includes once per target, and nowhere else.
#if defined(LIBMOO_MODEL_KERNELS_PACKING_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef LIBMOO_MODEL_KERNELS_PACKING_INL_HPP
#undef LIBMOO_MODEL_KERNELS_PACKING_INL_HPP
#else
#define LIBMOO_MODEL_KERNELS_PACKING_INL_HPP
#endif

#include <hwy/highway.h>

#include "libmoo/model/kernels/factor.hpp"

HWY_BEFORE_NAMESPACE();
namespace moo::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using Eigen::Index;

template <class Scalar>
struct Blocking {
  using Lanes = hn::ScalableTag<Scalar>;
  static constexpr Index lanes =
      HWY_TARGET == HWY_SCALAR ? 1 : static_cast<Index>(HWY_MAX_BYTES / sizeof(Scalar));
  /// Accumulators fill the registers: 24 of 32, or 12 of 16.
  static constexpr Index tile_rows = 2 * lanes;
  static constexpr Index tile_columns = HWY_TARGET <= HWY_AVX3 ? 12 : 6;
  static constexpr Index depth = 2048 / static_cast<Index>(sizeof(Scalar));  ///< of k
  static constexpr Index rows =
      24576 / tile_rows / static_cast<Index>(sizeof(Scalar)) / 8 * tile_rows;  ///< of A
  static constexpr Index columns = columns_of_block;                           ///< of B
};

#if HWY_TARGET <= HWY_AVX2
/// The 4 x 4 block whose rows lie `from_step` apart, transposed.
HWY_INLINE void transpose_four(const double* HWY_RESTRICT from, Index from_step,
                               double* HWY_RESTRICT to, Index to_step) {
  const hn::FixedTag<double, 4> d;
  const auto r0 = hn::LoadU(d, from);
  const auto r1 = hn::LoadU(d, from + from_step);
  const auto r2 = hn::LoadU(d, from + 2 * from_step);
  const auto r3 = hn::LoadU(d, from + 3 * from_step);
  const auto even01 = hn::InterleaveLower(d, r0, r1);
  const auto odd01 = hn::InterleaveUpper(d, r0, r1);
  const auto even23 = hn::InterleaveLower(d, r2, r3);
  const auto odd23 = hn::InterleaveUpper(d, r2, r3);
  hn::StoreU(hn::ConcatLowerLower(d, even23, even01), d, to);
  hn::StoreU(hn::ConcatLowerLower(d, odd23, odd01), d, to + to_step);
  hn::StoreU(hn::ConcatUpperUpper(d, even23, even01), d, to + 2 * to_step);
  hn::StoreU(hn::ConcatUpperUpper(d, odd23, odd01), d, to + 3 * to_step);
}

HWY_INLINE void transpose_four(const float* HWY_RESTRICT from, Index from_step,
                               float* HWY_RESTRICT to, Index to_step) {
  const hn::FixedTag<float, 4> d;
  const hn::Repartition<double, decltype(d)> pairs;
  const auto r0 = hn::LoadU(d, from);
  const auto r1 = hn::LoadU(d, from + from_step);
  const auto r2 = hn::LoadU(d, from + 2 * from_step);
  const auto r3 = hn::LoadU(d, from + 3 * from_step);
  const auto lower01 = hn::BitCast(pairs, hn::InterleaveLower(d, r0, r1));
  const auto upper01 = hn::BitCast(pairs, hn::InterleaveUpper(d, r0, r1));
  const auto lower23 = hn::BitCast(pairs, hn::InterleaveLower(d, r2, r3));
  const auto upper23 = hn::BitCast(pairs, hn::InterleaveUpper(d, r2, r3));
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, lower01, lower23)), d, to);
  hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, lower01, lower23)), d, to + to_step);
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, upper01, upper23)), d, to + 2 * to_step);
  hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, upper01, upper23)), d, to + 3 * to_step);
}
#else
template <class Scalar>
HWY_INLINE void transpose_four(const Scalar* HWY_RESTRICT from, Index from_step,
                               Scalar* HWY_RESTRICT to, Index to_step) {
  for (Index i = 0; i < 4; ++i) {
    for (Index k = 0; k < 4; ++k) to[k * to_step + i] = from[i * from_step + k];
  }
}
#endif

/// The first `count` rows of a factor whose rows are contiguous, transposed into `packed`.
template <class Scalar>
HWY_INLINE void pack_transposed(const Factor<Scalar>& a, Index count, Index width,
                                Scalar* HWY_RESTRICT packed) {
  const Index blocked = a.columns / 4 * 4;
  Index i = 0;
  for (; i + 4 <= count; i += 4) {
    const Scalar* from = a.data + i * a.row_step;
    for (Index k = 0; k < blocked; k += 4) {
      transpose_four(from + k, a.row_step, packed + k * width + i, width);
    }
    for (Index k = blocked; k < a.columns; ++k) {
      for (Index r = 0; r < 4; ++r) packed[k * width + i + r] = from[r * a.row_step + k];
    }
  }
  for (; i < count; ++i) {
    const Scalar* from = a.data + i * a.row_step;
    for (Index k = 0; k < a.columns; ++k) packed[k * width + i] = from[k];
  }
}

/// Whole columns of a factor, `width` contiguous numbers each, side by side; Lanes at a time.
template <int Lanes, class Scalar>
HWY_INLINE void pack_contiguous(const Factor<Scalar>& a, Index width, Scalar* HWY_RESTRICT packed) {
  const hn::CappedTag<Scalar, Lanes> d;
  constexpr auto step = static_cast<Index>(hn::MaxLanes(hn::CappedTag<Scalar, Lanes>()));
  const Scalar* from = a.data;
  for (Index k = 0; k < a.columns; ++k, from += a.column_step, packed += width) {
    for (Index i = 0; i < width; i += step) hn::StoreU(hn::LoadU(d, from + i), d, packed + i);
  }
}

/// Side by side for each k, the first `count` rows of a factor, zeros up to `width`.
template <class Scalar>
HWY_INLINE void pack_tile(const Factor<Scalar>& a, Index count, Index width,
                          Scalar* HWY_RESTRICT packed) {
  if (a.row_step == 1 && count == Blocking<Scalar>::tile_rows && width == count) {
    const typename Blocking<Scalar>::Lanes d;
    constexpr Index lanes = Blocking<Scalar>::lanes;
    const Scalar* from = a.data;
    for (Index k = 0; k < a.columns; ++k, from += a.column_step, packed += 2 * lanes) {
      hn::Store(hn::LoadU(d, from), d, packed);
      hn::Store(hn::LoadU(d, from + lanes), d, packed + lanes);
    }
    return;
  }
  if (a.row_step == 1 && count == width && width % 4 == 0) {
    return pack_contiguous<4>(a, width, packed);
  }
  if (a.row_step == 1 && count == width && width % 2 == 0) {
    return pack_contiguous<2>(a, width, packed);
  }
  if (a.column_step == 1 && a.row_step != 1) {
    pack_transposed(a, count, width, packed);
  } else {
    const Scalar* from = a.data;
    for (Index k = 0; k < a.columns; ++k, from += a.column_step) {
      for (Index i = 0; i < count; ++i) packed[k * width + i] = from[i * a.row_step];
    }
  }
  for (Index k = 0; k < a.columns && count < width; ++k) {
    for (Index i = count; i < width; ++i) packed[k * width + i] = Scalar{0};
  }
}

}  // namespace moo::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
