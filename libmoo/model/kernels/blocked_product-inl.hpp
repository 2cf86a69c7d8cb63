// The blocked matrix product, compiled once per instruction set: include from a file that Highway
// includes once per target, and nowhere else.
#if defined(LIBMOO_MODEL_KERNELS_BLOCKED_PRODUCT_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef LIBMOO_MODEL_KERNELS_BLOCKED_PRODUCT_INL_HPP
#undef LIBMOO_MODEL_KERNELS_BLOCKED_PRODUCT_INL_HPP
#else
#define LIBMOO_MODEL_KERNELS_BLOCKED_PRODUCT_INL_HPP
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <type_traits>

#include "libmoo/model/kernels/packing-inl.hpp"
#include "libmoo/model/kernels/packing_buffer.hpp"

HWY_BEFORE_NAMESPACE();
namespace moo::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using Eigen::Index;

// C = A B is cut into tiles that stay in registers: two vectors of rows times `tile_columns`
// columns. A's rows are packed tile by tile (for each k: the tile's rows side by side), and so are
// B's columns, so that the innermost loop reads both in order; what is read seldom stays in place.
// One block of B lies in the second-level cache while A passes by.
// Source: Goto and van de Geijn (2008), "Anatomy of high-performance matrix multiplication"; the
// loop order of Van Zee and van de Geijn (2015), "BLIS", figure 1.

/// Where the tile of a factor stands, packed or in place. Of A, two vectors of rows are contiguous for
/// each k; of B, the columns are `column_step` apart.
template <class Scalar>
struct Tile {
  const Scalar* data;
  Index step;             ///< from k to k + 1
  Index column_step = 1;  ///< of B
};

/// C(0:2 lanes, 0:Columns) = or += the product of one tile of A with one of B.
template <class Scalar, int Columns>
HWY_INLINE void multiply_tile(Index depth, const Tile<Scalar>& left, const Tile<Scalar>& right,
                              Scalar* HWY_RESTRICT c, Index column_step, Update update) {
  using D = typename Blocking<Scalar>::Lanes;
  constexpr Index lanes = Blocking<Scalar>::lanes;
  const D d;
  hn::Vec<D> upper[Columns];
  hn::Vec<D> lower[Columns];
#pragma GCC unroll 12
  for (int j = 0; j < Columns; ++j) upper[j] = lower[j] = hn::Zero(d);
  const auto sum = [&](auto between) HWY_ATTR {
    const Scalar* HWY_RESTRICT a = left.data;
    const Scalar* HWY_RESTRICT b = right.data;
    for (Index k = 0; k < depth; ++k, a += left.step, b += right.step) {
      const auto a0 = hn::LoadU(d, a);
      const auto a1 = hn::LoadU(d, a + lanes);
#pragma GCC unroll 12
      for (int j = 0; j < Columns; ++j) {
        const auto bj = hn::Set(d, b[j * between]);
        upper[j] = hn::MulAdd(a0, bj, upper[j]);
        lower[j] = hn::MulAdd(a1, bj, lower[j]);
      }
    }
  };
  if (right.column_step == 1) {
    sum(std::integral_constant<Index, 1>());
  } else {
    sum(right.column_step);
  }
  if (update == Update::add) {
#pragma GCC unroll 12
    for (int j = 0; j < Columns; ++j) {
      upper[j] = hn::Add(upper[j], hn::LoadU(d, c + j * column_step));
      lower[j] = hn::Add(lower[j], hn::LoadU(d, c + j * column_step + lanes));
    }
  }
#pragma GCC unroll 12
  for (int j = 0; j < Columns; ++j) {
    hn::StoreU(upper[j], d, c + j * column_step);
    hn::StoreU(lower[j], d, c + j * column_step + lanes);
  }
}

/// The smallest compiled width of a tile of B that holds `columns`.
template <class Scalar>
HWY_INLINE Index tile_width(Index columns) {
  for (const Index width : {Index{1}, Index{2}, Index{4}, Index{8}}) {
    if (columns <= width && width < Blocking<Scalar>::tile_columns) return width;
  }
  return Blocking<Scalar>::tile_columns;
}

