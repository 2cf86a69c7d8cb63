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

/// s'(x) and s''(x) of an activation.
template <class V>
struct Derivatives {
  V first;
  V second;
};

/// Calls `use(f)` with the function f(d, x, a) that gives the derivatives from inputs x and outputs a.
/// What `use` leaves unread is not computed.
template <class Use>
HWY_INLINE void with_derivatives(Activation activation, const Use& use) {
  switch (activation) {
    case Activation::tanh:  // 1 - a^2, -2 a s'
      return use([](auto d, auto, auto a) HWY_ATTR {
        const auto slope = hn::NegMulAdd(a, a, hn::Set(d, hn::TFromD<decltype(d)>{1}));
        return Derivatives<decltype(a)>{slope, hn::Neg(hn::Mul(hn::Add(a, a), slope))};
      });
    case Activation::softplus:  // p, p (1 - p)
      return use([](auto d, auto x, auto) HWY_ATTR {
        const auto p = Sigmoid()(d, x);
        return Derivatives<decltype(x)>{p, hn::NegMulAdd(p, p, p)};
      });
    case Activation::silu:  // (x p)' = p + x p (1 - p) = p + a (1 - p), p (1 - p)(2 + x (1 - 2 p))
      return use([](auto d, auto x, auto a) HWY_ATTR {
        using T = hn::TFromD<decltype(d)>;
        const auto p = Sigmoid()(d, x);
        const auto one = hn::Set(d, T{1});
        const auto lowest = hn::Set(d, ConstantsOf<decltype(d)>::lowest);  // keeps inf * 0 out
        const auto largest = hn::Neg(lowest);
        const auto bounded = hn::Max(hn::Min(x, largest), lowest);
        const auto bend = hn::MulAdd(bounded, hn::Sub(one, hn::Add(p, p)), hn::Set(d, T{2}));
        return Derivatives<decltype(x)>{hn::MulAdd(hn::Min(a, largest), hn::Sub(one, p), p),
                                        hn::Mul(hn::NegMulAdd(p, p, p), bend)};
      });
    case Activation::sigmoid:  // a (1 - a), a (1 - a)(1 - 2 a)
      return use([](auto d, auto, auto a) HWY_ATTR {
        const auto slope = hn::NegMulAdd(a, a, a);
        const auto one = hn::Set(d, hn::TFromD<decltype(d)>{1});
        return Derivatives<decltype(a)>{slope, hn::Mul(slope, hn::Sub(one, hn::Add(a, a)))};
      });
    case Activation::relu:
      return use([](auto d, auto x, auto) HWY_ATTR {
        const auto one = hn::Set(d, hn::TFromD<decltype(d)>{1});
        return Derivatives<decltype(x)>{hn::IfThenElseZero(hn::Gt(x, hn::Zero(d)), one),
                                        hn::Zero(d)};
      });
    case Activation::identity:
      return use([](auto d, auto x, auto) HWY_ATTR {
        return Derivatives<decltype(x)>{hn::Set(d, hn::TFromD<decltype(d)>{1}), hn::Zero(d)};
      });
  }
}

/// g *= s'(x), from the inputs x and the outputs a of the activation.
template <class Scalar>
void multiply_by_slope(Activation activation, const Scalar* x, const Scalar* a, Index size,
                       Scalar* g) {
  if (activation == Activation::identity) return;
  with_derivatives(activation, [=](auto derivatives) HWY_ATTR {
    for_each_vector<Scalar>(size, [=](auto d, Index i) HWY_ATTR {
      const auto s = derivatives(d, hn::LoadU(d, x + i), hn::LoadU(d, a + i));
      hn::StoreU(hn::Mul(hn::LoadU(d, g + i), s.first), d, g + i);
    });
  });
}

/// da = s'(x) dx.
template <class Scalar>
void push_tangent(Activation activation, const Scalar* x, const Scalar* a, const Scalar* dx,
                  Index size, Scalar* da) {
  with_derivatives(activation, [=](auto derivatives) HWY_ATTR {
    for_each_vector<Scalar>(size, [=](auto d, Index i) HWY_ATTR {
      const auto s = derivatives(d, hn::LoadU(d, x + i), hn::LoadU(d, a + i));
      hn::StoreU(hn::Mul(hn::LoadU(d, dx + i), s.first), d, da + i);
    });
  });
}

/// The tangent of g s'(x): dg = dg s'(x) + g s''(x) dx.
template <class Scalar>
void pull_tangent(Activation activation, const Scalar* x, const Scalar* a, const Scalar* dx,
                  const Scalar* g, Index size, Scalar* dg) {
  if (activation == Activation::identity) return;
  with_derivatives(activation, [=](auto derivatives) HWY_ATTR {
    for_each_vector<Scalar>(size, [=](auto d, Index i) HWY_ATTR {
      const auto s = derivatives(d, hn::LoadU(d, x + i), hn::LoadU(d, a + i));
      const auto bent = hn::Mul(hn::Mul(hn::LoadU(d, g + i), s.second), hn::LoadU(d, dx + i));
      hn::StoreU(hn::MulAdd(hn::LoadU(d, dg + i), s.first, bent), d, dg + i);
    });
  });
}

}  // namespace moo::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
