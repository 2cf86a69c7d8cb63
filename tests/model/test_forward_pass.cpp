#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "libmoo/base/error.hpp"
#include "libmoo/model/forward_pass.hpp"
#include "tests/model/network_samples.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::Activation;
using moo::ForwardPass;
using moo::InvalidArgument;
using moo::Matrix;
using moo::Network;
using moo::RandomStream;
using moo::Vector;
using moo::test::difference;
using moo::test::for_all_networks;
using moo::test::normal_matrix;
using moo::test::random_parameters;
using moo::test::relative_error;
using moo::test::smooth_parameters;
using moo::test::Worst;

constexpr double step = 2e-4;  // ReLU: no unit crosses its kink within two steps

Matrix outputs_at(const Network& network, const Vector& theta, const Matrix& inputs) {
  ForwardPass pass(network);
  pass.run(theta, inputs);
  return pass.outputs();
}

Vector pulled(const Network& network, const Vector& theta, const Matrix& inputs,
              const Matrix& cotangents) {
  ForwardPass pass(network);
  pass.run(theta, inputs);
  Vector gradient(theta.size());
  pass.pullback(cotangents, gradient);
  return gradient;
}

/// A unit direction.
Vector unit_direction(RandomStream& random, Eigen::Index size) {
  return random.normal_vector(static_cast<int>(size)).normalized();
}

TEST(ForwardPass, OutputsAreThoseOfAPlainTripleLoop) {
  RandomStream random(51);
  SCOPED_TRACE("seed 51");
  Worst worst("outputs");
  for_all_networks([&](const Network& network) {
    for (const Eigen::Index batch : {1, 2, 7, 40}) {
      const Matrix inputs = normal_matrix(random, 3, batch);
      const Vector theta = random_parameters(network, random);
      const Matrix expected = moo::test::plain_forward(network, theta, inputs).back();
      worst.expect(relative_error(outputs_at(network, theta, inputs), expected), 1e-13);
    }
  });
}

TEST(ForwardPass, PullbackAgreesWithDifferencesOfTheOutputs) {
  RandomStream random(52);
  SCOPED_TRACE("seed 52");
  Worst worst("pullback");
  for_all_networks([&](const Network& network) {
    const Matrix inputs = normal_matrix(random, 3, 6);
    const Vector theta = smooth_parameters(network, inputs, random);
    const Matrix cotangents = normal_matrix(random, network.num_outputs(), 6);
    const Vector gradient = pulled(network, theta, inputs, cotangents);
    Vector expected(theta.size());
    for (Eigen::Index j = 0; j < theta.size(); ++j) {
      expected(j) = difference(
          [&](double h) -> Vector {
            const Matrix outputs =
                outputs_at(network, theta + h * Vector::Unit(theta.size(), j), inputs);
            return Vector::Constant(1, outputs.cwiseProduct(cotangents).sum());
          },
          step)(0);
    }
    worst.expect(relative_error(gradient, expected), 1e-9);
  });
}

TEST(ForwardPass, StackedCotangentsGiveWhatTheyGiveOneByOne) {
  RandomStream random(53);
  SCOPED_TRACE("seed 53");
  Worst worst("stacked");
  for_all_networks([&](const Network& network) {
    const Matrix inputs = normal_matrix(random, 3, 7);
    const Vector theta = random_parameters(network, random);
    for (const Eigen::Index count : {1, 2, 5}) {
      const Matrix cotangents = normal_matrix(random, network.num_outputs(), 7 * count);
      ForwardPass pass(network);
      pass.run(theta, inputs);
      Matrix gradients(theta.size(), count);
      pass.pullback(cotangents, gradients);
      for (Eigen::Index c = 0; c < count; ++c) {
        const Vector alone = pulled(network, theta, inputs, cotangents.middleCols(7 * c, 7));
        worst.expect(relative_error(gradients.col(c), alone), 1e-13);
      }
    }
  });
}

TEST(ForwardPass, PullbackWritesIntoBlocksOfAWiderMatrix) {
  const Network network({3, 5, 2}, Activation::tanh);
  RandomStream random(54);
  SCOPED_TRACE("seed 54");
  const Matrix inputs = normal_matrix(random, 3, 4);
  const Vector theta = random_parameters(network, random);
  const Matrix wide = normal_matrix(random, 4, 8);
  ForwardPass pass(network);
  pass.run(theta, inputs);
  Matrix gradients = Matrix::Constant(theta.size() + 2, 3, -1.0);
  pass.pullback(wide.middleRows(1, 2), gradients.block(1, 1, theta.size(), 2));
  const Matrix copy = wide.middleRows(1, 2);
  EXPECT_EQ(gradients.col(0), Vector::Constant(theta.size() + 2, -1.0));
  EXPECT_EQ(gradients.row(0), Matrix::Constant(1, 3, -1.0));
  for (Eigen::Index c = 0; c < 2; ++c) {
    const Vector alone = pulled(network, theta, inputs, copy.middleCols(4 * c, 4));
    EXPECT_LE(relative_error(gradients.col(c + 1).segment(1, theta.size()), alone), 1e-13);
  }
}

