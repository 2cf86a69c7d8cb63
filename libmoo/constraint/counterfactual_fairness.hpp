#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

/// A protected input and the two values that are compared, in units of the model's own
/// (standardised) input.
struct ProtectedInput {
  std::string input;
  double a = 0.0;
  double b = 0.0;
};

/// Counterfactual fairness, in its simplest form: no row's prediction changes when its protected
/// inputs, and nothing else, are set to one value or to the other,
///
///     r = p(x with x_A = a) - p(x with x_A = b) = 0,
///
/// one residual per data row, in units of the prediction; positive: a is favoured. Linear in the
/// predictions; its probes are two changed copies of the data rows. Several inputs are changed
/// together: a one-hot code needs all of its columns.
///
/// Simplified against the source: there a counterfactual comes from a causal model, in which a
/// change of A also changes what A causes. Here A is taken to cause no other input, so that the
/// rule is about the direct effect of A only; a model that does not use x_A satisfies it whatever
/// the proxies of A among its inputs are.
/// Source: Kusner, Loftus, Russell, Silva (2017), definition 5.
class CounterfactualFairness final : public Constraint {
 public:
  /// @param output which of the model's outputs the rule is about
  /// Throws: InvalidArgument when there are no inputs, one is there twice, or its two values are
  /// equal or not finite.
  explicit CounterfactualFairness(std::vector<ProtectedInput> inputs, int output = 0);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override { return "probability"; }
  [[nodiscard]] Sense sense() const override { return Sense::equality; }

  /// Throws: InvalidArgument when the data have no such input or output.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  std::vector<ProtectedInput> inputs_;
  int output_;
};

}  // namespace moo
