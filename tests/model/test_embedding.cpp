#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libmoo/model/forward_pass.hpp"
#include "libmoo/model/single_pass.hpp"
#include "tests/model/differences.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::Activation;
using moo::Embedding;
using moo::ForwardPass;
using moo::InvalidArgument;
using moo::Matrix;
using moo::Network;
using moo::RandomStream;
using moo::SinglePass;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::difference;
using moo::test::expect_says;
using moo::test::normal_matrix;
using moo::test::relative_error;
using moo::test::Worst;

const std::vector<Embedding> tables = {{.count = 4, .dimension = 3}, {.count = 6, .dimension = 2}};

/// Calls test(network) for 0 to 2 hidden layers and 1 or 3 outputs: two indices and two numbers.
template <class Test>
void for_embedding_networks(const Test& test) {
  for (const int outputs : {1, 3}) {
    for (std::vector<int> layers : {std::vector<int>{4}, {4, 5}, {4, 5, 4}}) {
      layers.push_back(outputs);
      SCOPED_TRACE(std::to_string(layers.size() - 2) + " hidden layers, " +
                   std::to_string(outputs) + " outputs");
      test(Network(layers, Activation::tanh, tables));
    }
  }
}

Vector parameters(const Network& network, RandomStream& random) {
  return random.normal_vector(network.num_parameters(), 0.6);
}

/// `plain` samples and `directional` ones whose directions leave the indices alone.
Matrix inputs_of(RandomStream& random, Eigen::Index plain, Eigen::Index directional = 0) {
  Matrix inputs = normal_matrix(random, 4, plain + 3 * directional);
  for (Eigen::Index b = 0; b < plain + directional; ++b) {
    inputs(0, b) = random.index(4);
    inputs(1, b) = random.index(6);
  }
  inputs.topRightCorner(2, 2 * directional).setZero();
  inputs.rightCols(directional).setZero();
  return inputs;
}

/// <cotangents, outputs> at theta.
Vector paired(const Network& network, const Vector& theta, const Matrix& inputs, Eigen::Index p,
              const Matrix& cotangents) {
  ForwardPass pass(network);
  pass.run(theta, inputs, p);
  return Vector::Constant(1, pass.outputs().cwiseProduct(cotangents).sum());
}

Vector pulled(const Network& network, const Vector& theta, const Matrix& inputs, Eigen::Index p,
              const Matrix& cotangents) {
  ForwardPass pass(network);
  pass.run(theta, inputs, p);
  Vector gradient(theta.size());
  pass.pullback(cotangents, gradient);
  return gradient;
}

/// The same network without embeddings on what is looked up.
struct Plain {
  Network network;
  Matrix inputs;

  Plain(const Network& with, const Vector& theta, const Matrix& raw)
      : network(layers_of(with), with.activation()), inputs(with.first_width(), raw.cols()) {
    for (Eigen::Index b = 0; b < raw.cols(); ++b) {
      inputs.col(b) << with.table(theta.data(), 0).col(static_cast<int>(raw(0, b))),
          with.table(theta.data(), 1).col(static_cast<int>(raw(1, b))), raw.col(b).tail(2);
    }
  }
  static std::vector<int> layers_of(const Network& with) {
    std::vector<int> layers = with.layers();
    layers.front() = with.first_width();
    return layers;
  }
};

TEST(Embedding, TheTablesComeFirstInThetaAndHaveNames) {
  const Network network({4, 5, 1}, Activation::tanh, tables);
  EXPECT_EQ(network.num_inputs(), 4);
  EXPECT_EQ(network.first_width(), 3 + 2 + 2);
  EXPECT_EQ(network.embedded_width(), 5);
  EXPECT_EQ(network.num_parameters(), 4 * 3 + 6 * 2 + 5 * (7 + 1) + 6);
  const std::vector<moo::TensorInfo> tensors = network.tensors();
  ASSERT_EQ(tensors.size(), 6u);
  EXPECT_EQ(tensors[1].name, "embeddings.1.table");
  EXPECT_EQ(tensors[1].offset, 12);
  EXPECT_EQ(tensors[1].rows, 2);
  EXPECT_EQ(tensors[1].cols, 6);
  EXPECT_EQ(tensors[2].name, "layers.0.weight");
  EXPECT_EQ(tensors[2].offset, 24);
  EXPECT_EQ(tensors[2].cols, 7);
  RandomStream random(1);
  const Vector start = network.start(random, moo::Initialization::glorot);
  EXPECT_GT(start.head(24).cwiseAbs().minCoeff(), 0.0) << "equal vectors would stay equal";
}