template <class Scalar>
HWY_NOINLINE void multiply_tiles(Index width, Index depth, const Tile<Scalar>& a,
                                 const Tile<Scalar>& b, Scalar* c, Index column_step,
                                 Update update) {
  switch (width) {
    case 1:
      return multiply_tile<Scalar, 1>(depth, a, b, c, column_step, update);
    case 2:
      return multiply_tile<Scalar, 2>(depth, a, b, c, column_step, update);
    case 4:
      return multiply_tile<Scalar, 4>(depth, a, b, c, column_step, update);
#if HWY_TARGET <= HWY_AVX3
    case 8:
      return multiply_tile<Scalar, 8>(depth, a, b, c, column_step, update);
#endif
    default:
      return multiply_tile<Scalar, Blocking<Scalar>::tile_columns>(depth, a, b, c, column_step,
                                                                   update);
  }
}

/// Where a product goes: entry (i, j) at data[i row_step + j column_step], one step being 1.
template <class Scalar>
struct Target {
  Scalar* data;
  Index row_step;
  Index column_step;
};

/// A tile of C that is not full, or whose rows are not contiguous, by way of a buffer.
template <class Scalar>
HWY_NOINLINE void multiply_edge(Index width, Index depth, const Tile<Scalar>& a,
                                const Tile<Scalar>& b, Target<Scalar> c, Index rows, Index columns,
                                Update update) {
  constexpr Index tile_rows = Blocking<Scalar>::tile_rows;
  HWY_ALIGN Scalar tile[tile_rows * Blocking<Scalar>::tile_columns];
  multiply_tiles(width, depth, a, b, tile, tile_rows, Update::assign);
  for (Index j = 0; j < columns; ++j) {
    Scalar* to = c.data + j * c.column_step;
    const Scalar* from = tile + j * tile_rows;
    if (update == Update::assign) {
      for (Index i = 0; i < rows; ++i) to[i * c.row_step] = from[i];
    } else {
      for (Index i = 0; i < rows; ++i) to[i * c.row_step] += from[i];
    }
  }
}

