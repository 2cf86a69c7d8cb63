#include "libmoo/constraint/monotone_pairs.hpp"

#include <cmath>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {

MonotonePairs::MonotonePairs(std::vector<std::string> inputs, Direction direction, double step,
                             int output, std::string unit)
    : inputs_(std::move(inputs)),
      direction_(direction),
      step_(step),
      output_(output),
      unit_(std::move(unit)) {
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
  require_output(name(), output_, data);
  std::vector<int> first;
  for (const std::string& input : inputs_) {
    Matrix shifted = data.inputs;
    shifted.row(data.input_index(input)).array() += step_;
    first.push_back(batch.append(shifted));
  }
  const double sign = direction_ == Direction::rising ? 1.0 : -1.0;
  LinearRows pairs(data);
  for (const int copy : first) {
    for (int b = 0; b < data.num_rows(); ++b) {
      pairs.add_term(sign, output_, b);
      pairs.add_term(-sign, output_, copy + b);
      pairs.end_residual();
    }
  }
  return pairs.bind(batch);
}

}  // namespace moo
