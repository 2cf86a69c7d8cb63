#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "libmoo/base/thread_pool.hpp"

namespace moo {
namespace {

using Counts = std::vector<std::atomic<int>>;

void expect_all_once(const Counts& counts) {
  for (const auto& times : counts) EXPECT_EQ(times, 1);
}

TEST(ThreadPool, TakesEveryTurnOnce) {
  for (const int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.size(), threads);
    for (const std::size_t count : {0U, 1U, 2U, 3U, 1000U}) {
      Counts counts(count);
      pool.run(count, [&](std::size_t k) { ++counts[k]; });
      expect_all_once(counts);
    }
  }
}

TEST(ThreadPool, TakesEveryTurnOfLoopsWithinLoopsOnce) {
  ThreadPool pool(4);
  for (int repetition = 0; repetition < 200; ++repetition) {
    Counts counts(3 * 50);
    pool.run(3, [&](std::size_t i) {
      for (std::size_t j = 0; j < 5; ++j) {
        parallel_for(10, [&](std::size_t k) { ++counts[50 * i + 10 * j + k]; });
      }
    });
    expect_all_once(counts);
  }
}

TEST(ThreadPool, ThreadsWithoutATurnHelpTheOthersWithTheirInnerLoops) {
  ThreadPool pool(2);
  std::set<std::thread::id> seen;
  std::mutex mutex;
  pool.run(1, [&](std::size_t) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (seen.size() < 2 && std::chrono::steady_clock::now() < give_up) {
      parallel_for(2, [&](std::size_t) {
        const std::lock_guard lock(mutex);
        seen.insert(std::this_thread::get_id());
      });
    }
  });
  EXPECT_EQ(seen.size(), 2U);
}

TEST(ThreadPool, SleepersWakeUp) {
  ThreadPool pool(3);
  for (int repetition = 0; repetition < 20; ++repetition) {
    std::this_thread::sleep_for(std::chrono::milliseconds(4));  // longer than they watch for work
    Counts counts(7);
    pool.run(7, [&](std::size_t k) { ++counts[k]; });
    expect_all_once(counts);
  }
}

TEST(ThreadPool, OutsideOfALoopNobodyHelps) {
  EXPECT_EQ(idle_threads(), 0);
  std::vector<std::size_t> order;
  parallel_for(4, [&](std::size_t k) { order.push_back(k); });
  EXPECT_EQ(order, (std::vector<std::size_t>{0, 1, 2, 3}));
}

TEST(ThreadPool, ThrowsTheFirstExceptionAgainWhenAllHaveEnded) {
  ThreadPool pool(3);
  Counts counts(20);
  const auto body = [&](std::size_t k) {
    ++counts[k];
    if (k == 5) throw std::runtime_error("turn 5");
  };
  EXPECT_THROW(pool.run(20, body), std::runtime_error);
  expect_all_once(counts);
}

TEST(ThreadPool, AnExceptionOfAnInnerLoopGoesThroughBoth) {
  ThreadPool pool(3);
  const auto outer = [](std::size_t) {
    parallel_for(8, [](std::size_t k) {
      if (k == 3) throw std::runtime_error("inner");
    });
  };
  for (int repetition = 0; repetition < 50; ++repetition) {
    EXPECT_THROW(pool.run(2, outer), std::runtime_error);
  }
}

}  // namespace
}  // namespace moo
