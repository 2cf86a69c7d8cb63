#pragma once

#include <string>
#include <vector>

#include "libmoo/problem/problem.hpp"

namespace moo {

/// A constraint of stochastic training: one multiplier, what drives it, and what it acts on.
struct DualRule {
  enum class Kind {
    objective,      ///< (f_i - bound) / scale
    row,            ///< one hard row
    rows_of_group,  ///< the mean violation of a group's hard rows, however many there are
  };
  Kind kind = Kind::objective;
  int index = 0;      ///< among the values; without meaning for rows_of_group
  std::string group;  ///< of rules
  Sense sense = Sense::inequality;
  double bound = 0.0;
  double scale = 1.0;
  double tolerance = 0.0;  ///< of the violation, in units of the scale
  int rate = -1;           ///< into Problem::rule_groups(): what drives the multiplier; -1: values
  double allowed_rate = 0.0;

  /// c, signed for equalities, from the values of the problem or of a minibatch.
  [[nodiscard]] double residual(const Problem& part, const Vector& values) const;

  /// What drives the multiplier: c, or how far the true rate is above the allowed one.
  /// @param rates of Problem::rule_groups(); not looked at without a rate
  [[nodiscard]] double drive(const Problem& part, const Vector& values, const Vector& rates) const;

  /// weights += lambda d c / d values.
  void add_weights(double lambda, const Problem& part, const Vector& values, Vector& weights) const;
};

/// Index of a group among Problem::rule_groups(); -1 when it is not there.
int rate_index(const Problem& problem, const std::string& group);

/// One rule per hard row where minibatches have the same rows; one per group where they have
/// others, driven by its true rate when `allowed_rate` > 0 and the problem knows it.
/// @param batch a minibatch, or null
std::vector<DualRule> hard_rules(const Problem& problem, const Problem* batch, double allowed_rate);

/// Scales the rules of hard rows so that their gradients are as long as that of weights . f at the
/// same theta: one rate then suits the multipliers of all rules, in whatever unit rows are.
/// @param weights m   Cost: one gradient, and four per group of rows.
void equalise_units(const Problem& problem, const Linearization& at, ConstVectorRef weights,
                    std::vector<DualRule>& rules);

}  // namespace moo
