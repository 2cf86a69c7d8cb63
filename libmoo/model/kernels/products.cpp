#include "libmoo/model/kernels/products.hpp"

#include <algorithm>

#include "libmoo/base/thread_pool.hpp"
#include "libmoo/model/kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "libmoo/model/kernels/products.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "libmoo/model/kernels/activations-inl.hpp"
#include "libmoo/model/kernels/blocked_product-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace moo::kernels::HWY_NAMESPACE {

template <class Scalar>
HWY_INLINE void multiply_here(const Factor<Scalar>& a, const Factor<Scalar>& b, Scalar* c,
                              Index column_step, Update update) {
  multiply_blocks(a, b, c, column_step, update, [](Index, Index) HWY_ATTR {});
}

template <class Scalar>
HWY_INLINE void row_sums_here(const Factor<Scalar>& a, Scalar* sums) {
  const Scalar one{1};
  multiply_one_column(a, Factor<Scalar>(&one, a.columns, 1, 0, 0), sums, Update::assign);
}

template <class Scalar>
HWY_INLINE void forward_here(const LayerForward<Scalar>& l) {
  const Index rows = l.weight.rows;
  multiply_blocks(
      l.weight, l.inputs, l.pre, rows, Update::assign, [&](Index first, Index count) HWY_ATTR {
        for (Index j = first; j < first + count && l.bias != nullptr; ++j) {
          add(l.bias, rows, l.pre + j * rows);
        }
        if (l.post == nullptr) return;
        apply_activation(l.activation, l.pre + first * rows, count * rows, l.post + first * rows);
      });
}

template <class Scalar>
HWY_INLINE void backward_here(const LayerBackward<Scalar>& l) {
  const Factor<Scalar> weight = l.weight.transposed();
  const Index rows = weight.rows;
  multiply_blocks(
      weight, l.cotangents, l.below, rows, Update::assign, [&](Index first, Index count) HWY_ATTR {
        const Index at = first * rows;
        if (l.more != nullptr) add(l.more + at, count * rows, l.below + at);
        if (l.activation_cotangents != nullptr) {
          std::copy_n(l.below + at, count * rows, l.activation_cotangents + at);
        }
        multiply_by_slope(l.activation, l.pre + at, l.post + at, count * rows, l.below + at);
      });
}

void tangent_here(const LayerTangent& l) {
  const Index rows = l.weight.rows;
  const auto finish = [&](Index first, Index count) HWY_ATTR {
    const Index at = first * rows;
    for (Index j = first; j < first + count; ++j) add(l.bias, rows, l.pre_tangent + j * rows);
    if (l.post_tangent == nullptr) return;
    push_tangent(l.activation, l.pre + at, l.post + at, l.pre_tangent + at, count * rows,
                 l.post_tangent + at);
  };
  if (l.input_tangents.data == nullptr) {
    return multiply_blocks(l.direction, l.inputs, l.pre_tangent, rows, Update::assign, finish);
  }
  multiply_blocks(l.direction, l.inputs, l.pre_tangent, rows, Update::assign,
                  [&](Index first, Index count) HWY_ATTR {
                    multiply_blocks(l.weight, l.input_tangents.column_range(first, count),
                                    l.pre_tangent + first * rows, rows, Update::add,
                                    [](Index, Index) HWY_ATTR {});
                    finish(first, count);
                  });
}

void backward_tangent_here(const LayerBackwardTangent& l) {
  const Factor<double> weight = l.weight.transposed();
  const Factor<double> direction = l.direction.transposed();
  const Index rows = weight.rows;
  multiply_blocks(weight, l.cotangent_tangents, l.below_tangent, rows, Update::assign,
                  [&](Index first, Index count) HWY_ATTR {
                    const Index at = first * rows;
                    multiply_blocks(direction, l.cotangents.column_range(first, count),
                                    l.below_tangent + at, rows, Update::add,
                                    [](Index, Index) HWY_ATTR {});
                    if (l.more_tangent != nullptr)
                      add(l.more_tangent + at, count * rows, l.below_tangent + at);
                    pull_tangent(l.activation, l.pre + at, l.post + at, l.pre_tangent + at,
                                 l.activation_cotangents + at, count * rows, l.below_tangent + at);
                  });
}

// Highway dispatches functions, not templates.
void multiply_double(const Factor<double>& a, const Factor<double>& b, double* c, Index column_step,
                     Update update) {
  multiply_here(a, b, c, column_step, update);
}
void multiply_float(const Factor<float>& a, const Factor<float>& b, float* c, Index column_step,
                    Update update) {
  multiply_here(a, b, c, column_step, update);
}
void row_sums_double(const Factor<double>& a, double* sums) { row_sums_here(a, sums); }
void row_sums_float(const Factor<float>& a, float* sums) { row_sums_here(a, sums); }
void add_gram_double(const Factor<double>& j, Index first, double* c, Index column_step) {
  add_gram_columns(j, first, c, column_step);
}
void forward_double(const LayerForward<double>& layer) { forward_here(layer); }
void forward_float(const LayerForward<float>& layer) { forward_here(layer); }
void backward_double(const LayerBackward<double>& layer) { backward_here(layer); }
void backward_float(const LayerBackward<float>& layer) { backward_here(layer); }

}  // namespace moo::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace moo::kernels {

HWY_EXPORT(multiply_double);
HWY_EXPORT(multiply_float);
HWY_EXPORT(add_gram_double);
HWY_EXPORT(row_sums_double);
HWY_EXPORT(row_sums_float);
HWY_EXPORT(forward_double);
HWY_EXPORT(forward_float);
HWY_EXPORT(backward_double);
HWY_EXPORT(backward_float);
HWY_EXPORT(tangent_here);
HWY_EXPORT(backward_tangent_here);

