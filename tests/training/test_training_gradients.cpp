// Every derivative a TrainingProblem offers against differences, over networks, losses and rules.

#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "libmoo/problem/gradient_check.hpp"
#include "tests/training/training_samples.hpp"

namespace {

using moo::Activation;
using moo::Enforcement;
using moo::LossKind;
using moo::Matrix;
using moo::RandomStream;
using moo::TrainingProblem;
using moo::TrainingSetup;
using moo::Vector;
using moo::test::best_error;
using moo::test::gradient_at;
using moo::test::groups_of;
using moo::test::normal_matrix;
using moo::test::Rules;
using moo::test::sample_setup;
using moo::test::Worst;

constexpr Rules all_rules[] = {Rules::none,  Rules::parity,   Rules::monotone, Rules::both,
                               Rules::mixed, Rules::together, Rules::product};

struct LossCase {
  LossKind kind;
  int outputs;
};

constexpr LossCase loss_cases[] = {{LossKind::binary_cross_entropy, 1},
                                   {LossKind::cross_entropy, 3},
                                   {LossKind::squared_error, 1},
                                   {LossKind::squared_error, 3},
                                   {LossKind::huber, 1}};

/// Calls test(problem, theta, random) for losses, rules and enforcements on one kind of network.
template <class Test>
void for_all_rules(Activation activation, std::size_t hidden_layers, std::uint64_t seed,
                   const Test& test) {
  RandomStream random(seed);
  SCOPED_TRACE(moo::test::seed_note(seed));
  for (const LossCase& loss : loss_cases) {
    for (const Rules rules : all_rules) {
      for (const Enforcement enforcement : {Enforcement::soft, Enforcement::hard}) {
        if (rules == Rules::none && enforcement == Enforcement::hard) continue;
        SCOPED_TRACE(std::string(to_string(activation)) + ", " + std::to_string(hidden_layers) +
                     " hidden layers, " + std::string(to_string(loss.kind)) + " of " +
                     std::to_string(loss.outputs) + ", " + to_string(rules) + " " +
                     std::string(to_string(enforcement)));
        TrainingSetup setup =
            sample_setup(moo::test::layer_choices(loss.outputs)[hidden_layers], activation,
                         loss.kind, groups_of(rules, enforcement, loss.outputs), random, 5);
        const Vector theta =
            moo::test::smooth_parameters(setup.network, moo::test::probes_of(setup), random, 2e-4);
        test(TrainingProblem(std::move(setup)), theta, random);
      }
    }
  }
}

/// Every value's gradient along a direction, and every value's Hessian times it.
void expect_each_value_differentiated(const TrainingProblem& problem, const Vector& theta,
                                      RandomStream& random, Worst& first, Worst& second) {
  const Vector v = random.normal_vector(problem.num_variables()).normalized();
  const auto at = problem.linearize(theta);
  const Vector slopes = at->transposed_jacobian(problem.num_variables()).transpose() * v;
  first.expect(
      best_error(slopes,
                 [&](double h) -> Vector { return problem.linearize(theta + h * v)->values(); }),
      1e-7);
  for (int i = 0; i < problem.num_values(); ++i) {
    if (i >= problem.num_objectives() && random.index(6) != 0) continue;  // some hard rows
    SCOPED_TRACE("value " + std::to_string(i));
    const Vector weights = Vector::Unit(problem.num_values(), i);
    Vector product(theta.size());
    at->hessian_product(weights, v, product);
    second.expect(best_error(product,
                             [&](double h) -> Vector {
                               return gradient_at(problem, theta + h * v, weights);
                             }),
                  1e-6);
  }
}

class TrainingGradients : public testing::TestWithParam<std::tuple<Activation, int>> {};

TEST_P(TrainingGradients, PassTheLibrarysOwnCheck) {
  const auto [activation, hidden_layers] = GetParam();
  Worst pullback("pullback"), stacked("stacked"), hessian("hessian_product");
  Worst symmetry("hessian_symmetry"), gauss_newton("gauss_newton"), squares("least_squares");
  for_all_rules(activation, static_cast<std::size_t>(hidden_layers), 101,
                [&](const TrainingProblem& problem, const Vector& theta, RandomStream& random) {
                  const moo::GradientCheck found =
                      check_gradients(problem, theta, random.substream("check"));
                  pullback.expect(found.pullback, 1e-6);
                  stacked.expect(found.stacked, 1e-6);
                  hessian.expect(found.hessian_product, 1e-6);
                  symmetry.expect(found.hessian_symmetry, 1e-6);
                  gauss_newton.expect(found.gauss_newton, 1e-6);
                  squares.expect(found.least_squares, 1e-6);
                  EXPECT_LE(found.worst(), 1e-6);
                });
}

TEST_P(TrainingGradients, AgreeWithDifferencesValueByValueAndRelatively) {
  const auto [activation, hidden_layers] = GetParam();
  Worst first("pullback"), second("hessian_product");
  for_all_rules(activation, static_cast<std::size_t>(hidden_layers), 102,
                [&](const TrainingProblem& problem, const Vector& theta, RandomStream& random) {
                  expect_each_value_differentiated(problem, theta, random, first, second);
                });
}

INSTANTIATE_TEST_SUITE_P(AllNetworks, TrainingGradients,
                         testing::Combine(testing::ValuesIn(moo::test::all_activations),
                                          testing::Range(0, 4)),
                         [](const auto& chosen) {
                           return std::string(to_string(std::get<0>(chosen.param))) +
                                  std::to_string(std::get<1>(chosen.param));
                         });

/// Calls test(problem, theta, random) for every shape and aggregation.
template <class Test>
void for_all_penalties(std::uint64_t seed, const Test& test) {
  RandomStream random(seed);
  SCOPED_TRACE(moo::test::seed_note(seed));
  for (const std::string& shape : moo::penalty_shape_names()) {
    for (const moo::Aggregation& aggregation : moo::test::aggregation_samples()) {
      for (const LossCase& loss : loss_cases) {
        for (const Rules rules : {Rules::both, Rules::together}) {
          SCOPED_TRACE(shape + ", " + std::string(to_string(aggregation.kind)) + ", " +
                       std::string(to_string(loss.kind)) + ", " + to_string(rules));
          const auto groups =
              groups_of(rules, Enforcement::soft, loss.outputs, moo::penalty_shape_from(shape));
          const TrainingProblem problem(
              sample_setup({3, 5, loss.outputs}, Activation::tanh, loss.kind,
                           moo::test::aggregated(groups, aggregation), random));
          test(problem, moo::test::random_parameters(problem.setup().network, random), random);
        }
      }
    }
  }
}

TEST(TrainingGradientsOfPenalties, AgreeWithDifferencesForEveryShapeAndAggregation) {
  Worst first("pullback"), second("hessian_product");
  for_all_penalties(103,
                    [&](const TrainingProblem& problem, const Vector& theta, RandomStream& random) {
                      expect_each_value_differentiated(problem, theta, random, first, second);
                    });
}

TEST(TrainingGradientsOfPenalties, PassTheLibrarysOwnCheckForEveryShapeAndAggregation) {
  Worst worst("worst");
  for_all_penalties(
      105, [&](const TrainingProblem& problem, const Vector& theta, RandomStream& random) {
        worst.expect(check_gradients(problem, theta, random.substream("check")).worst(), 1e-6);
      });
}

TEST(TrainingPullback, OfStackedWeightsIsThatOfEachAlone) {
  RandomStream random(104);
  SCOPED_TRACE("seed 104");
  Worst worst("stacked");
  for (const Rules rules : {Rules::none, Rules::mixed, Rules::together}) {
    const TrainingProblem problem(sample_setup({3, 5, 4, 3}, Activation::silu,
                                               LossKind::cross_entropy,
                                               groups_of(rules, Enforcement::soft, 3), random));
    const Vector theta = moo::test::random_parameters(problem.setup().network, random);
    const auto at = problem.linearize(theta);
    for (const Eigen::Index count : {3, 1, 7, 2}) {
      Matrix weights = normal_matrix(random, problem.num_values(), count);
      weights.row(0).setZero();
      weights(0, count / 2) = 1.0;
      Matrix gradients(theta.size(), count);
      at->pullback(weights, gradients);
      for (Eigen::Index c = 0; c < count; ++c) {
        worst.expect(moo::test::relative_error(gradients.col(c),
                                               gradient_at(problem, theta, weights.col(c))),
                     1e-13);
      }
    }
  }
}

}  // namespace
