#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/minimize/adam.hpp"
#include "libmoo/solver/front_solver.hpp"
#include "solvers/aggregation/weighting.hpp"

namespace moo {

/// The front by multi-gradient descent: from points between those found so far, all objectives are
/// lowered together until none can fall without another rising. The gradients of the scaled
/// objectives are aggregated by one of several weightings of their Gramian (solvers/aggregation);
/// where a descent ends depends first of all on where it began.
///
/// Two objectives: a descent begins half-way, in theta, between the two ends of the widest gap.
/// More: at convex combinations of the anchors. Objectives are multiplied by a preference, the
/// normal of the gap's chord or the combination: it keeps descents on course, and the aggregation
/// that ends at a minimum of the mean (cagrad) would otherwise end there from everywhere.
///
/// `all_data`: Barzilai-Borwein steps with a line search on the weighted objectives, to a point
/// where the convex hull of the gradients comes within the tolerance of zero. `minibatches`: Adam
/// on the aggregated gradient, the Gramian averaged over steps because the weights of a minibatch's
/// own Gramian are biased; no certificate to speak of.
///
/// Needs free variables and no hard rows. Cost: m gradients per step.
/// Source: Desideri (2012); steps: Morovati, Pourkarimi, Basirzadeh (2016), section 3; averaging:
/// Zhou and others (2022), section 4.
class GradientAggregationSolver final : public FrontSolver {
 public:
  struct Options {
    std::string aggregation = "upgrad";
    std::string data = "all_data";
    double radius = 0.4;          ///< c of cagrad
    int steps = 2000;             ///< of a descent on minibatches, at the common learning rate
    double gramian_memory = 0.9;  ///< share of the last steps' Gramian that is kept, the same
  };

  GradientAggregationSolver();
  [[nodiscard]] std::string explain_unsupported(const Problem& problem) const override;

 protected:
  [[nodiscard]] std::vector<Task> plan_front(const Front& so_far) const override;
  void solve_task(const Problem& problem, const Task& task, Recorder& recorder) const override;

 private:
  [[nodiscard]] std::vector<Task> plan_gaps(const Front& so_far) const;
  [[nodiscard]] std::vector<Task> plan_combinations(const Front& so_far) const;

  Options options_;
};

}  // namespace moo
