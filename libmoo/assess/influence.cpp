#include "libmoo/assess/influence.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/minimize/augmented_lagrangian.hpp"
#include "libmoo/problem/scalarization.hpp"

namespace moo {
namespace {

constexpr int largest_number_of_products = 200;

/// Approximately H^-1 b by conjugate gradients; stops where the curvature is not positive.
Vector newton_step(const Linearization& at, const Vector& weights, const Vector& b) {
  Vector step = Vector::Zero(b.size());
  Vector residual = b;
  Vector direction = b;
  Matrix product(b.size(), 1);
  for (int k = 0; k < largest_number_of_products && residual.norm() > 1e-4 * b.norm(); ++k) {
    at.hessian_product(weights, direction, product);
    const double curvature = direction.dot(product.col(0));
    if (!(curvature > 0.0)) break;
    const double before = residual.squaredNorm();
    step += (before / curvature) * direction;
    residual -= (before / curvature) * product.col(0);
    direction = residual + (residual.squaredNorm() / before) * direction;
  }
  return step;
}

/// Positions among the values of `problem`, of those that stay without the group.
std::vector<int> remaining_values(const TrainingProblem& problem, const std::string& group) {
  std::vector<int> remaining;
  const int m = problem.num_objectives();
  for (int i = 0; i < problem.num_values(); ++i) {
    const std::string& owner = i < m ? problem.objectives()[static_cast<std::size_t>(i)].group
                                     : problem.hard_rows()[static_cast<std::size_t>(i - m)].group;
    if (i == 0 || owner != group) remaining.push_back(i);
  }
  return remaining;
}

}  // namespace

TrainingSetup without_group(const TrainingSetup& setup, const std::string& group) {
  TrainingSetup rest = setup;
  const auto named = [&](const ConstraintGroup& g) { return g.name == group; };
  const auto found = std::find_if(rest.groups.begin(), rest.groups.end(), named);
  if (found == rest.groups.end()) {
    std::vector<std::string> names;
    for (const ConstraintGroup& g : setup.groups) names.push_back(g.name);
    throw InvalidArgument({"without_group", "no such group", join_names(names), "'" + group + "'",
                           nearest_name(group, names)});
  }
  rest.groups.erase(found);
  return rest;
}

Influence influence_of(const TrainingProblem& problem, const ParetoPoint& point,
                       const Scaling& scaling, const std::string& group, InfluenceMethod method) {
  const TrainingProblem rest(without_group(problem.setup(), group));
  require_size("influence_of", "the point's multipliers", problem.num_values(),
               point.multipliers.size());
  const int m = problem.num_objectives();
  const std::vector<int> remaining = remaining_values(problem, group);
  Vector weights(rest.num_values());
  for (Eigen::Index k = 0; k < weights.size(); ++k) {
    const int i = remaining[static_cast<std::size_t>(k)];
    weights(k) = point.multipliers(i) / (i < m ? scaling.range()(i) : 1.0);
  }
  // Where the group has all the weight, what is left is the loss alone.
  if (!(weights.head(rest.num_objectives()).sum() > 0.0)) weights(0) = 1.0;
  const Vector before = problem.raw_objectives(point.parameters);

  Influence influence;
  {
    const LinearizationPtr at = rest.linearize(point.parameters);
    Matrix gradient(problem.num_variables(), 1);
    at->pullback(weights, gradient);
    const Vector step = newton_step(*at, weights, -gradient.col(0));
    influence.estimate = problem.raw_objectives(point.parameters + step) - before;
  }
  if (method == InfluenceMethod::estimate) return influence;

  // The weights of the objectives are all that is needed: multipliers of rows are found again.
  const Vector objectives = weights.head(rest.num_objectives());
  const WeightedSum scalarization(objectives / objectives.sum(),
                                  Scaling::identity(rest.num_objectives()));
  const ConstrainedMinimizer minimizer("lbfgs", {});
  const ConstrainedMinimum minimum = minimizer.minimize(rest, scalarization, point.parameters);
  influence.exact = problem.raw_objectives(minimum.theta) - before;
  return influence;
}

}  // namespace moo
