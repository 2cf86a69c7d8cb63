#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/model/forward_pass.hpp"
#include "tests/model/directional_samples.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::Activation;
using moo::ForwardPass;
using moo::InvalidArgument;
using moo::Matrix;
using moo::Network;
using moo::RandomStream;
using moo::Vector;
using moo::test::Batch;
using moo::test::batch_of;
using moo::test::Cotangents;
using moo::test::cotangents_of;
using moo::test::difference;
using moo::test::for_all_networks;
using moo::test::for_all_observed;
using moo::test::for_mixed_batches;
using moo::test::normal_matrix;
using moo::test::random_parameters;
using moo::test::relative_error;
using moo::test::smooth_at;
using moo::test::Worst;

constexpr double step = 2e-4;  // ReLU: no unit crosses its kink within two steps

/// What the cotangents multiply: outputs and observed activations in one list of numbers.
double paired(const ForwardPass& pass, const std::vector<int>& observed, const Cotangents& d) {
  double sum = pass.outputs().cwiseProduct(d.outputs).sum();
  for (std::size_t i = 0; i < observed.size(); ++i) {
    sum += pass.activations(observed[i]).cwiseProduct(d.hidden[i]).sum();
  }
  return sum;
}

Vector pulled(const Network& network, const std::vector<int>& observed, const Vector& theta,
              const Batch& batch, const Cotangents& d) {
  ForwardPass pass(network, observed);
  pass.run(theta, batch.inputs, batch.directional);
  Vector gradient(theta.size());
  pass.pullback(d.outputs, gradient, d.hidden);
  return gradient;
}

Matrix outputs_at(const Network& network, const Vector& theta, const Batch& batch) {
  ForwardPass pass(network);
  pass.run(theta, batch.inputs, batch.directional);
  return pass.outputs();
}

TEST(DirectionalPass, PlainSamplesAndBasePointsHaveTheValuesOfAPlainPass) {
  RandomStream random(31);
  SCOPED_TRACE("seed 31");
  Worst worst("values");
  for_all_networks([&](const Network& network) {
    for_mixed_batches(random, [&](const Batch& batch) {
      const Vector theta = random_parameters(network, random);
      const Matrix points = batch.inputs.leftCols(batch.values());
      ForwardPass mixed(network);
      mixed.run(theta, batch.inputs, batch.directional);
      ForwardPass plain(network);
      plain.run(theta, points);
      worst.expect(relative_error(mixed.outputs().leftCols(points.cols()), plain.outputs()), 1e-13);
      for (int l = 0; l + 1 < network.depth(); ++l) {
        const Matrix activations = mixed.activations(l).leftCols(points.cols());
        worst.expect(relative_error(activations, plain.activations(l)), 1e-13);
      }
    });
  });
}

TEST(DirectionalPass, CarriesTheDerivativesOfOutputsAndActivationsAlongTheDirections) {
  RandomStream random(32);
  SCOPED_TRACE("seed 32");
  Worst first("first_derivatives");
  Worst second("second_derivatives");
  for_all_networks([&](const Network& network) {
    const Batch batch = batch_of(random, 2, 4);
    const Vector theta = smooth_at(network, batch, random);
    const auto check = [&](const auto& read) {  // read(pass): outputs or activations
      const auto block_at = [&](double t, Eigen::Index k) -> Vector {
        const Batch moved = batch.moved(t);
        ForwardPass pass(network);
        pass.run(theta, moved.inputs, moved.directional);
        return batch.block(read(pass), k).reshaped();
      };
      const auto value = [&](double t) { return block_at(t, 0); };
      const auto slope = [&](double t) { return block_at(t, 1); };
      first.expect(relative_error(block_at(0.0, 1), difference(value, step)), 1e-9);
      second.expect(relative_error(block_at(0.0, 2), difference(slope, step)), 1e-9);
    };
    check([](const ForwardPass& pass) { return pass.outputs(); });
    for (int l = 0; l + 1 < network.depth(); ++l) {
      check([&](const ForwardPass& pass) { return pass.activations(l); });
    }
  });
}

