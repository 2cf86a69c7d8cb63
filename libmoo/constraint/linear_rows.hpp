#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

/// Writes a linear rule residual by residual: add the terms of one, then end it,
///
///     r_k = sum of coefficient * prediction(output, probe) + constant.
///
/// Terms on one output of one probe are summed up. Of another quantity, entry (output, probe) is
/// that of its matrix.
class LinearRows {
 public:
  explicit LinearRows(const Dataset& data) : num_outputs_(static_cast<int>(data.targets.rows())) {}

  /// On a quantity with `height` rows that is not the predictions.
  explicit LinearRows(int height) : num_outputs_(height) {}

  /// @param probe column of the batch, or of another quantity
  void add_term(double coefficient, int output, int probe);

  /// Ends the residual; `constant` is in the rule's unit.
  void end_residual(double constant = 0.0);

  /// The rule on all probes `batch` has by now: bind last, when every probe is appended.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const ProbeBatch& batch) const;

  /// The rule on a quantity that has `columns` columns by now.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind_columns(int columns) const;

 private:
  int num_outputs_;
  std::vector<Eigen::Triplet<double>> terms_;
  std::vector<double> constants_;
};

/// The outputs a rule is about: `outputs` as they are, or all of them for an empty list.
/// Throws: InvalidArgument in the name of `rule` for one that does not exist or comes twice.
std::vector<int> chosen_outputs(const std::string& rule, const std::vector<int>& outputs,
                                const Dataset& data);

/// "0.95": a number as messages and names show it.
std::string number_text(double number);

}  // namespace moo
