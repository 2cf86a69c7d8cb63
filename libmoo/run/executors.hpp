#pragma once

#include "libmoo/base/thread_pool.hpp"
#include "libmoo/solver/executor.hpp"

namespace moo {

/// One task after the other, in the calling thread.
class InlineExecutor final : public Executor {
 public:
  std::vector<TaskResult> run(const std::vector<Task>& wave, const TaskSolver& here,
                              TaskWatch& watch) override;
};

/// Tasks of a wave shared out over threads, each taking the next one when it is free. A thread that
/// finds none helps the others with theirs where these say `parallel_for`; a front is the same for
/// any number of threads.
class ThreadExecutor final : public Executor {
 public:
  /// @param num_threads >= 1; 0 for one per core
  explicit ThreadExecutor(int num_threads = 0);
  std::vector<TaskResult> run(const std::vector<Task>& wave, const TaskSolver& here,
                              TaskWatch& watch) override;

  /// For work between the waves.
  [[nodiscard]] ThreadPool& pool() { return pool_; }

 private:
  ThreadPool pool_;
};

}  // namespace moo
