#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

enum class Bend {
  convex,   ///< curves upwards
  concave,  ///< curves downwards: diminishing returns
};

struct ConvexInOptions {
  std::string input;  ///< model input
  Bend bend = Bend::convex;
  double step = 1.0;  ///< h > 0, in units of the model's own (standardised) input
  int output = 0;     ///< of the model
  std::string unit = "prediction";
};

/// Convex (or concave) in one input with the others held, by the second difference around each row:
///
///     r = -s (p(x - h e_j) - 2 p(x) + p(x + h e_j)) <= 0,      s = +1 for convex, -1 for concave,
///
/// one residual per data row, in the prediction's unit: twice the height of the prediction above
/// its chord (convex). It is not divided by h^2: multiply the tolerance, not the rule, to think in
/// second derivatives. Linear; two shifted copies of the rows are appended.
/// Source: Boyd and Vandenberghe (2004), section 3.1.1, Jensen's inequality at midpoints; Gupta,
/// Bahri, Cotter, Canini (2018), on diminishing returns.
class ConvexIn final : public Constraint {
 public:
  /// Throws: InvalidArgument for an empty input name or a step that is not positive and finite.
  explicit ConvexIn(ConvexInOptions options);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override { return options_.unit; }
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  ConvexInOptions options_;
};

}  // namespace moo
