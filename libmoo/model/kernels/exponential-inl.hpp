// The functions that are built on exp, vectorised, compiled once per instruction set: include from
// a file that Highway includes once per target, and nowhere else.
#if defined(LIBMOO_MODEL_KERNELS_EXPONENTIAL_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef LIBMOO_MODEL_KERNELS_EXPONENTIAL_INL_HPP
#undef LIBMOO_MODEL_KERNELS_EXPONENTIAL_INL_HPP
#else
#define LIBMOO_MODEL_KERNELS_EXPONENTIAL_INL_HPP
#endif

#include <hwy/highway.h>

#include <concepts>
#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace moo::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// With y = k log 2 + r, |r| <= log(2) / 2,
//
//     exp(y) = 2^k (even + odd) / (even - odd),
//
// even and odd being the parts of the diagonal Pade approximant of exp(r): of order 6 in double
// (error 2e-19), of order 3 in single precision (6e-9). Each function below works with numerator
// and denominator, so that it takes a single division, and takes its argument as y = -|x|, so that
// nothing overflows. Results are within 4 units in the last place, denormals and limits included.
// Source: Baker and Graves-Morris (1996), "Pade Approximants", section 1.2.

template <class Scalar>
struct ExpConstants;

template <>
struct ExpConstants<double> {
  using Bits = std::int64_t;
  static constexpr double magic = 0x1.8p52;  ///< added, leaves the nearest integer in the low bits
  static constexpr int exponent_shift = 52;
  static constexpr Bits exponent_bias = 1023;
  static constexpr double lowest = -760.0;                         ///< x exp(x) is 0 from here on
  static constexpr double one = -40.0;                             ///< 1 + exp is 1 from here on
  static constexpr double least_scale = -1000;                     ///< of 2^k in one factor
  static constexpr double log2_high = 6.93147180369123816490e-01;  ///< its last 21 bits are 0
  static constexpr double log2_low = 1.90821492927058770002e-10;
  static constexpr int atanh_terms = 10;
};

template <>
struct ExpConstants<float> {
  using Bits = std::int32_t;
  static constexpr float magic = 0x1.8p23F;
  static constexpr int exponent_shift = 23;
  static constexpr Bits exponent_bias = 127;
  static constexpr float lowest = -112.0F;
  static constexpr float one = -20.0F;
  static constexpr float least_scale = -100.0F;
  static constexpr float log2_high = 0.693359375F;
  static constexpr float log2_low = -2.12194440e-4F;
  static constexpr int atanh_terms = 5;
};

template <class D>
using ConstantsOf = ExpConstants<hn::TFromD<D>>;

/// 2^k for integers k of normal powers.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V power_of_two(D d, V k) {
  using C = ConstantsOf<D>;
  const hn::RebindToSigned<D> bits;
  const auto integer = hn::BitCast(bits, hn::Add(k, hn::Set(d, C::magic)));
  return hn::BitCast(
      d, hn::ShiftLeft<C::exponent_shift>(hn::Add(integer, hn::Set(bits, C::exponent_bias))));
}

/// v 2^k, rounded once even where that is denormal; |v| of order one.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V scaled(D d, V v, V k) {
  const V first = hn::Max(hn::Set(d, ConstantsOf<D>::least_scale), k);
  return hn::Mul(hn::Mul(v, power_of_two(d, first)), power_of_two(d, hn::Sub(k, first)));
}

/// exp(y) in parts.
template <class V>
struct ExpParts {
  V even;
  V odd;
  V exponent;  ///< k
};

template <class D, class V = hn::Vec<D>>
requires std::same_as < hn::TFromD<D>,
double > HWY_INLINE ExpParts<V> pade(D d, V r, V k) {
  const V q = hn::Mul(r, r);
  V even = hn::MulAdd(q, hn::Set(d, 1.0 / 665280.0), hn::Set(d, 1.0 / 792.0));
  even = hn::MulAdd(q, even, hn::Set(d, 5.0 / 44.0));
  even = hn::MulAdd(q, even, hn::Set(d, 1.0));
  V odd = hn::MulAdd(q, hn::Set(d, 1.0 / 15840.0), hn::Set(d, 1.0 / 66.0));
  odd = hn::Mul(r, hn::MulAdd(q, odd, hn::Set(d, 0.5)));
  return {even, odd, k};
}

template <class D, class V = hn::Vec<D>>
requires std::same_as < hn::TFromD<D>,
float > HWY_INLINE ExpParts<V> pade(D d, V r, V k) {
  const V q = hn::Mul(r, r);
  const V even = hn::MulAdd(q, hn::Set(d, 0.1F), hn::Set(d, 1.0F));
  const V odd = hn::Mul(r, hn::MulAdd(q, hn::Set(d, 1.0F / 120.0F), hn::Set(d, 0.5F)));
  return {even, odd, k};
}

/// @param y <= 0, not below `lowest`
template <class D, class V = hn::Vec<D>>
HWY_INLINE ExpParts<V> exp_parts(D d, V y) {
  using C = ConstantsOf<D>;
  using T = hn::TFromD<D>;
  const V magic = hn::Set(d, C::magic);
  const V k = hn::Sub(hn::MulAdd(y, hn::Set(d, static_cast<T>(1.4426950408889634)), magic), magic);
  V r = hn::NegMulAdd(k, hn::Set(d, C::log2_high), y);
  r = hn::NegMulAdd(k, hn::Set(d, C::log2_low), r);
  return pade(d, r, k);
}

