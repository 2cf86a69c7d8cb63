#pragma once

#include <string>
#include <vector>

#include "libmoo/constraint/constraint.hpp"
#include "libmoo/data/dataset.hpp"

namespace moo {

/// What the targets of a dataset are.
enum class LabelKind {
  classes,  ///< 0 or 1, one row; or one-hot, a row per class
  numbers,  ///< of a regression
};

/// An input that predicts the label almost alone.
struct LeakSuspect {
  std::string input;
  int output = 0;      ///< row of the targets it predicts best
  double score = 0.0;  ///< classes: area under the ROC curve; numbers: R2; at most 1
};

/// Inputs whose score is above the limit, best first: the classic sign of a column that gives the
/// label away. For classes the larger of the area under the ROC curve and its complement, each
/// class of at least ten rows against the rest; for numbers the share of the variance that the best
/// monotone function of the input explains. O(d q N log N). Rows count alike, whatever their
/// weights.
[[nodiscard]] std::vector<LeakSuspect> label_leaks(const Dataset& data, LabelKind kind,
                                                   double limit = 0.95);

/// The share of the variance of y that the best rising or falling function of x explains, in
/// [0, 1]: R2 of the better of two isotonic regressions, rows of equal x pooled; 0 for constant y.
/// Source: Barlow, Bartholomew, Bremner and Brunk (1972), section 1.2, pool adjacent violators.
[[nodiscard]] double monotone_r_squared(ConstVectorRef x, ConstVectorRef y);

/// Whether the labels obey a rule that models are asked to obey.
struct LabelVerdict {
  /// Why the labels cannot tell, in one clause: the rule asks what the model says elsewhere than on
  /// the data rows, or about something else than its predictions. Empty when they can.
  std::string needs_model;
  long probes = 0;      ///< residuals judged
  long violations = 0;  ///< of them beyond the tolerance
  double worst = 0.0;  ///< the largest residual (absolute value for equalities), in the rule's unit
};

/// Judges the rule's residuals with the labels in place of the predictions. A perfect model of
/// these rows would break the rule as often.
/// Throws: InvalidArgument when the rule cannot be bound to the data.
[[nodiscard]] LabelVerdict judge_labels(const Constraint& rule, const Dataset& data,
                                        double tolerance);

/// Observed pairs of rows that differ in one input only, so that the labels alone show whether they
/// rise with it.
struct TwinPairs {
  long pairs = 0;  ///< with different values of the input
  long falling =
      0;            ///< of them: the label is lower where the input is higher, beyond the tolerance
  long rising = 0;  ///< of them: higher
};

/// Pairs of rows with equal values of all inputs but one. At most `limit` pairs are looked at.
/// Throws: InvalidArgument for an unknown input or output.
[[nodiscard]] TwinPairs twin_pairs(const Dataset& data, const std::string& input, int output = 0,
                                   double tolerance = 0.0, long limit = 1000000);

}  // namespace moo
