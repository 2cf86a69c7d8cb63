// Rules on predictions, logits, activations and input derivatives: what they are given, and every
// derivative through them.

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/model/link.hpp"
#include "libmoo/problem/gradient_check.hpp"
#include "libmoo/training/response.hpp"
#include "tests/training/quantity_rule.hpp"
#include "tests/training/training_samples.hpp"

namespace {

using moo::Activation;
using moo::Enforcement;
using moo::ForwardPass;
using moo::Link;
using moo::LossKind;
using moo::Matrix;
using moo::ModelQuantity;
using moo::Network;
using moo::ProbeBatch;
using moo::RandomStream;
using moo::Response;
using moo::ResponseLayout;
using moo::TrainingProblem;
using moo::TrainingSetup;
using moo::Vector;
using moo::test::difference;
using moo::test::normal_matrix;
using moo::test::QuantityRule;
using moo::test::relative_error;
using moo::test::sample_setup;
using moo::test::Worst;
using Kind = ModelQuantity::Kind;

const std::vector<ModelQuantity> every_quantity = {{Kind::predictions},
                                                   {Kind::logits},
                                                   {Kind::activations, 0},
                                                   {Kind::activations, 1},
                                                   {Kind::derivatives}};

std::string to_string(const ModelQuantity& quantity) {
  static const std::vector<std::string> names = {"predictions", "logits", "activations",
                                                 "derivatives"};
  return names[static_cast<std::size_t>(quantity.kind)] +
         (quantity.layer >= 0 ? " of layer " + std::to_string(quantity.layer) : "");
}

/// Predictions of a network at these inputs, by the plain pass.
Matrix predictions_at(const Network& network, const ResponseLayout& layout, const Vector& theta,
                      const Matrix& inputs) {
  ForwardPass pass(network);
  pass.run(theta, inputs);
  Matrix predictions(pass.outputs().rows(), inputs.cols());
  apply_link(layout.link, pass.outputs(), predictions);
  if (layout.factor.size() > 0) {
    predictions.array().colwise() *= layout.factor.array();
    predictions.colwise() += layout.shift;
  }
  return predictions;
}

struct Sample {
  Network network;
  ResponseLayout layout;
  ProbeBatch batch;
  Vector theta;
};

/// One network with three plain and two directional probes, for every link and number of outputs.
template <class Test>
void for_all_links(std::uint64_t seed, const Test& test) {
  RandomStream random(seed);
  SCOPED_TRACE(moo::test::seed_note(seed));
  for (const Link link : {Link::identity, Link::sigmoid, Link::softmax}) {
    for (const int outputs : {1, 3}) {
      for (const bool scaled : {false, true}) {
        if (scaled && link != Link::identity) continue;
        SCOPED_TRACE(std::string(to_string(link)) + " of " + std::to_string(outputs));
        const Network network({3, 4, 5, outputs}, Activation::tanh);
        ProbeBatch batch(normal_matrix(random, 3, 3), {4, 5});
        batch.append_directional(normal_matrix(random, 3, 2), normal_matrix(random, 3, 2));
        ResponseLayout layout(batch, every_quantity, link);
        if (scaled) {
          layout.shift = random.normal_vector(outputs);
          layout.factor = random.uniform_vector(outputs, 0.5, 3.0);
        }
        const Vector theta = random.normal_vector(network.num_parameters(), 0.7);
        test(Sample{network, layout, batch, theta}, random);
      }
    }
  }
}

TEST(Response, PredictionsAndTheirInputDerivativesAreThoseOfThePlainPass) {
  Worst value("predictions"), first("first_input_derivative"), second("second_input_derivative");
  for_all_links(171, [&](const Sample& s, RandomStream&) {
    Response response(s.network, s.layout);
    response.run(s.theta);
    value.expect(
        relative_error(response.quantity(0).reshaped(),
                       predictions_at(s.network, s.layout, s.theta, s.batch.inputs()).reshaped()),
        1e-14);
    const Matrix& derivatives = response.quantity(4);
    const auto along = [&](double t) -> Vector {
      return predictions_at(s.network, s.layout, s.theta,
                            s.batch.points() + t * s.batch.directions())
          .reshaped();
    };
    const Vector slope = difference([&](double h) { return along(h); });
    const double h = 1e-3;
    const Vector bend =
        (-along(2 * h) + 16 * along(h) - 30 * along(0) + 16 * along(-h) - along(-2 * h)) /
        (12 * h * h);
    const auto column = [&](Eigen::Index order) -> Vector {
      Matrix picked(derivatives.rows(), 2);
      for (int p = 0; p < 2; ++p) picked.col(p) = derivatives.col(3 * p + order);
      return picked.reshaped();
    };
    value.expect(relative_error(column(0), along(0.0)), 1e-14);
    first.expect(relative_error(column(1), slope), 1e-8);
    second.expect(relative_error(column(2), bend), 1e-7);
  });
}

TEST(Response, JacobiansOfEveryQuantityAgreeWithDifferences) {
  Worst worst("quantity_jacobian");
  for_all_links(172, [&](const Sample& s, RandomStream& random) {
    Response response(s.network, s.layout);
    response.run(s.theta);
    Matrix network(response.logits().size(), s.theta.size());
    response.pass().jacobian(network);
    const Vector direction = random.normal_vector(s.network.num_parameters());
    for (std::size_t k = 0; k < every_quantity.size(); ++k) {
      SCOPED_TRACE(to_string(every_quantity[k]));
      const Vector along = response.jacobian(k, network) * direction;
      Response other(s.network, s.layout);
      const Vector expected = difference([&](double h) -> Vector {
        other.run(s.theta + h * direction);
        return other.quantity(k).reshaped();
      });
      worst.expect(relative_error(along, expected), 1e-7);
      Matrix pushed = response.quantity(k);
      response.pushforward(direction);
      response.push(k, pushed);
      worst.expect(relative_error(pushed.reshaped(), along), 1e-12);
    }
  });
}

TEST(Response, PullIsTheTransposeOfPushAndCurveItsDerivative) {
  Worst transpose("pull_push"), curvature("curve");
  for_all_links(173, [&](const Sample& s, RandomStream& random) {
    Response response(s.network, s.layout);
    const Vector direction = random.normal_vector(s.network.num_parameters());
    for (std::size_t k = 0; k < every_quantity.size(); ++k) {
      SCOPED_TRACE(to_string(every_quantity[k]));
      response.run(s.theta);
      Matrix tangents = response.quantity(k);
      response.pushforward(direction);
      response.push(k, tangents);
      const Matrix cotangents = normal_matrix(random, tangents.rows(), tangents.cols());
      const auto gradient = [&](Response& at) -> Vector {
        moo::NetworkCotangents into = at.zero_cotangents();
        at.pull(k, cotangents, into);
        Vector result(s.theta.size());
        at.pass().pullback(into.outputs, result, into.hidden);
        return result;
      };
      const Vector pulled = gradient(response);
      const double expected = (cotangents.array() * tangents.array()).sum();
      transpose.expect(std::abs(pulled.dot(direction) - expected) / (1.0 + std::abs(expected)),
                       1e-12);

      moo::NetworkCotangents at = response.zero_cotangents(), bent = response.zero_cotangents();
      response.pull(k, cotangents, at);
      Matrix scaled = cotangents;
      response.curve(k, tangents, scaled, bent);
      Vector product(s.theta.size());
      response.pass().hold_cotangents(at.outputs, at.hidden);
      response.pass().second_pullback(bent.outputs, product, bent.hidden);
      Response other(s.network, s.layout);
      const Vector differences = difference([&](double h) -> Vector {
        other.run(s.theta + h * direction);
        return gradient(other);
      });
      curvature.expect(relative_error(product, differences), 1e-7);
    }
  });
}

TrainingSetup setup_with(const std::vector<ModelQuantity>& quantities, LossKind loss, int outputs,
                         Enforcement enforcement, RandomStream& random) {
  std::vector<moo::ConstraintGroup> groups;
  for (const ModelQuantity& quantity : quantities) {
    moo::ConstraintGroup group;
    group.name = to_string(quantity);
    group.enforcement = enforcement;
    group.penalty = {.shape = moo::PenaltyShape::squared_softplus,
                     .margin = enforcement == Enforcement::hard ? 0.05 : 0.0,
                     .scale = 0.7,
                     .shape_parameter = 0.5};
    group.chance = {
        .delta = 0.3, .surrogate = moo::ChanceSurrogate::smoothed_rate, .temperature = 0.8};
    group.constraints = {std::make_shared<QuantityRule>(quantity, 0.2),
                         std::make_shared<QuantityRule>(quantity, 0.1, moo::Sense::equality)};
    groups.push_back(group);
  }
  TrainingSetup setup =
      sample_setup({3, 4, 5, outputs}, Activation::softplus, loss, std::move(groups), random, 5);
  if (loss == LossKind::squared_error) {
    setup.output_shift = random.normal_vector(outputs);
    setup.output_factor = random.uniform_vector(outputs, 0.5, 2.0);
  }
  return setup;
}

TEST(TrainingQuantities, GradientsAndHessianProductsAgreeWithDifferences) {
  RandomStream random(174);
  SCOPED_TRACE(moo::test::seed_note(174));
  Worst gradient("quantity_gradient"), product("quantity_hessian_product");
  std::vector<std::vector<ModelQuantity>> choices = {every_quantity};
  for (const ModelQuantity& quantity : every_quantity) choices.push_back({quantity});
  for (const auto& [loss, outputs] :
       {std::pair{LossKind::squared_error, 2}, std::pair{LossKind::binary_cross_entropy, 1},
        std::pair{LossKind::cross_entropy, 3}}) {
    for (const Enforcement enforcement :
         {Enforcement::soft, Enforcement::hard, Enforcement::probabilistic}) {
      for (const auto& quantities : choices) {
        SCOPED_TRACE(std::string(to_string(loss)) + " " + std::string(to_string(enforcement)) +
                     " " + (quantities.size() > 1 ? "all" : to_string(quantities.front())));
        const TrainingProblem problem(setup_with(quantities, loss, outputs, enforcement, random));
        const Vector theta = random.normal_vector(problem.num_variables(), 0.6);
        const Vector weights = random.normal_vector(problem.num_values());
        const Vector direction = random.normal_vector(problem.num_variables());
        gradient.expect(
            relative_error(
                Vector::Constant(1, moo::test::gradient_at(problem, theta, weights).dot(direction)),
                difference([&](double h) -> Vector {
                  return Vector::Constant(
                      1, weights.dot(problem.linearize(theta + h * direction)->values()));
                })),
            1e-7);
        Matrix along(theta.size(), 1);
        problem.linearize(theta)->hessian_product(weights, direction, along);
        product.expect(relative_error(along, difference([&](double h) -> Vector {
                                        return moo::test::gradient_at(
                                            problem, theta + h * direction, weights);
                                      })),
                       1e-7);
      }
    }
  }
}

TEST(TrainingQuantities, TheLibrarysOwnCheckPassesOnAllOfThemTogether) {
  RandomStream random(175);
  SCOPED_TRACE(moo::test::seed_note(175));
  for (const auto& [loss, outputs] :
       {std::pair{LossKind::squared_error, 1}, std::pair{LossKind::cross_entropy, 3}}) {
    const TrainingSetup setup =
        setup_with(every_quantity, loss, outputs, Enforcement::soft, random);
    const TrainingProblem problem(setup);
    const Vector theta = random.normal_vector(problem.num_variables(), 0.6);
    EXPECT_LE(check_gradients(problem, theta, random.substream("check")).worst(), 1e-6);
  }
}

TEST(TrainingQuantities, GaussNewtonAndLeastSquaresAreMadeOfTheSameJacobian) {
  // With r = sqrt(2 phi) the Gauss-Newton matrix of the least-squares form and the gradient both
  // come from it: J^T r is the gradient.
  RandomStream random(176);
  SCOPED_TRACE(moo::test::seed_note(176));
  Worst worst("least_squares_gradient");
  for (const auto& [loss, outputs] :
       {std::pair{LossKind::squared_error, 2}, std::pair{LossKind::binary_cross_entropy, 1}}) {
    const TrainingProblem problem(
        setup_with(every_quantity, loss, outputs, Enforcement::soft, random));
    const Vector theta = random.normal_vector(problem.num_variables(), 0.6);
    const Vector weights = random.uniform_vector(problem.num_values(), 0.1, 1.0);
    const auto at = problem.linearize(theta);
    Vector residuals(at->num_residuals());
    Matrix jacobian(at->num_residuals(), theta.size());
    at->least_squares(weights, residuals, jacobian);
    worst.expect(relative_error(jacobian.transpose() * residuals,
                                moo::test::gradient_at(problem, theta, weights)),
                 1e-12);
  }
}

TEST(TrainingQuantities, AHiddenLayerThatDoesNotExistIsRefused) {
  RandomStream random(177);
  for (const int layer : {-1, 2, 7}) {
    EXPECT_THROW(TrainingProblem(setup_with({{Kind::activations, layer}}, LossKind::squared_error,
                                            1, Enforcement::soft, random)),
                 moo::InvalidArgument);
  }
}

// A batch whose activations are too many to keep goes through the network in blocks.
TEST(Response, ABatchTooLargeToKeepHasTheDerivativesOfItsHalves) {
  RandomStream random(43);
  SCOPED_TRACE("seed 43");
  TrainingSetup setup;
  setup.network = Network({2, 4000, 1}, Activation::tanh);
  setup.loss = moo::Loss(LossKind::squared_error);
  setup.data.inputs = normal_matrix(random, 2, 8000);  // 3 x 4000 x 8000 doubles: 0.7 GiB
  setup.data.targets = normal_matrix(random, 1, 8000);
  setup.data.input_names = {"a", "b"};
  const Vector theta = setup.network.start(random, moo::Initialization::glorot);
  const Vector direction = random.normal_vector(static_cast<int>(theta.size()));
  const auto derivatives = [&](Eigen::Index first, Eigen::Index count) {
    TrainingSetup part = setup;
    part.data.inputs = setup.data.inputs.middleCols(first, count);
    part.data.targets = setup.data.targets.middleCols(first, count);
    const TrainingProblem problem(part);
    const auto at = problem.linearize(theta);
    Matrix found(theta.size(), 3);
    at->pullback(Matrix::Ones(1, 1), found.leftCols(1));
    at->hessian_product(Vector::Ones(1), direction, found.middleCols(1, 1));
    found.col(2).setConstant(at->values()(0));
    return found;
  };
  const Matrix halves = 0.5 * (derivatives(0, 4000) + derivatives(4000, 4000));
  EXPECT_LT(relative_error(derivatives(0, 8000), halves), 1e-12);
}

}  // namespace
