#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "libmoo/model/network.hpp"
#include "tests/model/kernel_reference.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::Activation;
using moo::Initialization;
using moo::InvalidArgument;
using moo::Matrix;
using moo::Network;
using moo::RandomStream;
using moo::TensorInfo;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::expect_says;

TEST(Activation, NamesAndValuesGoBothWays) {
  for (const Activation activation : moo::test::all_activations) {
    EXPECT_EQ(moo::activation_from(std::string(to_string(activation))), activation);
  }
  EXPECT_EQ(moo::activation_names().size(), moo::test::all_activations.size());
}

TEST(Activation, AnUnknownNameListsTheKnownOnesAndTheNearest) {
  expect_says(
      complaint_of<InvalidArgument>([] { (void)moo::activation_from("sigmoit"); }),
      {"tanh", "softplus", "silu", "relu", "identity", "did you mean 'sigmoid'", "sigmoit"});
}

TEST(Link, HasANameForEachKind) {
  EXPECT_EQ(to_string(moo::Link::identity), "identity");
  EXPECT_EQ(to_string(moo::Link::sigmoid), "sigmoid");
  EXPECT_EQ(to_string(moo::Link::softmax), "softmax");
}

TEST(Network, CountsItsParameters) {
  EXPECT_EQ(Network({3, 1}, Activation::tanh).num_parameters(), 3 + 1);
  EXPECT_EQ(Network({3, 5, 2}, Activation::tanh).num_parameters(), 5 * 3 + 5 + 2 * 5 + 2);
  const Network network({4, 7, 6, 3}, Activation::relu);
  EXPECT_EQ(network.depth(), 3);
  EXPECT_EQ(network.num_inputs(), 4);
  EXPECT_EQ(network.num_outputs(), 3);
  EXPECT_EQ(network.activation(), Activation::relu);
}

TEST(Network, TensorsTileTheParameterVectorWithoutGapOrOverlap) {
  for (const std::vector<int>& layers : {std::vector<int>{2, 1}, {3, 5, 2}, {4, 7, 6, 3}}) {
    const Network network(layers, Activation::tanh);
    int next = 0;
    for (const TensorInfo& tensor : network.tensors()) {
      EXPECT_EQ(tensor.offset, next) << tensor.name;
      next += tensor.rows * std::max(tensor.cols, 1);
    }
    EXPECT_EQ(next, network.num_parameters());
    EXPECT_EQ(network.tensors().size(), 2 * (layers.size() - 1));
  }
}

TEST(Network, TensorsAreTheWeightsAndBiasesTheMapsPointAt) {
  const Network network({4, 7, 6, 3}, Activation::tanh);
  Vector theta = Vector::LinSpaced(network.num_parameters(), 0.0, network.num_parameters() - 1.0);
  const std::vector<TensorInfo> tensors = network.tensors();
  for (int l = 0; l < network.depth(); ++l) {
    const TensorInfo& weight = tensors[2 * static_cast<std::size_t>(l)];
    const TensorInfo& bias = tensors[2 * static_cast<std::size_t>(l) + 1];
    EXPECT_EQ(weight.name, "layers." + std::to_string(l) + ".weight");
    EXPECT_EQ(bias.name, "layers." + std::to_string(l) + ".bias");
    EXPECT_EQ(bias.cols, 0);
    const auto w = network.weight(static_cast<const double*>(theta.data()), l);
    const auto b = network.bias(static_cast<const double*>(theta.data()), l);
    ASSERT_EQ(w.rows(), weight.rows);
    ASSERT_EQ(w.cols(), weight.cols);
    ASSERT_EQ(b.size(), bias.rows);
    for (int i = 0; i < weight.rows; ++i) {
      EXPECT_EQ(b(i), bias.offset + i);
      for (int j = 0; j < weight.cols; ++j) EXPECT_EQ(w(i, j), weight.offset + i + weight.rows * j);
    }
  }
}

