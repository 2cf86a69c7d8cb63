#include "experiments/tabular/tabular_metrics.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/tabular/tabular_driver.hpp"
#include "libmoo/assess/evaluation.hpp"
#include "libmoo/assess/metrics.hpp"

namespace moo::tabular {
namespace {

constexpr Eigen::Index fewest_probes_for_a_rate = 20;

Vector flattened(const Matrix& matrix) { return matrix.reshaped(); }

void add_binary(const Matrix& p, const Matrix& y, const Vector& weights, bool probabilities,
                std::map<std::string, double>& metrics) {
  const Vector scores = p.row(0).transpose();
  const Vector labels = y.row(0).transpose();
  if (probabilities) metrics["cross_entropy"] = binary_cross_entropy(scores, labels, weights);
  metrics["error_rate"] = error_rate(scores, labels, 0.5, weights);
  metrics["auc"] = area_under_curve(scores, labels, weights);
}

void add_classes(const Matrix& p, const Matrix& y, const Vector& weights, bool probabilities,
                 std::map<std::string, double>& metrics) {
  if (probabilities) metrics["cross_entropy"] = cross_entropy(p, y, weights);
  metrics["error_rate"] = class_error_rate(p, y, weights);
  metrics["macro_recall"] = macro_recall(p, y, weights);
}

/// Mean over the probes of how far the rule is broken, in its own unit.
double mean_violation(const GroupResiduals& found) {
  if (found.residuals.size() == 0) return 0.0;
  double sum = 0.0;
  for (Eigen::Index k = 0; k < found.residuals.size(); ++k) {
    const double r = found.residuals(k);
    const bool equality = found.senses[static_cast<std::size_t>(k)] == Sense::equality;
    sum += equality ? std::abs(r) : std::max(r, 0.0);
  }
  return sum / static_cast<double>(found.residuals.size());
}

}  // namespace

std::map<std::string, double> tabular_metrics(Task task, const TrainingProblem& problem,
                                              ConstVectorRef theta) {
  std::map<std::string, double> metrics;
  const Matrix p = problem.predictions(theta);
  const Matrix& y = problem.setup().data.targets;
  const Vector& weights = problem.setup().data.weights;
  const bool probabilities = problem.setup().loss.link() != Link::identity;
  if (task == Task::binary) add_binary(p, y, weights, probabilities, metrics);
  if (task == Task::multiclass) add_classes(p, y, weights, probabilities, metrics);
  if (task == Task::regression) {
    metrics["mae"] = mean_absolute_error(p.row(0).transpose(), y.row(0).transpose(), weights);
    metrics["r2"] = r_squared(p.row(0).transpose(), y.row(0).transpose(), weights);
  }
  if (!probabilities) {
    const Vector repeated =
        weights.size() == 0 ? weights : flattened(weights.transpose().replicate(y.rows(), 1));
    metrics["rmse"] = root_mean_squared_error(flattened(p), flattened(y), repeated);
  }
  const SplitEvaluation evaluation = evaluate(problem, theta);
  for (std::size_t g = 0; g < problem.setup().groups.size(); ++g) {
    const std::string& name = problem.setup().groups[g].name;
    metrics[name + "_violations"] = evaluation.violation_rates.at(name).rate;
    metrics[name + "_residual"] = mean_violation(problem.residuals(g, theta));
  }
  return metrics;
}

MetricPlan plan_metrics(const Config& config, const TrainingProblem& audit) {
  MetricPlan plan;
  const Matrix& y = audit.setup().data.targets;
  const bool probabilities = audit.setup().loss.link() != Link::identity;
  if (probabilities) {
    const double chance = y.rows() > 1 ? 1.5 * std::log(static_cast<double>(y.rows())) : 1.0;
    plan.headline[accuracy_name(config)] = {"cross_entropy", std::max(1.0, chance)};
  } else {
    const Matrix centred = y.colwise() - y.rowwise().mean();
    const double deviation = std::sqrt(centred.squaredNorm() / static_cast<double>(y.size()));
    plan.headline[accuracy_name(config)] = {"rmse", 1.5 * deviation};
  }
  const Vector theta = Vector::Zero(audit.num_variables());
  for (std::size_t g = 0; g < audit.setup().groups.size(); ++g) {
    const ConstraintGroup& group = audit.setup().groups[g];
    const Eigen::Index probes = audit.residuals(g, theta).residuals.size();
    plan.headline[group.name] =
        probes < fewest_probes_for_a_rate
            ? HeadlineMetric{group.name + "_residual", 50.0 * group.penalty.scale}
            : HeadlineMetric{group.name + "_violations", 1.0};
  }
  return plan;
}

}  // namespace moo::tabular
