#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "libmoo/base/error.hpp"
#include "solvers/aggregation/cagrad.hpp"
#include "solvers/aggregation/weighting.hpp"

namespace {

using moo::CaGrad;
using moo::make_weighting;
using moo::Matrix;
using moo::RandomStream;
using moo::Vector;

/// Gradients as columns, n x m; some conflict, of very different lengths, a few dependent.
std::vector<Matrix> gradient_samples(int count, std::uint64_t seed) {
  RandomStream random(seed);
  std::vector<Matrix> samples;
  for (int k = 0; k < count; ++k) {
    const int m = 1 + random.index(5);
    const int n = 2 + random.index(8);
    Matrix gradients(n, m);
    for (auto column : gradients.colwise()) {
      column = random.normal_vector(n, std::pow(10.0, random.uniform(-2.0, 1.0)));
    }
    if (m > 2 && k % 5 == 0) gradients.col(2) = 0.5 * gradients.col(0) - 0.1 * gradients.col(1);
    samples.push_back(gradients);
  }
  return samples;
}

Vector weigh(const std::string& name, const Matrix& gradients, std::uint64_t seed = 1) {
  RandomStream random(seed);
  return make_weighting(name)->weigh(gradients.transpose() * gradients, random);
}

/// Rates of fall of the objectives along the direction, relative to the lengths involved.
double worst_cosine(const Matrix& gradients, const Vector& alpha) {
  const Vector direction = gradients * alpha;
  const Vector rates = gradients.transpose() * direction;
  const double scale =
      gradients.colwise().norm().maxCoeff() * (gradients.cwiseAbs() * alpha.cwiseAbs()).norm();
  return rates.minCoeff() / scale;
}

class EveryAggregation : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Named, EveryAggregation, testing::ValuesIn(moo::weighting_names()),
                         [](const auto& name) { return name.param; });

TEST_P(EveryAggregation, WeighsByFiniteNumbersThatAreNotNegative) {
  for (const Matrix& gradients : gradient_samples(200, 81)) {
    const Vector alpha = weigh(GetParam(), gradients);
    ASSERT_EQ(alpha.size(), gradients.cols());
    EXPECT_TRUE(alpha.allFinite());
    EXPECT_GE(alpha.minCoeff(), 0.0);
    EXPECT_GT(alpha.maxCoeff(), 0.0);
  }
}

TEST_P(EveryAggregation, FollowsTheOneGradientThereIs) {
  Matrix gradient(3, 1);
  gradient << 1.0, -2.0, 2.0;
  const Vector direction = gradient * weigh(GetParam(), gradient);
  EXPECT_NEAR(direction.dot(gradient.col(0)), direction.norm() * 3.0, 1e-12);
  EXPECT_GT(direction.norm(), 0.1);
}

TEST_P(EveryAggregation, DescendsInCommonWhereItSaysSo) {
  const bool claimed = make_weighting(GetParam())->descends_in_common();
  double worst = 0.0;
  for (const Matrix& gradients : gradient_samples(500, 82)) {
    worst = std::min(worst, worst_cosine(gradients, weigh(GetParam(), gradients)));
  }
  if (claimed) {
    EXPECT_GE(worst, -1e-9);
  } else {
    EXPECT_LE(worst, -0.01) << "a promise could be made here";
  }
}

/// All but pcgrad, which draws an order.
std::vector<std::string> without_an_order() {
  std::vector<std::string> names = moo::weighting_names();
  std::erase(names, "pcgrad");
  return names;
}

class DeterministicAggregation : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Named, DeterministicAggregation, testing::ValuesIn(without_an_order()),
                         [](const auto& name) { return name.param; });

TEST_P(DeterministicAggregation, DoesNotDependOnTheOrderOfObjectives) {
  for (const Matrix& gradients : gradient_samples(50, 83)) {
    const Vector direction = gradients * weigh(GetParam(), gradients);
    const Matrix reversed = gradients.rowwise().reverse();
    const Vector again = reversed * weigh(GetParam(), reversed);
    // Where gradients cancel, what remains of them is rounding.
    const double terms = (gradients.cwiseAbs() * weigh(GetParam(), gradients)).norm();
    EXPECT_LE((direction - again).norm(), 1e-6 * direction.norm() + 1e-9 * terms);
  }
}

TEST_P(EveryAggregation, SurvivesGradientsThatCancelOrVanish) {
  Matrix gradients(2, 2);
  gradients << 1.0, -1.0, 0.0, 0.0;
  EXPECT_TRUE(weigh(GetParam(), gradients).allFinite());
  gradients << 1.0, 0.0, 0.0, 0.0;
  EXPECT_TRUE(weigh(GetParam(), gradients).allFinite());
  gradients.setZero();
  EXPECT_TRUE(weigh(GetParam(), gradients).allFinite());
}

