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

void InlineExecutor::run(int count, const std::function<void(int)>& job) {
  for (int i = 0; i < count; ++i) job(i);
}

ThreadExecutor::ThreadExecutor(int num_threads) : num_threads_(num_threads) {
  if (num_threads < 0) {
    throw InvalidArgument({"ThreadExecutor", "unusable number of threads", ">= 0",
                           std::to_string(num_threads), "0 means one per core"});
  }
  if (num_threads_ == 0)
    num_threads_ = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void ThreadExecutor::run(int count, const std::function<void(int)>& job) {
  std::atomic<int> next{0};
  std::mutex mutex;
  std::exception_ptr first;
  const auto work = [&] {
    for (int i = next++; i < count; i = next++) {
      try {
        job(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!first) first = std::current_exception();
      }
    }
  };
  std::vector<std::jthread> threads;
  for (int t = 1; t < std::min(num_threads_, count); ++t) threads.emplace_back(work);
  work();
  threads.clear();  // joins
  if (first) std::rethrow_exception(first);
}

}  // namespace moo
