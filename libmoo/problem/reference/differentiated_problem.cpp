#include "libmoo/problem/reference/differentiated_problem.hpp"

#include "libmoo/base/error.hpp"

namespace moo {

std::vector<ConstraintRow> inequality_rows(int count) {
  std::vector<ConstraintRow> rows;
  for (int i = 0; i < count; ++i) {
    const std::string name = "c" + std::to_string(i);
    rows.push_back({.name = name, .group = name});
  }
  return rows;
}

Bounds equal_bounds(int num_variables, double lower, double upper) {
  return {Vector::Constant(num_variables, lower), Vector::Constant(num_variables, upper)};
}

std::vector<Bounds> unit_pieces(int count) {
  std::vector<Bounds> pieces;
  for (int i = 0; i < count; ++i) pieces.push_back(equal_bounds(1, i, i + 1));
  return pieces;
}

StatedProblem::StatedProblem(ReferenceFacts facts, std::unique_ptr<const KnownFront> front)
    : facts_(std::move(facts)), front_(std::move(front)) {
  for (int i = 0; i < facts_.num_objectives; ++i) {
    const std::string name = "f" + std::to_string(i);
    objectives_.push_back({.name = name, .group = name});
  }
  if (facts_.start.empty()) {
    const Vector margin = 0.1 * (facts_.bounds.upper - facts_.bounds.lower);
    facts_.start = {facts_.bounds.lower + margin, facts_.bounds.upper - margin};
  }
  if (facts_.ideal.size() == 0) {
    const Matrix ends = StatedProblem::front(2);
    facts_.ideal = ends.rowwise().minCoeff();
    facts_.nadir = ends.rowwise().maxCoeff();
  }
}

Vector StatedProblem::start(RandomStream& random) const {
  const Vector share = random.uniform_vector(num_variables());
  return facts_.start.lower + share.cwiseProduct(facts_.start.upper - facts_.start.lower);
}

Matrix StatedProblem::front(int count) const {
  const Matrix parameters = front_->parameters(count);
  Matrix points(num_objectives(), parameters.cols());
  for (int k = 0; k < parameters.cols(); ++k) {
    points.col(k) = front_->objectives(parameters.col(k));
  }
  return points;
}

Matrix StatedProblem::optima(int count) const {
  const Matrix parameters = front_->parameters(count);
  Matrix points(num_variables(), parameters.cols());
  for (int k = 0; k < parameters.cols(); ++k) points.col(k) = optimum(parameters.col(k));
  return points;
}

double StatedProblem::distance_to_front(ConstVectorRef f) const {
  require_size("problem '" + name() + "'", "objectives", num_objectives(), f.size());
  return front_->distance(f);
}

}  // namespace moo
