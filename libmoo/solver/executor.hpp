#pragma once

#include <functional>

namespace moo {

/// Runs the tasks of a wave.
class Executor {
 public:
  virtual ~Executor() = default;

  /// Calls job(0), ..., job(count - 1), in any order and from any thread, and returns when all are
  /// done. An exception of a job is rethrown after the others have ended.
  virtual void run(int count, const std::function<void(int)>& job) = 0;
};

}  // namespace moo
