#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

/// A decision for or against, made from a row's logits z, and the smooth share s in (0, 1) that
/// stands in for it where derivatives are needed:
///
///     threshold:   z_o > threshold               s = 1 / (1 + exp(-(z_o - threshold) / T))
///     argmax:      z_o is the largest            s = exp(z_o / T) / sum_j exp(z_j / T)
///
/// The smooth one tends to the straight one as T falls. Thresholds on a probability p become
/// log(p / (1 - p)).
/// Source: Bendekgey and Sudderth (2021), "Scalable and stable surrogates for flexible classifiers
/// with fairness constraints", section 3, on what sigmoid stand-ins do.
struct SmoothDecision {
  enum class Kind { threshold, argmax };
  Kind kind = Kind::threshold;
  int output = 0;            ///< o, of the model
  double threshold = 0.0;    ///< in units of the logit; only for threshold
  double temperature = 1.0;  ///< T > 0, in units of the logit
};

/// Throws: InvalidArgument in the name of `rule` unless threshold and temperature are finite and
/// the temperature is positive.
void require_decision(const std::string& rule, const SmoothDecision& decision);

/// The straight decision on one row: the truth that is reported. Of equal largest logits the first
/// counts.   @param logits q
bool is_decided(ConstVectorRef logits, const SmoothDecision& decision);

/// The straight share of the columns that are decided for.
/// @param logits q x B   @param columns rising or not; empty: all   Throws: InvalidArgument for a
/// decision that does not fit the logits, or no column.
double decision_share(ConstMatrixRef logits, const SmoothDecision& decision,
                      const std::vector<int>& columns = {});

/// The smooth share of the columns; as above.
double smooth_decision_share(ConstMatrixRef logits, const SmoothDecision& decision,
                             const std::vector<int>& columns = {});

/// The rule r = sum_b w_b s_b - offset on the logits of the data rows, with true_residuals() by the
/// straight decisions. Rows with w_b = 0 are left out.   @param weights N
/// Throws: InvalidArgument in the name of `rule` when the decision does not fit the model.
std::unique_ptr<BoundConstraint> bind_decisions(const std::string& rule,
                                                const SmoothDecision& decision,
                                                const Vector& weights, double offset,
                                                const Dataset& data, const ProbeBatch& batch);

}  // namespace moo