TEST(DirectionalPass, PullbackWithHiddenCotangentsAgreesWithDifferences) {
  RandomStream random(33);
  SCOPED_TRACE("seed 33");
  Worst worst("pullback");
  for_all_networks([&](const Network& network) {
    for_all_observed(network, [&](const std::vector<int>& observed) {
      const Batch batch = batch_of(random, 3, 2);
      const Vector theta = smooth_at(network, batch, random);
      const Cotangents d = cotangents_of(random, network, observed, batch.width());
      ForwardPass pass(network);
      Vector expected(theta.size());
      for (Eigen::Index j = 0; j < theta.size(); ++j) {
        expected(j) = difference(
            [&](double h) -> Vector {
              pass.run(theta + h * Vector::Unit(theta.size(), j), batch.inputs, batch.directional);
              return Vector::Constant(1, paired(pass, observed, d));
            },
            step)(0);
      }
      worst.expect(relative_error(pulled(network, observed, theta, batch, d), expected), 1e-9);
    });
  });
}

TEST(DirectionalPass, StackedCotangentsGiveWhatTheyGiveOneByOne) {
  RandomStream random(34);
  SCOPED_TRACE("seed 34");
  Worst worst("stacked");
  for_all_networks([&](const Network& network) {
    for_all_observed(network, [&](const std::vector<int>& observed) {
      const Batch batch = batch_of(random, 2, 3);
      const Eigen::Index width = batch.width();
      const Vector theta = random_parameters(network, random);
      for (const Eigen::Index count : {1, 2, 5}) {
        Cotangents d = cotangents_of(random, network, observed, count * width);
        ForwardPass pass(network, observed);
        pass.run(theta, batch.inputs, batch.directional);
        Matrix gradients(theta.size(), count);
        for (Matrix& hidden : d.hidden) hidden.conservativeResize(Eigen::NoChange, 7 * width);
        pass.pullback(d.outputs, gradients, d.hidden);
        for (Eigen::Index c = 0; c < count; ++c) {
          Cotangents one{d.outputs.middleCols(c * width, width), {}};
          for (const Matrix& hidden : d.hidden) {
            one.hidden.push_back(hidden.middleCols(c * width, width));
          }
          const Vector alone = pulled(network, observed, theta, batch, one);
          worst.expect(relative_error(gradients.col(c), alone), 1e-13);
        }
      }
    });
  });
}

TEST(DirectionalPass, PushforwardAgreesWithDifferencesOfOutputsAndActivations) {
  RandomStream random(35);
  SCOPED_TRACE("seed 35");
  Worst worst("pushforward");
  for_all_networks([&](const Network& network) {
    for_mixed_batches(random, [&](const Batch& batch) {
      const Vector theta = smooth_at(network, batch, random);
      const Vector direction = random.normal_vector(network.num_parameters()).normalized();
      ForwardPass pass(network);
      pass.run(theta, batch.inputs, batch.directional);
      const Matrix tangents = pass.pushforward(direction);
      const auto check = [&](const Matrix& found, const auto& read) {
        ForwardPass shifted(network);
        const auto at = [&](double h) -> Vector {
          shifted.run(theta + h * direction, batch.inputs, batch.directional);
          return read(shifted).reshaped();
        };
        worst.expect(relative_error(found.reshaped(), difference(at, step)), 1e-9);
      };
      check(tangents, [](const ForwardPass& p) { return p.outputs(); });
      for (int l = 0; l + 1 < network.depth(); ++l) {
        check(pass.activation_tangents(l), [&](const ForwardPass& p) { return p.activations(l); });
      }
    });
  });
}