TEST(Network, ParametersWrittenTensorByTensorReadBackTheSame) {
  const Network network({3, 5, 2}, Activation::tanh);
  RandomStream random(21);
  SCOPED_TRACE("seed 21");
  const Vector theta = random.normal_vector(network.num_parameters());
  Vector copy = Vector::Constant(theta.size(), std::numeric_limits<double>::quiet_NaN());
  for (int l = 0; l < network.depth(); ++l) {
    network.weight(copy.data(), l) = network.weight(theta.data(), l);
    network.bias(copy.data(), l) = network.bias(theta.data(), l);
  }
  EXPECT_EQ(copy, theta);
}

TEST(Network, AStartIsSeededAndHasNoBias) {
  const Network network({6, 9, 4, 2}, Activation::tanh);
  for (const auto initialization : {Initialization::glorot, Initialization::he}) {
    RandomStream one(31), again(31), other(32);
    const Vector theta = network.start(one, initialization);
    EXPECT_EQ(theta, network.start(again, initialization));
    EXPECT_NE(theta, network.start(other, initialization));
    for (int l = 0; l < network.depth(); ++l) {
      EXPECT_EQ(network.bias(theta.data(), l).squaredNorm(), 0.0);
      EXPECT_GT(network.weight(theta.data(), l).cwiseAbs().minCoeff(), 0.0);
    }
  }
}

/// Mean square of entries that have mean zero.
double variance(const Eigen::Map<const Matrix>& entries) {
  return entries.squaredNorm() / static_cast<double>(entries.size());
}

TEST(Network, AGlorotStartIsUniformWithinItsLimit) {
  // 40 000 draws: the variance estimate has a relative deviation of sqrt(0.8 / 40000) = 0.0045.
  const Network network({200, 200, 50}, Activation::tanh);
  RandomStream random(33);
  SCOPED_TRACE("seed 33");
  const Vector theta = network.start(random, Initialization::glorot);
  for (int l = 0; l < 2; ++l) {
    const auto w = network.weight(static_cast<const double*>(theta.data()), l);
    const double limit = std::sqrt(6.0 / static_cast<double>(w.rows() + w.cols()));
    EXPECT_LE(w.cwiseAbs().maxCoeff(), limit);
    EXPECT_GE(w.cwiseAbs().maxCoeff(), 0.99 * limit);
    EXPECT_NEAR(variance(w) / (limit * limit / 3.0), 1.0, 0.04) << "layer " << l;
    EXPECT_NEAR(w.mean() / limit, 0.0, 0.03) << "layer " << l;
  }
}

TEST(Network, AHeStartIsNormalWithVarianceTwoOverInputs) {
  // Relative deviation of the variance estimate: sqrt(2 / 10000) = 0.014 in the second layer.
  const Network network({200, 200, 50}, Activation::relu);
  RandomStream random(34);
  SCOPED_TRACE("seed 34");
  const Vector theta = network.start(random, Initialization::he);
  for (int l = 0; l < 2; ++l) {
    const auto w = network.weight(static_cast<const double*>(theta.data()), l);
    EXPECT_NEAR(variance(w) / (2.0 / 200.0), 1.0, 0.06) << "layer " << l;
    const double fourth = w.array().square().square().mean();
    EXPECT_NEAR(fourth / (variance(w) * variance(w)), 3.0, 0.3) << "kurtosis of a normal";
    EXPECT_NEAR(w.mean() / std::sqrt(2.0 / 200.0), 0.0, 0.04);
  }
}

TEST(Network, ShapesThatAreNoNetworkAreRefused) {
  for (const std::vector<int>& layers : {std::vector<int>{}, std::vector<int>{3}}) {
    expect_says(complaint_of<InvalidArgument>([&] { Network network(layers, Activation::tanh); }),
                {"Network", "too few layers", "at least inputs and outputs"});
  }
  for (const std::vector<int>& layers : {std::vector<int>{0, 1}, {3, 0, 1}, {3, 2, -1}}) {
    expect_says(complaint_of<InvalidArgument>([&] { Network network(layers, Activation::tanh); }),
                {"Network", "width", ">= 1"});
  }
}

}  // namespace
