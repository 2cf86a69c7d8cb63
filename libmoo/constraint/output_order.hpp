#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

struct OutputOrderOptions {
  std::vector<int> outputs;  ///< smallest first, at least two
  double gap = 0.0;          ///< least distance between neighbours; may be negative
  std::string unit = "prediction";
};

/// Outputs are bounded by one another, p_{o_1} + gap <= p_{o_2}, p_{o_2} + gap <= p_{o_3}, ...,
/// such as quantiles that must not cross or a part that is no more than the whole:
///
///     r = p_{o_k} + gap - p_{o_{k+1}} <= 0,
///
/// one residual per pair of neighbours and data row (in this order), in the prediction's unit.
/// Linear; asks for no further probes.
/// Source: Bondell, Reich, Wang (2010), section 2, quantiles that do not cross.
class OutputOrder final : public Constraint {
 public:
  /// Throws: InvalidArgument for fewer than two outputs or a gap that is not finite.
  explicit OutputOrder(OutputOrderOptions options);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override { return options_.unit; }
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  OutputOrderOptions options_;
};

}  // namespace moo
