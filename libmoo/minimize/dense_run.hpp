#pragma once

#include "libmoo/minimize/sequential_quadratic.hpp"

namespace moo {

/// SequentialQuadratic with second chances: where it comes to rest at a violation of its
/// constraints, the violation alone is minimised, from there and from the start, and the run goes
/// on from the first point that meets them. Not meant for callers of the library. Borrows
/// everything it is constructed with.
class DenseRun {
 public:
  DenseRun(const Problem& problem, const Scalarization& base, const ValueConstraints& constraints,
           const MinimizerSettings& settings, const IterationCallback& callback)
      : problem_(problem),
        base_(base),
        constraints_(constraints),
        settings_(settings),
        callback_(callback) {}

  /// `infeasible`: both minimisations of the violation ended in stationary points of it; the result
  /// is the lower one. `stalled`: whatever else went wrong.
  ConstrainedMinimum run(ConstVectorRef start, ConstVectorRef multipliers);

 private:
  ConstrainedMinimum descend(ConstVectorRef start, ConstVectorRef multipliers);
  ConstrainedMinimum leave_the_objective(ConstVectorRef start, ConstrainedMinimum resting);
  [[nodiscard]] IterationCallback watched();

  const Problem& problem_;
  const Scalarization& base_;
  const ValueConstraints& constraints_;
  const MinimizerSettings& settings_;
  const IterationCallback& callback_;
  int iterations_ = 0;
  bool stopped_ = false;
};

}  // namespace moo
