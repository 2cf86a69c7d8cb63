#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/constraint.hpp"
#include "libmoo/constraint/input_change.hpp"

namespace moo {

struct InvarianceOptions {
  std::vector<Transformation> transformations;
  std::vector<int> outputs = {};  ///< which of the model's outputs; empty: all
  std::string unit = "prediction";
};

/// The prediction does not change when the inputs are transformed, p(T x) = p(x):
///
///     r = p_o(T x) - p_o(x) = 0,
///
/// one residual per transformation, output and data row (in this order), in the prediction's unit.
/// T mirrors an input, swaps two, shifts one or sets it to a constant, or does several of these in
/// turn. It works on the standardised inputs unless the transformation carries the standardizer;
/// with different means or deviations the swap of standardised numbers is not the swap of the raw
/// ones. A row that T leaves as it is has residual 0 and counts as satisfied. Linear; one changed
/// copy of the rows per transformation is appended.
/// Source: Abu-Mostafa (1995), on invariance hints, by virtual examples; for T that sets a
/// protected input: Kusner, Loftus, Russell, Silva (2017), section 3, where nothing else depends on
/// it.
class Invariance final : public Constraint {
 public:
  /// Throws: InvalidArgument without transformations.
  explicit Invariance(InvarianceOptions options);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override { return options_.unit; }
  [[nodiscard]] Sense sense() const override { return Sense::equality; }

  /// Throws: InvalidArgument also as changed_inputs() does.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  InvarianceOptions options_;
};

}  // namespace moo
