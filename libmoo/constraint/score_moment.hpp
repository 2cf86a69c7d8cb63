#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

/// A moment of the distribution of predictions over rows has a given value,
///
///     mean:       r = m - t = 0,                          m = 1/N sum_b p_b     linear
///     variance:   r = 1/N sum_b (p_b - m)^2 - t = 0                             quadratic
///
/// one residual, in units of the prediction or of its square; positive: the moment is too large.
/// Its probes are the data rows, or those of them in which a column is 1. The variance is the
/// population's (1/N); its Jacobian vanishes at a constant model, which a positive target therefore
/// does not pull away from by itself.
/// Source: moment matching, as in Mann and McCallum (2010), "Generalized expectation criteria".
class ScoreMoment final : public Constraint {
 public:
  enum class Moment { mean, variance };

  struct Options {
    std::string member_column;  ///< rows where it is 1; empty: all rows
    int output = 0;             ///< of the model
  };

  /// @param target t
  /// Throws: InvalidArgument when the target is not finite, or a variance < 0.
  ScoreMoment(Moment moment, double target);
  ScoreMoment(Moment moment, double target, Options options);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override {
    return moment_ == Moment::mean ? "prediction" : "prediction^2";
  }
  [[nodiscard]] Sense sense() const override { return Sense::equality; }

  /// Throws: InvalidArgument when there is no row, the column holds anything but 0 and 1, or the
  /// data have no such column or output.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  Moment moment_;
  double target_;
  Options options_;
};

}  // namespace moo
