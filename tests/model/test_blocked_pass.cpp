#include <gtest/gtest.h>

#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/model/blocked_pass.hpp"
#include "tests/model/network_samples.hpp"

namespace {

using moo::BlockedPass;
using moo::ColumnRange;
using moo::ForwardPass;
using moo::InvalidArgument;
using moo::Matrix;
using moo::Network;
using moo::RandomStream;
using moo::Vector;
using moo::test::for_all_networks;
using moo::test::normal_matrix;
using moo::test::random_parameters;
using moo::test::relative_error;
using moo::test::Worst;

TEST(BlockedPass, AgreesWithThePassOverAllColumns) {
  RandomStream random(91);
  SCOPED_TRACE("seed 91");
  Worst outputs("outputs");
  Worst gradients("gradients");
  for_all_networks([&](const Network& network) {
    const Vector theta = random_parameters(network, random);
    for (const Eigen::Index batch : {1, 5, 10, 13}) {
      const Matrix inputs = normal_matrix(random, 3, batch);
      ForwardPass whole(network);
      whole.run(theta, inputs);
      BlockedPass blocked(network, 5);
      blocked.run(theta, inputs);
      outputs.expect(relative_error(blocked.outputs(), whole.outputs()), 1e-13);
      Matrix cotangents = normal_matrix(random, network.num_outputs(), 2 * batch);
      Matrix expected(theta.size(), 2), found(theta.size(), 2);
      whole.pullback(cotangents, expected);
      blocked.pullback(cotangents, found);
      gradients.expect(relative_error(found, expected), 1e-12);

      const std::vector<ColumnRange> ranges = {{batch / 2, batch - batch / 2}, {0, batch / 3}};
      whole.pullback(cotangents, expected, {}, ranges);
      blocked.pullback(cotangents, found, ranges);
      gradients.expect(relative_error(found, expected), 1e-12);
    }
  });
}

TEST(BlockedPass, WrongSizesAreRefused) {
  const Network network({3, 4, 2}, moo::Activation::tanh);
  BlockedPass pass(network, 5);
  const Vector theta = Vector::Zero(network.num_parameters());
  EXPECT_THROW(pass.run(theta, Matrix::Zero(2, 7)), InvalidArgument);
  EXPECT_THROW(pass.run(Vector::Zero(3), Matrix::Zero(3, 7)), InvalidArgument);
  const Matrix inputs = Matrix::Zero(3, 7);
  pass.run(theta, inputs);
  Matrix gradients(theta.size(), 2);
  EXPECT_THROW(pass.pullback(Matrix::Zero(2, 7), gradients), InvalidArgument);
  const std::vector<ColumnRange> one = {{0, 7}};
  EXPECT_THROW(pass.pullback(Matrix::Zero(2, 14), gradients, one), InvalidArgument);
}

}  // namespace
