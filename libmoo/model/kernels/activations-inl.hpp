// Activations and their slopes over runs of numbers, compiled once per instruction set: include
// from a file that Highway includes once per target, and nowhere else.
#if defined(LIBMOO_MODEL_KERNELS_ACTIVATIONS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef LIBMOO_MODEL_KERNELS_ACTIVATIONS_INL_HPP
#undef LIBMOO_MODEL_KERNELS_ACTIVATIONS_INL_HPP
#else
#define LIBMOO_MODEL_KERNELS_ACTIVATIONS_INL_HPP
#endif

#include <Eigen/Core>
#include <algorithm>

#include "libmoo/model/activation.hpp"
#include "libmoo/model/kernels/exponential-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace moo::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using Eigen::Index;

/// `at(d, i)` for the vectors from 0 to size, and for what is left number by number; the same
/// operations on each.
template <class Scalar, class At>
HWY_INLINE void for_each_vector(Index size, const At& at) {
  const hn::ScalableTag<Scalar> d;
  const auto lanes = static_cast<Index>(hn::Lanes(d));
  Index i = 0;
  for (; i + lanes <= size; i += lanes) at(d, i);
  const hn::CappedTag<Scalar, 1> one;
  for (; i < size; ++i) at(one, i);
}

struct Relu {
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V operator()(D d, V x) const {
    return keep_nan(d, x, hn::Max(x, hn::Zero(d)));
  }
};

/// y = f(x), elementwise; y may be x.
template <class Scalar, class Function>
HWY_INLINE void map(Function f, const Scalar* x, Index size, Scalar* y) {
  for_each_vector<Scalar>(
      size, [=](auto d, Index i) HWY_ATTR { hn::StoreU(f(d, hn::LoadU(d, x + i)), d, y + i); });
}

/// y += x, elementwise.
template <class Scalar>
HWY_INLINE void add(const Scalar* x, Index size, Scalar* y) {
  for_each_vector<Scalar>(size, [=](auto d, Index i) HWY_ATTR {
    hn::StoreU(hn::Add(hn::LoadU(d, x + i), hn::LoadU(d, y + i)), d, y + i);
  });
}

template <class Scalar>
void apply_activation(Activation activation, const Scalar* x, Index size, Scalar* y) {
  switch (activation) {
    case Activation::tanh:
      return map(Tanh(), x, size, y);
    case Activation::softplus:
      return map(Softplus(), x, size, y);
    case Activation::silu:
      return map(Silu(), x, size, y);
    case Activation::sigmoid:
      return map(Sigmoid(), x, size, y);
    case Activation::relu:
      return map(Relu(), x, size, y);
    case Activation::identity:
      if (x != y) std::copy(x, x + size, y);
      return;
  }
}

/// g *= s'(x), from the inputs x and the outputs a of the activation.
template <class Scalar>
void multiply_by_slope(Activation activation, const Scalar* x, const Scalar* a, Index size,
                       Scalar* g) {
  switch (activation) {
    case Activation::tanh:  // 1 - a^2
      return for_each_vector<Scalar>(size, [=](auto d, Index i) HWY_ATTR {
        const auto ai = hn::LoadU(d, a + i);
        const auto slope = hn::NegMulAdd(ai, ai, hn::Set(d, Scalar{1}));
        hn::StoreU(hn::Mul(hn::LoadU(d, g + i), slope), d, g + i);
      });
    case Activation::softplus:
      return for_each_vector<Scalar>(size, [=](auto d, Index i) HWY_ATTR {
        const auto slope = Sigmoid()(d, hn::LoadU(d, x + i));
        hn::StoreU(hn::Mul(hn::LoadU(d, g + i), slope), d, g + i);
      });
    case Activation::silu:  // (x p)' = p + x p (1 - p) = p + a (1 - p)
      return for_each_vector<Scalar>(size, [=](auto d, Index i) HWY_ATTR {
        const auto p = Sigmoid()(d, hn::LoadU(d, x + i));
        const auto largest = hn::Set(d, -ConstantsOf<decltype(d)>::lowest);  // keeps inf * 0 out
        const auto bounded = hn::Min(hn::LoadU(d, a + i), largest);
        const auto slope = hn::MulAdd(bounded, hn::Sub(hn::Set(d, Scalar{1}), p), p);
        hn::StoreU(hn::Mul(hn::LoadU(d, g + i), slope), d, g + i);
      });
    case Activation::sigmoid:  // a (1 - a)
      return for_each_vector<Scalar>(size, [=](auto d, Index i) HWY_ATTR {
        const auto ai = hn::LoadU(d, a + i);
        const auto slope = hn::NegMulAdd(ai, ai, ai);
        hn::StoreU(hn::Mul(hn::LoadU(d, g + i), slope), d, g + i);
      });
    case Activation::relu:
      return for_each_vector<Scalar>(size, [=](auto d, Index i) HWY_ATTR {
        const auto rising = hn::Gt(hn::LoadU(d, x + i), hn::Zero(d));
        hn::StoreU(hn::IfThenElseZero(rising, hn::LoadU(d, g + i)), d, g + i);
      });
    case Activation::identity:
      return;
  }
}

}  // namespace moo::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
