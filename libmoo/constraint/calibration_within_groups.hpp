#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

/// Fixed bins of a score that is not the model's own: [e_0, e_1), [e_1, e_2), ..., the last one
/// closed. In units of the column.
struct ReferenceBins {
  std::string column;         ///< a side column, such as the score of an earlier model
  std::vector<double> edges;  ///< rising; two at least
};

/// Calibration in the large within cells: in each cell the mean prediction is the mean target,
///
///     r_k = mean_{cell k} p - mean_{cell k} y = 0,
///
/// where a cell is a group, or one bin of a reference score within a group. One residual per cell
/// that has enough rows, groups rising and within a group bins rising, in units of the prediction
/// (a probability); positive: overestimated. Linear in the predictions; its probes are the data
/// rows.
///
/// This is weaker than calibration within groups as it is usually defined, E[y | p, A] = p: there
/// the cells are level sets of the model's own score, which move with the model, and a binned
/// residual jumps whenever a row changes its bin. With fixed cells the rule is linear and says
/// exactly what it says: no cell is over- or underestimated on average (multiaccuracy with respect
/// to the cells). Small cells have noisy mean targets; min_rows leaves them out.
/// Source: Kim, Ghorbani, Zou (2019), "Multiaccuracy", section 2, for indicator functions of
/// cells; the stronger notion: Kleinberg, Mullainathan, Raghavan (2017), section 1.1, condition A.
class CalibrationWithinGroups final : public Constraint {
 public:
  struct Options {
    ReferenceBins bins;  ///< no column: groups as a whole
    int min_rows = 1;    ///< cells with fewer rows have no residual
    int output = 0;      ///< of the model, and row of the targets
  };

  /// @param group_column a side column with up to 64 distinct values, each of which is a group
  /// Throws: InvalidArgument when edges do not rise or min_rows < 1.
  explicit CalibrationWithinGroups(std::string group_column);
  CalibrationWithinGroups(std::string group_column, Options options);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override { return "probability"; }
  [[nodiscard]] Sense sense() const override { return Sense::equality; }

  /// Throws: InvalidArgument when a row lies outside all bins, no cell has enough rows, a column
  /// holds what is no number or has too many values, or the data have no such column or output.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  std::string column_;
  Options options_;
};

}  // namespace moo
