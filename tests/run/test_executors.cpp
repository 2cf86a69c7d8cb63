#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/run/executors.hpp"

namespace moo {
namespace {

void expect_every_job_once(Executor& executor, int count) {
  std::vector<std::atomic<int>> calls(static_cast<std::size_t>(count));
  executor.run(count, [&](int k) { ++calls[static_cast<std::size_t>(k)]; });
  for (const auto& times : calls) EXPECT_EQ(times, 1);
}

TEST(Executors, RunEveryJobExactlyOnce) {
  InlineExecutor inline_executor;
  ThreadExecutor one(1);
  ThreadExecutor many(5);
  ThreadExecutor cores;
  for (Executor* executor : std::vector<Executor*>{&inline_executor, &one, &many, &cores}) {
    for (const int count : {0, 1, 3, 100}) expect_every_job_once(*executor, count);
  }
}

TEST(Executors, ThreadsRethrowAnExceptionAfterTheOthersAreDone) {
  ThreadExecutor executor(3);
  std::atomic<int> done{0};
  EXPECT_THROW(executor.run(20,
                            [&](int k) {
                              if (k == 5) throw std::runtime_error("job 5");
                              ++done;
                            }),
               std::runtime_error);
  EXPECT_EQ(done, 19);
}

TEST(Executors, RefuseANegativeNumberOfThreads) {
  EXPECT_THROW(ThreadExecutor(-1), InvalidArgument);
}

}  // namespace
}  // namespace moo
