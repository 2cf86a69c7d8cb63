#include <gtest/gtest.h>

#include "libmoo/base/error.hpp"
#include "libmoo/model/forward_pass.hpp"
#include "libmoo/model/kernels/elementwise.hpp"
#include "libmoo/model/taylor_pass.hpp"
#include "tests/model/differences.hpp"
#include "tests/model/network_samples.hpp"

namespace moo {
namespace {

using test::difference;
using test::normal_matrix;
using test::relative_error;
using test::Worst;

constexpr int batch = 6;

Matrix outputs_at(const Network& network, const Vector& theta, const Matrix& inputs) {
  ForwardPass pass(network);
  pass.run(theta, inputs);
  return pass.outputs();
}

Matrix taylor_at(const Network& network, const Vector& theta, const Matrix& x, const Matrix& e) {
  TaylorPass pass(network);
  pass.run(theta, x, e);
  return pass.outputs();
}

TEST(Kernels, ThirdAndFourthDerivativesAreThoseOfTheOrderBelow) {
  Worst worst("higher_derivatives");
  const Vector x = Vector::LinSpaced(81, -8.0, 8.0);
  for (const Activation activation : test::all_activations) {
    SCOPED_TRACE(std::string(to_string(activation)));
    const auto at = [&](auto function, double shift) -> Vector {
      const Matrix inputs = x.array() + shift;
      Matrix outputs(x.size(), 1);
      Matrix result(x.size(), 1);
      kernels::activate(activation, inputs, outputs);
      function(activation, inputs, outputs, result);
      return result;
    };
    worst.expect(relative_error(at(kernels::third_derivative, 0.0), difference([&](double h) {
                                  return at(kernels::second_derivative, h);
                                })),
                 1e-10);
    worst.expect(relative_error(at(kernels::fourth_derivative, 0.0), difference([&](double h) {
                                  return at(kernels::third_derivative, h);
                                })),
                 1e-10);
  }
}

TEST(TaylorPass, CarriesTheValueAndTheDerivativesAlongTheDirections) {
  const std::uint64_t seed = 31;
  SCOPED_TRACE(test::seed_note(seed));
  RandomStream random(seed);
  Worst worst("taylor_outputs");
  test::for_all_networks([&](const Network& network) {
    const Vector theta = test::random_parameters(network, random);
    const Matrix x = normal_matrix(random, network.num_inputs(), batch);
    const Matrix e = normal_matrix(random, network.num_inputs(), batch);
    const Matrix found = taylor_at(network, theta, x, e);
    EXPECT_LE(relative_error(found.leftCols(batch), outputs_at(network, theta, x)), 1e-13);
    if (network.activation() == Activation::relu) return;  // differences may straddle a kink
    const auto along = [&](double t) -> Vector {
      return outputs_at(network, theta, x + t * e).reshaped();
    };
    const auto slope_along = [&](double t) -> Vector {
      return taylor_at(network, theta, x + t * e, e).middleCols(batch, batch).reshaped();
    };
    worst.expect(relative_error(found.middleCols(batch, batch).reshaped(), difference(along)),
                 1e-8);
    worst.expect(relative_error(found.rightCols(batch).reshaped(), difference(slope_along)), 1e-8);
  });
}

TEST(TaylorPass, PullbackPushforwardAndSecondPullbackMatchDifferencesInTheParameters) {
  const std::uint64_t seed = 32;
  SCOPED_TRACE(test::seed_note(seed));
  RandomStream random(seed);
  Worst gradient_worst("taylor_pullback");
  Worst tangent_worst("taylor_pushforward");
  Worst product_worst("taylor_second_pullback");
  test::for_all_networks([&](const Network& network) {
    if (network.activation() == Activation::relu) return;
    const Vector theta = test::random_parameters(network, random);
    const Vector v = random.normal_vector(network.num_parameters()) / 5.0;
    const Matrix x = normal_matrix(random, network.num_inputs(), batch);
    const Matrix e = normal_matrix(random, network.num_inputs(), batch);
    const Matrix d = normal_matrix(random, network.num_outputs(), 3 * batch);
    const Matrix dd = normal_matrix(random, network.num_outputs(), 3 * batch);

    TaylorPass pass(network);
    pass.run(theta, x, e);
    Vector gradient(network.num_parameters());
    pass.pullback(d, gradient);
    const Matrix tangent = pass.pushforward(v);
    Vector product(network.num_parameters());
    pass.second_pullback(d, dd, product);

    const auto outputs = [&](double t) -> Vector {
      return taylor_at(network, theta + t * v, x, e).reshaped();
    };
    const auto pulled = [&](double t) -> Vector {  // the cotangents move with t as well
      TaylorPass shifted(network);
      shifted.run(theta + t * v, x, e);
      Vector g(network.num_parameters());
      shifted.pullback(d + t * dd, g);
      return g;
    };
    tangent_worst.expect(relative_error(tangent.reshaped(), difference(outputs)), 1e-8);
    gradient_worst.expect(
        relative_error(Vector::Constant(1, gradient.dot(v)),
                       Vector::Constant(1, d.reshaped().dot(difference(outputs)))),
        1e-8);
    product_worst.expect(relative_error(product, difference(pulled)), 1e-7);
  });
}

TEST(TaylorPass, GivesTheSameNumbersWhenItIsUsedAgain) {
  RandomStream random(33);
  const Network network({3, 5, 4, 2}, Activation::silu);
  const Vector theta = test::random_parameters(network, random);
  TaylorPass pass(network);
  for (const int size : {4, 9, 2, 4}) {
    const Matrix x = normal_matrix(random, 3, size);
    const Matrix e = normal_matrix(random, 3, size);
    const Matrix d = normal_matrix(random, 2, 3 * size);
    Vector again(network.num_parameters());
    Vector fresh(network.num_parameters());
    pass.run(theta, x, e);
    pass.pullback(d, again);
    TaylorPass other(network);
    other.run(theta, x, e);
    other.pullback(d, fresh);
    EXPECT_EQ(again, fresh);
  }
}

TEST(TaylorPass, RefusesWrongSizes) {
  const Network network({3, 4, 1}, Activation::tanh);
  TaylorPass pass(network);
  const Vector theta = Vector::Zero(network.num_parameters());
  EXPECT_THROW(pass.run(Vector::Zero(2), Matrix::Zero(3, 2), Matrix::Zero(3, 2)), InvalidArgument);
  EXPECT_THROW(pass.run(theta, Matrix::Zero(2, 2), Matrix::Zero(2, 2)), InvalidArgument);
  EXPECT_THROW(pass.run(theta, Matrix::Zero(3, 2), Matrix::Zero(3, 1)), InvalidArgument);
  pass.run(theta, Matrix::Zero(3, 2), Matrix::Zero(3, 2));
  Vector gradient(network.num_parameters());
  EXPECT_THROW(pass.pullback(Matrix::Zero(1, 2), gradient), InvalidArgument);
}

}  // namespace
}  // namespace moo
