#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "libmoo/constraint/pointwise_rule.hpp"
#include "tests/constraint/rule_checks.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::Dataset;
using moo::InvalidArgument;
using moo::Matrix;
using moo::ProbeBatch;
using moo::RandomStream;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::expect_derivatives;
using moo::test::expect_says;
using moo::test::expect_training_gradients;
using moo::test::random_data;
using moo::test::residuals_under;

using moo::Comparison;
using moo::model_input;
using moo::PointwiseOptions;
using moo::PointwiseRule;
using moo::side_column;

/// Two outputs must not both be large where the first column is.
struct NotBothLarge {
  template <typename T>
  T operator()(const T* outputs, const double* inputs) const {
    return inputs[0] * outputs[0] * outputs[1] - 0.2;
  }
};

/// The logarithm of the prediction must not rise by more than the input does, and everything that
/// a user may want to call.
struct LogarithmRises {
  template <typename T>
  T operator()(const T* outputs, const double* inputs) const {
    using std::exp;
    using std::log;
    using std::sqrt;
    using std::tanh;
    const T& here = outputs[0];
    const T& there = outputs[1];
    return log(1.0 + there * there) -
           sqrt(1.0 + here * here) * exp(0.3 * there) / (2.0 + tanh(here)) -
           (inputs[1] - inputs[0]);
  }
};

/// Uses three outputs of the row and of two copies.
struct Mixture {
  double strength = 1.0;
  template <typename T>
  T operator()(const T* p, const double* inputs) const {
    using std::pow;
    using std::sin;
    return strength * sin(p[0] * p[8]) + p[1] * p[5] * p[7] - pow(p[2], 3.0) * inputs[3] +
           p[3] * p[6] - p[4];
  }
};

struct Difference {
  template <typename T>
  T operator()(const T* outputs, const double* inputs) const {
    return (outputs[1] - outputs[0]) / (inputs[1] - inputs[0]);
  }
};

struct NotBoth {
  template <typename T>
  T operator()(const T* outputs, const double*) const {
    return outputs[0] * outputs[1] - 0.2;
  }
};

/// Every function a formula may use, at arguments inside their domains.
struct EveryFunction {
  template <typename T>
  T operator()(const T* p, const double*) const {
    using std::abs, std::sqrt, std::exp, std::expm1, std::log, std::log1p, std::sin, std::cos;
    using std::tan, std::sinh, std::cosh, std::tanh, std::atan, std::pow, std::fmin, std::fmax;
    const T x = 0.8 + 0.3 * sin(p[0]);
    const T y = 1.5 - 0.4 * cos(p[1] * p[0]);
    T sum(0.25);
    sum += abs(-x) * sqrt(y) + exp(x - y) / expm1(y) - log(x) * log1p(y) + sin(y) * cos(x);
    sum -= tan(x) * sinh(y) - cosh(x) * tanh(y) + atan(x * y) * pow(x, 1.7) + pow(x, 2.0);
    sum *= fmin(x, T(9.0)) * fmax(y, T(-9.0));
    sum /= pow(y, x) + 2.0;
    return sum > T(0.0) || x < y ? sum - 1.0 : 1.0 / sum;
  }
};

PointwiseOptions mixture_options() {
  return {.name = "mixture",
          .sense = moo::Sense::equality,
          .outputs = {3, 0, 2},
          .columns = {model_input("a"), side_column("group")},
          .rows = {{side_column("group"), Comparison::equal, 1.0}},
          .copies = {{{moo::shifted("a", 0.5)}}, {{moo::mirrored("b")}}}};
}

TEST(PointwiseRule, ResidualsAreWhatTheFunctorSaysOfEachRow) {
  Dataset data;
  data.inputs = Matrix{{1.0, 2.0, 3.0}};
  data.targets = Matrix::Zero(3, 3);
  data.input_names = {"a"};
  data.columns = {{"raw", Vector{{10.0, 20.0, 30.0}}}};
  const auto model = [](const Vector& x) { return Vector{{x(0), -7.0, 0.5}}; };
  const auto found = [&](const PointwiseOptions& options) {
    return residuals_under(PointwiseRule<NotBothLarge, 2>(options), data, model);
  };
  EXPECT_EQ(found({.name = "raw", .outputs = {0, 2}, .columns = {side_column("raw")}}),
            (Vector{{5.0 - 0.2, 20.0 - 0.2, 45.0 - 0.2}}));
  EXPECT_EQ(found({.name = "inputs", .outputs = {2, 0}}),
            (Vector{{0.5 - 0.2, 2.0 - 0.2, 4.5 - 0.2}}));
  EXPECT_EQ(found({.name = "some",
                   .outputs = {0, 2},
                   .rows = {{side_column("raw"), Comparison::greater, 15.0}}}),
            (Vector{{2.0 - 0.2, 4.5 - 0.2}}));
}

TEST(PointwiseRule, CopiesComeAfterTheRowWithTheirOwnInputs) {
  Dataset data;
  data.inputs = Matrix{{1.0, 2.0}};
  data.targets = Matrix::Zero(1, 2);
  data.input_names = {"a"};
  const PointwiseRule<Difference, 1, 1> rule(
      {.name = "slope", .copies = {{{moo::shifted("a", 0.5)}}}});
  const auto model = [](const Vector& x) { return Vector{{x(0) * x(0)}}; };
  EXPECT_EQ(residuals_under(rule, data, model), (Vector{{2.5, 4.5}}));
}

