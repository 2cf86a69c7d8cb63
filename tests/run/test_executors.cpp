#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/run/executors.hpp"

namespace moo {
namespace {

std::vector<Task> wave_of(int count) {
  std::vector<Task> wave(static_cast<std::size_t>(count));
  for (int k = 0; k < count; ++k) wave[static_cast<std::size_t>(k)].id = std::to_string(k);
  return wave;
}

/// Watches nothing.
class Unwatched final : public TaskWatch {
 public:
  bool wanted(const std::string&) override { return true; }
  void charge(const std::string&, long) override {}
  void on_iteration(const std::string&, const Iterate&) override {}
  void on_point(const ParetoPoint&) override {}
  void on_result(const Task&, const TaskResult&) override {}
};

void expect_every_task_once(Executor& executor, int count) {
  std::vector<std::atomic<int>> calls(static_cast<std::size_t>(count));
  Unwatched watch;
  const auto results = executor.run(
      wave_of(count),
      [&](const Task& task, TaskWatch&) {
        ++calls[std::stoul(task.id)];
        TaskResult result;
        result.failures.push_back({task.id, ""});
        return result;
      },
      watch);
  for (const auto& times : calls) EXPECT_EQ(times, 1);
  ASSERT_EQ(results.size(), static_cast<std::size_t>(count));
  for (std::size_t k = 0; k < results.size(); ++k) {
    EXPECT_EQ(results[k].failures.at(0).task, std::to_string(k)) << "in the order of the wave";
  }
}

TEST(Executors, SolveEveryTaskExactlyOnceAndKeepTheOrder) {
  InlineExecutor inline_executor;
  ThreadExecutor one(1);
  ThreadExecutor many(5);
  ThreadExecutor cores;
  for (Executor* executor : std::vector<Executor*>{&inline_executor, &one, &many, &cores}) {
    for (const int count : {0, 1, 3, 100}) expect_every_task_once(*executor, count);
  }
}

TEST(Executors, ThreadsRethrowAnExceptionAfterTheOthersAreDone) {
  ThreadExecutor executor(3);
  std::atomic<int> done{0};
  Unwatched watch;
  const TaskSolver here = [&](const Task& task, TaskWatch&) {
    if (task.id == "5") throw std::runtime_error("task 5");
    ++done;
    return TaskResult();
  };
  EXPECT_THROW(executor.run(wave_of(20), here, watch), std::runtime_error);
  EXPECT_EQ(done, 19);
}

TEST(Executors, RefuseANegativeNumberOfThreads) {
  EXPECT_THROW(ThreadExecutor(-1), InvalidArgument);
}

}  // namespace
}  // namespace moo