/// `result`, but NaN where x is.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V keep_nan(D, V x, V result) {
  return hn::IfThenElse(hn::IsNaN(x), x, result);
}

/// -|x|, not below `lowest`.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V minus_magnitude(D d, V x, hn::TFromD<D> lowest) {
  return hn::Max(hn::Set(d, lowest), hn::Neg(hn::Abs(x)));
}

/// |tanh x| = (1 - z) / (1 + z), z = exp(-2|x|); 1 - z from odd, which does not cancel.
struct Tanh {
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V operator()(D d, V x) const {
    using T = hn::TFromD<D>;
    const V half = minus_magnitude(d, x, ConstantsOf<D>::one / 2);
    const auto parts = exp_parts(d, hn::Add(half, half));
    const V scale = power_of_two(d, parts.exponent);
    const V below = hn::Sub(parts.even, parts.odd);
    const V above = hn::NegMulAdd(scale, hn::Add(parts.odd, parts.odd),
                                  hn::Mul(hn::Sub(hn::Set(d, T{1}), scale), below));
    const V magnitude = hn::Div(above, hn::MulAdd(scale, hn::Add(parts.even, parts.odd), below));
    return keep_nan(d, x, hn::CopySign(magnitude, x));
  }
};

/// The logistic function of -|x| over 2^k, and of |x|, from z = exp(-|x|): z / (1 + z), 1 / (1 +
/// z).
template <class V>
struct LogisticParts {
  V quotient;  ///< 1 / (1 + z) where x >= 0, else z / (1 + z) / 2^k
  V exponent;  ///< k
};

template <class D, class V = hn::Vec<D>>
HWY_INLINE LogisticParts<V> logistic_parts(D d, V x) {
  using C = ConstantsOf<D>;
  const auto parts = exp_parts(d, minus_magnitude(d, x, C::lowest));
  const V above = hn::Add(parts.even, parts.odd);
  const V below = hn::Sub(parts.even, parts.odd);
  const V scale = power_of_two(d, hn::Max(hn::Set(d, C::least_scale), parts.exponent));
  const V numerator = hn::IfThenElse(hn::Lt(x, hn::Zero(d)), above, below);
  return {hn::Div(numerator, hn::MulAdd(scale, above, below)), parts.exponent};
}

/// 1 / (1 + exp(-x)).
struct Sigmoid {
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V operator()(D d, V x) const {
    const auto [quotient, k] = logistic_parts(d, x);
    const V result = hn::IfThenElse(hn::Lt(x, hn::Zero(d)), scaled(d, quotient, k), quotient);
    return keep_nan(d, x, result);
  }
};

/// x / (1 + exp(-x)); multiplied before it is scaled, so that small results round once.
struct Silu {
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V operator()(D d, V x) const {
    const auto [quotient, k] = logistic_parts(d, x);
    const V product = hn::Mul(hn::Max(hn::Set(d, ConstantsOf<D>::lowest), x), quotient);
    return keep_nan(d, x, hn::IfThenElse(hn::Lt(x, hn::Zero(d)), scaled(d, product, k), product));
  }
};

/// log(1 + exp(x)) = max(x, 0) + log(1 + z), z = exp(-|x|), by log w = 2 atanh((w - 1) / (w + 1)):
/// with w = 1 + z where that is below sqrt 2, and w = (1 + z) / 2 and log 2 more elsewhere.
struct Softplus {
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V operator()(D d, V x) const {
    using C = ConstantsOf<D>;
    using T = hn::TFromD<D>;
    const V y = minus_magnitude(d, x, C::lowest);
    const auto parts = exp_parts(d, y);
    const V above = hn::Add(parts.even, parts.odd);
    const V below = hn::Sub(parts.even, parts.odd);
    const V scale = power_of_two(d, hn::Max(hn::Set(d, C::least_scale), parts.exponent));
    const auto large = hn::Gt(y, hn::Set(d, static_cast<T>(-0.8813735870195430)));  // sqrt 2 - 1
    const V numerator = hn::IfThenElse(large, hn::MulSub(scale, above, below), above);
    const V twice = hn::Add(below, below);
    const V denominator =
        hn::MulAdd(scale, above, hn::IfThenElse(large, hn::Add(twice, below), twice));
    const V quotient = hn::Div(numerator, denominator);  // lacks 2^k where not large
    const V argument = hn::IfThenElse(large, quotient, hn::Mul(quotient, scale));
    const V q = hn::Mul(argument, argument);
    V series = hn::Set(d, T{1} / static_cast<T>(2 * C::atanh_terms + 1));
    for (int i = C::atanh_terms - 1; i > 0; --i) {
      series = hn::MulAdd(series, q, hn::Set(d, T{1} / static_cast<T>(2 * i + 1)));
    }
    const V logarithm =
        hn::Mul(hn::Add(quotient, quotient), hn::MulAdd(series, q, hn::Set(d, T{1})));
    const V log2 = hn::Set(d, static_cast<T>(0.6931471805599453));
    const V tail =
        hn::IfThenElse(large, hn::Add(logarithm, log2), scaled(d, logarithm, parts.exponent));
    return keep_nan(d, x, hn::Add(hn::Max(x, hn::Zero(d)), tail));
  }
};

}  // namespace moo::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