TEST(PointwiseRule, AModelThatKeepsTheRuleHasNoViolationAndOneThatBreaksItHasOnEveryRow) {
  RandomStream random(391);
  SCOPED_TRACE("seed 391");
  const Dataset data = random_data(random, 20, 2);
  const PointwiseRule<NotBoth, 2> rule({.name = "not both"});
  const auto keeps = [](const Vector& x) {
    const double p = 1.0 / (1.0 + std::exp(x(0)));
    return Vector{{0.4 * p, 1.0 - p}};
  };
  const auto breaks = [](const Vector&) { return Vector{{0.5, 0.5}}; };
  EXPECT_LT(residuals_under(rule, data, keeps).maxCoeff(), 0.0);
  EXPECT_GT(residuals_under(rule, data, breaks).minCoeff(), 0.0);
}

TEST(PointwiseRule, DerivativesOfOneRowAgreeWithDifferences) {
  RandomStream random(392);
  SCOPED_TRACE("seed 392");
  const Dataset data = random_data(random, 6, 2);
  const auto rule = std::make_shared<PointwiseRule<NotBothLarge, 2>>(
      PointwiseOptions{.name = "not both", .outputs = {1, 0}, .columns = {model_input("c")}});
  expect_derivatives(*rule, data, random);
  expect_training_gradients(rule, data, random, moo::LossKind::cross_entropy);
}

TEST(PointwiseRule, DerivativesOfACopyAgreeWithDifferences) {
  RandomStream random(393);
  SCOPED_TRACE("seed 393");
  const Dataset data = random_data(random, 6, 1);
  const auto rule = std::make_shared<PointwiseRule<LogarithmRises, 1, 1>>(PointwiseOptions{
      .name = "logarithm", .columns = {model_input("b")}, .copies = {{{moo::shifted("b", 0.4)}}}});
  expect_derivatives(*rule, data, random);
  expect_training_gradients(rule, data, random, moo::LossKind::binary_cross_entropy);
  expect_training_gradients(rule, data, random);
}

TEST(PointwiseRule, DerivativesOfSeveralOutputsAndCopiesAgreeWithDifferences) {
  RandomStream random(394);
  SCOPED_TRACE("seed 394");
  const Dataset data = random_data(random, 5, 4);
  const auto rule = std::make_shared<PointwiseRule<Mixture, 3, 2>>(mixture_options(), Mixture{0.7});
  expect_derivatives(*rule, data, random);
  expect_training_gradients(rule, data, random);
}

TEST(PointwiseRule, DerivativesOfEveryFunctionAgreeWithDifferences) {
  RandomStream random(396);
  SCOPED_TRACE("seed 396");
  const Dataset data = random_data(random, 9, 2);
  const auto rule =
      std::make_shared<PointwiseRule<EveryFunction, 2>>(PointwiseOptions{.name = "functions"});
  expect_derivatives(*rule, data, random);
  expect_training_gradients(rule, data, random);
}

TEST(PointwiseRule, WholePowersHaveSecondDerivativesAtZero) {
  using T = moo::TangentJet<1>;
  const T zero{T::Jet(0.0, 0), T::Jet(1.0)};
  for (const double power : {0.0, 1.0, 2.0}) {
    const T result = pow(zero, power);
    EXPECT_EQ(result.dx.a, power == 1.0 ? 1.0 : 0.0);
    EXPECT_EQ(result.dx.v[0], power == 2.0 ? 2.0 : 0.0);
  }
}

TEST(PointwiseRule, SaysWhatItIs) {
  const PointwiseRule<Mixture, 3, 2> rule(mixture_options());
  EXPECT_EQ(rule.name(), "mixture");
  EXPECT_EQ(rule.unit(), "prediction");
  EXPECT_EQ(rule.sense(), moo::Sense::equality);
}

TEST(PointwiseRule, OptionsThatDoNotFitTheFunctorOrTheDataAreRefused) {
  RandomStream random(395);
  const Dataset data = random_data(random, 5, 3);
  const auto complaint = [&](const PointwiseOptions& options) {
    return complaint_of<InvalidArgument>([&] {
      ProbeBatch batch(data.inputs);
      (void)PointwiseRule<NotBothLarge, 2>(options).bind(data, batch);
    });
  };
  expect_says(complaint({.name = "mine"}), {"mine", "number of outputs", "2", "3"});
  expect_says(complaint({.name = "mine", .outputs = {0, 3}}), {"mine", "0 to 2", "3"});
  expect_says(complaint({.outputs = {1, 1}}), {"PointwiseRule", "output 1 twice"});
  expect_says(
      complaint({.name = "mine", .outputs = {0, 1}, .copies = {{{moo::shifted("a", 1.0)}}}}),
      {"mine", "changed copies", "0", "1"});
  expect_says(complaint({.name = "mine", .outputs = {0, 1}, .columns = {model_input("group")}}),
              {"'group'", "side column"});
  expect_says(complaint({.name = "mine", .outputs = {0, 1}, .columns = {side_column("grup")}}),
              {"did you mean 'group'?"});
  expect_says(complaint({.name = "mine",
                         .outputs = {0, 1},
                         .rows = {{side_column("group"), Comparison::equal, 2.0}}}),
              {"mine", "no row matches", "group = 2"});
}

}  // namespace
