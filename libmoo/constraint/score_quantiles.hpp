#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

// Rules on quantiles of the predictions over rows. The quantile at level u in [0, 1] of n rows is
// interpolated between order statistics p_(1) <= ... <= p_(n):
//
//     Q(u) = (1 - f) p_(j) + f p_(j+1),      j + f = 1 + (n - 1) u,  0 <= f < 1
//
// (type 7 of Hyndman and Fan 1996). It is continuous and piecewise linear in the predictions; where
// rows are tied the derivative used is that of one of the pieces, rows in their order.

/// Quantile parity: the predictions inside and outside a protected group have the same
/// distribution, compared at fixed levels u_1 ... u_K,
///
///     r_k = Q_{A=1}(u_k) - Q_{A=0}(u_k) = 0,
///
/// one residual per level, in units of the prediction; positive: members are higher at that level.
/// At the midpoints u_k = (k - 1/2)/K the mean of |r_k| (a hinge penalty) approximates the
/// 1-Wasserstein distance of the two score distributions, and the mean of r_k^2 (a squared hinge)
/// the square of the 2-Wasserstein distance. Piecewise linear; its probes are the data rows.
/// O(N log N) per evaluation.
/// Source: Jiang, Pacchiano, Stepleton, Jiang, Chiappa (2020), "Wasserstein fair classification",
/// section 2 (strong demographic parity).
class QuantileParity final : public Constraint {
 public:
  /// @param levels in [0, 1], one at least; see midpoint_levels
  /// Throws: InvalidArgument for another level, or none.
  QuantileParity(std::string protected_column, std::vector<double> levels, int output = 0);

  [[nodiscard]] std::string name() const override { return "quantile parity over " + column_; }
  [[nodiscard]] std::string unit() const override { return "probability"; }
  [[nodiscard]] Sense sense() const override { return Sense::equality; }

  /// Throws: InvalidArgument when a group has no row, the column holds anything but 0 and 1, or the
  /// data have no such column or output.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  std::string column_;
  std::vector<double> levels_;
  int output_;
};

/// A bound on one quantile of the predictions over the data rows, or those of them in which a
/// column is 1,
///
///     at_most:  r = Q(u) - t <= 0          at_least:  r = t - Q(u) <= 0,
///
/// one residual, in units of the prediction. Piecewise linear; its probes are the data rows.
/// "At most 5 % of the predictions exceed t" is at_most with u = 0.95, up to interpolation.
/// Source: Rockafellar and Uryasev (2000), section 1 (value at risk), on predictions.
class QuantileBound final : public Constraint {
 public:
  enum class Kind { at_most, at_least };

  struct Options {
    std::string member_column;  ///< rows where it is 1; empty: all rows
    int output = 0;             ///< of the model
  };

  /// @param level u in [0, 1]   @param bound t
  /// Throws: InvalidArgument for another level, or a bound that is not finite.
  QuantileBound(Kind kind, double level, double bound);
  QuantileBound(Kind kind, double level, double bound, Options options);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override { return "prediction"; }

  /// Throws: InvalidArgument when there is no row, the column holds anything but 0 and 1, or the
  /// data have no such column or output.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  Kind kind_;
  double level_;
  double bound_;
  Options options_;
};

/// 1/2K, 3/2K, ..., (2K - 1)/2K: the midpoints of K equal parts of [0, 1].
/// Throws: InvalidArgument when count < 1.
std::vector<double> midpoint_levels(int count);

}  // namespace moo