TEST(DirectionalPass, SecondPullbackAgreesWithDifferencesOfPullback) {
  RandomStream random(36);
  SCOPED_TRACE("seed 36");
  Worst worst("second_pullback");
  for_all_networks([&](const Network& network) {
    for_all_observed(network, [&](const std::vector<int>& observed) {
      for_mixed_batches(random, [&](const Batch& batch) {
        const Vector theta = smooth_at(network, batch, random);
        const Vector direction = random.normal_vector(network.num_parameters()).normalized();
        const Cotangents d = cotangents_of(random, network, observed, batch.width());
        const Cotangents dd = cotangents_of(random, network, observed, batch.width());
        ForwardPass pass(network, observed);
        pass.run(theta, batch.inputs, batch.directional);
        pass.pushforward(direction);
        Vector found(theta.size());
        pass.hold_cotangents(d.outputs, d.hidden);
        pass.second_pullback(dd.outputs, found, dd.hidden);
        const auto shifted = [&](double h) {
          return pulled(network, observed, theta + h * direction, batch, d + h * dd);
        };
        worst.expect(relative_error(found, difference(shifted, step)), 1e-9);
      });
    });
  });
}

TEST(DirectionalPass, HiddenTangentsMayComeWithoutHiddenCotangentsAndTheOtherWayRound) {
  RandomStream random(37);
  SCOPED_TRACE("seed 37");
  Worst worst("one_sided");
  const Network network({3, 5, 4, 2}, Activation::softplus);
  const Batch batch = batch_of(random, 3, 2);
  const Vector theta = random_parameters(network, random);
  const Vector direction = random.normal_vector(network.num_parameters());
  const Cotangents d = cotangents_of(random, network, {0, 1}, batch.width());
  const Cotangents none = 0.0 * d;
  ForwardPass pass(network, {0, 1});
  pass.run(theta, batch.inputs, batch.directional);
  pass.pushforward(direction);
  Vector expected(theta.size()), found(theta.size());
  pass.hold_cotangents(d.outputs, none.hidden);
  pass.second_pullback(d.outputs, expected, d.hidden);
  pass.hold_cotangents(d.outputs);
  pass.second_pullback(d.outputs, found, d.hidden);
  worst.expect(relative_error(found, expected), 1e-14);
  pass.hold_cotangents(d.outputs, d.hidden);
  pass.second_pullback(d.outputs, expected, none.hidden);
  pass.hold_cotangents(d.outputs, d.hidden);
  pass.second_pullback(d.outputs, found);
  worst.expect(relative_error(found, expected), 1e-14);
}

TEST(DirectionalPass, HessiansAreSymmetric) {
  RandomStream random(38);
  SCOPED_TRACE("seed 38");
  Worst worst("symmetry");
  for_all_networks([&](const Network& network) {
    for_all_observed(network, [&](const std::vector<int>& observed) {
      const Batch batch = batch_of(random, 3, 2);
      const Vector theta = random_parameters(network, random);
      const Cotangents d = cotangents_of(random, network, observed, batch.width());
      const Matrix fixed = Matrix::Zero(d.outputs.rows(), d.outputs.cols());
      ForwardPass pass(network, observed);
      pass.run(theta, batch.inputs, batch.directional);
      Matrix hessian(theta.size(), theta.size());
      for (Eigen::Index j = 0; j < theta.size(); ++j) {
        pass.pushforward(Vector::Unit(theta.size(), j));
        pass.hold_cotangents(d.outputs, d.hidden);
        pass.second_pullback(fixed, hessian.col(j));
      }
      worst.expect(relative_error(hessian, hessian.transpose()), 1e-12);
    });
  });
}