TEST(ForwardPass, PushforwardAgreesWithDifferencesOfTheOutputs) {
  RandomStream random(55);
  SCOPED_TRACE("seed 55");
  Worst worst("pushforward");
  for_all_networks([&](const Network& network) {
    const Matrix inputs = normal_matrix(random, 3, 6);
    const Vector theta = smooth_parameters(network, inputs, random);
    const Vector direction = unit_direction(random, theta.size());
    ForwardPass pass(network);
    pass.run(theta, inputs);
    const Matrix found = pass.pushforward(direction);
    const Vector expected = difference(
        [&](double h) -> Vector {
          return outputs_at(network, theta + h * direction, inputs).reshaped();
        },
        step);
    worst.expect(relative_error(found.reshaped(), expected), 1e-9);
  });
}

TEST(ForwardPass, SecondPullbackAgreesWithDifferencesOfPullback) {
  RandomStream random(56);
  SCOPED_TRACE("seed 56");
  Worst worst("second_pullback");
  for_all_networks([&](const Network& network) {
    const Matrix inputs = normal_matrix(random, 3, 6);
    const Vector theta = smooth_parameters(network, inputs, random);
    const Vector direction = unit_direction(random, theta.size());
    const Matrix cotangents = normal_matrix(random, network.num_outputs(), 6);
    const Matrix tangents = normal_matrix(random, network.num_outputs(), 6);
    ForwardPass pass(network);
    pass.run(theta, inputs);
    pass.pushforward(direction);
    Vector found(theta.size());
    pass.hold_cotangents(cotangents);
    pass.second_pullback(tangents, found);
    const Vector expected = difference(
        [&](double h) -> Vector {
          return pulled(network, theta + h * direction, inputs, cotangents + h * tangents);
        },
        step);
    worst.expect(relative_error(found, expected), 1e-9);
  });
}

TEST(ForwardPass, HeldCotangentsServeEveryDirectionUntilSomethingElseGoesBack) {
  RandomStream random(57);
  SCOPED_TRACE("seed 57");
  const Network network({3, 5, 4, 2}, Activation::tanh);
  const Matrix inputs = normal_matrix(random, 3, 6);
  const Vector theta = random_parameters(network, random);
  const Matrix cotangents = normal_matrix(random, 2, 6);
  const Matrix tangents = normal_matrix(random, 2, 6);
  ForwardPass pass(network);
  pass.run(theta, inputs);
  EXPECT_FALSE(pass.holds_cotangents());
  Vector found(theta.size()), expected(theta.size());
  EXPECT_THROW(pass.second_pullback(tangents, found), InvalidArgument);
  pass.hold_cotangents(cotangents);
  for (int k = 0; k < 3; ++k) {
    const Vector direction = random.normal_vector(network.num_parameters());
    pass.pushforward(direction);
    pass.second_pullback(tangents, found);
    ForwardPass fresh(network);
    fresh.run(theta, inputs);
    fresh.pushforward(direction);
    fresh.hold_cotangents(cotangents);
    fresh.second_pullback(tangents, expected);
    EXPECT_EQ(found, expected);
  }
  EXPECT_TRUE(pass.holds_cotangents());
  pass.pullback(cotangents, found);
  EXPECT_FALSE(pass.holds_cotangents());
}

TEST(ForwardPass, SamplesWithoutCotangentsMayAsWellNotBeThere) {
  RandomStream random(58);
  SCOPED_TRACE("seed 58");
  Worst worst("left out");
  for_all_networks([&](const Network& network) {
    const Matrix inputs = normal_matrix(random, 3, 12);
    const Vector theta = random_parameters(network, random);
    for (const int kept : {0, 1, 5, 9, 11, 12}) {
      Matrix cotangents = normal_matrix(random, network.num_outputs(), 3 * 12);
      Matrix expected(theta.size(), 3);
      for (int c = 0; c < 3; ++c) {
        Matrix few_inputs(3, kept), few_cotangents(network.num_outputs(), kept);
        const std::vector<int> order = random.permutation(12);
        for (int i = 0; i < 12; ++i) {
          const int b = order[static_cast<std::size_t>(i)];
          if (i < kept) {
            few_inputs.col(i) = inputs.col(b);
            few_cotangents.col(i) = cotangents.col(12 * c + b);
          } else {
            cotangents.col(12 * c + b).setZero();
          }
        }
        ForwardPass few(network);
        few.run(theta, few_inputs);
        few.pullback(few_cotangents, expected.col(c));
      }
      ForwardPass pass(network);
      pass.run(theta, inputs);
      Matrix found(theta.size(), 3);
      pass.pullback(cotangents, found);
      worst.expect(relative_error(found, expected), 1e-13);
    }
  });
}

