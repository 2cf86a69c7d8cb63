#include "libmoo/constraint/decision_parity.hpp"

#include <utility>

#include "libmoo/constraint/row_groups.hpp"

namespace moo {

DecisionParity::DecisionParity(std::string protected_column, SmoothDecision decision)
    : column_(std::move(protected_column)), decision_(decision) {
  require_decision("DecisionParity", decision_);
}

std::shared_ptr<const Constraint> DecisionParity::annealed(double factor) const {
  SmoothDecision decision = decision_;
  decision.temperature *= factor;
  return std::make_shared<DecisionParity>(column_, decision);
}

std::unique_ptr<BoundConstraint> DecisionParity::bind(const Dataset& data,
                                                      ProbeBatch& batch) const {
  const Vector& member = binary_column(name(), column_, data);
  const Vector gap = gap_weights(name(), column_, member, Vector::Ones(member.size()), "all rows");
  return bind_decisions(name(), decision_, gap, 0.0, data, batch);
}

}  // namespace moo
