#include "libmoo/constraint/implication.hpp"

#include <cmath>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {

Implication::Implication(ImplicationOptions options) : options_(std::move(options)) {
  if (options_.premise.empty() || !std::isfinite(options_.bound)) {
    throw InvalidArgument({"Implication", "no implication",
                           "at least one condition and a finite bound",
                           std::to_string(options_.premise.size()) + " conditions, bound " +
                               number_text(options_.bound),
                           "a bound on all rows is an OutputRange"});
  }
}

std::string Implication::name() const {
  return "if " + to_string(options_.premise) +
         (options_.conclusion == Conclusion::at_most ? ", output <= " : ", output >= ") +
         number_text(options_.bound);
}

std::unique_ptr<BoundConstraint> Implication::bind(const Dataset& data, ProbeBatch& batch) const {
  require_output(name(), options_.output, data);
  const double sign = options_.conclusion == Conclusion::at_most ? 1.0 : -1.0;
  LinearRows rows(data);
  for (const int b : matching_rows(name(), options_.premise, data)) {
    rows.add_term(sign, options_.output, b);
    rows.end_residual(-sign * options_.bound);
  }
  return rows.bind(batch);
}

}  // namespace moo