TEST(Embedding, OutputsAndTheOtherGradientsAreThoseOfThePlainNetworkOnWhatIsLookedUp) {
  RandomStream random(61);
  SCOPED_TRACE("seed 61");
  Worst worst("plain");
  for_embedding_networks([&](const Network& network) {
    const Vector theta = parameters(network, random);
    const Matrix inputs = inputs_of(random, 9);
    const Plain plain(network, theta, inputs);
    const Vector rest = theta.tail(plain.network.num_parameters());
    ForwardPass with(network);
    ForwardPass without(plain.network);
    with.run(theta, inputs);
    without.run(rest, plain.inputs);
    EXPECT_EQ(with.outputs(), without.outputs());
    const Matrix cotangents = normal_matrix(random, network.num_outputs(), 9);
    Vector gradient(theta.size());
    Vector expected(rest.size());
    with.pullback(cotangents, gradient);
    without.pullback(cotangents, expected);
    worst.expect(relative_error(gradient.tail(rest.size()), expected), 1e-14);
  });
}

TEST(Embedding, GradientsAgreeWithDifferencesOnPlainAndDirectionalSamples) {
  RandomStream random(62);
  SCOPED_TRACE("seed 62");
  Worst pull("pullback");
  Worst push("pushforward");
  Worst second("second_pullback");
  for_embedding_networks([&](const Network& network) {
    for (const Eigen::Index p : {0, 2}) {
      const Vector theta = parameters(network, random);
      const Matrix inputs = inputs_of(random, 5, p);
      const Matrix cotangents = normal_matrix(random, network.num_outputs(), inputs.cols());
      const Matrix changes = normal_matrix(random, network.num_outputs(), inputs.cols());
      const Vector direction = random.normal_vector(static_cast<int>(theta.size())).normalized();
      ForwardPass pass(network);
      pass.run(theta, inputs, p);
      const Vector gradient = pulled(network, theta, inputs, p, cotangents);
      for (Eigen::Index j = 0; j < theta.size(); ++j) {
        const double expected = difference([&](double h) {
          return paired(network, theta + h * Vector::Unit(theta.size(), j), inputs, p, cotangents);
        })(0);
        pull.expect(std::abs(gradient(j) - expected) / (1.0 + std::abs(expected)), 1e-9);
      }
      const Matrix tangent = pass.pushforward(direction);
      const Vector moved = difference([&](double h) -> Vector {
        ForwardPass at(network);
        at.run(theta + h * direction, inputs, p);
        return at.outputs().reshaped();
      });
      push.expect(relative_error(tangent.reshaped(), moved), 1e-9);
      Vector product(theta.size());
      pass.hold_cotangents(cotangents);
      pass.second_pullback(changes, product);
      const Vector expected = difference([&](double h) {
        return pulled(network, theta + h * direction, inputs, p, cotangents + h * changes);
      });
      second.expect(relative_error(product, expected), 1e-8);
    }
  });
}

TEST(Embedding, TheJacobianHasThePullbackOfEveryOutput) {
  RandomStream random(63);
  SCOPED_TRACE("seed 63");
  Worst worst("jacobian");
  for_embedding_networks([&](const Network& network) {
    const Vector theta = parameters(network, random);
    const Matrix inputs = inputs_of(random, 4, 2);
    ForwardPass pass(network);
    pass.run(theta, inputs, 2);
    Matrix jacobian = Matrix::Constant(pass.outputs().size(), theta.size(), 7.0);
    pass.jacobian(jacobian);
    for (Eigen::Index row = 0; row < jacobian.rows(); ++row) {
      Matrix one = Matrix::Zero(network.num_outputs(), inputs.cols());
      one.reshaped()(row) = 1.0;
      worst.expect(
          relative_error(jacobian.row(row).transpose(), pulled(network, theta, inputs, 2, one)),
          1e-13);
    }
  });
}

