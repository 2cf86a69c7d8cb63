#include "libmoo/constraint/conservation.hpp"

#include <cmath>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {

Conservation::Conservation(ConservationOptions options) : options_(std::move(options)) {
  bool usable = !options_.terms.empty() && std::isfinite(options_.total);
  for (const WeightedOutput& term : options_.terms) usable = usable && std::isfinite(term.weight);
  if (!usable) {
    throw InvalidArgument(
        {"Conservation", "no sum", "at least one term, finite weights and a finite total",
         std::to_string(options_.terms.size()) + " terms, total " + number_text(options_.total),
         ""});
  }
}

std::string Conservation::name() const {
  std::string sum;
  for (const WeightedOutput& term : options_.terms) {
    sum += (sum.empty() ? "" : " + ") + number_text(term.weight) + " output " +
           std::to_string(term.output);
  }
  return sum + " = " +
         (options_.total_column.empty() ? number_text(options_.total) : options_.total_column);
}

std::unique_ptr<BoundConstraint> Conservation::bind(const Dataset& data, ProbeBatch& batch) const {
  Vector total = Vector::Constant(data.num_rows(), options_.total);
  if (!options_.total_column.empty()) total = data.column(options_.total_column);
  require_size(name(), "column '" + options_.total_column + "'", data.num_rows(), total.size());
  std::vector<int> outputs;
  for (const WeightedOutput& term : options_.terms) outputs.push_back(term.output);
  (void)chosen_outputs(name(), outputs, data);
  LinearRows rows(data);
  for (int b = 0; b < data.num_rows(); ++b) {
    if (!std::isfinite(total(b))) {
      throw InvalidArgument({name(), "a total is not finite", "a number in every row",
                             number_text(total(b)) + " in row " + std::to_string(b), ""});
    }
    for (const WeightedOutput& term : options_.terms) rows.add_term(term.weight, term.output, b);
    rows.end_residual(-total(b));
  }
  return rows.bind(batch);
}

}  // namespace moo
