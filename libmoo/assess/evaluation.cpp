#include "libmoo/assess/evaluation.hpp"

#include <cmath>

#include "libmoo/assess/clopper_pearson.hpp"
#include "libmoo/assess/metrics.hpp"

namespace moo {

SplitEvaluation evaluate(const TrainingProblem& problem, ConstVectorRef theta) {
  SplitEvaluation evaluation;
  evaluation.objectives = problem.raw_objectives(theta);
  for (std::size_t g = 0; g < problem.setup().groups.size(); ++g) {
    const ConstraintGroup& group = problem.setup().groups[g];
    const GroupResiduals found = problem.true_residuals(g, theta);
    long violations = 0;
    for (Eigen::Index k = 0; k < found.residuals.size(); ++k) {
      const Sense sense = found.senses[static_cast<std::size_t>(k)];
      if (is_violation(found.residuals(k), sense, group.tolerance)) ++violations;
    }
    evaluation.violation_rates[group.name] =
        clopper_pearson(violations, static_cast<long>(found.residuals.size()));
  }
  return evaluation;
}

std::vector<std::string> leak_suspects(const Dataset& data, double limit) {
  std::vector<std::string> suspects;
  for (int i = 0; i < data.num_inputs(); ++i) {
    const double area =
        area_under_curve(data.inputs.row(i).transpose(), data.targets.row(0).transpose());
    if (area > limit || area < 1.0 - limit) {
      suspects.push_back(data.input_names[static_cast<std::size_t>(i)]);
    }
  }
  return suspects;
}

}  // namespace moo
