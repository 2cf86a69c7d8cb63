// A warm evaluation allocates nothing. Sizes are small, so that the buffers in which Eigen packs
// the factors of a product (up to 128 KiB) lie on the stack.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "tests/training/allocation/counting_allocator.hpp"
#include "tests/training/quantity_rule.hpp"
#include "tests/training/training_samples.hpp"

namespace {

using moo::Activation;
using moo::Enforcement;
using moo::LossKind;
using moo::Matrix;
using moo::RandomStream;
using moo::TrainingProblem;
using moo::Vector;
using moo::test::allocations;
using moo::test::groups_of;
using moo::test::Rules;
using moo::test::sample_setup;

// Kept where the compiler cannot see that nobody reads it.
const void* volatile sink = nullptr;

TEST(CountingAllocator, CountsEveryWayToMemory) {
  const auto count = [](const auto& allocate) {
    const long before = allocations();
    allocate();
    return allocations() - before;
  };
  const auto keep = [](void* block) {
    sink = block;
    std::free(block);
  };
  EXPECT_EQ(count([&] { keep(std::malloc(10)); }), 1);
  EXPECT_EQ(count([&] { keep(std::calloc(10, 2)); }), 1);
  EXPECT_EQ(count([&] { keep(std::realloc(std::malloc(10), 200)); }), 2);
  EXPECT_EQ(count([&] { keep(std::aligned_alloc(64, 128)); }), 1);
  EXPECT_EQ(count([] { sink = std::make_unique<int>(3).get(); }), 1);
  EXPECT_EQ(count([] { sink = std::vector<double>(7).data(); }), 1);
  EXPECT_EQ(count([] { sink = std::string(100, 'x').data(); }), 1);
  EXPECT_EQ(count([] { sink = Matrix(3, 4).data(); }), 1);
  EXPECT_EQ(count([] {}), 0);
}

/// What solvers ask for at one theta.
struct Requests {
  Matrix one, three, gradient, gradients, directions, products;

  Requests(RandomStream& random, Eigen::Index n, Eigen::Index size)
      : one(moo::test::normal_matrix(random, size, 1)),
        three(moo::test::normal_matrix(random, size, 3)),
        gradient(n, 1),
        gradients(n, 3),
        directions(moo::test::normal_matrix(random, n, 2)),
        products(n, 2) {}

