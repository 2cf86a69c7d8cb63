#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

struct TopKShareOptions {
  enum class Kind { at_most, at_least, equal };
  std::string member_column;  ///< of 0 and 1
  int count = 10;             ///< k >= 1: the top of every list
  Kind kind = Kind::at_least;
  double target = 0.5;           ///< t in [0, 1]
  std::string list_column = "";  ///< rows with one value are one list; empty: all rows are one
  double temperature = 0.1;      ///< T > 0, in units of the prediction
  double width = 0.5;            ///< S > 0, in ranks: how soft the edge of the top is
  int output = 0;                ///< of the model: the score
};

/// The share of members among the k highest of every list is bounded,
///
///     at_least:   r = t - F <= 0      at_most:   r = F - t <= 0      equal:   r = F - t = 0,
///
/// one residual per list, lists by rising value of their column. With soft ranks R (1 is the
/// highest) and soft membership m of the top,
///
///     R_b = 1/2 + sum_j sigmoid((p_j - p_b) / T),   m_b = sigmoid((k + 1/2 - R_b) / S),
///     F = sum over members of m / sum over all rows of m.
///
/// true_residuals() takes the k highest themselves (ties by row; all of a shorter list). Exposure
/// that falls smoothly down the list is ExposureParity. annealed(factor) is the rule with T and
/// S times factor. O(n^2) per evaluation of a list of n rows; its probes are the data rows.
/// Source: Yang and Stoyanovich (2017), "Measuring fairness in ranked outputs", section 2 (shares
/// in top prefixes); Qin, Liu, Li (2010), "A general approximation framework for direct
/// optimization of information retrieval measures", section 4.1 (soft ranks) and 4.2 (top k).
class TopKShare final : public Constraint {
 public:
  using Kind = TopKShareOptions::Kind;

  /// Throws: InvalidArgument for numbers outside their ranges.
  explicit TopKShare(TopKShareOptions options);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override { return "share of rows"; }
  [[nodiscard]] Sense sense() const override {
    return options_.kind == Kind::equal ? Sense::equality : Sense::inequality;
  }
  [[nodiscard]] std::shared_ptr<const Constraint> annealed(double factor) const override;

  /// Throws: InvalidArgument when there is no member, a column does not hold what it should, or the
  /// model has no such output.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  TopKShareOptions options_;
};

}  // namespace moo
