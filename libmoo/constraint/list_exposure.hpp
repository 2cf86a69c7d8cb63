#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/list_attention.hpp"

namespace moo {

// Rules on the exposure of ranked rows. With the attention a within the lists (a softmax of the
// scores, see bind_attention) the exposure of row b in a list of n rows is n a_b: 1 on average, and
// everywhere where all scores of the list are equal. Probes: the data rows.

/// Exposure parity: members of a protected group get the same mean exposure as others, or exposure
/// in proportion to merit,
///
///     r = log(E_1 / M_1) - log(E_0 / M_0) = 0,
///
/// E_g the mean exposure and M_g the mean merit (or 1) of the rows of group g: one residual, the
/// logarithm of the exposure ratio (0.01 is about one per cent); positive: members are favoured.
/// Source: Singh and Joachims (2018), sections 4.1 (demographic parity) and 4.2 (disparate
/// treatment), with the softmax attention of Zehlike and Castillo (2020), section 3.
class ExposureParity final : public Constraint {
 public:
  /// @param protected_column of 0 and 1   @param merit_column of numbers >= 0; empty: no merit
  /// Throws: InvalidArgument unless the temperature is positive and finite.
  ExposureParity(RankedLists lists, std::string protected_column, std::string merit_column = "");

  [[nodiscard]] std::string name() const override { return "exposure parity over " + column_; }
  [[nodiscard]] std::string unit() const override { return "log ratio"; }
  [[nodiscard]] Sense sense() const override { return Sense::equality; }

  /// Throws: InvalidArgument when a group has no row or no merit, a column does not hold what it
  /// should, or the data have no such column or output.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  RankedLists lists_;
  std::string column_;
  std::string merit_;
};

/// Anti-concentration: exposure is spread over the items,
///
///     entropy_deficit:  r = sum_i s_i log(I s_i) - t <= 0                               nats
///     gini:             r = 1/(2 I) sum_ij (sqrt((s_i - s_j)^2 + e^2) - e) - t <= 0     share
///
/// with s_i the share of item i of I in all exposure and e = 0.01/I: one residual, 0 - t where all
/// items get the same. An item is a row, or all rows with one value of a column; one that is
/// listed more often gets more. The smoothing lowers Gini's coefficient by up to 0.005.
/// Gini: O(I^2) per evaluation.
/// Source: Gini's mean difference and Theil (1967), chapter 4 (entropy deficit), of exposures.
class ExposureConcentration final : public Constraint {
 public:
  enum class Measure { entropy_deficit, gini };

  /// @param limit t   @param item_column empty: every row is an item of its own
  /// Throws: InvalidArgument when the limit is not finite, or the temperature not positive.
  ExposureConcentration(RankedLists lists, Measure measure, double limit,
                        std::string item_column = "");

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override {
    return measure_ == Measure::gini ? "Gini coefficient" : "nats";
  }

  /// Throws: InvalidArgument when the data have no such column or output.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  RankedLists lists_;
  Measure measure_;
  double limit_;
  std::string item_;
};

/// Diversity: two rows drawn from a list by their attention are not too similar,
///
///     r_L = sum_{i, j in L} a_i a_j k_ij - t <= 0,
///
///     k_ij = exp(-(x_i - x_j)^2 / (2 h^2))          of a number x
///     k_ij = |A_i and A_j| / |A_i or A_j|           of a set A of flags, such as genres; 1 for two
///                                                   rows without any
///
/// one residual per list, lists rising, in units of similarity (0 ... 1). Drawn with replacement: a
/// list that shows one row only has similarity 1. O(n^2) per list of n rows, in time and memory.
/// Source: Rao (1982), section 2: 1 - sum a a k is his quadratic entropy; Jaccard (1912) for sets.
class ListSimilarity final : public Constraint {
 public:
  /// @param feature_column x   @param width h > 0, in units of x   @param limit t
  /// Throws: InvalidArgument when width or temperature are not positive, or the limit not finite.
  ListSimilarity(RankedLists lists, std::string feature_column, double width, double limit);

  /// @param flag_columns of zeros and ones, one per element a row's set may have
  /// Throws: InvalidArgument also for no column.
  ListSimilarity(RankedLists lists, std::vector<std::string> flag_columns, double limit);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override { return "similarity"; }

  /// Throws: InvalidArgument when the data have no such column or output, or a flag is none.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  /// k of all pairs of rows of a list.
  [[nodiscard]] Matrix kernel(const std::vector<int>& list, const Dataset& data) const;

  RankedLists lists_;
  std::string feature_;  ///< empty: flags
  std::vector<std::string> flags_;
  double width_ = 0.0;
  double limit_;
};

}  // namespace moo
