#pragma once

#include <string>
#include <vector>

#include "libmoo/solver/front_solver.hpp"

namespace moo {

/// The point of the front that meets a preference exactly: importances r of the objectives, all
///
///     r_i (fh_i - z_i)  equal,       fh the scaled objectives, z just below the ideal point,
///
/// so that twice the importance leaves half the distance to the ideal. Without a preference, points
/// for importances spread over the simplex.
///
/// A search along multi-gradient directions leads towards the ray of such points and down it: with
/// u_i = r_i (fh_i - z_i) / sum, it lowers the non-uniformity KL(u | 1/m) without letting the worst
/// objective rise, and where u is even it lowers all objectives together. Near the front, the
/// epigraph form takes over and finishes to the common tolerance on the ray itself. The search goes
/// along free directions: with bounds or hard rows the epigraph form does everything.
///
/// Cost: m gradients per step of the search.
/// Source: Mahapatra and Rajan (2020), sections 3 and 4; the end: Pascoletti and Serafini (1984).
class ExactPreferenceSolver final : public FrontSolver {
 public:
  struct Options {
    std::vector<double> preference;
    int search_steps = 50;
    double evenness = 1e-3;  ///< KL divergence up to which u counts as even
  };

  ExactPreferenceSolver();
  [[nodiscard]] std::string explain_unsupported(const Problem& problem) const override;
  [[nodiscard]] std::vector<std::string> notes(const Front& front) const override;

 protected:
  [[nodiscard]] std::vector<Task> plan_front(const Front& so_far) const override;
  void solve_task(const Problem& problem, const Task& task, Recorder& recorder) const override;

 private:
  Options options_;
};

}  // namespace moo
