#include "libmoo/run/executors.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "libmoo/base/error.hpp"

namespace moo {

std::vector<TaskResult> InlineExecutor::run(const std::vector<Task>& wave, const TaskSolver& here,
                                            TaskWatch& watch) {
  std::vector<TaskResult> results;
  for (const Task& task : wave) results.push_back(here(task, watch));
  return results;
}

ThreadExecutor::ThreadExecutor(int num_threads) : num_threads_(num_threads) {
  if (num_threads < 0) {
    throw InvalidArgument({"ThreadExecutor", "unusable number of threads", ">= 0",
                           std::to_string(num_threads), "0 means one per core"});
  }
  if (num_threads_ == 0)
    num_threads_ = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

std::vector<TaskResult> ThreadExecutor::run(const std::vector<Task>& wave, const TaskSolver& here,
                                            TaskWatch& watch) {
  std::vector<TaskResult> results(wave.size());
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr first;
  const auto work = [&] {
    for (std::size_t k = next++; k < wave.size(); k = next++) {
      try {
        results[k] = here(wave[k], watch);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!first) first = std::current_exception();
      }
    }
  };
  std::vector<std::jthread> threads;
  const auto useful = std::min(static_cast<std::size_t>(num_threads_), wave.size());
  for (std::size_t t = 1; t < useful; ++t) threads.emplace_back(work);
  work();
  threads.clear();  // joins
  if (first) std::rethrow_exception(first);
  return results;
}

}  // namespace moo