TEST(DirectionalPass, JacobianRowsArePullbacksOfUnitCotangents) {
  RandomStream random(39);
  SCOPED_TRACE("seed 39");
  Worst outputs("jacobian");
  Worst hidden("activation_jacobian");
  for_all_networks([&](const Network& network) {
    for_mixed_batches(random, [&](const Batch& batch) {
      const Vector theta = random_parameters(network, random);
      const Eigen::Index q = network.num_outputs();
      ForwardPass pass(network);
      pass.run(theta, batch.inputs, batch.directional);
      Matrix jacobian = Matrix::Constant(q * batch.width(), theta.size(), 1e9);
      pass.jacobian(jacobian);
      Cotangents unit{Matrix::Zero(q, batch.width()), {}};
      for (Eigen::Index row = 0; row < jacobian.rows(); ++row) {
        unit.outputs.reshaped().setZero();
        unit.outputs(row) = 1.0;
        const Vector expected = pulled(network, {}, theta, batch, unit);
        outputs.expect(relative_error(jacobian.row(row).transpose(), expected), 1e-13);
      }
      unit.outputs.setZero();
      for (int l = 0; l + 1 < network.depth(); ++l) {
        const Eigen::Index units = pass.activations(l).rows();
        jacobian = Matrix::Constant(units * batch.values(), theta.size(), 1e9);
        pass.activation_jacobian(l, jacobian);
        unit.hidden.assign(1, Matrix::Zero(units, batch.width()));
        for (Eigen::Index row = 0; row < jacobian.rows(); ++row) {
          unit.hidden[0].setZero();
          unit.hidden[0](row) = 1.0;
          const Vector expected = pulled(network, {l}, theta, batch, unit);
          hidden.expect(relative_error(jacobian.row(row).transpose(), expected), 1e-13);
        }
      }
    });
  });
}

TEST(DirectionalPass, PolarisationGivesMixedDerivativesAndTheirGradients) {
  RandomStream random(40);
  SCOPED_TRACE("seed 40");
  Worst value("mixed_derivative");
  Worst gradient("mixed_derivative_gradient");
  for_all_networks([&](const Network& network) {
    const Vector point = random.normal_vector(3);
    const auto mixed_batch = [&](const Vector& x) {  // along e_0 + e_2, e_0 and e_2
      Batch batch{1, 3, Matrix::Zero(3, 10)};
      batch.inputs.leftCols(4).colwise() = x;
      batch.inputs.middleCols(4, 3) << 1, 1, 0, 0, 0, 0, 1, 0, 1;
      return batch;
    };
    const Batch batch = mixed_batch(point);
    const Vector theta = smooth_at(network, batch, random);
    const auto mixed_at = [&](const Vector& parameters) -> Vector {
      const Matrix z = batch.block(outputs_at(network, parameters, batch), 2);
      return 0.5 * (z.col(0) - z.col(1) - z.col(2));
    };
    const auto slope_at = [&](double t) -> Vector {  // dz/dx_0 at x + t e_2
      const Batch moved = mixed_batch(point + t * Vector::Unit(3, 2));
      return batch.block(outputs_at(network, theta, moved), 1).col(1);
    };
    value.expect(relative_error(mixed_at(theta), difference(slope_at, step)), 1e-9);

    Cotangents d{Matrix::Zero(network.num_outputs(), batch.width()), {}};
    d.outputs.rightCols(3).rowwise() = 0.5 * Eigen::RowVector3d(1.0, -1.0, -1.0);
    const Vector direction = random.normal_vector(network.num_parameters()).normalized();
    const auto sum_along = [&](double h) -> Vector {
      return Vector::Constant(1, mixed_at(theta + h * direction).sum());
    };
    const double found = pulled(network, {}, theta, batch, d).dot(direction);
    gradient.expect(relative_error(Vector::Constant(1, found), difference(sum_along, step)), 1e-9);
  });
}

