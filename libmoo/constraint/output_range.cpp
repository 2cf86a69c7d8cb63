#include "libmoo/constraint/output_range.hpp"

#include <cmath>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {

OutputRange::OutputRange(OutputRangeOptions options) : options_(std::move(options)) {
  const auto& [low, high, outputs, unit] = options_;
  const bool finite = (!low || std::isfinite(*low)) && (!high || std::isfinite(*high));
  if (!finite || (!low && !high) || (low && high && *low > *high)) {
    throw InvalidArgument({"OutputRange", "no range",
                           "at least one of low and high, finite, low <= high",
                           "low " + (low ? number_text(*low) : "not given") + ", high " +
                               (high ? number_text(*high) : "not given"),
                           "leave a side empty to have no bound there"});
  }
}

std::string OutputRange::name() const {
  const auto& [low, high, outputs, unit] = options_;
  if (!high) return "output >= " + number_text(*low);
  if (!low) return "output <= " + number_text(*high);
  return "output in " + number_text(*low) + " to " + number_text(*high);
}

std::unique_ptr<BoundConstraint> OutputRange::bind(const Dataset& data, ProbeBatch& batch) const {
  LinearRows rows(data);
  for (const int output : chosen_outputs(name(), options_.outputs, data)) {
    for (int b = 0; b < data.num_rows() && options_.low; ++b) {
      rows.add_term(-1.0, output, b);
      rows.end_residual(*options_.low);
    }
    for (int b = 0; b < data.num_rows() && options_.high; ++b) {
      rows.add_term(1.0, output, b);
      rows.end_residual(-*options_.high);
    }
  }
  return rows.bind(batch);
}

OutputRange non_negativity(std::vector<int> outputs, std::string unit) {
  return OutputRange({.low = 0.0, .outputs = std::move(outputs), .unit = std::move(unit)});
}

}  // namespace moo
