#include "libmoo/constraint/counterfactual_fairness.hpp"

#include <cmath>
#include <set>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_constraint.hpp"

namespace moo {

CounterfactualFairness::CounterfactualFairness(std::vector<ProtectedInput> inputs, int output)
    : inputs_(std::move(inputs)), output_(output) {
  if (inputs_.empty()) {
    throw InvalidArgument({"CounterfactualFairness", "nothing to change",
                           "at least one protected input", "none", ""});
  }
  std::set<std::string> names;
  for (const ProtectedInput& change : inputs_) {
    if (!std::isfinite(change.a) || !std::isfinite(change.b) || change.a == change.b ||
        !names.insert(change.input).second) {
      throw InvalidArgument({"CounterfactualFairness",
                             "input '" + change.input + "' is not changed in one way",
                             "two different numbers per input, each input once",
                             std::to_string(change.a) + " and " + std::to_string(change.b),
                             "values are in units of the standardised input"});
    }
  }
}

std::string CounterfactualFairness::name() const {
  std::vector<std::string> names;
  for (const ProtectedInput& change : inputs_) names.push_back(change.input);
  return "counterfactual fairness in " + join_names(names);
}

std::unique_ptr<BoundConstraint> CounterfactualFairness::bind(const Dataset& data,
                                                              ProbeBatch& batch) const {
  require_output(name(), output_, data);
  const Eigen::Index rows = data.inputs.cols();
  const Eigen::Index q = data.targets.rows();
  Matrix with_a = data.inputs;
  Matrix with_b = data.inputs;
  for (const ProtectedInput& change : inputs_) {
    const int row = data.input_index(change.input);
    with_a.row(row).setConstant(change.a);
    with_b.row(row).setConstant(change.b);
  }
  const int first_a = batch.append(with_a);
  const int first_b = batch.append(with_b);
  ResidualJacobian jacobian(rows, q * batch.size());
  jacobian.reserve(Eigen::VectorXi::Constant(rows, 2));
  for (Eigen::Index b = 0; b < rows; ++b) {
    jacobian.insert(b, output_ + q * (first_a + b)) = 1.0;
    jacobian.insert(b, output_ + q * (first_b + b)) = -1.0;
  }
  jacobian.makeCompressed();
  return std::make_unique<LinearConstraint>(std::move(jacobian), Vector::Zero(rows));
}

}  // namespace moo
