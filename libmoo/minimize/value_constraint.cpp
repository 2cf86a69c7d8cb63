#include "libmoo/minimize/value_constraint.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "libmoo/base/random.hpp"

namespace moo {

double residual(const ValueConstraint& constraint, ConstVectorRef values) {
  return (values(constraint.index) - constraint.bound) / constraint.scale;
}

double violated(const ValueConstraint& constraint, double c) {
  return constraint.sense == Sense::equality ? c : std::max(c, 0.0);
}

double implied_multiplier(const ValueConstraint& constraint, double c, double multiplier,
                          double penalty) {
  const double estimate = multiplier + penalty * c;
  return constraint.sense == Sense::equality ? estimate : std::max(0.0, estimate);
}

Vector violations(const ValueConstraints& constraints, ConstVectorRef values) {
  Vector all(static_cast<Eigen::Index>(constraints.size()));
  Eigen::Index k = 0;
  for (const ValueConstraint& constraint : constraints) {
    all(k++) = violated(constraint, residual(constraint, values));
  }
  return all;
}

double largest_violation(const ValueConstraints& constraints, ConstVectorRef values) {
  if (!values.allFinite()) return std::numeric_limits<double>::infinity();
  return constraints.empty() ? 0.0 : violations(constraints, values).lpNorm<Eigen::Infinity>();
}

int worst_constraint(const ValueConstraints& constraints, ConstVectorRef values) {
  int worst = -1;
  double largest = 1.0;
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    const ValueConstraint& constraint = constraints[i];
    const double excess = std::abs(violated(constraint, residual(constraint, values))) *
                          constraint.scale / constraint.tolerance;
    if (excess > largest || std::isnan(excess)) {
      largest = excess;
      worst = static_cast<int>(i);
    }
  }
  return worst;
}

Matrix constraint_gradients(const Linearization& at, const ValueConstraints& constraints,
                            const std::vector<int>& which, ConstVectorRef factors,
                            int num_variables) {
  constexpr Eigen::Index block = 32;
  const auto count = static_cast<Eigen::Index>(which.size());
  Matrix gradients(num_variables, count);
  for (Eigen::Index first = 0; first < count; first += block) {
    const Eigen::Index width = std::min(block, count - first);
    Matrix weights = Matrix::Zero(at.values().size(), width);
    for (Eigen::Index k = 0; k < width; ++k) {
      const ValueConstraint& constraint =
          constraints[static_cast<std::size_t>(which[static_cast<std::size_t>(first + k)])];
      weights(constraint.index, k) = factors(first + k) / constraint.scale;
    }
    at.pullback(weights, gradients.middleCols(first, width));
  }
  return gradients;
}

Vector gradient_sizes(const Linearization& at, const ValueConstraints& constraints,
                      int num_variables) {
  constexpr Eigen::Index samples = 4;
  std::map<int, int> rows;
  for (const ValueConstraint& constraint : constraints) ++rows[constraint.group];
  RandomStream random(1);  // signs only: the same for every call
  std::map<int, double> sizes;
  Matrix gradients(num_variables, samples);
  for (const auto& [group, count] : rows) {
    Matrix weights = Matrix::Zero(at.values().size(), samples);
    for (const ValueConstraint& constraint : constraints) {
      if (constraint.group != group) continue;
      for (Eigen::Index s = 0; s < samples; ++s) {
        weights(constraint.index, s) += (random.index(2) == 0 ? -1.0 : 1.0) / constraint.scale;
      }
    }
    at.pullback(weights, gradients);
    sizes[group] = gradients.norm() / std::sqrt(static_cast<double>(samples * count));
  }
  Vector each(static_cast<Eigen::Index>(constraints.size()));
  Eigen::Index k = 0;
  for (const ValueConstraint& constraint : constraints) each(k++) = sizes[constraint.group];
  return each;
}

}  // namespace moo
