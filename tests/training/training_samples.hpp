#pragma once

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/demographic_parity.hpp"
#include "libmoo/constraint/monotone_pairs.hpp"
#include "libmoo/training/training_problem.hpp"
#include "tests/constraint/product_rule.hpp"
#include "tests/constraint/rule_samples.hpp"
#include "tests/model/network_samples.hpp"

namespace moo::test {

/// The groups a test problem has.
enum class Rules { none, parity, monotone, both, mixed, together, product };

inline std::string to_string(Rules rules) {
  static const std::vector<std::string> names = {
      "no rules", "parity", "monotone", "both", "both, mixed", "all in one group", "product"};
  return names[static_cast<std::size_t>(rules)];
}

inline std::shared_ptr<const Constraint> parity_rule(int output = 0) {
  return std::make_shared<DemographicParity>("group", output);
}

inline std::shared_ptr<const Constraint> monotone_rule(
    MonotonePairs::Direction direction = MonotonePairs::Direction::rising) {
  return std::make_shared<MonotonePairs>(std::vector<std::string>{"a", "c"}, direction, 0.5);
}

/// The nonlinear test rule between the first and the last output.
inline std::shared_ptr<const Constraint> product_rule(int outputs) {
  return std::make_shared<ProductRule>(0, outputs - 1, 0.1);
}

inline ConstraintGroup group_of(const std::string& name, Enforcement enforcement, Penalty penalty,
                                std::vector<std::shared_ptr<const Constraint>> rules) {
  return {.name = name,
          .enforcement = enforcement,
          .penalty = penalty,
          .constraints = std::move(rules)};
}

inline std::vector<ConstraintGroup> groups_of(Rules rules, Enforcement enforcement, int outputs,
                                              PenaltyShape shape = PenaltyShape::squared_hinge) {
  const ConstraintGroup parity =
      group_of("parity", enforcement, {shape, 0.0, 0.5}, {parity_rule(outputs - 1)});
  const ConstraintGroup monotone =
      group_of("monotone", enforcement, {shape, 0.02, 0.4}, {monotone_rule()});
  switch (rules) {
    case Rules::none:
      return {};
    case Rules::parity:
      return {parity};
    case Rules::monotone:
      return {monotone};
    case Rules::both:
      return {parity, monotone};
    case Rules::mixed:  // the other enforcement for the second
      return {parity,
              group_of("monotone",
                       enforcement == Enforcement::hard ? Enforcement::soft : Enforcement::hard,
                       monotone.penalty, monotone.constraints)};
    case Rules::together:
      return {group_of("together", enforcement, {shape, 0.0, 0.3},
                       {monotone_rule(), parity_rule(), product_rule(outputs),
                        monotone_rule(MonotonePairs::Direction::falling)})};
    case Rules::product:
      return {group_of("product", enforcement, {shape, 0.01, 0.3}, {product_rule(outputs)})};
  }
  return {};
}

/// One of each kind, the first of them the default.
inline std::vector<Aggregation> aggregation_samples() {
  return {{}, {AggregationKind::log_mean_exp, 0.2, 0.1}, {AggregationKind::cvar, 0.1, 0.35}};
}

inline std::vector<ConstraintGroup> aggregated(std::vector<ConstraintGroup> groups,
                                               const Aggregation& aggregation) {
  for (ConstraintGroup& group : groups) group.aggregation = aggregation;
  return groups;
}

/// A small problem: 9 rows with 3 inputs, targets that fit the loss, some weight decay and a null
/// bias.
inline TrainingSetup sample_setup(const std::vector<int>& layers, Activation activation,
                                  LossKind kind, std::vector<ConstraintGroup> groups,
                                  RandomStream& random, int rows = 9) {
  const int outputs = layers.back();
  TrainingSetup setup;
  setup.name = "sample";
  setup.network = Network(layers, activation);
  setup.loss = Loss(kind);
  setup.data = random_data(random, rows, outputs);
  if (kind == LossKind::squared_error || kind == LossKind::huber) {
    setup.data.targets = normal_matrix(random, outputs, rows, 1.5);
  }
  setup.groups = std::move(groups);
  setup.weight_decay = 0.03;
  setup.null_bias = random.normal_vector(outputs);
  return setup;
}

/// All inputs on which the rules of `setup` evaluate the network, data rows first.
inline Matrix probes_of(const TrainingSetup& setup) {
  ProbeBatch batch(setup.data.inputs);
  for (const ConstraintGroup& group : setup.groups) {
    for (const auto& rule : group.constraints) (void)rule->bind(setup.data, batch);
  }
  return batch.inputs();
}

inline Vector gradient_at(const Problem& problem, const Vector& theta, const Vector& weights) {
  Vector gradient(theta.size());
  problem.linearize(theta)->pullback(weights, gradient);
  return gradient;
}

inline Matrix hessian_at(const Problem& problem, const Vector& theta, const Vector& weights) {
  Matrix hessian(theta.size(), theta.size());
  problem.linearize(theta)->hessian_product(weights, Matrix::Identity(theta.size(), theta.size()),
                                            hessian);
  return hessian;
}

/// relative_error against the best of four differences: kinks lie close to some points.
template <class Function>
double best_error(ConstVectorRef exact, const Function& function, double floor = 1e-3) {
  double best = std::numeric_limits<double>::infinity();
  for (const double step : {3e-3, 5e-4, 5e-5, 5e-6}) {
    const double error = relative_error(exact, difference(function, step), floor);
    if (!(error >= best)) best = error;  // NaN included
  }
  return best;
}

}  // namespace moo::test
