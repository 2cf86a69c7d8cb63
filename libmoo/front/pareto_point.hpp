#pragma once

#include <map>
#include <string>

#include "libmoo/base/vector.hpp"

namespace moo {

/// Work spent. One evaluation is a forward pass; one gradient is one pulled-back weight vector.
struct Cost {
  long evaluations = 0;
  long gradients = 0;
  long hessian_products = 0;
  double seconds = 0.0;

  /// The same in units of one evaluation with one gradient, counted in passes through a network: a
  /// forward pass is one, a backward pass two, a Hessian product six.
  [[nodiscard]] double gradient_equivalents() const {
    return static_cast<double>(evaluations + 2 * gradients + 6 * hessian_products) / 3.0;
  }

  Cost& operator+=(const Cost& other);
};

/// How a solver came to a point, for readers and for the solver's own next plan.
struct Generator {
  std::string kind;                       ///< anchor, weight, epsilon, trace ...
  std::map<std::string, double> numbers;  ///< such as the position on its path
};

/// A share of probes with its 95 % Clopper-Pearson interval.
struct Rate {
  double rate = 0.0;
  double lower = 0.0;
  double upper = 1.0;
  long count = 0;
};

/// What a point is worth on one part of the data.
struct SplitEvaluation {
  Vector objectives;                            ///< m, raw: no weight decay
  std::map<std::string, double> metrics;        ///< by name, in the metric's own unit
  std::map<std::string, Rate> violation_rates;  ///< by constraint group
};

/// What a constraint group costs and buys at a point: the change of every objective, m numbers
/// each, when the group is dropped. Empty: not computed.
struct Influence {
  Vector estimate;  ///< from the point's multipliers
  Vector exact;     ///< by training again without the group
};

/// One answer: a model, what it achieves, and the proof that it is (locally) optimal.
struct ParetoPoint {
  int id = -1;
  std::string task;    ///< id of the task that found it
  Vector parameters;   ///< n
  Vector objectives;   ///< m, as minimised
  Vector constraints;  ///< p, values of the hard rows
  Vector weights;      ///< m, the solver's own weights on scaled objectives; empty if none
  Vector multipliers;  ///< m + p, certificate; the first m are in the simplex
  double kkt_residual = 0.0;
  /// kkt_residual within the run's tolerance, times 1 + the sum of the hard rows' |multipliers|.
  bool converged = false;
  bool feasible = true;
  bool dominated = false;
  Generator generator;
  Cost cost;
  std::map<std::string, SplitEvaluation> evaluation;  ///< by split
  std::map<std::string, Influence> influence;         ///< by constraint group
};

}  // namespace moo
