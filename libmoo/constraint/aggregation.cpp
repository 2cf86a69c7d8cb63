#include "libmoo/constraint/aggregation.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

double log_mean_exp(double t, ConstVectorRef phi, VectorRef weights) {
  const double top = phi.maxCoeff();
  double excess = 0.0;  // mean of e^(..) - 1: keeps its digits for large t
  for (Eigen::Index k = 0; k < phi.size(); ++k) {
    const double y = (phi(k) - top) / t;
    weights(k) = std::exp(y);
    excess += std::expm1(y);
  }
  weights /= weights.sum();
  return top + t * std::log1p(excess / static_cast<double>(phi.size()));
}

double cvar(double share, ConstVectorRef phi, VectorRef weights, VectorRef scratch) {
  const double worst = share * static_cast<double>(phi.size());
  const auto place = std::max<Eigen::Index>(static_cast<Eigen::Index>(std::ceil(worst)), 1) - 1;
  scratch = phi;
  double* const begin = scratch.data();
  std::nth_element(begin, begin + place, begin + scratch.size(), std::greater<>());
  const double v = scratch(place);
  double excess = 0.0, above = 0.0, equal = 0.0;
  for (const double value : phi) {
    excess += std::max(value - v, 0.0);
    above += value > v ? 1.0 : 0.0;
    equal += value == v ? 1.0 : 0.0;
  }
  // Fewer than `worst` lie above v, or v would not be at that place.
  const double split = worst < 1.0 ? 1.0 / equal : (worst - above) / equal / worst;
  for (Eigen::Index k = 0; k < phi.size(); ++k) {
    weights(k) = phi(k) > v ? 1.0 / worst : phi(k) == v ? split : 0.0;
  }
  return v + excess / worst;
}

}  // namespace

double aggregate(const Aggregation& aggregation, ConstVectorRef phi, VectorRef weights,
                 VectorRef scratch) {
  // Maxima and places mean nothing among numbers that are not finite.
  if (aggregation.kind == AggregationKind::mean || !phi.allFinite()) {
    weights.setConstant(1.0 / static_cast<double>(phi.size()));
    return phi.mean();
  }
  return aggregation.kind == AggregationKind::cvar
             ? cvar(aggregation.share, phi, weights, scratch)
             : log_mean_exp(aggregation.temperature, phi, weights);
}

bool is_curved(const Aggregation& aggregation) {
  return aggregation.kind == AggregationKind::log_mean_exp;
}

void apply_curvature(const Aggregation& aggregation, ConstVectorRef weights, VectorRef v) {
  if (!is_curved(aggregation)) {
    v.setZero();
    return;
  }
  const double mean = weights.dot(v);
  v.array() = weights.array() * (v.array() - mean) / aggregation.temperature;
}

void check_aggregation(const std::string& who, const Aggregation& aggregation) {
  if (!(aggregation.temperature > 0.0) || !std::isfinite(aggregation.temperature)) {
    throw InvalidArgument({who, "unusable temperature of its aggregation", "> 0 and finite",
                           std::to_string(aggregation.temperature), ""});
  }
  if (!(aggregation.share > 0.0) || !(aggregation.share <= 1.0)) {
    throw InvalidArgument({who, "unusable share of its aggregation", "in (0, 1]",
                           std::to_string(aggregation.share), "1 is the mean of all probes"});
  }
}

const std::vector<std::string>& aggregation_names() {
  static const std::vector<std::string> names = {"mean", "log_mean_exp", "cvar"};
  return names;
}

std::string_view to_string(AggregationKind kind) {
  return aggregation_names()[static_cast<std::size_t>(kind)];
}

AggregationKind aggregation_from(const std::string& name) {
  const auto& names = aggregation_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    const std::string near = nearest_name(name, names);
    throw InvalidArgument({"aggregation", "unknown", "one of " + join_names(names),
                           "'" + name + "'", near.empty() ? "" : "did you mean '" + near + "'?"});
  }
  return static_cast<AggregationKind>(found - names.begin());
}

}  // namespace moo
