#include "libmoo/constraint/decision_rate.hpp"

#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"
#include "libmoo/constraint/row_groups.hpp"

namespace moo {

DecisionRate::DecisionRate(DecisionRateOptions options) : options_(std::move(options)) {
  require_decision("DecisionRate", options_.decision);
  if (!(options_.target >= 0.0) || !(options_.target <= 1.0)) {
    throw InvalidArgument({"DecisionRate", "no such share", "a target from 0 to 1",
                           number_text(options_.target), ""});
  }
}

std::string DecisionRate::name() const {
  const std::string relation = options_.kind == Kind::at_most    ? " at most "
                               : options_.kind == Kind::at_least ? " at least "
                                                                 : " equal to ";
  return "decision rate" + relation + number_text(options_.target) +
         (options_.member_column.empty() ? "" : " within " + options_.member_column);
}

std::shared_ptr<const Constraint> DecisionRate::annealed(double factor) const {
  DecisionRateOptions options = options_;
  options.decision.temperature *= factor;
  return std::make_shared<DecisionRate>(std::move(options));
}

std::unique_ptr<BoundConstraint> DecisionRate::bind(const Dataset& data, ProbeBatch& batch) const {
  const std::vector<int> rows = chosen_rows(name(), options_.member_column, data);
  const double sign = options_.kind == Kind::at_least ? -1.0 : 1.0;
  Vector weights = Vector::Zero(data.num_rows());
  for (const int b : rows) weights(b) = sign / static_cast<double>(rows.size());
  return bind_decisions(name(), options_.decision, weights, sign * options_.target, data, batch);
}

}  // namespace moo
