// Every family a config can name, through a whole TrainingProblem: the value of its objective, its
// gradient, its Hessian products and its violation rate. The worst errors per family are properties
// of the test (--gtest_output=xml).

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "libmoo/assess/evaluation.hpp"
#include "libmoo/training/response.hpp"
#include "libmoo/training/training_problem.hpp"
#include "tests/experiments/rule_examples.hpp"
#include "tests/training/training_samples.hpp"

namespace moo::test {
namespace {

/// Worst relative errors of one family.
struct Errors {
  double value = 0.0;
  double gradient = 0.0;
  double product = 0.0;
  double rate = 0.0;
};

TrainingSetup setup_of(const RuleExample& example, const RuleSample& sample) {
  TrainingSetup setup;
  // Divergences are about activations between 0 and 1.
  const bool hidden = example.rules[0]->reads().kind == ModelQuantity::Kind::activations;
  setup.network = Network({3, sample.hidden[0], sample.hidden[1], example.outputs},
                          hidden ? Activation::sigmoid : Activation::tanh);
  setup.loss = Loss(example.outputs > 1 ? LossKind::cross_entropy : LossKind::binary_cross_entropy);
  setup.data = sample.data;
  setup.groups = {
      ConstraintGroup{.name = "rules",
                      .penalty = {.shape = PenaltyShape::squared_softplus, .shape_parameter = 0.3},
                      .constraints = example.rules}};
  return setup;
}

/// Residuals of one rule, bound and evaluated on its own; `truly` with decisions instead of soft
/// ones.
Vector residuals_alone(const Constraint& rule, const TrainingSetup& setup, const Vector& theta,
                       bool truly) {
  const std::vector<int>& layers = setup.network.layers();
  ProbeBatch batch(setup.data.inputs, {layers.begin() + 1, layers.end() - 1});
  const auto bound = rule.bind(setup.data, batch);
  const ResponseLayout layout(batch, {rule.reads()}, setup.loss.link());
  Response response(setup.network, layout);
  response.run(theta);
  Vector residuals(bound->num_residuals());
  if (truly) {
    bound->true_residuals(response.quantity(0), residuals);
  } else {
    bound->residuals(response.quantity(0), residuals);
  }
  return residuals;
}

/// Sets the group's scale to the size of its residuals, so that no penalty is flat or steep.
void scale_to_residuals(TrainingSetup& setup, const Vector& theta) {
  double sum = 0.0;
  long count = 0;
  for (const auto& rule : setup.groups[0].constraints) {
    const Vector residuals = residuals_alone(*rule, setup, theta, false);
    sum += residuals.cwiseAbs().sum();
    count += residuals.size();
  }
  setup.groups[0].penalty.scale = std::max(sum / static_cast<double>(count), 1e-6);
  setup.groups[0].tolerance = 0.1 * setup.groups[0].penalty.scale;
}

void check(const RuleExample& example, RandomStream random, Errors& worst) {
  const RuleSample sample(example.outputs);
  TrainingSetup setup = setup_of(example, sample);
  const Vector theta = random.normal_vector(setup.network.num_parameters(), 0.6);
  scale_to_residuals(setup, theta);
  const TrainingProblem problem(setup);
  const ConstraintGroup& group = setup.groups[0];

  double sum = 0.0;
  long count = 0, violations = 0;
  for (const auto& rule : group.constraints) {
    for (const double r : residuals_alone(*rule, setup, theta, false)) {
      sum += group.penalty(r, rule->sense()).value;
      ++count;
    }
    for (const double r : residuals_alone(*rule, setup, theta, true)) {
      if (is_violation(r, rule->sense(), group.tolerance)) ++violations;
    }
  }
  const double value = problem.raw_objectives(theta)(1);
  worst.value = std::max(worst.value, std::abs(value / (sum / static_cast<double>(count)) - 1.0));
  const Rate rate = evaluate(problem, theta).violation_rates.at("rules");
  EXPECT_EQ(rate.count, count);
  worst.rate = std::max(worst.rate, std::abs(rate.rate - static_cast<double>(violations) /
                                                             static_cast<double>(count)));

  const Vector weights{{0.0, 1.0}};
  const Vector direction = random.normal_vector(problem.num_variables());
  const double slope = gradient_at(problem, theta, weights).dot(direction);
  worst.gradient =
      std::max(worst.gradient, best_error(Vector::Constant(1, slope), [&](double h) -> Vector {
                 return Vector::Constant(1, problem.linearize(theta + h * direction)->values()(1));
               }));
  Matrix product(problem.num_variables(), 1);
  problem.linearize(theta)->hessian_product(weights, direction, product);
  worst.product = std::max(worst.product, best_error(product.col(0), [&](double h) -> Vector {
                             return gradient_at(problem, theta + h * direction, weights);
                           }));
}

TEST(RuleDerivatives, EveryFamilyHasExactValuesGradientsHessianProductsAndRates) {
  std::map<std::string, Errors> worst;
  const Standardizer standardizer = RuleSample(1).standardizer;
  std::uint64_t seed = 2100;
  for (const RuleExample& example : rule_examples(standardizer)) {
    SCOPED_TRACE(example.json + ", seed " + std::to_string(++seed));
    const auto family = nlohmann::ordered_json::parse(example.json).at("rule").get<std::string>();
    check(example, RandomStream(seed), worst[family]);
    const Errors& errors = worst[family];
    EXPECT_LE(errors.value, 1e-12);
    EXPECT_LE(errors.gradient, 1e-6);
    EXPECT_LE(errors.product, 1e-6);
    EXPECT_EQ(errors.rate, 0.0);
  }
  for (const auto& [family, errors] : worst) {
    char text[120];
    std::snprintf(text, sizeof text, "value %.1e, gradient %.1e, Hessian product %.1e, rate %.0e",
                  errors.value, errors.gradient, errors.product, errors.rate);
    RecordProperty(family, text);
  }
}

}  // namespace
}  // namespace moo::test
