#pragma once

#include <string>
#include <vector>

#include "libmoo/front/coverage.hpp"
#include "libmoo/solver/front_solver.hpp"

namespace moo {

struct WeightedSumOptions {
  /// Stop when no supported point can lie deeper than this below the hull of the points found, in
  /// scaled units; 0: use all points.
  double error_tolerance = 0.0;
  /// What a weight is solved from: "one" end of its facet (or a mixture of them, where that is
  /// better), "both" ends, or both where no mixture is better ("auto"); two objectives only.
  /// "cold": the problem's own start, whatever is known already; the yardstick for warm starts.
  std::string starts = "auto";
  /// Distance below a cut, in scaled units, that counts as a better branch.
  double jump_tolerance = 1e-3;
  int probes = 8;  ///< most gaps to look into; 0: none
  /// Share of the points placed on a lattice of weights before hull refinement, three and four
  /// objectives. None was best where it was measured.
  double lattice_share = 0.0;
};

/// The front by weighted sums, min_theta sum_i w_i fh_i(theta), as a sandwich: the hull of the
/// points found lies above the front, the cuts w_k . fh >= min phi_k below it. The next weight is
/// the normal of the facet that has most room below it, so that the new point is the one farthest
/// below the facet. Every solve starts from the best of the facet's points and mixtures of their
/// parameters.
///
/// With more than four objectives, where hulls have too many facets, weights are those of a
/// lattice, each solved from a neighbour.
///
/// Cuts bound the front only where minima are global. A point below a cut shows that the cut's
/// minimum was on a worse branch of the path of optima: that weight is solved again from there, and
/// so on until no point lies below a cut.
///
/// Finds supported points only, those on the hull of the front. With two objectives every long gap
/// that no weight reaches is probed by an epsilon-constraint solve in its middle, which finds out
/// why (see Solver::coverage).
///
/// Source: Rote (1992); Solanki, Appino, Cohon (1993); Das and Dennis (1998), section 3.
class WeightedSumSolver final : public FrontSolver {
 public:
  WeightedSumSolver();
  [[nodiscard]] std::vector<std::string> notes(const Front& front) const override;
  [[nodiscard]] Coverage coverage(const Front& front) const override;

 protected:
  [[nodiscard]] std::vector<Task> plan_front(const Front& so_far) const override;
  void solve_task(const Problem& problem, const Task& task, Recorder& recorder) const override;

 private:
  [[nodiscard]] std::vector<Task> plan_branches(const Front& so_far) const;
  [[nodiscard]] std::vector<Task> plan_lattice(const Front& so_far, int points) const;
  [[nodiscard]] std::vector<Task> plan_facets(const Front& so_far, int remaining) const;
  [[nodiscard]] std::vector<Task> plan_probes(const Front& so_far) const;
  void solve_weight(const Problem& problem, const Task& task, Recorder& recorder) const;

  WeightedSumOptions options_;
};

}  // namespace moo
