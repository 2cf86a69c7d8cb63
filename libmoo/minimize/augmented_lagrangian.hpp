#pragma once

#include <vector>

#include "libmoo/minimize/minimizer.hpp"

namespace moo {

/// One constraint on the values of a problem: (values[index] - bound) / scale <= 0 or = 0.
struct ValueConstraint {
  int index = 0;       ///< into objectives and hard rows, 0 .. m+p-1
  double bound = 0.0;  ///< in the value's own unit
  double scale = 1.0;  ///< > 0: what counts as one unit of violation
  Sense sense = Sense::inequality;
  int group = 0;  ///< constraints of one group share a penalty
};

/// The augmented Lagrangian of Powell, Hestenes and Rockafellar as a scalarization,
///
///     phi + sum_i 1/(2 rho_i) [ max(0, lambda_i + rho_i c_i)^2 - lambda_i^2 ]      (inequalities)
///         + sum_j lambda_j c_j + rho_j/2 c_j^2                                     (equalities),
///
/// so that its gradient costs one pull-back however many constraints there are. Borrows `base`.
class AugmentedLagrangianFunction final : public Scalarization {
 public:
  AugmentedLagrangianFunction(const Scalarization& base,
                              const std::vector<ValueConstraint>& constraints,
                              ConstVectorRef multipliers, ConstVectorRef penalties);

  [[nodiscard]] double value(ConstVectorRef values) const override;
  void weights(ConstVectorRef values, VectorRef weights) const override;
  void curvature(ConstVectorRef values, MatrixRef curvature) const override;
  [[nodiscard]] bool squared_form(ConstVectorRef values, SquaredForm& form) const override;

 private:
  const Scalarization& base_;
  const std::vector<ValueConstraint>& constraints_;
  Vector multipliers_;
  Vector penalties_;
};

struct AugmentedLagrangianSettings {
  double feasibility_tolerance = 1e-6;  ///< largest c_i, in units of its scale
  double initial_penalty = 10.0;        ///< rho_0; objectives are scaled to about one
  double penalty_growth = 5.0;          ///< of a group whose violation fell too little
  double sufficient_decrease = 0.5;     ///< tau: violation must fall below tau times the last one
  double largest_penalty = 1e8;
  double largest_multiplier = 1e6;  ///< safeguard: multipliers are clamped to this
  int max_outer_iterations = 40;
};

struct ConstrainedMinimum : Minimum {
  /// Of c_i, >= 0 for inequalities: for `constraints`, the hard rows, then the finite bounds
  /// (variable by variable, lower before upper).
  Vector multipliers;
  Vector penalties;        ///< in the same order, the last ones
  double violation = 0.0;  ///< largest constraint violation, in units of the scales
  int outer_iterations = 0;
};

/// Minimises a scalarization subject to constraints on values, around any Minimizer.
///
/// Success (`converged`) is declared only when the Lagrangian's gradient, relative to 1 + the sum
/// of multipliers, meets the gradient tolerance, and feasibility and complementarity meet theirs,
/// all re-evaluated at the returned point. `infeasible` means a stationary point of the violation,
/// |grad 1/2 |c_+|^2|_inf <= 1e-4 |c_+|_2 in units of the scales; `stalled` that the violation fell
/// no further though it could.
///
/// Source: Andreani, Birgin, Martinez, Schuverdt (2007), algorithm 2.1; penalty per group and inner
/// tolerances as in Birgin and Martinez (2014), chapters 4 and 12.
class ConstrainedMinimizer {
 public:
  ConstrainedMinimizer(std::string minimizer, const MinimizerSettings& inner,
                       const AugmentedLagrangianSettings& outer = {});

  /// Hard rows and bounds of the problem always take part; `constraints` come in addition. With
  /// neither, this is the plain minimizer.
  /// @param multipliers a guess for those of `constraints` (warm start), or empty
  /// Throws: InvalidArgument on an index without a value, a scale that is not > 0, a wrong size.
  [[nodiscard]] ConstrainedMinimum minimize(const Problem& problem,
                                            const Scalarization& scalarization,
                                            ConstVectorRef start,
                                            const std::vector<ValueConstraint>& constraints = {},
                                            ConstVectorRef multipliers = Vector(),
                                            const IterationCallback& callback = {}) const;

 private:
  [[nodiscard]] ConstrainedMinimum solve(const Problem& problem, const Scalarization& base,
                                         ConstVectorRef start,
                                         const std::vector<ValueConstraint>& constraints,
                                         Vector multipliers,
                                         const IterationCallback& callback) const;

  std::string minimizer_;
  MinimizerSettings inner_;
  AugmentedLagrangianSettings outer_;
};

}  // namespace moo
