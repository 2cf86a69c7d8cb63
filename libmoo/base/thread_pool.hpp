#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

namespace moo {

/// A borrowed function of an index: what a loop does. Allocates nothing.
class LoopBody {
 public:
  template <class Function>
  requires(!std::is_same_v<std::remove_cvref_t<Function>, LoopBody>)
      LoopBody(const Function& function)
      : function_(&function), call_([](const void* borrowed, std::size_t k) {
          (*static_cast<const Function*>(borrowed))(k);
        }) {}
  void operator()(std::size_t k) const { call_(function_, k); }

 private:
  const void* function_;
  void (*call_)(const void*, std::size_t);
};

/// Threads that share loops, and loops within those: a thread for which the outer loop has nothing
/// left helps those that are still at work with their inner loops (`parallel_for`), so that a wave
/// of one long task keeps every thread busy. What a loop computes must not depend on who runs
/// which turn; then nothing else does.
class ThreadPool {
 public:
  /// @param num_threads >= 1, the calling one included
  explicit ThreadPool(int num_threads);
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  ~ThreadPool();

  [[nodiscard]] int size() const { return static_cast<int>(threads_.size()) + 1; }

  /// body(0), ..., body(count - 1), begun in this order, on this thread and the pool's; returns
  /// when all have ended. The first exception is thrown again then.
  /// Called by one thread at a time, from outside or from within a turn.
  void run(std::size_t count, LoopBody body);

 private:
  friend int idle_threads();
  friend void parallel_for(std::size_t count, LoopBody body);

  /// A loop that some thread runs and others may join. All but `running` is guarded by the mutex.
  struct Loop {
    LoopBody body;
    std::size_t end;
    bool from_both_ends;
    std::size_t next = 0;         ///< turns next, ..., end - 1 are left
    std::atomic<int> running{0};  ///< turns of helpers
    std::exception_ptr first;
  };

  void share(std::size_t count, const LoopBody& body, bool from_both_ends);
  void help();
  [[nodiscard]] Loop* joinable() const;
  /// Takes turns until none is left; the lock is held before and after.
  void take_turns(Loop& loop, bool helps, std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable work_;     ///< there is a loop to join, or the end
  std::condition_variable ended_;    ///< a helper has left a loop
  std::vector<Loop*> loops_;         ///< open, outer ones before inner ones
  std::atomic<unsigned> opened_{0};  ///< loops so far: what a thread without work watches
  std::atomic<int> idle_{0};         ///< threads without work
  int asleep_ = 0;                   ///< those of them that have given up watching
  bool over_ = false;
  std::vector<std::jthread> threads_;  ///< last: they use the rest
};

/// Threads that have nothing to do of the pool in one of whose loops this thread is at work; 0
/// elsewhere. Somebody else may employ them the next moment.
[[nodiscard]] int idle_threads();

/// The same on that pool if any of its threads is idle; else here, in order. Helpers begin at the
/// other end, so that in loops over the same data a thread finds what it has in its cache. Worth it
/// for turns of tens of microseconds and more.
void parallel_for(std::size_t count, LoopBody body);

}  // namespace moo
