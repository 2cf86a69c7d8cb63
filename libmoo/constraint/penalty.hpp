#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libmoo/problem/objective.hpp"

namespace moo {

/// How a violation counts.
enum class PenaltyShape {
  hinge,          ///< x+            C0, exact for a finite weight
  squared_hinge,  ///< x+^2          C1, the default
  softplus,       ///< t log(1 + exp(x/t)), t = 0.05   smooth, positive at the boundary
};

/// Residuals to one number >= 0: phi(x) with x = (residual + margin) / scale, averaged over probes.
/// For equality rules |residual| stands for the residual: phi is even, its slope 0 at 0, and it has
/// a kink there unless it is a squared_hinge without margin. A NaN residual has a NaN value.
struct Penalty {
  PenaltyShape shape = PenaltyShape::squared_hinge;
  double margin = 0.0;  ///< extra distance asked for while training, in the rule's unit
  double scale = 1.0;   ///< residual that counts as one, in the rule's unit; > 0

  /// phi and its first and second derivatives with respect to the residual.
  struct Value {
    double value;
    double slope;
    double curvature;
  };
  [[nodiscard]] Value operator()(double residual, Sense sense) const;
};

std::string_view to_string(PenaltyShape shape);

/// Unit of the penalty of residuals in `unit`, such as "(probability / 0.02)^2".
std::string penalty_unit(const Penalty& penalty, const std::string& unit);

}  // namespace moo
