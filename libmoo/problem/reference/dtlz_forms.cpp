#include "libmoo/problem/reference/dtlz_forms.hpp"

#include <algorithm>

namespace moo {

ReferenceFacts unit_box_facts(const std::string& name, int num_variables, int num_objectives,
                              FrontShape shape) {
  ReferenceFacts facts{
      .name = name, .num_variables = num_variables, .num_objectives = num_objectives};
  facts.bounds = equal_bounds(num_variables, 0.0, 1.0);
  facts.shape = shape;
  facts.ideal = Vector::Zero(num_objectives);
  facts.nadir = Vector::Ones(num_objectives);
  return facts;
}

std::function<SizeRange(int)> with_distance_variables(int k) {
  return [k](int m) { return SizeRange{m - 1 + k, m, kAnySize}; };
}

Vector with_tail(const Vector& position, int num_variables, double tail) {
  Vector x = Vector::Constant(num_variables, tail);
  x.head(position.size()) = position;
  return x;
}

Vector simplex_variables(ConstVectorRef p) {
  const Eigen::Index m = p.size();
  Vector x = Vector::Constant(m - 1, 0.5);
  for (Eigen::Index i = 0; i + 1 < m; ++i) {
    const double below = p.head(m - 1 - i).sum();
    const double rest = below + p(m - 1 - i);
    if (rest > 0.0) x(i) = std::clamp(below / rest, 0.0, 1.0);
  }
  return x;
}

Vector sphere_variables(ConstVectorRef y) {
  const Eigen::Index m = y.size();
  Vector x = Vector::Constant(m - 1, 0.5);
  for (Eigen::Index i = 0; i + 1 < m; ++i) {
    const double below = y.head(m - 1 - i).norm();
    if (below > 0.0 || y(m - 1 - i) > 0.0) {
      x(i) = std::atan2(y(m - 1 - i), below) / (0.5 * std::numbers::pi);
    }
  }
  return x;
}

}  // namespace moo
