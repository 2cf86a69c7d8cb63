#pragma once

#include <limits>
#include <string>
#include <vector>

#include "libmoo/minimize/augmented_lagrangian.hpp"

namespace moo {

/// One run of ConstrainedMinimizer on a problem without bounds, all constraints being given. Not
/// meant for callers of the library. Borrows everything it is constructed with.
class OuterLoop {
 public:
  OuterLoop(const Problem& problem, const Scalarization& base, const ValueConstraints& constraints,
            const std::string& minimizer, const MinimizerSettings& inner,
            const AugmentedLagrangianSettings& outer, const IterationCallback& callback)
      : problem_(problem),
        base_(base),
        constraints_(constraints),
        minimizer_(minimizer),
        inner_(inner),
        outer_(outer),
        callback_(callback),
        count_(static_cast<Eigen::Index>(constraints.size())) {}

  ConstrainedMinimum run(ConstVectorRef start, ConstVectorRef multipliers);

 private:
  [[nodiscard]] const ValueConstraint& constraint(Eigen::Index k) const {
    return constraints_[static_cast<std::size_t>(k)];
  }

  void begin_penalties();

  bool end(MinimizerStatus status);

  /// One outer iteration; false when the run is over, with its status.
  bool iterate();

  /// |grad L|_inf that counts as zero.
  [[nodiscard]] double stationarity() const;

  [[nodiscard]] bool is_complementary() const;

  /// Iterations that may still be spent, over all outer iterations.
  [[nodiscard]] int left() const {
    return outer_.iteration_factor * inner_.max_iterations - result_.iterations;
  }

  void update_multipliers();

  void raise_penalties(const Vector& before);

  /// Whether another outer iteration makes sense; otherwise the status says why not.
  bool may_go_on();

  /// The limits are meant for gradients of size one: raises them, once, for groups with smaller
  /// ones. False when there was nothing to raise.
  bool raise_limits();

  enum class Restored { met, infeasible, unclear, stopped };
  /// Minimises the violation alone from here. Where that meets the constraints the run begins anew
  /// from there, once; where it ends in a stationary point of the violation the problem is
  /// infeasible as far as one can see from here, and that point is the result.
  Restored leave_the_objective();

  /// The caller's callback; remembers a stop, because an inner run that meets its tolerance in the
  /// very iteration it is stopped in counts as converged.
  [[nodiscard]] IterationCallback watched();

  /// The inner run: in relaxed variables when there is something to relax.
  Minimum descend(const AugmentedLagrangianFunction& lagrangian, double gradient_tolerance);

  /// Constraints that act on a point near theta, if there are enough of them to be worth relaxing:
  /// L-BFGS learns a few stiff directions by itself. The first run goes without, because far from
  /// the solution the set changes too fast.
  [[nodiscard]] std::vector<int> constraints_in_action(const Vector& theta) const;

  /// Some iterations in variables in which the named constraints are not stiff, until |grad|_inf in
  /// theta meets the tolerance.
  Minimum descend_relaxed(const AugmentedLagrangianFunction& lagrangian, MinimizerSettings settings,
                          const std::vector<int>& stiff, const Vector& theta);

  const Problem& problem_;
  const Scalarization& base_;
  const ValueConstraints& constraints_;
  const std::string& minimizer_;
  const MinimizerSettings& inner_;
  const AugmentedLagrangianSettings& outer_;
  const IterationCallback& callback_;
  const Eigen::Index count_;

  Vector start_;
  Vector multipliers_;
  Vector penalties_;
  Vector measure_;
  Vector largest_penalties_;
  Vector largest_multipliers_;
  ConstrainedMinimum result_;
  double tolerance_ = 0.3;
  double last_violation_ = std::numeric_limits<double>::infinity();
  int stuck_ = 0;
  bool warm_ = false;
  bool stopped_ = false;
  bool restored_ = false;
  bool limits_raised_ = false;
};

}  // namespace moo
