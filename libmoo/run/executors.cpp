#include "libmoo/run/executors.hpp"

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

int threads_for(int asked) {
  if (asked < 0) {
    throw InvalidArgument({"ThreadExecutor", "unusable number of threads", ">= 0",
                           std::to_string(asked), "0 means one per core"});
  }
  return asked > 0 ? asked : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

std::vector<TaskResult> InlineExecutor::run(const std::vector<Task>& wave, const TaskSolver& here,
                                            TaskWatch& watch) {
  std::vector<TaskResult> results;
  for (const Task& task : wave) results.push_back(here(task, watch));
  return results;
}

ThreadExecutor::ThreadExecutor(int num_threads) : pool_(threads_for(num_threads)) {}

std::vector<TaskResult> ThreadExecutor::run(const std::vector<Task>& wave, const TaskSolver& here,
                                            TaskWatch& watch) {
  std::vector<TaskResult> results(wave.size());
  pool_.run(wave.size(), [&](std::size_t k) { results[k] = here(wave[k], watch); });
  return results;
}

}  // namespace moo
