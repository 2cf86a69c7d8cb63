#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/constraint.hpp"
#include "libmoo/constraint/placed_probes.hpp"

namespace moo {

struct SlopeBoundOptions {
  enum class Kind {
    each_input,     ///< every derivative for itself
    gradient_norm,  ///< the Euclidean norm of them together
  };
  std::vector<std::string> inputs;  ///< model inputs
  double bound = 1.0;               ///< K >= 0, per unit of the input
  Kind kind = Kind::each_input;
  int output = 0;  ///< of the model
  ProbePlaces where = {};
  std::string unit = "prediction";  ///< of the prediction
};

/// Lipschitz continuity by derivatives: the prediction changes by at most K per unit of an input,
///
///     each_input:      r+ = dp/dx_j - K <= 0,   r- = -dp/dx_j - K <= 0                linear
///     gradient_norm:   r = sum_j (dp/dx_j)^2 - K^2 <= 0                            quadratic
///
/// each_input: all r+ of an input (one per place), then its r-, input by input, in units of the
/// prediction per unit of the input. gradient_norm: one residual per place, in the square of that
/// unit, and the inputs should then have one unit. Units are raw when `where` carries the
/// standardizer. One directional probe per input and place.
/// Source: Gulrajani, Ahmed, Arjovsky, Dumoulin, Courville (2017), section 4 (gradient penalty),
/// one-sided and squared, for a smooth rule; Rockafellar and Wets (1998), section 9.A.
class SlopeBound final : public Constraint {
 public:
  using Kind = SlopeBoundOptions::Kind;

  /// Throws: InvalidArgument without inputs, for one that is there twice, or a bound that is
  /// negative or not finite.
  explicit SlopeBound(SlopeBoundOptions options);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override;
  [[nodiscard]] ModelQuantity reads() const override {
    return {ModelQuantity::Kind::derivatives, -1};
  }

  /// Throws: InvalidArgument also as PlacedProbes does.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  SlopeBoundOptions options_;
};

}  // namespace moo
