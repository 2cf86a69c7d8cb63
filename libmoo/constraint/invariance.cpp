#include "libmoo/constraint/invariance.hpp"

#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {

Invariance::Invariance(InvarianceOptions options) : options_(std::move(options)) {
  if (options_.transformations.empty()) {
    throw InvalidArgument(
        {"Invariance", "nothing to check", "at least one transformation", "none", ""});
  }
}

std::string Invariance::name() const {
  std::string text;
  for (const Transformation& transformation : options_.transformations) {
    text += (text.empty() ? "unchanged by " : "; ") + to_string(transformation);
  }
  return text;
}

std::unique_ptr<BoundConstraint> Invariance::bind(const Dataset& data, ProbeBatch& batch) const {
  const std::vector<int> outputs = chosen_outputs(name(), options_.outputs, data);
  LinearRows rows(data);
  for (const Transformation& transformation : options_.transformations) {
    const int moved = batch.append(changed_inputs(name(), transformation, data));
    for (const int output : outputs) {
      for (int b = 0; b < data.num_rows(); ++b) {
        rows.add_term(1.0, output, moved + b);
        rows.add_term(-1.0, output, b);
        rows.end_residual();
      }
    }
  }
  return rows.bind(batch);
}

}  // namespace moo
