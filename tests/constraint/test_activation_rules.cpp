#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "libmoo/constraint/activation_bound.hpp"
#include "libmoo/constraint/activation_sparsity.hpp"
#include "tests/constraint/quantity_checks.hpp"

namespace {

using moo::ActivationBound;
using moo::ActivationSparsity;
using moo::Constraint;
using moo::Dataset;
using moo::InvalidArgument;
using moo::Matrix;
using moo::ProbeBatch;
using moo::RandomStream;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::complaint_when_bound;
using moo::test::expect_quantity_derivatives;
using moo::test::expect_says;
using moo::test::random_data;
using moo::test::residuals_of;
using Kind = ActivationSparsity::Kind;

const std::vector<int> widths = {5, 3};

Vector residuals_at(const Constraint& rule, const Dataset& data, const Matrix& activations) {
  ProbeBatch batch(data.inputs, widths);
  return residuals_of(*rule.bind(data, batch), activations);
}

TEST(ActivationBound, ResidualsAreWhatIsBeyondTheBoundOnEitherSide) {
  RandomStream random(531);
  const Dataset data = random_data(random, 2, 1);
  const Matrix activations{{0.5, -2.0}, {1.5, 0.0}, {-1.0, 3.0}};
  EXPECT_EQ(residuals_at(ActivationBound({.layer = 1, .bound = 1.0}), data, activations),
            (Vector{{-0.5, 0.5, -2.0, -3.0, -1.0, 2.0, -1.5, -2.5, 0.0, 1.0, -1.0, -4.0}}));
}

TEST(ActivationSparsity, TheAbsoluteKindIsTheMeanSizeUpToItsSmoothing) {
  RandomStream random(532);
  SCOPED_TRACE("seed 532");
  const Dataset data = random_data(random, 7, 1);
  const Matrix activations = moo::test::normal_matrix(random, 3, 7);
  const Vector exact = activations.cwiseAbs().colwise().mean().transpose();
  for (const double smoothing : {1e-1, 1e-3, 1e-6}) {
    const ActivationSparsity rule({.layer = 1, .target = 0.2, .smoothing = smoothing});
    const Vector gap = exact.array() - 0.2 - residuals_at(rule, data, activations).array();
    EXPECT_GE(gap.minCoeff(), -1e-15);
    EXPECT_LE(gap.maxCoeff(), smoothing);
  }
  const ActivationSparsity rule({.layer = 1, .target = 0.2});
  EXPECT_LT((residuals_at(rule, data, Matrix::Zero(3, 7)).array() + 0.2).abs().maxCoeff(), 1e-15);
}

TEST(ActivationSparsity, TheDivergenceVanishesAtTheWantedActivityAndGrowsAwayFromIt) {
  RandomStream random(533);
  const Dataset data = random_data(random, 2, 1);
  const ActivationSparsity rule(
      {.layer = 1, .kind = Kind::divergence, .target = 0.0, .active_share = 0.1});
  const auto divergence = [&](double low, double high) {
    return residuals_at(rule, data, Vector{{low, high}}.transpose().replicate(3, 1))(0);
  };
  EXPECT_NEAR(divergence(0.05, 0.15), 0.0, 1e-15);
  EXPECT_NEAR(divergence(0.3, 0.3), 0.1 * std::log(0.1 / 0.3) + 0.9 * std::log(0.9 / 0.7), 1e-15);
  EXPECT_GT(divergence(0.3, 0.5), divergence(0.2, 0.4));
  EXPECT_GT(divergence(0.01, 0.01), divergence(0.05, 0.05));
  EXPECT_TRUE(std::isfinite(divergence(0.0, 0.0)));
}

TEST(ActivationRules, DerivativesAgreeWithDifferences) {
  RandomStream random(534);
  SCOPED_TRACE("seed 534");
  moo::test::WorstDerivatives range("activation bound");
  moo::test::WorstDerivatives sparse("activation sparsity");
  const Dataset data = random_data(random, 4, 2);
  expect_quantity_derivatives(range, ActivationBound({.layer = 0, .bound = 0.5}), data, random,
                              widths);
  expect_quantity_derivatives(sparse, ActivationSparsity({.layer = 1, .smoothing = 0.5}), data,
                              random, widths);
  const ActivationSparsity divergence({.layer = 1, .kind = Kind::divergence});
  ProbeBatch batch(data.inputs, widths);
  const auto bound = divergence.bind(data, batch);
  const Matrix activations = random.uniform_vector(18, 0.2, 0.8).reshaped(3, 6);
  moo::test::expect_jacobian_by_differences(*bound, activations, sparse.jacobian);
  moo::test::expect_curvature_by_differences(*bound, activations, random, sparse.curvature,
                                             {.tangents = 0.1});
}

TEST(ActivationRules, SayWhatTheyAre) {
  const ActivationBound bound({.layer = 2, .bound = 4.0});
  EXPECT_EQ(bound.name(), "activations of layer 2 at most 4");
  EXPECT_EQ(bound.unit(), "activation");
  EXPECT_EQ(bound.reads(), (moo::ModelQuantity{moo::ModelQuantity::Kind::activations, 2}));
  const ActivationSparsity sparse({.layer = 1, .kind = Kind::divergence});
  EXPECT_EQ(sparse.name(), "divergence of activity of layer 1");
  EXPECT_EQ(sparse.unit(), "nats");
  EXPECT_EQ(sparse.reads(), (moo::ModelQuantity{moo::ModelQuantity::Kind::activations, 1}));
  EXPECT_EQ(sparse.sense(), moo::Sense::inequality);
}

TEST(ActivationRules, WhatMakesNoSenseIsRefused) {
  RandomStream random(535);
  const Dataset data = random_data(random, 4, 1);
  const auto complaint = [](const auto& make) { return complaint_of<InvalidArgument>(make); };
  expect_says(complaint([] { ActivationBound({.layer = -1}); }), {"ActivationBound", "layer -1"});
  expect_says(complaint([] { ActivationBound({.bound = 0.0}); }), {"ActivationBound", "bound > 0"});
  expect_says(complaint([] { ActivationSparsity({.smoothing = 0.0}); }),
              {"ActivationSparsity", "smoothing 0"});
  expect_says(complaint([] { ActivationSparsity({.active_share = 1.0}); }),
              {"ActivationSparsity", "active share 1"});
  expect_says(complaint_when_bound(ActivationBound({.layer = 2}), data, widths),
              {"activations of layer 2", "0 to 1", "layer 2 of 2"});
  expect_says(complaint_when_bound(ActivationSparsity({}), data),
              {"mean activation of layer 0", "a network with hidden layers"});
}

}  // namespace
