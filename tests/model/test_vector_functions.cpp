#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/model/kernels/elementwise.hpp"
#include "libmoo/model/kernels/instruction_set.hpp"
#include "tests/model/kernel_reference.hpp"

// The vectorised functions against long double, in units in the last place (ulp) of the exact
// result, on every instruction set this processor has.

namespace {

using moo::Activation;
using moo::Matrix;
using moo::Vector;
using moo::test::all_activations;
using moo::test::kernel_reference;

/// The distance of neighbouring numbers of this type around x; that of denormals below them.
template <class Scalar>
long double ulp_at(long double x) {
  using Limits = std::numeric_limits<Scalar>;
  const int exponent =
      std::max(x == 0.0L ? Limits::min_exponent : std::ilogb(x) + 1, Limits::min_exponent);
  return std::ldexp(1.0L, exponent - Limits::digits);
}

/// Arguments of every size and sign: bit patterns all over the range, denormals among them, and a
/// grid where the functions bend.
template <class Scalar, class Bits>
std::vector<Scalar> arguments() {
  std::vector<Scalar> result = {0, std::numeric_limits<Scalar>::denorm_min(),
                                std::numeric_limits<Scalar>::min(),
                                std::numeric_limits<Scalar>::max()};
  const Bits finite = std::bit_cast<Bits>(std::numeric_limits<Scalar>::infinity());
  const Bits step = finite / 20011;
  for (Bits bits = 0; bits < finite - step; bits += step) {
    result.push_back(std::bit_cast<Scalar>(bits));
  }
  for (int k = 1; k <= 40000; ++k) result.push_back(static_cast<Scalar>(k) * Scalar(0.00071));
  for (int k = 1; k <= 8000; ++k) result.push_back(static_cast<Scalar>(k) * Scalar(0.1003));
  const std::size_t half = result.size();
  for (std::size_t k = 0; k < half; ++k) result.push_back(-result[k]);
  return result;
}

std::vector<double> run(Activation activation, const std::vector<double>& x) {
  std::vector<double> y(x.size());
  moo::kernels::activate(activation, Eigen::Map<const Vector>(x.data(), std::ssize(x)),
                         Eigen::Map<Vector>(y.data(), std::ssize(y)));
  return y;
}

std::vector<float> run(Activation activation, const std::vector<float>& x) {
  std::vector<float> y(x.size());
  moo::kernels::activate(activation, x, y.data());
  return y;
}

class OnInstructionSet : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { moo::kernels::use_instruction_set(GetParam()); }
  void TearDown() override { moo::kernels::use_best_instruction_set(); }

  template <class Scalar>
  void expect_four_ulp(const std::vector<Scalar>& x) {
    for (const Activation activation : all_activations) {
      const std::vector<Scalar> y = run(activation, x);
      long double worst = 0.0L;
      Scalar where = 0;
      for (std::size_t k = 0; k < x.size(); ++k) {
        const long double exact = kernel_reference(activation, static_cast<double>(x[k])).value;
        const long double error =
            std::abs(static_cast<long double>(y[k]) - exact) / ulp_at<Scalar>(exact);
        if (!(error <= worst)) {
          worst = error;
          where = x[k];
        }
      }
      EXPECT_LE(worst, 4.0L) << to_string(activation) << " at " << where;
      RecordProperty("ulp_" + std::string(to_string(activation)), std::to_string(worst));
    }
  }

  template <class Scalar>
  void expect_limits() {
    constexpr Scalar infinity = std::numeric_limits<Scalar>::infinity();
    constexpr Scalar nan = std::numeric_limits<Scalar>::quiet_NaN();
    for (const Activation activation : all_activations) {
      SCOPED_TRACE(to_string(activation));
      for (std::size_t size = 1; size <= 35; ++size) {
        std::vector<Scalar> x(size, Scalar(0.5));
        const Scalar usual = run(activation, x)[0];
        for (std::size_t at = 0; at < size; ++at) {
          x[at] = nan;
          std::vector<Scalar> y = run(activation, x);
          for (std::size_t k = 0; k < size; ++k) {
            if (k == at) {
              EXPECT_TRUE(std::isnan(y[k]));
            } else {
              EXPECT_EQ(y[k], usual);
            }
          }
          x[at] = infinity;
          const auto up = static_cast<Scalar>(
              kernel_reference(activation, std::numeric_limits<double>::infinity()).value);
          EXPECT_EQ(run(activation, x)[at], up);
          x[at] = -infinity;
          const auto down = static_cast<Scalar>(
              kernel_reference(activation, -std::numeric_limits<double>::infinity()).value);
          EXPECT_EQ(run(activation, x)[at], down);
          x[at] = Scalar(0.5);
        }
      }
    }
  }
};

TEST_P(OnInstructionSet, DoublesAreWithinFourUlp) {
  EXPECT_EQ(moo::kernels::instruction_set(), GetParam());
  expect_four_ulp(arguments<double, std::uint64_t>());
}

TEST_P(OnInstructionSet, FloatsAreWithinFourUlp) {
  expect_four_ulp(arguments<float, std::uint32_t>());
}

TEST_P(OnInstructionSet, InfinitiesAndNotANumbersGoWhereTheyBelong) {
  expect_limits<double>();
  expect_limits<float>();
}

TEST_P(OnInstructionSet, ZeroKeepsItsSignThroughTanh) {
  EXPECT_FALSE(std::signbit(run(Activation::tanh, std::vector<double>{0.0})[0]));
  EXPECT_TRUE(std::signbit(run(Activation::tanh, std::vector<double>{-0.0})[0]));
}

INSTANTIATE_TEST_SUITE_P(Kernels, OnInstructionSet,
                         testing::ValuesIn(moo::kernels::available_instruction_sets()),
                         [](const auto& set) { return set.param; });

TEST(InstructionSet, IsTheBestOneUntilToldOtherwise) {
  const std::vector<std::string> names = moo::kernels::available_instruction_sets();
  ASSERT_FALSE(names.empty());
  EXPECT_EQ(moo::kernels::instruction_set(), names.front());
  moo::kernels::use_instruction_set(names.back());
  EXPECT_EQ(moo::kernels::instruction_set(), names.back());
  moo::kernels::use_best_instruction_set();
  EXPECT_EQ(moo::kernels::instruction_set(), names.front());
}

TEST(InstructionSet, RefusesUnknownNames) {
  EXPECT_THROW(moo::kernels::use_instruction_set("MMX"), moo::InvalidArgument);
}

}  // namespace
