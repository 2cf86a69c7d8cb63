#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

/// Monotonicity by finite pairs: the prediction must not fall when an input rises,
///
///     r = s (p(x) - p(x + h e_j)) <= 0,      s = +1 for rising, -1 for falling,
///
/// one residual per data row and input, in units of the prediction. The step h is in units of the
/// model's own (standardised) input. Linear in the predictions; the base points are the data rows,
/// so that only the shifted copies cost anything.
/// Source: Sill and Abu-Mostafa (1997), section 2.
class MonotonePairs final : public Constraint {
 public:
  enum class Direction { rising, falling };

  /// @param inputs names of input columns   @param step h > 0   @param output of the model
  /// Throws: InvalidArgument when there are no inputs or the step is not positive and finite.
  /// @param unit of the prediction
  MonotonePairs(std::vector<std::string> inputs, Direction direction, double step, int output = 0,
                std::string unit = "probability");

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override { return unit_; }
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  std::vector<std::string> inputs_;
  Direction direction_;
  double step_;
  int output_;
  std::string unit_;
};

}  // namespace moo
