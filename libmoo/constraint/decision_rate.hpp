#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"
#include "libmoo/constraint/smooth_decision.hpp"

namespace moo {

struct DecisionRateOptions {
  enum class Kind { at_most, at_least, equal };
  Kind kind = Kind::at_most;
  double target = 0.5;  ///< t in [0, 1]
  SmoothDecision decision = {};
  std::string member_column = "";  ///< rows where it is 1; empty: all rows
};

/// The share of rows that are decided for ("at most 10 % are rejected") is bounded,
///
///     at_most:   r = m - t <= 0       at_least:   r = t - m <= 0       equal:   r = m - t = 0,
///
/// one residual, a share of rows. m is the mean of the smooth decision s where derivatives are
/// needed, and the straight rate in true_residuals(), which is what reports and violation rates
/// use: the two differ by what the rows within a few temperatures of the threshold contribute.
/// annealed(factor) is the rule with its temperature times factor. Reads logits; its probes are the
/// data rows.
/// Source: Goh, Cotter, Gupta, Friedlander (2016), section 2 (rate constraints), with a sigmoid
/// instead of a ramp; Cotter et al. (2019) on keeping the straight rate as the truth.
class DecisionRate final : public Constraint {
 public:
  using Kind = DecisionRateOptions::Kind;

  /// Throws: InvalidArgument for a target outside [0, 1], or as require_decision() does.
  explicit DecisionRate(DecisionRateOptions options);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override { return "share of rows"; }
  [[nodiscard]] Sense sense() const override {
    return options_.kind == Kind::equal ? Sense::equality : Sense::inequality;
  }
  [[nodiscard]] ModelQuantity reads() const override { return {ModelQuantity::Kind::logits, -1}; }
  [[nodiscard]] std::shared_ptr<const Constraint> annealed(double factor) const override;

  /// Throws: InvalidArgument when there is no row, the column holds anything but 0 and 1, or the
  /// model has no such output.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  DecisionRateOptions options_;
};

}  // namespace moo