TEST(Mgda, IsTheClosedFormForTwo) {
  for (const Matrix& gradients : gradient_samples(300, 84)) {
    if (gradients.cols() != 2) continue;
    const Matrix g = gradients.transpose() * gradients;
    const double a =
        std::clamp((g(1, 1) - g(0, 1)) / (g(0, 0) + g(1, 1) - 2.0 * g(0, 1)), 0.0, 1.0);
    EXPECT_NEAR(weigh("mgda", gradients)(0), a, 1e-7);
  }
}

TEST(Mgda, EveryObjectiveFallsAtLeastAsFastAsTheSquareOfTheNorm) {
  for (const Matrix& gradients : gradient_samples(300, 85)) {
    const Vector direction = gradients * weigh("mgda", gradients);
    const double scale = gradients.colwise().squaredNorm().maxCoeff();
    EXPECT_GE((gradients.transpose() * direction).minCoeff(),
              direction.squaredNorm() - 1e-7 * scale);
  }
}

TEST(UpGrad, IsTheClosedFormForTwo) {
  for (const Matrix& gradients : gradient_samples(300, 86)) {
    if (gradients.cols() != 2) continue;
    const Vector a = gradients.col(0);
    const Vector b = gradients.col(1);
    const double product = std::min(a.dot(b), 0.0);
    const Vector expected =
        0.5 * (a - product / b.squaredNorm() * b) + 0.5 * (b - product / a.squaredNorm() * a);
    EXPECT_LE((gradients * weigh("upgrad", gradients) - expected).norm(),
              1e-7 * (a.norm() + b.norm()));
  }
}

TEST(UpGrad, IsLinearInTheScaleOfEachGradient) {
  RandomStream random(87);
  for (const Matrix& gradients : gradient_samples(100, 87)) {
    const auto m = gradients.cols();
    const auto scaled = [&](const Vector& factors) -> Vector {
      const Matrix longer = gradients * factors.asDiagonal();
      return longer * weigh("upgrad", longer);
    };
    const Vector c = random.uniform_vector(static_cast<int>(m), 0.1, 10.0);
    const Vector d = random.uniform_vector(static_cast<int>(m), 0.1, 10.0);
    const Vector sum = scaled(c + d);
    EXPECT_LE((scaled(c) + scaled(d) - sum).norm(), 1e-6 * (1e-3 + sum.norm()));
  }
}

TEST(UpGrad, IsTheMeanWhereNothingConflicts) {
  Matrix gradients(2, 3);
  gradients << 1.0, 2.0, 3.0, 1.0, 0.5, 0.0;
  EXPECT_LE((weigh("upgrad", gradients) - Vector::Constant(3, 1.0 / 3.0)).norm(), 1e-12);
}

double dual_value(const Matrix& g, double c, const Vector& w) {
  const Vector even = Vector::Constant(g.rows(), 1.0 / static_cast<double>(g.rows()));
  return w.dot(g * even) +
         c * std::sqrt(even.dot(g * even)) * std::sqrt(std::max(w.dot(g * w), 0.0));
}

TEST(CaGrad, NoSampledPointOfTheSimplexHasALowerDualValue) {
  RandomStream random(88);
  for (const Matrix& gradients : gradient_samples(100, 88)) {
    const Matrix g = gradients.transpose() * gradients;
    const Vector w = CaGrad(0.4).dual(g);
    EXPECT_NEAR(w.sum(), 1.0, 1e-9);
    const double found = dual_value(g, 0.4, w);
    const double slack = 1e-9 * g.diagonal().maxCoeff();
    for (int k = 0; k < 300; ++k) {
      Vector other = random.uniform_vector(static_cast<int>(g.rows()), 1e-9, 1.0);
      other = -other.array().log();
      other /= other.sum();
      EXPECT_LE(found, dual_value(g, 0.4, other) + slack);
      EXPECT_LE(found, dual_value(g, 0.4, 0.99 * w + 0.01 * other) + slack);
    }
  }
}

