#pragma once

#include "libmoo/solver/solver.hpp"

namespace moo {

struct Nsga2Options {
  int points = 100;
  int generations = 250;
  double crossover_rate = 0.9;
  double crossover_index = 15.0;
  double mutation_index = 20.0;
  double spread = 1.0;
};

/// NSGA-II, the evolutionary baseline: a population sorted by non-domination and crowding,
/// simulated binary crossover and polynomial mutation, feasible before infeasible ones. Uses values
/// only; its points carry the library's certificates like all others, which say how far from
/// stationary they are.
///
/// Variables without bounds are searched in a box that reaches `spread` beyond a sample of the
/// problem's starts on either side, and may leave it by mutation.
///
/// Source: Deb, Pratap, Agarwal, Meyarivan (2002), sections III and VI; operators: Deb and Agrawal
/// (1995), Deb and Goyal (1996).
class Nsga2Solver final : public Solver {
 public:
  Nsga2Solver();
  [[nodiscard]] std::string id() const override { return "nsga2"; }
  [[nodiscard]] OptionTable& options() override { return table_; }
  [[nodiscard]] const OptionTable& options() const override { return table_; }

  [[nodiscard]] std::vector<Task> plan(const Front& so_far) const override;
  void solve(const Problem& problem, const Task& task, Recorder& recorder) const override;

 private:
  Nsga2Options options_;
  OptionTable table_;
};

}  // namespace moo
