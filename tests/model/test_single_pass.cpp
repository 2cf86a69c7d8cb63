#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libmoo/model/forward_pass.hpp"
#include "libmoo/model/single_pass.hpp"
#include "tests/model/network_samples.hpp"

namespace {

using moo::ColumnRange;
using moo::ForwardPass;
using moo::Matrix;
using moo::Network;
using moo::RandomStream;
using moo::SinglePass;
using moo::Vector;
using moo::test::for_all_networks;
using moo::test::normal_matrix;
using moo::test::relative_error;
using moo::test::smooth_parameters;
using moo::test::Worst;

/// All hidden layers.
std::vector<int> hidden_layers(const Network& network) {
  std::vector<int> layers;
  for (int l = 0; l + 1 < network.depth(); ++l) layers.push_back(l);
  return layers;
}

TEST(SinglePass, AgreesWithTheDoublePassToSinglePrecision) {
  RandomStream random(81);
  SCOPED_TRACE("seed 81");
  Worst outputs("outputs");
  Worst activations("activations");
  Worst gradients("gradients");
  for_all_networks([&](const Network& network) {
    for (const Eigen::Index batch : {1, 7, 300}) {
      const Matrix inputs = normal_matrix(random, 3, batch);
      const Vector theta =
          smooth_parameters(network, inputs.leftCols(std::min<long>(batch, 7)), random, 1e-4);
      const std::vector<int> observed = hidden_layers(network);
      ForwardPass full(network, observed);
      SinglePass single(network, inputs, observed);
      full.run(theta, inputs);
      single.run(theta);
      outputs.expect(relative_error(single.outputs(), full.outputs()), 1e-5);

      const Matrix cotangents = normal_matrix(random, network.num_outputs(), 2 * batch);
      std::vector<Matrix> hidden;
      for (std::size_t i = 0; i < observed.size(); ++i) {
        const Matrix& expected = full.activations(observed[i]);
        activations.expect(relative_error(single.observed_activations(i), expected), 1e-5);
        hidden.push_back(normal_matrix(random, expected.rows(), 2 * batch));
      }
      Matrix expected(theta.size(), 2);
      Matrix found(theta.size(), 2);
      for (const bool with_hidden : {true, false}) {
        if (!with_hidden) hidden.clear();
        full.pullback(cotangents, expected, hidden);
        single.pullback(cotangents, found, hidden, {});
        // ReLU units of the larger batches may lie on different sides of their kinks.
        const bool kinks = network.activation() == moo::Activation::relu && batch > 7;
        if (!kinks) gradients.expect(relative_error(found, expected), 3e-5);
      }
    }
  });
}

/// Both passes, given cotangents that vanish outside ranges, with and without saying so.
TEST(PullbackRanges, SayWhatIsZeroAndChangeNothing) {
  RandomStream random(82);
  SCOPED_TRACE("seed 82");
  Worst full_error("full");
  Worst single_error("single");
  constexpr Eigen::Index batch = 40;
  const std::vector<ColumnRange> ranges = {{0, 40}, {3, 11}, {30, 10}, {17, 1}, {5, 0}};
  for_all_networks([&](const Network& network) {
    const Matrix inputs = normal_matrix(random, 3, batch);
    const Vector theta = moo::test::random_parameters(network, random);
    const auto count = static_cast<Eigen::Index>(ranges.size());
    Matrix cotangents = Matrix::Zero(network.num_outputs(), count * batch);
    for (Eigen::Index c = 0; c < count; ++c) {
      const auto [first, columns] = ranges[static_cast<std::size_t>(c)];
      cotangents.middleCols(c * batch + first, columns) =
          normal_matrix(random, network.num_outputs(), columns);
    }
    ForwardPass full(network);
    SinglePass single(network, inputs);
    full.run(theta, inputs);
    single.run(theta);
    Matrix all(theta.size(), count);
    Matrix ranged(theta.size(), count);
    full.pullback(cotangents, all);
    full.pullback(cotangents, ranged, {}, ranges);
    full_error.expect(relative_error(ranged, all), 1e-13);
    EXPECT_EQ(ranged.col(4).norm(), 0.0);
    single.pullback(cotangents, all, {}, {});
    single.pullback(cotangents, ranged, {}, ranges);
    single_error.expect(relative_error(ranged, all), 1e-5);
  });
}

TEST(PullbackRanges, TakeDirectionalSamplesAsAWhole) {
  RandomStream random(83);
  const Network network({3, 5, 4, 2}, moo::Activation::tanh);
  const Vector theta = moo::test::random_parameters(network, random);
  Matrix inputs = normal_matrix(random, 3, 10 + 3 * 4);
  inputs.rightCols(4).setZero();
  ForwardPass pass(network);
  pass.run(theta, inputs, 4);
  for (const ColumnRange range : {ColumnRange{2, 5}, ColumnRange{8, 6}, ColumnRange{12, 4}}) {
    Matrix cotangents = Matrix::Zero(2, inputs.cols());
    cotangents.middleCols(range.first, range.count) = normal_matrix(random, 2, range.count);
    Matrix all(theta.size(), 1);
    Matrix ranged(theta.size(), 1);
    pass.pullback(cotangents, all);
    pass.pullback(cotangents, ranged, {}, std::vector<ColumnRange>{range});
    EXPECT_LE(relative_error(ranged, all), 1e-13) << range.first;
  }
}

}  // namespace
