#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

struct LipschitzPairsOptions {
  std::vector<std::string> inputs;  ///< model inputs
  double constant = 1.0;            ///< K >= 0: largest slope, in prediction per standardised input
  double step = 1.0;                ///< h > 0, in units of the model's own (standardised) input
  int output = 0;                   ///< of the model
  std::string unit = "prediction";
};

/// The prediction changes by at most K per unit of an input, |p(x + h e_j) - p(x)| <= K h, as two
/// one-sided residuals per data row and input,
///
///     r = +(p(x + h e_j) - p(x)) - K h <= 0,      r = -(p(x + h e_j) - p(x)) - K h <= 0,
///
/// in the prediction's unit: input by input, N rises, then N falls. At most one of a pair is
/// violated, so that a rate over residuals is half of the rate over pairs. The step and K are meant
/// in standardised inputs: a raw slope times the input's deviation is K. With K = 0 and a large
/// step the input has no say. Linear; one shifted copy of the rows per input is appended.
/// Source: Dwork, Hardt, Pitassi, Reingold, Zemel (2012), section 2, the Lipschitz condition on
/// pairs; Gouk, Frank, Pfahringer, Cree (2021) for networks.
class LipschitzPairs final : public Constraint {
 public:
  /// Throws: InvalidArgument without inputs, for K < 0, h <= 0, or one that is not finite.
  explicit LipschitzPairs(LipschitzPairsOptions options);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override { return options_.unit; }
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  LipschitzPairsOptions options_;
};

}  // namespace moo
