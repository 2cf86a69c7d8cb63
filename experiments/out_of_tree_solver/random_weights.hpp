#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/solver/front_solver.hpp"

/// Weighted sums with weights drawn evenly from the simplex: the baseline that anything cleverer
/// about placing points has to beat. Finds convex parts of the front only.
class RandomWeights final : public moo::FrontSolver {
 public:
  RandomWeights() : FrontSolver("random_weights") {
    table_.add("concentration", "of the weights at the middle of the simplex; 1: even",
               &concentration_, {1, 100});
  }

 protected:
  /// One wave: every point of the front is a task of its own, begun at an anchor.
  std::vector<moo::Task> plan_front(const moo::Front& so_far) const override {
    std::vector<moo::Task> tasks;
    const int m = so_far.num_objectives();
    for (int k = static_cast<int>(so_far.points().size()); k < common_.points; ++k) {
      const moo::ParetoPoint& anchor = so_far.points().at(k % m);
      tasks.push_back({"random/" + std::to_string(k),
                       "random",
                       anchor.parameters,
                       so_far.scaling().value(),
                       {}});
    }
    return tasks;
  }

  /// Draws a weight from the task's own stream and minimises the weighted sum.
  void solve_task(const moo::Problem& problem, const moo::Task& task,
                  moo::Recorder& recorder) const override {
    moo::RandomStream random = recorder.random();
    const int m = problem.num_objectives();
    moo::Vector weights = moo::Vector::Zero(m);
    for (int k = 0; k < concentration_; ++k) {  // sums of exponentials: Dirichlet's distribution
      weights.array() -= random.uniform_vector(m, 1e-12, 1.0).array().log();
    }
    weights /= weights.sum();
    const moo::ConstrainedMinimum minimum =
        minimizer().minimize(problem, moo::WeightedSum(weights, task.scaling), task.start, {},
                             moo::Vector(), recorder.callback());
    record(problem, minimum, weights, moo::Vector(), {"random", {}}, recorder);
  }

 private:
  int concentration_ = 1;
};