namespace {

using Eigen::Index;

constexpr Index tile = 48;  // rows or columns: a whole number of tiles on every processor

/// How many threads a result of rows x columns, sums of `inner` terms, is worth: each has some 20
/// microseconds to do.
Index threads_for(Index rows, Index inner, Index columns) {
  constexpr double share = 5e5;  // multiplications
  const double work =
      static_cast<double>(rows) * static_cast<double>(inner) * static_cast<double>(columns);
  return work < 2.0 * share ? 1
                            : std::min<Index>(static_cast<Index>(work / share), 1 + idle_threads());
}

/// piece(first, count) for pieces of `size` rows or columns of a result, on idle threads as well.
/// Several for each thread, so that none waits long for the last one, but wide enough to be worth
/// packing the other factor.
template <class Piece>
void in_pieces(Index size, Index workers, const Piece& piece) {
  if (workers == 1) return piece(0, size);
  const Index pieces = workers * std::clamp<Index>(size / (2 * tile * workers), 1, 8);
  const Index step = size >= pieces * tile ? tile : tile / 4;
  const Index width = ((size + pieces - 1) / pieces + step - 1) / step * step;
  parallel_for(static_cast<std::size_t>((size + width - 1) / width), [&](std::size_t k) {
    const Index first = static_cast<Index>(k) * width;
    piece(first, std::min(width, size - first));
  });
}

template <class Layer, class Scalar, class Run>
void by_columns(const Layer& layer, Index rows, const Factor<Scalar>& batch, const Run& run) {
  in_pieces(batch.columns, threads_for(rows, batch.rows, batch.columns),
            [&](Index first, Index count) { run(layer.column_range(first, count)); });
}

template <class Scalar, class Run>
void multiply_pieces(const Factor<Scalar>& a, const Factor<Scalar>& b, Scalar* c, Index column_step,
                     Update update, const Run& run) {
  const Index workers = threads_for(a.rows, a.columns, b.columns);
  // Few rows of contiguous columns are summed in another order: a piece must not have few of many.
  if (a.rows > b.columns && b.row_step != 1) {
    const Factor<Scalar> left = a.transposed();
    return in_pieces(a.rows, workers, [&](Index first, Index count) {
      run(left.column_range(first, count).transposed(), b, c + first, column_step, update);
    });
  }
  in_pieces(b.columns, workers, [&](Index first, Index count) {
    run(a, b.column_range(first, count), c + first * column_step, column_step, update);
  });
}

/// The upper triangle from the lower one, block by block: each is read while it is in the cache.
void mirror(Index size, double* c, Index column_step) {
  constexpr Index block = 32;
  for (Index j = 0; j < size; j += block) {
    for (Index i = j; i < size; i += block) {
      for (Index k = j; k < std::min(j + block, size); ++k) {
        for (Index l = std::max(i, k + 1); l < std::min(i + block, size); ++l) {
          c[k + l * column_step] = c[l + k * column_step];
        }
      }
    }
  }
}

}  // namespace

template <>
void multiply(const Factor<double>& a, const Factor<double>& b, double* c, Index column_step,
              Update update) {
  multiply_pieces(a, b, c, column_step, update, HWY_DYNAMIC_DISPATCH(multiply_double));
}
template <>
void multiply(const Factor<float>& a, const Factor<float>& b, float* c, Index column_step,
              Update update) {
  multiply_pieces(a, b, c, column_step, update, HWY_DYNAMIC_DISPATCH(multiply_float));
}

template <>
void row_sums(const Factor<double>& a, double* sums) {
  HWY_DYNAMIC_DISPATCH(row_sums_double)(a, sums);
}
template <>
void row_sums(const Factor<float>& a, float* sums) {
  HWY_DYNAMIC_DISPATCH(row_sums_float)(a, sums);
}

void add_gram(const Factor<double>& j, double* c, Index column_step) {
  const auto run = HWY_DYNAMIC_DISPATCH(add_gram_double);
  const Index blocks = (j.columns + columns_of_block - 1) / columns_of_block;
  parallel_for(static_cast<std::size_t>(blocks), [&](std::size_t k) {
    run(j, static_cast<Index>(k) * columns_of_block, c, column_step);
  });
  mirror(j.columns, c, column_step);
}

template <>
void forward(const LayerForward<double>& layer) {
  by_columns(layer, layer.weight.rows, layer.inputs, HWY_DYNAMIC_DISPATCH(forward_double));
}
template <>
void forward(const LayerForward<float>& layer) {
  by_columns(layer, layer.weight.rows, layer.inputs, HWY_DYNAMIC_DISPATCH(forward_float));
}
template <>
void backward(const LayerBackward<double>& layer) {
  by_columns(layer, layer.weight.columns, layer.cotangents, HWY_DYNAMIC_DISPATCH(backward_double));
}
template <>
void backward(const LayerBackward<float>& layer) {
  by_columns(layer, layer.weight.columns, layer.cotangents, HWY_DYNAMIC_DISPATCH(backward_float));
}

void tangent(const LayerTangent& layer) {
  by_columns(layer, layer.weight.rows, layer.inputs, HWY_DYNAMIC_DISPATCH(tangent_here));
}
void backward_tangent(const LayerBackwardTangent& layer) {
  by_columns(layer, layer.weight.columns, layer.cotangents,
             HWY_DYNAMIC_DISPATCH(backward_tangent_here));
}

}  // namespace moo::kernels
#endif
