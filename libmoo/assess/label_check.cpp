#include "libmoo/assess/label_check.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "libmoo/assess/metrics.hpp"

namespace moo {
namespace {

constexpr double fewest_rows = 10;  // of a class, or its area may be chance

/// A run of rows with one fitted value.
struct Block {
  double sum = 0.0;
  double count = 0.0;
  [[nodiscard]] double mean() const { return sum / count; }
};

/// Sum of squared means times counts of the rising fit: what the fit explains of sum y^2.
double explained_by_rising_fit(ConstVectorRef x, ConstVectorRef y, double sign,
                               const std::vector<Eigen::Index>& order) {
  std::vector<Block> fit;
  for (std::size_t first = 0; first < order.size();) {
    Block block;
    std::size_t last = first;
    while (last < order.size() && x(order[last]) == x(order[first])) {
      block.sum += sign * y(order[last++]);
      block.count += 1.0;
    }
    first = last;
    while (!fit.empty() && fit.back().mean() >= block.mean()) {
      block.sum += fit.back().sum;
      block.count += fit.back().count;
      fit.pop_back();
    }
    fit.push_back(block);
  }
  double explained = 0.0;
  for (const Block& block : fit) explained += block.sum * block.mean();
  return explained;
}

double score_of(ConstVectorRef x, ConstVectorRef y, LabelKind kind) {
  if (kind == LabelKind::numbers) return monotone_r_squared(x, y);
  const double ones = y.sum();
  if (std::min(ones, static_cast<double>(y.size()) - ones) < fewest_rows) return 0.0;
  const double area = area_under_curve(x, y);
  return std::max(area, 1.0 - area);
}

std::string reason_for_a_model(const Constraint& rule, const ProbeBatch& batch,
                               Eigen::Index num_rows) {
  if (rule.reads().kind != ModelQuantity::Kind::predictions) {
    return "it is about more than the model's predictions";
  }
  if (batch.size() > num_rows || batch.num_directional() > 0) {
    return "it asks for predictions elsewhere than on the data rows";
  }
  return "";
}

}  // namespace

double monotone_r_squared(ConstVectorRef x, ConstVectorRef y) {
  if (y.size() == 0 || y.minCoeff() == y.maxCoeff()) return 0.0;
  const Vector centred = y.array() - y.mean();
  std::vector<Eigen::Index> order(static_cast<std::size_t>(x.size()));
  std::iota(order.begin(), order.end(), Eigen::Index{0});
  std::sort(order.begin(), order.end(),
            [&](Eigen::Index a, Eigen::Index b) { return x(a) < x(b); });
  const double explained = std::max(explained_by_rising_fit(x, centred, 1.0, order),
                                    explained_by_rising_fit(x, centred, -1.0, order));
  return std::clamp(explained / centred.squaredNorm(), 0.0, 1.0);
}

std::vector<LeakSuspect> label_leaks(const Dataset& data, LabelKind kind, double limit) {
  std::vector<LeakSuspect> suspects;
  for (int i = 0; i < data.num_inputs(); ++i) {
    LeakSuspect best{data.input_names[static_cast<std::size_t>(i)]};
    const Vector x = data.inputs.row(i).transpose();
    for (Eigen::Index k = 0; k < data.targets.rows(); ++k) {
      const double score = score_of(x, data.targets.row(k).transpose(), kind);
      if (score > best.score) {
        best.score = score;
        best.output = static_cast<int>(k);
      }
    }
    if (best.score > limit) suspects.push_back(best);
  }
  std::stable_sort(suspects.begin(), suspects.end(),
                   [](const LeakSuspect& a, const LeakSuspect& b) { return a.score > b.score; });
  return suspects;
}

LabelVerdict judge_labels(const Constraint& rule, const Dataset& data, double tolerance) {
  LabelVerdict verdict;
  ProbeBatch batch(data.inputs);
  if (rule.reads().kind == ModelQuantity::Kind::activations) {
    verdict.needs_model = reason_for_a_model(rule, batch, data.num_rows());
    return verdict;
  }
  const std::unique_ptr<BoundConstraint> bound = rule.bind(data, batch);
  verdict.needs_model = reason_for_a_model(rule, batch, data.num_rows());
  if (!verdict.needs_model.empty()) return verdict;
  Vector residuals(bound->num_residuals());
  bound->true_residuals(data.targets, residuals);
  verdict.probes = residuals.size();
  for (const double r : residuals) {
    const double size = rule.sense() == Sense::equality ? std::abs(r) : r;
    if (!(size <= tolerance)) ++verdict.violations;
    verdict.worst = std::max(verdict.worst, size);
  }
  return verdict;
}

TwinPairs twin_pairs(const Dataset& data, const std::string& input, int output, double tolerance,
                     long limit) {
  require_output("twin_pairs", output, data);
  const int varied = data.input_index(input);
  std::map<std::vector<double>, std::vector<Eigen::Index>> twins;
  for (Eigen::Index row = 0; row < data.num_rows(); ++row) {
    std::vector<double> others(data.inputs.col(row).begin(), data.inputs.col(row).end());
    others.erase(others.begin() + varied);
    twins[std::move(others)].push_back(row);
  }
  TwinPairs found;
  for (const auto& [others, rows] : twins) {
    for (const Eigen::Index a : rows) {
      for (const Eigen::Index b : rows) {
        if (!(data.inputs(varied, a) < data.inputs(varied, b))) continue;
        if (found.pairs++ >= limit) return found;
        const double step = data.targets(output, b) - data.targets(output, a);
        if (step < -tolerance) ++found.falling;
        if (step > tolerance) ++found.rising;
      }
    }
  }
  return found;
}

}  // namespace moo