/// `Vectors` vectors of rows of c = or += a b for one column b; a's columns are contiguous.
template <class Scalar, int Vectors>
HWY_INLINE void multiply_rows(const Factor<Scalar>& a, const Factor<Scalar>& b, Index row,
                              Scalar* c, Update update) {
  using D = typename Blocking<Scalar>::Lanes;
  constexpr Index lanes = Blocking<Scalar>::lanes;
  const D d;
  hn::Vec<D> sums[Vectors];
#pragma GCC unroll 8
  for (int i = 0; i < Vectors; ++i) {
    sums[i] = update == Update::add ? hn::LoadU(d, c + row + i * lanes) : hn::Zero(d);
  }
  const Scalar* from = a.data + row;
  const Scalar* factor = b.data;
  for (Index k = 0; k < a.columns; ++k, from += a.column_step, factor += b.row_step) {
    const auto bk = hn::Set(d, *factor);
#pragma GCC unroll 8
    for (int i = 0; i < Vectors; ++i) {
      sums[i] = hn::MulAdd(hn::LoadU(d, from + i * lanes), bk, sums[i]);
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < Vectors; ++i) hn::StoreU(sums[i], d, c + row + i * lanes);
}

/// c = or += a b for one column b; a's and c's columns are contiguous. Nothing is packed.
template <class Scalar>
void multiply_one_column(const Factor<Scalar>& a, const Factor<Scalar>& b, Scalar* c,
                         Update update) {
  constexpr Index lanes = Blocking<Scalar>::lanes;
  Index i = 0;
  for (; i + 8 * lanes <= a.rows; i += 8 * lanes) multiply_rows<Scalar, 8>(a, b, i, c, update);
  if (i + 4 * lanes <= a.rows) {
    multiply_rows<Scalar, 4>(a, b, i, c, update);
    i += 4 * lanes;
  }
  if (i + 2 * lanes <= a.rows) {
    multiply_rows<Scalar, 2>(a, b, i, c, update);
    i += 2 * lanes;
  }
  if (i + lanes <= a.rows) {
    multiply_rows<Scalar, 1>(a, b, i, c, update);
    i += lanes;
  }
  for (; i < a.rows; ++i) {  // rounds as the vectors do, so that it does not matter where they end
    const hn::CappedTag<Scalar, 1> one;
    auto sum = hn::Set(one, update == Update::add ? c[i] : Scalar{0});
    for (Index k = 0; k < a.columns; ++k) {
      sum = hn::MulAdd(hn::Set(one, a.data[i + k * a.column_step]),
                       hn::Set(one, b.data[k * b.row_step]), sum);
    }
    c[i] = hn::GetLane(sum);
  }
}

/// Which entries of a product are wanted: all, or those on and below the diagonal.
enum class Part { all, lower };

/// c = or += a b for one block of columns of b. All of k, block by block. A factor is packed where
/// its tiles are not full, are not laid out as the loop reads them, or are read often.
template <class Scalar>
void multiply_columns(const Factor<Scalar>& a, const Factor<Scalar>& b, Target<Scalar> c,
                      Update update, Part part = Part::all) {
  using B = Blocking<Scalar>;
  constexpr Index often = 4;
  const bool keep_a = a.row_step == 1 && b.columns <= often * B::tile_columns;
  const bool keep_b = (b.column_step == 1 || b.row_step == 1) && a.rows <= often * B::tile_rows;
  const Index blocks = std::max<Index>(1, (a.columns + B::depth - 1) / B::depth);
  const Index depth = std::max<Index>(1, (a.columns + blocks - 1) / blocks);
  Scalar* packed_b = packing_buffer<Scalar>(PackedFactor::right, (B::columns + 8) * depth);
  Scalar* packed_a = packing_buffer<Scalar>(PackedFactor::left, (B::rows + B::tile_rows) * depth);
  for (Index k = 0; k < a.columns || k == 0; k += depth) {
    const Index now = std::min(depth, a.columns - k);
    const Update how = k == 0 ? update : Update::add;
    const auto tile_of_b = [&](Index j, Index count, Index width) -> Tile<Scalar> {
      if (keep_b && count == width) {
        return {b.data + k * b.row_step + j * b.column_step, b.row_step, b.column_step};
      }
      return {packed_b + j * now, width};
    };
    for (Index j = 0; j < b.columns; j += B::tile_columns) {
      const Index count = std::min(B::tile_columns, b.columns - j);
      const Index width = tile_width<Scalar>(count);
      if (keep_b && count == width) continue;
      const Factor<Scalar> tile(b.data + k * b.row_step + j * b.column_step, count, now,
                                b.column_step, b.row_step);
      pack_tile(tile, count, width, packed_b + j * now);
    }
    for (Index first = 0; first < a.rows; first += B::rows) {
      const Index rows = std::min(B::rows, a.rows - first);
      const auto tile_of_a = [&](Index i) -> Tile<Scalar> {
        if (keep_a && i + B::tile_rows <= rows) {
          return {a.data + (first + i) + k * a.column_step, a.column_step};
        }
        return {packed_a + i * now, B::tile_rows};
      };
      for (Index i = 0; i < rows; i += B::tile_rows) {
        if (keep_a && i + B::tile_rows <= rows) continue;
        const Factor<Scalar> tile(a.data + (first + i) * a.row_step + k * a.column_step,
                                  std::min(B::tile_rows, rows - i), now, a.row_step, a.column_step);
        pack_tile(tile, tile.rows, B::tile_rows, packed_a + i * now);
      }
      for (Index j = 0; j < b.columns; j += B::tile_columns) {
        const Index count = std::min(B::tile_columns, b.columns - j);
        const Index width = tile_width<Scalar>(count);
        const Tile<Scalar> right = tile_of_b(j, count, width);
        for (Index i = 0; i < rows; i += B::tile_rows) {
          if (part == Part::lower && first + i + B::tile_rows <= j) continue;
          const Index height = std::min(B::tile_rows, rows - i);
          Scalar* to = c.data + (first + i) * c.row_step + j * c.column_step;
          if (height == B::tile_rows && count == width && c.row_step == 1) {
            multiply_tiles(width, now, tile_of_a(i), right, to, c.column_step, how);
          } else {
            multiply_edge(width, now, tile_of_a(i), right,
                          Target<Scalar>{to, c.row_step, c.column_step}, height, count, how);
          }
        }
      }
    }
  }
}

/// c = or += a b for a with few rows: every entry is a product of two columns in the order of k,
/// four columns of b at a time. b's columns are contiguous.
template <class Scalar>
void multiply_few_rows(const Factor<Scalar>& a, const Factor<Scalar>& b, Target<Scalar> c,
                       Update update) {
  using D = typename Blocking<Scalar>::Lanes;
  constexpr Index lanes = Blocking<Scalar>::lanes;
  const D d;
  Scalar* packed = packing_buffer<Scalar>(PackedFactor::left, a.rows * a.columns);
  for (Index i = 0; i < a.rows; ++i) {
    for (Index k = 0; k < a.columns; ++k) {
      packed[i * a.columns + k] = a.data[i * a.row_step + k * a.column_step];
    }
  }
  const Index whole = a.columns / lanes * lanes;
  const auto write = [&](Index i, Index j, Scalar sum) {
    for (Index k = whole; k < a.columns; ++k) {
      sum += packed[i * a.columns + k] * b.data[j * b.column_step + k];
    }
    Scalar& to = c.data[i * c.row_step + j * c.column_step];
    to = update == Update::assign ? sum : to + sum;
  };
  Index j = 0;
  for (; j + 4 <= b.columns; j += 4) {
    const Scalar* first = b.data + j * b.column_step;
    for (Index i = 0; i < a.rows; ++i) {
      const Scalar* row = packed + i * a.columns;
      auto s0 = hn::Zero(d);
      auto s1 = s0;
      auto s2 = s0;
      auto s3 = s0;
      for (Index k = 0; k < whole; k += lanes) {
        const auto w = hn::LoadU(d, row + k);
        s0 = hn::MulAdd(w, hn::LoadU(d, first + k), s0);
        s1 = hn::MulAdd(w, hn::LoadU(d, first + b.column_step + k), s1);
        s2 = hn::MulAdd(w, hn::LoadU(d, first + 2 * b.column_step + k), s2);
        s3 = hn::MulAdd(w, hn::LoadU(d, first + 3 * b.column_step + k), s3);
      }
      write(i, j, hn::GetLane(hn::SumOfLanes(d, s0)));
      write(i, j + 1, hn::GetLane(hn::SumOfLanes(d, s1)));
      write(i, j + 2, hn::GetLane(hn::SumOfLanes(d, s2)));
      write(i, j + 3, hn::GetLane(hn::SumOfLanes(d, s3)));
    }
  }
  for (; j < b.columns; ++j) {
    for (Index i = 0; i < a.rows; ++i) {
      auto sum = hn::Zero(d);
      for (Index k = 0; k < whole; k += lanes) {
        sum = hn::MulAdd(hn::LoadU(d, packed + i * a.columns + k),
                         hn::LoadU(d, b.data + j * b.column_step + k), sum);
      }
      write(i, j, hn::GetLane(hn::SumOfLanes(d, sum)));
    }
  }
}

/// c = or += a b; `finish(first, count)` is called for each block of columns of c as soon as it is
/// there, while it is in the cache.
template <class Scalar, class Finish>
HWY_INLINE void multiply_blocks(const Factor<Scalar>& a, const Factor<Scalar>& b, Scalar* c,
                                Index column_step, Update update, const Finish& finish) {
  using B = Blocking<Scalar>;
  for (Index j = 0; j < b.columns; j += B::columns) {
    const Index count = std::min(B::columns, b.columns - j);
    const Factor<Scalar> part = b.column_range(j, count);
    const Target<Scalar> to{c + j * column_step, 1, column_step};
    if (a.rows < B::tile_columns && b.row_step == 1) {
      multiply_few_rows(a, part, to, update);
    } else if (a.rows == 1 && part.column_step == 1 && column_step == 1) {
      multiply_one_column(part.transposed(), a.transposed(), to.data, update);
    } else if (a.rows < B::tile_columns && count > a.rows) {  // they are the tile's columns
      multiply_columns(part.transposed(), a.transposed(), Target<Scalar>{to.data, column_step, 1},
                       update);
    } else {
      multiply_columns(a, part, to, update);
    }
    finish(j, count);
  }
}

/// A block of columns of the lower triangle of c += j' j; some entries above the diagonal are changed
/// as well.
template <class Scalar>
void add_gram_columns(const Factor<Scalar>& j, Index first, Scalar* c, Index column_step) {
  const Index count = std::min(Blocking<Scalar>::columns, j.columns - first);
  multiply_columns(
      j.column_range(first, j.columns - first).transposed(), j.column_range(first, count),
      Target<Scalar>{c + first * (column_step + 1), 1, column_step}, Update::add, Part::lower);
}

}  // namespace moo::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
