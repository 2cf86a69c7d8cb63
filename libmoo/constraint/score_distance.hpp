#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

struct ScoreDistanceOptions {
  enum class Kind {
    energy,         ///< smooth everywhere
    wasserstein_1,  ///< mean distance of quantiles
    wasserstein_2,  ///< mean squared distance of quantiles
  };
  Kind kind = Kind::energy;
  Vector reference = {};              ///< M >= 1 numbers the predictions should be spread like
  std::string reference_column = "";  ///< or this side column of the data rows
  double tolerance = 0.0;             ///< t >= 0
  double smoothing = 0.01;            ///< e > 0, in units of the prediction; not for wasserstein_2
  std::string member_column = "";     ///< rows where it is 1; empty: all rows
  int output = 0;                     ///< of the model
};

/// The predictions p on N rows are distributed like a reference sample q of M numbers,
///
///     energy:          r = 2 mean_ij h(p_i - q_j) - mean_ij h(p_i - p_j) - mean_ij h(q_i - q_j) -
///     t wasserstein_1:   r = mean_i h(p_(i) - Q((i - 1/2) / N)) - t wasserstein_2:   r = mean_i
///     (p_(i) - Q((i - 1/2) / N))^2 - t
///
/// with h(d) = sqrt(d^2 + e^2) - e, p_(1) <= ... <= p_(N) and Q the reference's quantiles,
/// interpolated at positions u M + 1/2 (type 5 of Hyndman and Fan 1996), so that equal samples have
/// distance 0. One residual r <= 0, in units of the prediction (wasserstein_2: its square). h
/// is at most |d| and at least |d| - e. Smooth for energy, at O(N (N + M)) per evaluation; the
/// others take O(N log N) and are smooth but where two predictions are equal. Its probes are the
/// data rows. Source: Szekely and Rizzo (2013), "Energy statistics", section 2, with the
/// multiquadric, which is of negative type as well (Micchelli 1986); Villani (2003), section 2.2
/// (distances of quantiles).
class ScoreDistance final : public Constraint {
 public:
  using Kind = ScoreDistanceOptions::Kind;

  /// Throws: InvalidArgument unless there is exactly one reference, finite, or for numbers outside
  /// their ranges.
  explicit ScoreDistance(ScoreDistanceOptions options);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override {
    return options_.kind == Kind::wasserstein_2 ? "prediction^2" : "prediction";
  }

  /// Throws: InvalidArgument when there is no row, a column does not hold what it should, or the
  /// data have no such column or output.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  ScoreDistanceOptions options_;
};

}  // namespace moo
