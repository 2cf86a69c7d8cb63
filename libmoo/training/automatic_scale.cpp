#include "libmoo/training/automatic_scale.hpp"

#include <algorithm>
#include <cmath>

#include "libmoo/base/error.hpp"
#include "libmoo/minimize/minimizer.hpp"
#include "libmoo/problem/scalarization.hpp"

namespace moo {
namespace {

/// Reorders the numbers. The upper of the two middle ones when their count is even.
double median(std::vector<double>& numbers) {
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::nth_element(numbers.begin(), middle, numbers.end());
  return *middle;
}

Vector accuracy_optimum(const TrainingSetup& setup, RandomStream random) {
  TrainingSetup alone = setup;
  alone.groups.clear();
  alone.validation.reset();
  const TrainingProblem problem(std::move(alone));
  const WeightedSum loss(Vector::Ones(1), Scaling::identity(1));
  const Minimum minimum = make_minimizer("lbfgs")->minimize(problem, loss, problem.start(random));
  return minimum.theta;
}

}  // namespace

double typical_residual(const GroupResiduals& found, double tolerance, bool& from_spread) {
  std::vector<double> violating;
  std::vector<double> all;
  for (Eigen::Index k = 0; k < found.residuals.size(); ++k) {
    const Sense sense = found.senses[static_cast<std::size_t>(k)];
    const double r = found.residuals(k);
    if (!std::isfinite(r)) continue;
    all.push_back(r);
    if (is_violation(r, sense, tolerance)) violating.push_back(std::abs(r));
  }
  from_spread = violating.empty();
  if (!from_spread) return median(violating);
  if (all.empty()) return 0.0;
  const double middle = median(all);
  for (double& r : all) r = std::abs(r - middle);
  return 1.4826 * median(all);
}

std::vector<AutomaticScale> set_automatic_scales(TrainingSetup& setup,
                                                 const std::vector<std::string>& groups,
                                                 RandomStream random) {
  std::vector<AutomaticScale> scales;
  if (groups.empty()) return scales;
  const Vector theta = accuracy_optimum(setup, random);
  TrainingSetup judged = setup;
  judged.validation.reset();
  const TrainingProblem problem(std::move(judged));
  const Matrix predictions = problem.predictions(theta);
  const double range = predictions.maxCoeff() - predictions.minCoeff();
  for (const std::string& name : groups) {
    const auto& names = problem.rule_groups();
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end()) {
      throw InvalidArgument(
          {"set_automatic_scales", "no such group", join_names(names), "'" + name + "'", ""});
    }
    const auto g = static_cast<std::size_t>(at - names.begin());
    ConstraintGroup& group = setup.groups[g];
    AutomaticScale scale{.group = name};
    const GroupResiduals residuals = problem.residuals(g, theta);
    const double typical = typical_residual(residuals, group.tolerance, scale.from_spread);
    long violated = 0;
    for (Eigen::Index k = 0; k < residuals.residuals.size(); ++k) {
      const Sense sense = residuals.senses[static_cast<std::size_t>(k)];
      if (is_violation(residuals.residuals(k), sense, group.tolerance)) ++violated;
    }
    scale.violated =
        static_cast<double>(violated) / static_cast<double>(residuals.residuals.size());
    scale.scale = std::max({typical, group.tolerance, 1e-6 * range});
    if (!(scale.scale > 0.0)) scale.scale = 1.0;  // a model that predicts one number
    group.penalty.scale = scale.scale;
    scales.push_back(scale);
  }
  return scales;
}

}  // namespace moo