TEST(DirectionalPass, AReusedPassGivesWhatAFreshOneGivesWhateverTheShapes) {
  RandomStream random(41);
  SCOPED_TRACE("seed 41");
  const Network network({3, 5, 4, 2}, Activation::silu);
  const std::vector<int> observed = {1};
  ForwardPass reused(network, observed);
  for (const auto& [plain, directional] :
       {std::pair{4, 2}, std::pair{10, 0}, std::pair{0, 3}, std::pair{1, 3}, std::pair{4, 2}}) {
    const Batch batch = batch_of(random, plain, directional);
    const Vector theta = random_parameters(network, random);
    const Vector direction = random.normal_vector(network.num_parameters());
    for (const Eigen::Index count : {3, 1}) {
      const Cotangents d = cotangents_of(random, network, observed, count * batch.width());
      const Cotangents one = cotangents_of(random, network, observed, batch.width());
      const auto everything = [&](ForwardPass& pass) {
        Matrix results(theta.size(), count + 1);
        pass.run(theta, batch.inputs, batch.directional);
        pass.pullback(d.outputs, results.leftCols(count), d.hidden);
        pass.pushforward(direction);
        pass.hold_cotangents(one.outputs, one.hidden);
        pass.second_pullback(one.outputs, results.col(count), one.hidden);
        Matrix jacobian(pass.outputs().size(), theta.size());
        pass.jacobian(jacobian);
        results.conservativeResize(Eigen::NoChange, count + 1 + jacobian.rows());
        results.rightCols(jacobian.rows()) = jacobian.transpose();
        return results;
      };
      ForwardPass fresh(network, observed);
      EXPECT_EQ(everything(reused), everything(fresh));
      EXPECT_EQ(reused.outputs(), fresh.outputs());
      EXPECT_EQ(reused.width(), batch.width());
    }
  }
}

TEST(DirectionalPass, WrongSizesAreRefused) {
  const Network network({3, 4, 1}, Activation::tanh);
  ForwardPass pass(network, {0});
  const Vector theta = Vector::Zero(network.num_parameters());
  const Matrix inputs = Matrix::Zero(3, 5);
  EXPECT_THROW(pass.run(theta, inputs, 2), InvalidArgument);
  EXPECT_THROW(pass.run(theta, inputs, -1), InvalidArgument);
  pass.run(theta, inputs, 1);
  Vector gradient(network.num_parameters());
  const Matrix right = Matrix::Zero(1, 5);
  const Matrix short_of_one = Matrix::Zero(1, 4);
  EXPECT_THROW(pass.pullback(short_of_one, gradient), InvalidArgument);
  EXPECT_THROW(pass.second_pullback(right, gradient), InvalidArgument);
  EXPECT_THROW(pass.hold_cotangents(short_of_one), InvalidArgument);
  pass.hold_cotangents(right);
  EXPECT_THROW(pass.second_pullback(short_of_one, gradient), InvalidArgument);
  EXPECT_THROW(pass.pushforward(Vector::Zero(3)), InvalidArgument);
  for (const std::vector<Matrix>& hidden :
       {std::vector<Matrix>{Matrix::Zero(4, 4)}, std::vector<Matrix>{Matrix::Zero(3, 5)},
        std::vector<Matrix>(2, Matrix::Zero(4, 5))}) {
    EXPECT_THROW(pass.pullback(right, gradient, hidden), InvalidArgument);
    EXPECT_THROW(pass.hold_cotangents(right, hidden), InvalidArgument);
    pass.hold_cotangents(right);
    EXPECT_THROW(pass.second_pullback(right, gradient, hidden), InvalidArgument);
  }
}

TEST(DirectionalPass, OnlyHiddenLayersInAscendingOrderCanBeObserved) {
  const Network network({3, 4, 4, 1}, Activation::tanh);
  for (const std::vector<int>& observed : {std::vector<int>{2}, std::vector<int>{-1},
                                           std::vector<int>{1, 0}, std::vector<int>{1, 1}}) {
    EXPECT_THROW(ForwardPass(network, observed), InvalidArgument);
  }
  moo::test::expect_says(moo::test::complaint_of<InvalidArgument>([&] {
                           ForwardPass(network, {0, 2});
                         }),
                         {"ForwardPass", "hidden layers below 2", "2"});
}

}  // namespace
