#include "libmoo/constraint/output_budget.hpp"

#include <cmath>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/row_groups.hpp"

namespace moo {

OutputBudget::OutputBudget(double budget) : OutputBudget(budget, Options{}) {}

OutputBudget::OutputBudget(double budget, Options options)
    : budget_(budget), options_(std::move(options)) {
  if (!std::isfinite(budget)) {
    throw InvalidArgument(
        {"OutputBudget", "the budget is no number", "a finite one", std::to_string(budget), ""});
  }
}

std::string OutputBudget::name() const {
  const std::string what =
      options_.weight_column.empty() ? "" : " weighted by " + options_.weight_column;
  const std::string basis = options_.basis == Basis::total ? "total" : "mean";
  switch (options_.kind) {
    case Kind::exactly:
      return "fixed " + basis + what;
    case Kind::at_most:
      return "largest " + basis + what;
    case Kind::at_least:
      return "smallest " + basis + what;
  }
  return basis + what;
}

std::string OutputBudget::unit() const {
  return options_.weight_column.empty() ? "prediction" : options_.weight_column + " * prediction";
}

std::unique_ptr<BoundConstraint> OutputBudget::bind(const Dataset& data, ProbeBatch& batch) const {
  require_output(name(), options_.output, data);
  Vector weights = options_.weight_column.empty()
                       ? Vector::Ones(data.inputs.cols())
                       : finite_column(name(), options_.weight_column, data);
  if (weights.size() == 0 || weights.cwiseAbs().maxCoeff() == 0.0) {
    throw InvalidArgument({name(), "nothing to sum up", "a row with a weight other than 0",
                           std::to_string(weights.size()) + " rows, all without", ""});
  }
  const double sign = options_.kind == Kind::at_least ? -1.0 : 1.0;
  if (options_.basis == Basis::per_row) weights /= static_cast<double>(weights.size());
  return linear_in_rows(sign * weights.transpose(), Vector::Constant(1, sign * budget_),
                        options_.output, data, batch);
}

}  // namespace moo