TEST(Embedding, StackedCotangentsOnRangesAndHiddenLayersGiveWhatTheyGiveAlone) {
  RandomStream random(64);
  SCOPED_TRACE("seed 64");
  const Network network({4, 5, 1}, Activation::tanh, tables);
  const Vector theta = parameters(network, random);
  const Matrix inputs = inputs_of(random, 8);
  const std::vector<moo::ColumnRange> ranges = {{0, 8}, {2, 5}, {0, 8}};
  Matrix cotangents = normal_matrix(random, 1, 24);
  cotangents.middleCols(8, 2).setZero();
  cotangents(0, 15) = 0.0;
  ForwardPass pass(network, {0});
  pass.run(theta, inputs);
  Matrix together(theta.size(), 3);
  pass.pullback(cotangents, together, {}, ranges);  // one way back for all
  Matrix apart(theta.size(), 3);
  const std::vector<Matrix> no_hidden = {Matrix::Zero(5, 24)};
  pass.pullback(cotangents, apart, no_hidden, ranges);  // one by one
  EXPECT_LE(relative_error(together, apart), 1e-13);
  for (Eigen::Index c = 0; c < 3; ++c) {
    EXPECT_LE(relative_error(together.col(c),
                             pulled(network, theta, inputs, 0, cotangents.middleCols(8 * c, 8))),
              1e-13);
  }
}

TEST(Embedding, SinglePrecisionIsWithinItsRounding) {
  RandomStream random(65);
  SCOPED_TRACE("seed 65");
  Worst worst("single");
  for_embedding_networks([&](const Network& network) {
    const Vector theta = parameters(network, random);
    const Matrix inputs = inputs_of(random, 30);
    const Matrix cotangents = normal_matrix(random, network.num_outputs(), 30);
    SinglePass single(network, inputs);
    single.run(theta);
    Vector gradient(theta.size());
    single.pullback(cotangents, gradient, {}, {});
    worst.expect(relative_error(gradient, pulled(network, theta, inputs, 0, cotangents)), 1e-5);
  });
}

TEST(Embedding, WhatIsNoIndexIsRefused) {
  const Network network({4, 5, 1}, Activation::tanh, tables);
  const Vector theta = Vector::Zero(network.num_parameters());
  const auto complaint = [&](Eigen::Index row, Eigen::Index column, double value) {
    RandomStream random(66);
    Matrix inputs = inputs_of(random, 2, 1);
    inputs(row, column) = value;
    return complaint_of<InvalidArgument>([&] { ForwardPass(network).run(theta, inputs, 1); });
  };
  expect_says(complaint(0, 1, 4.0), {"input 0 is no index", "0 to 3", "4.0", "column 1"});
  expect_says(complaint(1, 2, -1.0), {"input 1 is no index", "0 to 5"});
  expect_says(complaint(1, 0, 2.5), {"input 1 is no index", "whole number"});
  expect_says(complaint(0, 0, std::numeric_limits<double>::quiet_NaN()), {"no index"});
  expect_says(complaint(1, 3, 1.0), {"derivative along input 1", "a name, not a number"});
  const auto refused = [](std::vector<Embedding> with) {
    return complaint_of<InvalidArgument>([&] { Network({1, 1}, Activation::tanh, with); });
  };
  expect_says(refused(tables), {"more embeddings than inputs"});
  expect_says(refused({{.count = 0, .dimension = 2}}), {"unusable embedding"});
  expect_says(refused({{.count = 2000000000, .dimension = 2}}), {"too many parameters"});
}

}  // namespace
