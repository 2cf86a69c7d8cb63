#include "libmoo/front/front.hpp"

#include <utility>

#include "libmoo/front/dominance.hpp"

namespace moo {

Cost& Cost::operator+=(const Cost& other) {
  evaluations += other.evaluations;
  gradients += other.gradients;
  hessian_products += other.hessian_products;
  seconds += other.seconds;
  return *this;
}

Front::Front(const Problem& problem)
    : problem_name_(problem.name()),
      num_variables_(problem.num_variables()),
      objectives_(problem.objectives()),
      hard_rows_(problem.hard_rows()) {}

Vector Front::resolution() const {
  Vector resolution(num_objectives());
  for (int i = 0; i < num_objectives(); ++i) {
    resolution(i) = objectives_[static_cast<std::size_t>(i)].resolution;
  }
  return resolution;
}

void Front::add(ParetoPoint point) {
  point.id = static_cast<int>(points_.size());
  point.dominated = false;
  for (ParetoPoint& other : points_) {
    if (!other.feasible || !point.feasible) continue;
    if (dominates(point.objectives, other.objectives)) other.dominated = true;
    if (dominates(other.objectives, point.objectives)) point.dominated = true;
  }
  points_.push_back(std::move(point));
}

std::vector<int> Front::nondominated() const {
  std::vector<int> indices;
  for (const ParetoPoint& point : points_) {
    if (point.feasible && !point.dominated) indices.push_back(point.id);
  }
  return indices;
}

std::vector<const ParetoPoint*> Front::generated_by(const std::string& kind) const {
  std::vector<const ParetoPoint*> found;
  for (const ParetoPoint& point : points_) {
    if (point.generator.kind == kind) found.push_back(&point);
  }
  return found;
}

Matrix Front::objectives_of(const std::vector<int>& indices) const {
  Matrix columns(num_objectives(), static_cast<Eigen::Index>(indices.size()));
  for (std::size_t k = 0; k < indices.size(); ++k) {
    columns.col(static_cast<Eigen::Index>(k)) =
        points_[static_cast<std::size_t>(indices[k])].objectives;
  }
  return columns;
}

}  // namespace moo