TEST(CaGrad, StaysInItsBallAndServesTheWorstBetterThanAnySampledDirection) {
  RandomStream random(89);
  for (const Matrix& gradients : gradient_samples(100, 89)) {
    const Vector mean = gradients.rowwise().mean();
    const Vector direction = gradients * weigh("cagrad", gradients);
    EXPECT_LE((direction - mean).norm(), 0.4 * mean.norm() * (1.0 + 1e-9));
    const double worst = (gradients.transpose() * direction).minCoeff();
    for (int k = 0; k < 200; ++k) {
      Vector offset = random.normal_vector(static_cast<int>(mean.size()));
      offset *= 0.4 * mean.norm() * std::sqrt(random.uniform()) / offset.norm();
      EXPECT_GE(worst + 1e-7 * gradients.colwise().squaredNorm().maxCoeff(),
                (gradients.transpose() * (mean + offset)).minCoeff());
    }
  }
}

TEST(CaGrad, WithoutARadiusIsTheMean) {
  for (const Matrix& gradients : gradient_samples(20, 90)) {
    RandomStream random(1);
    const Vector alpha = CaGrad(0.0).weigh(gradients.transpose() * gradients, random);
    EXPECT_LE((alpha.array() - 1.0 / static_cast<double>(alpha.size())).abs().maxCoeff(), 1e-12);
  }
  EXPECT_THROW(CaGrad(1.0), moo::InvalidArgument);
}

TEST(NashBargaining, SolvesItsEquation) {
  for (const Matrix& gradients : gradient_samples(500, 91)) {
    if (gradients.cols() > gradients.rows()) continue;  // they may cancel: no solution
    const Vector alpha = weigh("nash", gradients);
    const Vector residual =
        (gradients.transpose() * (gradients * alpha)).cwiseProduct(alpha).array() - 1.0;
    EXPECT_LE(residual.lpNorm<Eigen::Infinity>(), 1e-10);
  }
}

TEST(NashBargaining, IsTheClosedFormForTwo) {
  // Unit gradients at an angle: alpha_0 = alpha_1 = 1 / sqrt(1 + cosine).
  for (const double angle : {0.1, 1.0, 2.0, 3.0}) {
    Matrix gradients(2, 2);
    gradients << 1.0, std::cos(angle), 0.0, std::sin(angle);
    const Vector alpha = weigh("nash", gradients);
    EXPECT_NEAR(alpha(0), 1.0 / std::sqrt(1.0 + std::cos(angle)), 1e-9);
    EXPECT_NEAR(alpha(1), alpha(0), 1e-9);
  }
}

TEST(NashBargaining, ItsDirectionDoesNotDependOnTheScales) {
  RandomStream random(92);
  for (const Matrix& gradients : gradient_samples(100, 92)) {
    if (gradients.cols() > gradients.rows()) continue;
    const Vector direction = gradients * weigh("nash", gradients);
    const Matrix scaled =
        gradients *
        random.uniform_vector(static_cast<int>(gradients.cols()), 0.01, 100.0).asDiagonal();
    EXPECT_LE((scaled * weigh("nash", scaled) - direction).norm(), 1e-6 * direction.norm());
  }
}

TEST(PcGrad, IsUpGradTwiceForTwo) {
  for (const Matrix& gradients : gradient_samples(200, 93)) {
    if (gradients.cols() != 2) continue;
    const Vector twice = 2.0 * weigh("upgrad", gradients);
    EXPECT_LE((gradients * (weigh("pcgrad", gradients) - twice)).norm(),
              1e-7 * gradients.colwise().norm().sum());
  }
}

TEST(PcGrad, MayRaiseAnObjectiveWhereThereAreThree) {
  RandomStream random(94);
  double worst = 1.0;
  for (int k = 0; k < 200; ++k) {
    Matrix gradients(3, 3);
    for (auto column : gradients.colwise()) column = random.normal_vector(3).normalized();
    const Vector direction = gradients * weigh("pcgrad", gradients, 1 + k);
    worst = std::min(worst, (gradients.transpose() * direction).minCoeff() / direction.norm());
  }
  EXPECT_LE(worst, -0.1);
}

TEST(PcGrad, DependsOnItsStream) {
  RandomStream random(95);
  Matrix gradients(3, 3);
  for (auto column : gradients.colwise()) column = random.normal_vector(3);
  gradients.col(2) = -gradients.col(0) - 0.5 * gradients.col(1);
  EXPECT_EQ(weigh("pcgrad", gradients, 5), weigh("pcgrad", gradients, 5));
  bool differs = false;
  for (std::uint64_t seed = 1; seed < 20; ++seed) {
    differs = differs || weigh("pcgrad", gradients, seed) != weigh("pcgrad", gradients, 5);
  }
  EXPECT_TRUE(differs);
}

TEST(Aggregations, AreMadeByName) {
  for (const std::string& name : moo::weighting_names()) EXPECT_NE(make_weighting(name), nullptr);
  EXPECT_THROW((void)make_weighting("mdga"), moo::InvalidArgument);
}

}  // namespace
