#pragma once

#include "libmoo/solver/executor.hpp"

namespace moo {

/// One task after the other, in the calling thread.
class InlineExecutor final : public Executor {
 public:
  std::vector<TaskResult> run(const std::vector<Task>& wave, const TaskSolver& here,
                              TaskWatch& watch) override;
};

/// Tasks of a wave shared out over threads, each taking the next one when it is free.
class ThreadExecutor final : public Executor {
 public:
  /// @param num_threads >= 1; 0 for one per core
  explicit ThreadExecutor(int num_threads = 0);
  std::vector<TaskResult> run(const std::vector<Task>& wave, const TaskSolver& here,
                              TaskWatch& watch) override;

 private:
  int num_threads_;
};

}  // namespace moo
