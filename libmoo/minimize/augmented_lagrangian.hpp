#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libmoo/minimize/minimizer.hpp"
#include "libmoo/minimize/value_constraint.hpp"

namespace moo {

/// The augmented Lagrangian of Powell, Hestenes and Rockafellar as a scalarization,
///
///     phi + sum_i 1/(2 rho_i) [ max(0, lambda_i + rho_i c_i)^2 - lambda_i^2 ]      (inequalities)
///         + sum_j lambda_j c_j + rho_j/2 c_j^2                                     (equalities),
///
/// so that its gradient costs one pull-back however many constraints there are. Borrows `base`.
class AugmentedLagrangianFunction final : public Scalarization {
 public:
  AugmentedLagrangianFunction(const Scalarization& base, const ValueConstraints& constraints,
                              ConstVectorRef multipliers, ConstVectorRef penalties);

  [[nodiscard]] double value(ConstVectorRef values) const override;
  void weights(ConstVectorRef values, VectorRef weights) const override;
  void curvature(ConstVectorRef values, MatrixRef curvature) const override;
  [[nodiscard]] bool squared_form(ConstVectorRef values, SquaredForm& form) const override;

 private:
  const Scalarization& base_;
  const ValueConstraints& constraints_;
  Vector multipliers_;
  Vector penalties_;
};

struct AugmentedLagrangianSettings {
  /// Largest c_i, in units of its scale, of constraints without a tolerance of their own.
  double feasibility_tolerance = 1e-6;
  /// rho_0, objectives being scaled to about one; a group of more than a hundred constraints begins
  /// with 10 / sqrt(size) of it, because penalties of one group add up.
  double initial_penalty = 20.0;
  double penalty_growth = 10.0;      ///< of a group whose violation fell too little
  double sufficient_decrease = 0.1;  ///< tau: violation must fall below tau times the last one
  double largest_penalty = 1e8;      ///< for constraints whose gradients are of size one
  double largest_multiplier = 1e6;   ///< safeguard: multipliers are clamped to this
  int max_outer_iterations = 40;
  /// Iterations over all outer iterations, in multiples of the inner limit.
  int iteration_factor = 10;
  /// Largest n and number of constraints (bounds not counted) that lbfgs leaves to sequential
  /// quadratic programming; 0: none.
  int dense_variables = 200;
  int dense_constraints = 200;
};

struct ConstrainedMinimum : Minimum {
  /// Of c_i, >= 0 for inequalities: for `constraints`, the hard rows, then the finite bounds
  /// (variable by variable, lower before upper).
  Vector multipliers;
  Vector penalties;        ///< in the same order, the last ones
  Vector hard_rows;        ///< p: the part of `multipliers` that belongs to the hard rows
  double violation = 0.0;  ///< largest constraint violation, in units of the scales
  bool feasible = true;    ///< every constraint within its tolerance, variables within their bounds
  int outer_iterations = 0;
};

/// Leaves the choice to ConstrainedMinimizer: "bounded_lbfgs" where nothing or bounds alone
/// constrain, "lbfgs" otherwise. Measured in adr/0005.
inline constexpr std::string_view automatic_minimizer = "automatic";

/// What ConstrainedMinimizer takes: "automatic", then minimizer_names().
const std::vector<std::string>& constrained_minimizer_names();

/// Minimises a scalarization subject to constraints on values: by SequentialQuadratic where the
/// problem is small and the minimizer is "lbfgs" (the settings say what small is), otherwise by an
/// augmented Lagrangian around any Minimizer, which also takes over where the former stalls.
///
/// Equality rows are met to their own tolerance or the settings' feasibility tolerance, the smaller
/// one, inequality rows to their own. Inequality rows aim at c <= -s, s half the tolerance
/// but at most half the settings' feasibility tolerance, so that a converged point has c <= 0 and
/// rows with a multiplier have c >= -tolerance.
///
/// With L-BFGS inside and ten or more constraints in action, inner runs take place in
/// RelaxedVariables, renewed as the active set changes: penalties cost no conditioning, and the
/// number of gradients hardly depends on the number of rows. A run that ends early, or on its
/// bounds to within a tolerance only, is put on its constraints by `restore`.
///
/// Success (`converged`) is declared only when the Lagrangian's gradient, relative to 1 + the sum
/// of multipliers, meets the gradient tolerance, and feasibility and complementarity meet theirs,
/// all re-evaluated at the returned point. `infeasible` means a stationary point of the violation
/// (see violation_is_stationary) reached by minimising the violation alone; that point is returned.
/// `stalled`: neither.
///
/// Source: Andreani, Birgin, Martinez, Schuverdt (2007), algorithm 2.1; penalty per group and inner
/// tolerances as in Birgin and Martinez (2014), chapters 4 and 12.
class ConstrainedMinimizer {
 public:
  /// Throws: InvalidArgument on a name that is not in constrained_minimizer_names().
  ConstrainedMinimizer(std::string minimizer, const MinimizerSettings& inner,
                       const AugmentedLagrangianSettings& outer = {});

  /// Hard rows and bounds of the problem always take part; `constraints` come in addition. With
  /// neither, this is the plain minimizer.
  /// @param multipliers a guess (warm start) for those of `constraints`, or of `constraints` and
  /// then the hard rows, or empty
  /// Throws: InvalidArgument on an index without a value, a scale that is not > 0, a wrong size.
  [[nodiscard]] ConstrainedMinimum minimize(const Problem& problem,
                                            const Scalarization& scalarization,
                                            ConstVectorRef start,
                                            const ValueConstraints& constraints = {},
                                            ConstVectorRef multipliers = Vector(),
                                            const IterationCallback& callback = {}) const;

 private:
  /// By the augmented Lagrangian.
  [[nodiscard]] ConstrainedMinimum penalized(const Problem& problem,
                                             const Scalarization& scalarization,
                                             ConstVectorRef start, ValueConstraints all,
                                             ConstVectorRef guess,
                                             const IterationCallback& callback) const;

  std::string free_minimizer_;  ///< where nothing constrains
  std::string minimizer_;       ///< otherwise
  MinimizerSettings inner_;
  AugmentedLagrangianSettings outer_;
};

}  // namespace moo
