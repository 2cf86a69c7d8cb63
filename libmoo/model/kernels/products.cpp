#include "libmoo/model/kernels/products.hpp"

#include <algorithm>

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
void add_gram_double(const Factor<double>& j, double* c, Index column_step) {
  add_gram_blocks(j, c, column_step);
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
HWY_EXPORT(forward_double);
HWY_EXPORT(forward_float);
HWY_EXPORT(backward_double);
HWY_EXPORT(backward_float);
HWY_EXPORT(tangent_here);
HWY_EXPORT(backward_tangent_here);

template <>
void multiply(const Factor<double>& a, const Factor<double>& b, double* c, Eigen::Index column_step,
              Update update) {
  HWY_DYNAMIC_DISPATCH(multiply_double)(a, b, c, column_step, update);
}
template <>
void multiply(const Factor<float>& a, const Factor<float>& b, float* c, Eigen::Index column_step,
              Update update) {
  HWY_DYNAMIC_DISPATCH(multiply_float)(a, b, c, column_step, update);
}
namespace {

/// The upper triangle from the lower one, block by block: each is read while it is in the cache.
void mirror(Eigen::Index size, double* c, Eigen::Index column_step) {
  constexpr Eigen::Index block = 32;
  for (Eigen::Index j = 0; j < size; j += block) {
    for (Eigen::Index i = j; i < size; i += block) {
      for (Eigen::Index k = j; k < std::min(j + block, size); ++k) {
        for (Eigen::Index l = std::max(i, k + 1); l < std::min(i + block, size); ++l) {
          c[k + l * column_step] = c[l + k * column_step];
        }
      }
    }
  }
}

}  // namespace

void add_gram(const Factor<double>& j, double* c, Eigen::Index column_step) {
  HWY_DYNAMIC_DISPATCH(add_gram_double)(j, c, column_step);
  mirror(j.columns, c, column_step);
}

template <>
void forward(const LayerForward<double>& layer) {
  HWY_DYNAMIC_DISPATCH(forward_double)(layer);
}
template <>
void forward(const LayerForward<float>& layer) {
  HWY_DYNAMIC_DISPATCH(forward_float)(layer);
}
template <>
void backward(const LayerBackward<double>& layer) {
  HWY_DYNAMIC_DISPATCH(backward_double)(layer);
}
template <>
void backward(const LayerBackward<float>& layer) {
  HWY_DYNAMIC_DISPATCH(backward_float)(layer);
}

void tangent(const LayerTangent& layer) { HWY_DYNAMIC_DISPATCH(tangent_here)(layer); }
void backward_tangent(const LayerBackwardTangent& layer) {
  HWY_DYNAMIC_DISPATCH(backward_tangent_here)(layer);
}

}  // namespace moo::kernels
#endif
