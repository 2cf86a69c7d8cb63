#pragma once

#include <string>
#include <vector>

#include "libmoo/minimize/augmented_lagrangian.hpp"
#include "libmoo/solver/solver.hpp"

namespace moo {

/// Options every solver of smooth problems shares.
struct CommonOptions {
  int points = 20;
  double tolerance = 1e-6;
  double extreme_weight = 0.0005;
  std::string minimizer{automatic_minimizer};
  int memory = 100;
  int max_iterations = 3000;
  int scout_starts = 0;
  AdamSettings adam;
  std::string schedule = "cosine";
  std::string precision = "double";
};

/// Adds a guess for the multipliers of the hard rows to a task: those of the point it starts from,
/// times a factor for the task's units. Nothing without hard rows.
void guess_rows(const ParetoPoint& from, double factor, Task& task);
/// That guess, p entries, for a warm start; empty when the task has none.
Vector row_multipliers(const Task& task);

/// What solvers of smooth problems have in common: the shared options, the minimizer, and the first
/// two waves, which find the ends of the front and with them the units of the run.
///
/// Wave 1, scouts: every objective alone, in its own unit, from the problem's start, and from several
/// where that is cheap (scout_starts = 0) or asked for. They give a provisional scaling. For a
/// penalty this is usually a trivial model, far along a useless part of the front; it is not kept
/// as a point. Wave 2, anchors: objective j with all but `extreme_weight` of the weight, the others
/// sharing the rest: the properly efficient end of the front (Geoffrion 1968), where one unit of
/// f_j is worth up to 1/extreme_weight units of the others. An accuracy objective takes all the
/// weight. The anchors' payoff table then fixes the scaling for the rest of the run. Where anchors
/// of three and more objectives leave one without a range, its corner is an anchor too: the least
/// of all others.
///
/// Hard rows and bounds take part in every minimisation, warm-started with the multipliers of the
/// point it begins from. Where no anchor meets them there is no front to look for, and the points
/// of least violation are all that is recorded.
class FrontSolver : public Solver {
 public:
  [[nodiscard]] std::string id() const final { return id_; }
  [[nodiscard]] OptionTable& options() final { return table_; }
  [[nodiscard]] const OptionTable& options() const final { return table_; }

  [[nodiscard]] std::vector<Task> plan(const Front& so_far) const final;
  void solve(const Problem& problem, const Task& task, Recorder& recorder) const final;

 protected:
  explicit FrontSolver(std::string id);

  /// plan() and solve() once the scaling is known.
  [[nodiscard]] virtual std::vector<Task> plan_front(const Front& so_far) const = 0;
  virtual void solve_task(const Problem& problem, const Task& task, Recorder& recorder) const = 0;

  /// Minimises to the common tolerance; hard rows and bounds take part.
  [[nodiscard]] ConstrainedMinimizer minimizer() const;
  [[nodiscard]] ConstrainedMinimizer minimizer(double tolerance) const;
  /// The stochastic settings, for solvers that take such steps themselves.
  [[nodiscard]] AdamSettings adam() const;

  /// Weights of anchor j.
  [[nodiscard]] Vector anchor_weights(const Front& front, int j) const;

  /// Records a minimum, with a failure note when it is not defined or breaks hard rows. The
  /// multipliers to check are the given ones (m + p), or the weights and what the minimisation
  /// found for the hard rows.
  static void record(const Problem& problem, const ConstrainedMinimum& minimum,
                     const Vector& weights, Vector multipliers, Generator generator,
                     Recorder& recorder);

  CommonOptions common_;
  OptionTable table_;

 private:
  [[nodiscard]] std::vector<Task> plan_corners(const Front& so_far) const;
  void solve_scout(const Problem& problem, const Task& task, Recorder& recorder) const;
  void solve_anchor(const Problem& problem, const Task& task, Recorder& recorder) const;

  std::string id_;
};

}  // namespace moo
