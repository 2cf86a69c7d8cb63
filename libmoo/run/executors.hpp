#pragma once

#include "libmoo/solver/executor.hpp"

namespace moo {

/// One task after the other, in the calling thread.
class InlineExecutor final : public Executor {
 public:
  void run(int count, const std::function<void(int)>& job) override;
};

/// Tasks of a wave shared out over threads, each taking the next one when it is free.
class ThreadExecutor final : public Executor {
 public:
  /// @param num_threads >= 1; 0 for one per core
  explicit ThreadExecutor(int num_threads = 0);
  void run(int count, const std::function<void(int)>& job) override;

 private:
  int num_threads_;
};

}  // namespace moo