  /// Linearizes, asks for everything, and drops the linearization. Returns the sum of the values.
  double evaluate(const TrainingProblem& problem, const Vector& theta) {
    const moo::LinearizationPtr at = problem.linearize(theta);
    const double sum = at->values().sum();
    at->pullback(one, gradient);
    at->pullback(three, gradients);
    at->hessian_product(one.col(0), directions, products);
    at->pullback(one, gradient);
    return sum;
  }
};

TEST(Allocation, AWarmEvaluationAllocatesNothing) {
  RandomStream random(151);
  SCOPED_TRACE("seed 151");
  for (const Activation activation : moo::test::all_activations) {
    for (const auto& [loss, outputs] :
         std::vector<std::pair<LossKind, int>>{{LossKind::binary_cross_entropy, 1},
                                               {LossKind::cross_entropy, 3},
                                               {LossKind::squared_error, 2},
                                               {LossKind::huber, 1}}) {
      for (const std::vector<int>& layers : moo::test::layer_choices(outputs)) {
        for (const Rules rules : {Rules::none, Rules::both, Rules::mixed, Rules::together}) {
          for (const Enforcement enforcement : {Enforcement::soft, Enforcement::hard}) {
            SCOPED_TRACE(std::string(to_string(activation)) + ", " + std::string(to_string(loss)) +
                         ", " + std::to_string(layers.size() - 2) + " hidden layers, " +
                         to_string(rules) + " " + std::string(to_string(enforcement)));
            const TrainingProblem problem(sample_setup(
                layers, activation, loss, groups_of(rules, enforcement, outputs), random, 12));
            const Vector a = moo::test::random_parameters(problem.setup().network, random);
            const Vector b = moo::test::random_parameters(problem.setup().network, random);
            Requests requests(random, a.size(), problem.num_values());
            requests.evaluate(problem, a);
            const long before = allocations();
            requests.evaluate(problem, b);
            requests.evaluate(problem, a);
            EXPECT_EQ(allocations() - before, 0);
          }
        }
      }
    }
  }
}

TEST(Allocation, NoShapeAndNoAggregationAllocates) {
  RandomStream random(154);
  SCOPED_TRACE("seed 154");
  for (const std::string& shape : moo::penalty_shape_names()) {
    for (const moo::Aggregation& aggregation : moo::test::aggregation_samples()) {
      for (const Rules rules : {Rules::both, Rules::mixed, Rules::together}) {
        SCOPED_TRACE(shape + ", " + std::string(to_string(aggregation.kind)) + ", " +
                     to_string(rules));
        const auto groups = groups_of(rules, Enforcement::soft, 1, moo::penalty_shape_from(shape));
        const TrainingProblem problem(
            sample_setup({3, 5, 1}, Activation::tanh, LossKind::binary_cross_entropy,
                         moo::test::aggregated(groups, aggregation), random, 40));
        const Vector a = moo::test::random_parameters(problem.setup().network, random);
        const Vector b = moo::test::random_parameters(problem.setup().network, random);
        Requests requests(random, a.size(), problem.num_values());
        requests.evaluate(problem, a);
        const long before = allocations();
        requests.evaluate(problem, b);
        requests.evaluate(problem, a);
        EXPECT_EQ(allocations() - before, 0);
      }
    }
  }
}

TEST(Allocation, ALargerBatchAllocatesNothingEither) {
  RandomStream random(152);
  SCOPED_TRACE("seed 152");
  const TrainingProblem problem(
      sample_setup({3, 16, 8, 1}, Activation::tanh, LossKind::binary_cross_entropy,
                   groups_of(Rules::both, Enforcement::soft, 1), random, 150));
  const Vector theta = moo::test::random_parameters(problem.setup().network, random);
  Requests requests(random, theta.size(), problem.num_values());
  requests.evaluate(problem, theta);
  const long before = allocations();
  requests.evaluate(problem, theta);
  EXPECT_EQ(allocations() - before, 0);
}

TEST(Allocation, TwoLinearizationsAliveAtOnceWarmUpOneWorkspaceEach) {
  RandomStream random(153);
  SCOPED_TRACE("seed 153");
  const TrainingProblem problem(
      sample_setup({3, 5, 1}, Activation::silu, LossKind::binary_cross_entropy,
                   groups_of(Rules::together, Enforcement::soft, 1), random));
  const Vector theta = moo::test::random_parameters(problem.setup().network, random);
  Requests requests(random, theta.size(), problem.num_values());
  const auto both = [&] {
    const auto held = problem.linearize(theta);
    held->pullback(requests.one, requests.gradient);
    requests.evaluate(problem, theta);
    held->pullback(requests.three, requests.gradients);
    held->hessian_product(requests.one.col(0), requests.directions, requests.products);
  };
  both();
  both();  // the two workspaces change places in the pool
  const long before = allocations();
  both();
  both();
  EXPECT_EQ(allocations() - before, 0);
}

TEST(Allocation, NorDoRulesOnLogitsActivationsAndInputDerivatives) {
  using Kind = moo::ModelQuantity::Kind;
  RandomStream random(154);
  SCOPED_TRACE("seed 154");
  for (const Enforcement enforcement :
       {Enforcement::soft, Enforcement::hard, Enforcement::probabilistic}) {
    for (const auto& [loss, outputs] :
         std::vector<std::pair<LossKind, int>>{{LossKind::binary_cross_entropy, 1},
                                               {LossKind::cross_entropy, 3},
                                               {LossKind::squared_error, 2}}) {
      std::vector<moo::ConstraintGroup> groups;
      for (const moo::ModelQuantity& quantity :
           {moo::ModelQuantity{Kind::logits}, moo::ModelQuantity{Kind::activations, 0},
            moo::ModelQuantity{Kind::derivatives}}) {
        groups.push_back(
            moo::test::group_of("group " + std::to_string(groups.size()), enforcement, {},
                                {std::make_shared<moo::test::QuantityRule>(quantity, 0.1)}));
      }
      const TrainingProblem problem(
          sample_setup({3, 4, outputs}, Activation::tanh, loss, std::move(groups), random));
      const Vector theta = random.normal_vector(problem.num_variables(), 0.5);
      Requests requests(random, theta.size(), problem.num_values());
      double sum = requests.evaluate(problem, theta);
      const long before = allocations();
      for (int k = 0; k < 3; ++k) sum += requests.evaluate(problem, theta);
      EXPECT_EQ(allocations() - before, 0) << to_string(enforcement) << " " << to_string(loss);
      EXPECT_TRUE(std::isfinite(sum));
    }
  }
}

}  // namespace
