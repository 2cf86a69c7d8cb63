#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

struct ActivationBoundOptions {
  int layer = 0;       ///< hidden layer, 0 next to the inputs
  double bound = 1.0;  ///< K > 0
};

/// No unit of a hidden layer is driven beyond a range, |a_i| <= K:
///
///     r+ = a_i - K <= 0,      r- = -a_i - K <= 0,
///
/// all r+ first (the units of a row together, rows in their order), in units of the activation.
/// A network within its range can be stored in fixed point. Linear; its probes are the data rows.
/// Source: Courbariaux, Bengio, David (2015), "Training deep neural networks with low precision
/// multiplications", section 5, on ranges of fixed point activations.
class ActivationBound final : public Constraint {
 public:
  /// Throws: InvalidArgument for a negative layer, or a bound that is not positive and finite.
  explicit ActivationBound(ActivationBoundOptions options);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override { return "activation"; }
  [[nodiscard]] ModelQuantity reads() const override {
    return {ModelQuantity::Kind::activations, options_.layer};
  }

  /// Throws: InvalidArgument when the network has no such layer.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  ActivationBoundOptions options_;
};

}  // namespace moo
