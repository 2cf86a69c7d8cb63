#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

/// Which side of the reference is the dangerous one.
enum class SafeSide {
  never_below,  ///< p >= reference + margin
  never_above,  ///< p <= reference + margin
};

struct SafetyMarginOptions {
  std::string reference;  ///< side column, in the prediction's unit
  SafeSide side = SafeSide::never_below;
  double margin = 0.0;  ///< added to the reference for either side; may be negative
  int output = 0;       ///< of the model
  std::string unit = "prediction";
};

/// Predictions err on the safe side of a reference c_b of their row only, such as a braking
/// distance that is never predicted below the measured one:
///
///     r_b = (c_b + margin) - p_b <= 0    never below,
///     r_b = p_b - (c_b + margin) <= 0    never above,
///
/// one residual per data row, in the prediction's unit. The margin is added to the reference on
/// either side: to stay at least 2 under it, never_above takes margin -2. The reference is a side
/// column as stored, the prediction is in the units of the targets: if the targets were scaled, so
/// must the reference be. Linear; asks for no further probes.
/// Source: Koenker and Bassett (1978), section 3, asymmetric error; the one-sided limit of it.
class SafetyMargin final : public Constraint {
 public:
  /// Throws: InvalidArgument for an empty column name or a margin that is not finite.
  explicit SafetyMargin(SafetyMarginOptions options);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override { return options_.unit; }

  /// Throws: InvalidArgument also when a reference is not finite, naming the row.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  SafetyMarginOptions options_;
};

}  // namespace moo
