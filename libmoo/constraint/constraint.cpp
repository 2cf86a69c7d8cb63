#include "libmoo/constraint/constraint.hpp"

#include <utility>

#include "libmoo/base/error.hpp"

namespace moo {

ProbeBatch::ProbeBatch(Matrix data_inputs, std::vector<int> hidden_widths)
    : inputs_(std::move(data_inputs)),
      points_(inputs_.rows(), 0),
      directions_(inputs_.rows(), 0),
      hidden_widths_(std::move(hidden_widths)) {}

int ProbeBatch::append(ConstMatrixRef inputs) {
  require_size("ProbeBatch::append", "an input", inputs_.rows(), inputs.rows());
  const Eigen::Index first = inputs_.cols();
  inputs_.conservativeResize(Eigen::NoChange, first + inputs.cols());
  inputs_.rightCols(inputs.cols()) = inputs;
  return static_cast<int>(first);
}

int ProbeBatch::append_directional(ConstMatrixRef points, ConstMatrixRef directions) {
  require_size("ProbeBatch::append_directional", "a point", inputs_.rows(), points.rows());
  require_size("ProbeBatch::append_directional", "a direction", inputs_.rows(), directions.rows());
  require_size("ProbeBatch::append_directional", "the directions", points.cols(),
               directions.cols());
  const Eigen::Index first = points_.cols();
  for (auto [all, more] : {std::pair{&points_, &points}, std::pair{&directions_, &directions}}) {
    all->conservativeResize(Eigen::NoChange, first + more->cols());
    all->rightCols(more->cols()) = *more;
  }
  return static_cast<int>(first);
}

void require_output(const std::string& rule, int output, const Dataset& data) {
  if (output >= 0 && output < data.targets.rows()) return;
  throw InvalidArgument({rule, "no such output of the model",
                         "0 to " + std::to_string(data.targets.rows() - 1), std::to_string(output),
                         ""});
}

void BoundConstraint::update(ConstMatrixRef, ResidualJacobian&) const {}

void BoundConstraint::add_curvature(ConstMatrixRef, ConstVectorRef, ConstMatrixRef,
                                    MatrixRef) const {}

void BoundConstraint::true_residuals(ConstMatrixRef quantity, VectorRef result) const {
  residuals(quantity, result);
}

std::shared_ptr<const Constraint> Constraint::annealed(double) const { return nullptr; }

}  // namespace moo