TEST(ForwardPass, JacobianRowsArePullbacksOfUnitCotangents) {
  RandomStream random(57);
  SCOPED_TRACE("seed 57");
  Worst worst("jacobian");
  for_all_networks([&](const Network& network) {
    const Eigen::Index batch = 4;
    const Eigen::Index q = network.num_outputs();
    const Matrix inputs = normal_matrix(random, 3, batch);
    const Vector theta = random_parameters(network, random);
    ForwardPass pass(network);
    pass.run(theta, inputs);
    Matrix jacobian(q * batch, theta.size());
    pass.jacobian(jacobian);
    for (Eigen::Index b = 0; b < batch; ++b) {
      for (Eigen::Index o = 0; o < q; ++o) {
        Matrix unit = Matrix::Zero(q, batch);
        unit(o, b) = 1.0;
        const Vector row = pulled(network, theta, inputs, unit);
        worst.expect(relative_error(jacobian.row(o + q * b).transpose(), row), 1e-13);
      }
    }
  });
}

TEST(ForwardPass, AReusedPassGivesWhatAFreshOneGivesWhateverTheBatchSizes) {
  RandomStream random(58);
  SCOPED_TRACE("seed 58");
  for_all_networks([&](const Network& network) {
    ForwardPass reused(network);
    for (const Eigen::Index batch : {5, 12, 1, 12, 3}) {
      const Matrix inputs = normal_matrix(random, 3, batch);
      const Vector theta = random_parameters(network, random);
      const Vector direction = random.normal_vector(network.num_parameters());
      ForwardPass fresh(network);
      for (const Eigen::Index count : {2, 1, 3}) {
        const Matrix cotangents = normal_matrix(random, network.num_outputs(), batch * count);
        Matrix found(theta.size(), count), expected(theta.size(), count);
        Vector found_product(theta.size()), expected_product(theta.size());
        for (auto [pass, gradients, product] : {std::tuple{&reused, &found, &found_product},
                                                std::tuple{&fresh, &expected, &expected_product}}) {
          pass->run(theta, inputs);
          pass->pullback(cotangents, *gradients);
          pass->pushforward(direction);
          pass->hold_cotangents(cotangents.leftCols(batch));
          pass->second_pullback(cotangents.rightCols(batch), *product);
        }
        EXPECT_EQ(reused.outputs(), fresh.outputs());
        EXPECT_EQ(reused.width(), batch);
        EXPECT_EQ(found, expected);
        EXPECT_EQ(found_product, expected_product);
      }
    }
  });
}

TEST(ForwardPass, KeepsItsOwnCopyOfTheta) {
  const Network network({3, 4, 1}, Activation::silu);
  RandomStream random(59);
  SCOPED_TRACE("seed 59");
  const Matrix inputs = normal_matrix(random, 3, 5);
  const Matrix cotangents = normal_matrix(random, 1, 5);
  Vector theta = random_parameters(network, random);
  const Vector expected = pulled(network, theta, inputs, cotangents);
  ForwardPass pass(network);
  pass.run(theta, inputs);
  theta.setZero();
  Vector gradient(theta.size());
  pass.pullback(cotangents, gradient);
  EXPECT_EQ(gradient, expected);
}

TEST(ForwardPass, ParametersOrInputsOfAnotherNetworkAreRefused) {
  const Network network({3, 4, 1}, Activation::tanh);
  ForwardPass pass(network);
  const Matrix inputs = Matrix::Ones(3, 2);
  moo::test::expect_says(
      moo::test::complaint_of<moo::InvalidArgument>([&] { pass.run(Vector::Zero(20), inputs); }),
      {"ForwardPass", "theta", "21", "20"});
  const Matrix narrow = Matrix::Ones(2, 2);
  moo::test::expect_says(
      moo::test::complaint_of<moo::InvalidArgument>([&] { pass.run(Vector::Zero(21), narrow); }),
      {"ForwardPass", "input", "3", "2"});
}

}  // namespace
