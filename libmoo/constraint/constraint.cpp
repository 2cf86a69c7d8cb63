#include "libmoo/constraint/constraint.hpp"

#include "libmoo/base/error.hpp"

namespace moo {

int ProbeBatch::append(ConstMatrixRef inputs) {
  require_size("ProbeBatch::append", "an input", inputs_.rows(), inputs.rows());
  const Eigen::Index first = inputs_.cols();
  inputs_.conservativeResize(Eigen::NoChange, first + inputs.cols());
  inputs_.rightCols(inputs.cols()) = inputs;
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

}  // namespace moo
