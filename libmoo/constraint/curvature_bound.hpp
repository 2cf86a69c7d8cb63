#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/constraint.hpp"
#include "libmoo/constraint/placed_probes.hpp"

namespace moo {

struct CurvatureBoundOptions {
  enum class Kind {
    smooth,   ///< |second derivative| <= bound
    convex,   ///< second derivative >= bound
    concave,  ///< second derivative <= -bound
  };
  std::vector<std::string> inputs;  ///< model inputs
  Kind kind = Kind::smooth;
  double bound = 0.0;  ///< K, per square of the input's unit; >= 0 for smooth
  int output = 0;      ///< of the model
  ProbePlaces where = {};
  std::string unit = "prediction";  ///< of the prediction
};

/// A bound on the second derivative in one input with the others held:
///
///     smooth:    r+ = d2p/dx_j^2 - K <= 0,   r- = -d2p/dx_j^2 - K <= 0
///     convex:    r = K - d2p/dx_j^2 <= 0
///     concave:   r = K + d2p/dx_j^2 <= 0
///
/// in units of the prediction per square of the input's unit, raw when `where` carries the
/// standardizer. Residuals go input by input, one per place; for smooth all r+ of an input, then
/// its r-. K > 0 asks for strong convexity. See ConvexIn for the rule over a step. Linear; one
/// directional probe per input and place.
/// Source: Boyd and Vandenberghe (2004), section 3.1.4 (second-order conditions); Wahba (1990),
/// section 1.2, on second derivatives as roughness.
class CurvatureBound final : public Constraint {
 public:
  using Kind = CurvatureBoundOptions::Kind;

  /// Throws: InvalidArgument without inputs, for a bound that is not finite, or negative for
  /// smooth.
  explicit CurvatureBound(CurvatureBoundOptions options);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override {
    return options_.unit + " per squared unit of input";
  }
  [[nodiscard]] ModelQuantity reads() const override {
    return {ModelQuantity::Kind::derivatives, -1};
  }

  /// Throws: InvalidArgument also as PlacedProbes does.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  CurvatureBoundOptions options_;
};

}  // namespace moo
