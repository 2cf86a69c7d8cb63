#include "libmoo/constraint/monotone_pairs.hpp"

#include <cmath>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_constraint.hpp"

namespace moo {

MonotonePairs::MonotonePairs(std::vector<std::string> inputs, Direction direction, double step,
                             int output)
    : inputs_(std::move(inputs)), direction_(direction), step_(step), output_(output) {
  if (inputs_.empty() || !(step > 0.0) || !std::isfinite(step)) {
    throw InvalidArgument({"MonotonePairs", "nothing to check", "at least one input and a step > 0",
                           std::to_string(inputs_.size()) + " inputs, step " + std::to_string(step),
                           ""});
  }
}

std::string MonotonePairs::name() const {
  return std::string(direction_ == Direction::rising ? "rising" : "falling") + " in " +
         join_names(inputs_);
}

std::unique_ptr<BoundConstraint> MonotonePairs::bind(const Dataset& data, ProbeBatch& batch) const {
  const Eigen::Index rows = data.inputs.cols();
  const Eigen::Index q = data.targets.rows();
  const auto count = static_cast<Eigen::Index>(inputs_.size());
  require_output(name(), output_, data);
  std::vector<int> first;
  for (const std::string& input : inputs_) {
    Matrix shifted = data.inputs;
    shifted.row(data.input_index(input)).array() += step_;
    first.push_back(batch.append(shifted));
  }
  const double sign = direction_ == Direction::rising ? 1.0 : -1.0;
  ResidualJacobian jacobian(count * rows, q * batch.size());
  jacobian.reserve(Eigen::VectorXi::Constant(count * rows, 2));
  for (Eigen::Index j = 0; j < count; ++j) {
    for (Eigen::Index b = 0; b < rows; ++b) {
      const Eigen::Index residual = j * rows + b;
      jacobian.insert(residual, output_ + q * b) = sign;
      jacobian.insert(residual, output_ + q * (first[static_cast<std::size_t>(j)] + b)) = -sign;
    }
  }
  jacobian.makeCompressed();
  return std::make_unique<LinearConstraint>(std::move(jacobian), Vector::Zero(count * rows));
}

}  // namespace moo
