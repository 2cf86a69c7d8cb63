#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

/// What predictions may be.
struct OutputRangeOptions {
  std::optional<double> low = {};   ///< no bound from below when empty; in the prediction's unit
  std::optional<double> high = {};  ///< no bound from above when empty
  std::vector<int> outputs = {};    ///< which of the model's outputs; empty: all
  std::string unit = "prediction";
};

/// Predictions stay in a range, low <= p <= high, as one-sided residuals
///
///     r = low - p <= 0,      r = p - high <= 0,
///
/// in the prediction's unit: output by output, N residuals of the lower bound, then N of the upper
/// one, N the number of data rows. Linear; asks for no further probes.
/// Source: Nocedal and Wright (2006), section 12.1, bounds as inequality constraints.
class OutputRange final : public Constraint {
 public:
  /// Throws: InvalidArgument without any bound, for one that is not finite, or low > high.
  explicit OutputRange(OutputRangeOptions options);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override { return options_.unit; }
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  OutputRangeOptions options_;
};

/// p >= 0 on these outputs (empty: all): the range from 0 on.
OutputRange non_negativity(std::vector<int> outputs = {}, std::string unit = "prediction");

}  // namespace moo
