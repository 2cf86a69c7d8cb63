#pragma once

#include <string>
#include <vector>

#include "libmoo/solver/solver.hpp"
#include "solvers/multiplier_controller.hpp"

namespace moo {

/// The front by stochastic constrained training: minimise the first objective subject to
/// f_i <= epsilon_i for the others and to the hard rows, on the plain Lagrangian, parameters
/// descending by Adam on minibatches (all data where there are none), multipliers ascending by nuPI
/// on the violations the same minibatch shows. The iterate kept is the best feasible one on all
/// data.
///
/// First the end of the front where the first objective alone counts, then the other ends, then
/// epsilons in even steps between them (a grid for three and more objectives).
///
/// `rates`: where the problem knows a rule's true violation rate, that drives the multiplier, with
/// an epsilon between the rate of the unconstrained model and 0, while the differentiable objective
/// drives the parameters. This is a game and no minimisation: the point is stationary for the
/// multipliers found, but epsilon need not be met exactly.
/// Hard rows that belong to data rows differ between minibatches; such a group shares one
/// multiplier, driven by its rows' mean violation (or their rate).
///
/// `finish_iterations` > 0 ends every run with an augmented Lagrangian on all data, warm-started
/// with the multipliers (held fixed where rates have chosen them), for a small KKT residual.
///
/// Source: Cotter, Jiang, Sridharan (2019), algorithm 2, for proxies; Sohrabi and others (2024).
class PrimalDualSolver final : public Solver {
 public:
  struct Options {
    int points = 10;
    int steps = 2000;
    double learning_rate = 5e-3;
    int check_every = 50;
    std::string drive = "values";
    MultiplierSettings multipliers;
    double extreme_weight = 0.005;
    double feasibility_tolerance = 0.01;
    int finish_iterations = 100;
    double tolerance = 1e-6;
    int memory = 30;
  };

  PrimalDualSolver();
  [[nodiscard]] std::string id() const override { return "primal_dual"; }
  [[nodiscard]] OptionTable& options() override { return table_; }
  [[nodiscard]] const OptionTable& options() const override { return table_; }

  [[nodiscard]] std::vector<Task> plan(const Front& so_far) const override;
  void solve(const Problem& problem, const Task& task, Recorder& recorder) const override;

 private:
  [[nodiscard]] std::vector<Task> plan_ends(const Front& so_far) const;
  [[nodiscard]] std::vector<Task> plan_epsilons(const Front& so_far) const;

  Options options_;
  OptionTable table_;
};

}  // namespace moo
