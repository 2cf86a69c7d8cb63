#include "libmoo/base/thread_pool.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace moo {
namespace {

/// How long a thread without work watches for some before it sleeps: inner loops follow each other
/// within fractions of a millisecond, and waking a thread takes tens of microseconds.
constexpr std::chrono::milliseconds patience{1};

thread_local ThreadPool* current = nullptr;  // in one of whose loops this thread is at work

/// Puts this thread to work for a pool.
class AtWork {
 public:
  explicit AtWork(ThreadPool* pool) : before_(std::exchange(current, pool)) {}
  AtWork(const AtWork&) = delete;
  AtWork& operator=(const AtWork&) = delete;
  ~AtWork() { current = before_; }

 private:
  ThreadPool* before_;
};

/// Waits for `found()`, letting others run; false when it takes longer than patience has.
template <class Found>
bool watch_for(const Found& found) {
  const auto end = std::chrono::steady_clock::now() + patience;
  do {
    for (int k = 0; k < 64; ++k) {
      if (found()) return true;
    }
    std::this_thread::yield();
  } while (std::chrono::steady_clock::now() < end);
  return found();
}

void run_here(std::size_t count, const LoopBody& body) {
  for (std::size_t k = 0; k < count; ++k) body(k);
}

}  // namespace

ThreadPool::ThreadPool(int num_threads) {
  loops_.reserve(64);
  for (int t = 1; t < num_threads; ++t) {
    threads_.emplace_back([this] { help(); });
  }
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
    ++opened_;
  }
  work_.notify_all();
}

void ThreadPool::run(std::size_t count, LoopBody body) {
  if (threads_.empty()) return run_here(count, body);
  share(count, body, false);
}

int idle_threads() { return current == nullptr ? 0 : current->idle_.load(); }

void parallel_for(std::size_t count, LoopBody body) {
  if (count < 2 || idle_threads() == 0) return run_here(count, body);
  current->share(count, body, true);
}

void ThreadPool::share(std::size_t count, const LoopBody& body, bool from_both_ends) {
  const AtWork at_work(this);
  Loop loop{body, count, from_both_ends, 0, {}, {}};
  std::unique_lock lock(mutex_);
  loops_.push_back(&loop);
  ++opened_;
  if (asleep_ > 0) work_.notify_all();
  take_turns(loop, false, lock);
  std::erase(loops_, &loop);
  if (loop.running > 0) {
    lock.unlock();
    watch_for([&] { return loop.running == 0; });
    lock.lock();
    ended_.wait(lock, [&] { return loop.running == 0; });
  }
  if (loop.first) std::rethrow_exception(loop.first);
}

void ThreadPool::take_turns(Loop& loop, bool helps, std::unique_lock<std::mutex>& lock) {
  while (loop.next < loop.end) {
    const std::size_t k = helps && loop.from_both_ends ? --loop.end : loop.next++;
    lock.unlock();
    std::exception_ptr thrown;
    try {
      loop.body(k);
    } catch (...) {
      thrown = std::current_exception();
    }
    lock.lock();
    if (thrown && !loop.first) loop.first = thrown;
  }
}

ThreadPool::Loop* ThreadPool::joinable() const {
  const auto found = std::find_if(loops_.begin(), loops_.end(),
                                  [](const Loop* loop) { return loop->next < loop->end; });
  return found == loops_.end() ? nullptr : *found;
}

void ThreadPool::help() {
  const AtWork at_work(this);
  std::unique_lock lock(mutex_);
  while (!over_) {
    if (Loop* loop = joinable()) {
      ++loop->running;
      take_turns(*loop, true, lock);
      --loop->running;
      ended_.notify_all();
      continue;
    }
    ++idle_;
    const unsigned seen = opened_;
    lock.unlock();
    const bool found = watch_for([&] { return opened_ != seen; });
    lock.lock();
    if (!found && opened_ == seen) {
      ++asleep_;
      work_.wait(lock, [&] { return opened_ != seen; });
      --asleep_;
    }
    --idle_;
  }
}

}  // namespace moo
