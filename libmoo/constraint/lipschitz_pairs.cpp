#include "libmoo/constraint/lipschitz_pairs.hpp"

#include <cmath>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/input_change.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {

LipschitzPairs::LipschitzPairs(LipschitzPairsOptions options) : options_(std::move(options)) {
  const auto& [inputs, constant, step, output, unit] = options_;
  const bool usable =
      constant >= 0.0 && step > 0.0 && std::isfinite(constant) && std::isfinite(step);
  if (inputs.empty() || !usable) {
    throw InvalidArgument({"LipschitzPairs", "nothing to check",
                           "at least one input, a constant >= 0 and a step > 0",
                           std::to_string(inputs.size()) + " inputs, constant " +
                               number_text(constant) + ", step " + number_text(step),
                           ""});
  }
}

std::string LipschitzPairs::name() const {
  return "slope at most " + number_text(options_.constant) + " in " + join_names(options_.inputs);
}

std::unique_ptr<BoundConstraint> LipschitzPairs::bind(const Dataset& data,
                                                      ProbeBatch& batch) const {
  const auto& [inputs, constant, step, output, unit] = options_;
  require_output(name(), output, data);
  LinearRows rows(data);
  for (const std::string& input : inputs) {
    const int moved = batch.append(changed_inputs(name(), {{shifted(input, step)}}, data));
    for (const double sign : {1.0, -1.0}) {
      for (int b = 0; b < data.num_rows(); ++b) {
        rows.add_term(sign, output, moved + b);
        rows.add_term(-sign, output, b);
        rows.end_residual(-constant * step);
      }
    }
  }
  return rows.bind(batch);
}

}  // namespace moo
