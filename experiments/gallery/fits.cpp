#include "experiments/gallery/fits.hpp"

#include "experiments/gallery/own_rules.hpp"
#include "libmoo/base/error.hpp"
#include "libmoo/base/random.hpp"
#include "libmoo/constraint/activation_bound.hpp"
#include "libmoo/minimize/augmented_lagrangian.hpp"
#include "libmoo/minimize/minimizer.hpp"

namespace moo::gallery {
namespace {

constexpr std::uint64_t start_seed = 4;

std::string name_of(const Example& example) {
  return "docs/constraints.md:" + std::to_string(example.line);
}

TrainingSetup setup_of(const Scene& scene) {
  TrainingSetup setup;
  std::vector<int> layers = {scene.data.num_inputs()};
  layers.insert(layers.end(), scene.hidden.begin(), scene.hidden.end());
  layers.push_back(static_cast<int>(scene.outputs.size()));
  setup.network = Network(layers, scene.activation);
  setup.loss = Loss(scene.loss);
  setup.data = scene.data;
  setup.weight_decay = scene.weight_decay;
  if (setup.loss.link() == Link::identity) {
    const Standardizer targets = Standardizer::fit(scene.data.targets);
    setup.output_shift = targets.mean;
    setup.output_factor = targets.scale;
  }
  return setup;
}

Fit fit_at(const TrainingProblem& problem, const Vector& theta) {
  Fit fit{.theta = theta};
  const Vector objectives = problem.raw_objectives(theta);
  fit.loss = objectives(0);
  fit.penalty = objectives(1);
  const ConstraintGroup& group = problem.setup().groups.front();
  const GroupResiduals found = problem.true_residuals(0, theta);
  long violated = 0;
  for (Eigen::Index k = 0; k < found.residuals.size(); ++k) {
    const Sense sense = found.senses[static_cast<std::size_t>(k)];
    if (is_violation(found.residuals(k), sense, group.tolerance)) ++violated;
  }
  fit.residuals = found.residuals;
  fit.violation_rate = static_cast<double>(violated) / static_cast<double>(found.residuals.size());
  return fit;
}

/// The problem with the group as an objective, whatever its enforcement.
TrainingProblem soft_problem(const Scene& scene, ConstraintGroup group) {
  TrainingSetup setup = setup_of(scene);
  group.enforcement = Enforcement::soft;
  setup.groups = {std::move(group)};
  return TrainingProblem(std::move(setup));
}

/// Loss and penalty by weight, in units of what they are before. Every objective carries the weight
/// decay; here it is scaled so that it counts against the loss as it did in the first fit.
Vector with_penalty(const Comparison& comparison, double weight, int iterations) {
  const Fit& before = comparison.before;
  const Vector weights{{(1.0 - weight) / before.loss, weight / before.penalty}};
  Scene scene = comparison.scene;
  scene.weight_decay *= weights(0) / weights.sum();
  const TrainingProblem problem = soft_problem(scene, comparison.group);
  const auto minimizer = make_minimizer("lbfgs", {.max_iterations = iterations});
  const WeightedSum both(weights, Scaling::identity(2));
  return minimizer->minimize(problem, both, before.theta).theta;
}

/// The loss alone, under the rule's rows.
Vector with_rows(const Comparison& comparison, int iterations) {
  TrainingSetup setup = setup_of(comparison.scene);
  setup.groups = {comparison.group};
  const TrainingProblem problem(std::move(setup));
  const Fit& before = comparison.before;
  const WeightedSum loss(Vector{{1.0 / before.loss}}, Scaling::identity(1));
  const ConstrainedMinimizer minimizer("lbfgs", {.max_iterations = iterations});
  return minimizer.minimize(problem, loss, before.theta).theta;
}

}  // namespace

ConstraintGroup example_group(const Example& example, const Scene& scene) {
  if (example.language == "cpp") return own_group(example.picture, scene);
  const tabular::Config config = tabular::parse_config(
      R"({"data": {"file": "scene.csv", "target": "target", "task": "regression"}, "groups": [)" +
          example.text + "]}",
      name_of(example));
  const tabular::GroupConfig& written = config.groups.at(0);
  ConstraintGroup group = written.group;
  for (std::size_t k = 0; k < written.rules.size(); ++k) {
    const auto rules = tabular::make_rule(
        written.rules[k], name_of(example) + ": " + written.paths[k], scene.context());
    group.constraints.insert(group.constraints.end(), rules.begin(), rules.end());
  }
  return group;
}

Comparison compare(const Example& example, const FitBudget& budget) {
  Comparison result{.scene = make_scene(example.scene)};
  result.group = example_group(example, result.scene);
  const TrainingProblem problem = soft_problem(result.scene, result.group);
  RandomStream random(start_seed);
  const auto first = make_minimizer("lbfgs", {.max_iterations = budget.before});
  const WeightedSum loss(Vector{{1.0, 0.0}}, Scaling::identity(2));
  result.before = fit_at(problem, first->minimize(problem, loss, problem.start(random)).theta);
  if (!(result.before.penalty > 0.0)) {
    throw InvalidArgument({name_of(example), "shows nothing",
                           "a rule that the fit to the data alone breaks",
                           "a penalty of " + std::to_string(result.before.penalty), ""});
  }
  const Vector theta = result.group.enforcement == Enforcement::soft
                           ? with_penalty(result, example.weight, budget.after)
                           : with_rows(result, budget.after);
  result.after = fit_at(problem, theta);
  return result;
}

Matrix predict(const Scene& scene, const Vector& theta, const Matrix& raw) {
  TrainingSetup setup = setup_of(scene);
  Matrix any_targets = Matrix::Zero(scene.data.targets.rows(), raw.cols());
  any_targets.row(0).setOnes();  // a class, where there are classes
  setup.data = {.inputs = scene.standardizer.apply(raw),
                .targets = std::move(any_targets),
                .input_names = scene.data.input_names};
  return TrainingProblem(std::move(setup)).predictions(theta);
}

/// The bound rule's residuals a - 1 of all units of a row, row by row, come first.
Matrix activations(const Scene& scene, const Vector& theta) {
  const ConstraintGroup group{
      .name = "activations",
      .constraints = {std::make_shared<ActivationBound>(ActivationBoundOptions{.bound = 1.0})}};
  const TrainingProblem problem = soft_problem(scene, group);
  const Vector residuals = problem.residuals(0, theta).residuals;
  return Eigen::Map<const Matrix>(residuals.data(), scene.hidden.front(), scene.data.num_rows())
             .array() +
         1.0;
}

}  // namespace moo::gallery
