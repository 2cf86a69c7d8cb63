#include "libmoo/run/shard_executor.hpp"

#include <map>
#include <string>
#include <utility>

#include "libmoo/run/journal_executor.hpp"

namespace moo {
namespace {

constexpr std::chrono::milliseconds look_interval{100};  // at the others' journals

}  // namespace

/// Gives a task up when somebody else has solved it. What is done for other shards is told to the
/// run as soon as it counts, at the end.
class ShardWatch final : public ForwardingWatch {
 public:
  ShardWatch(TaskWatch& next, ShardExecutor& shard, const std::vector<Task>& wave)
      : ForwardingWatch(next), next_(next), shard_(shard) {
    for (std::size_t k = 0; k < wave.size(); ++k) places_[wave[k].id] = {&wave[k], k};
  }

  bool wanted(const std::string& task) override {
    return next_.wanted(task) && !shard_.is_known(*places_.at(task).first);
  }
  void charge(const std::string& task, long gradients) override {
    if (is_own(task)) next_.charge(task, gradients);
  }
  void on_iteration(const std::string& task, const Iterate& iterate) override {
    if (is_own(task)) next_.on_iteration(task, iterate);
  }
  void on_point(const ParetoPoint& point) override {
    if (is_own(point.task)) next_.on_point(point);
  }
  void on_result(const Task& task, const TaskResult& result) override {
    if (result.interrupted) return;
    shard_.keep(task, result);
    if (is_own(task.id)) {
      next_.on_result(task, result);
    } else {
      replay(task, result, next_);
    }
  }

 private:
  [[nodiscard]] bool is_own(const std::string& task) const {
    return shard_.is_own(places_.at(task).second);
  }

  TaskWatch& next_;
  ShardExecutor& shard_;
  std::map<std::string, std::pair<const Task*, std::size_t>> places_;
};

bool ShardExecutor::is_own(std::size_t place) const {
  return place % static_cast<std::size_t>(shard_.count) ==
         static_cast<std::size_t>(shard_.index - 1);
}

bool ShardExecutor::is_known(const Task& task) {
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (now - last_look_ >= look_interval) {
    all_.read_on(known_);
    last_look_ = now;
  }
  return known_.find(task) != nullptr;
}

void ShardExecutor::keep(const Task& task, const TaskResult& result) {
  const std::lock_guard lock(mutex_);
  own_.write(wave_, task, result);
  ++solved_;
}

std::vector<std::size_t> ShardExecutor::places_to_solve(const std::vector<Task>& wave) {
  const std::lock_guard lock(mutex_);
  all_.read_on(known_);
  std::vector<std::size_t> places;
  std::vector<std::size_t> others;
  for (std::size_t k = 0; k < wave.size(); ++k) {
    if (known_.find(wave[k]) == nullptr) (is_own(k) ? places : others).push_back(k);
  }
  places.insert(places.end(), others.rbegin(), others.rend());
  return places;
}

std::vector<TaskResult> ShardExecutor::run(const std::vector<Task>& wave, const TaskSolver& here,
                                           TaskWatch& watch) {
  const std::vector<std::size_t> places = places_to_solve(wave);
  std::vector<Task> tasks;
  for (const std::size_t place : places) tasks.push_back(wave[place]);
  ShardWatch own_watch(watch, *this, wave);
  std::vector<TaskResult> solved = inner_.run(tasks, here, own_watch);

  std::vector<TaskResult> results(wave.size());
  for (TaskResult& result : results) result.interrupted = true;  // until we know better
  for (std::size_t k = 0; k < places.size(); ++k) results[places[k]] = std::move(solved[k]);
  const std::lock_guard lock(mutex_);
  all_.read_on(known_);
  ++wave_;
  for (std::size_t k = 0; k < wave.size(); ++k) {
    const TaskResult* known = results[k].interrupted ? known_.find(wave[k]) : nullptr;
    if (known == nullptr) continue;
    results[k] = *known;
    replay(wave[k], results[k], watch);
  }
  return results;
}

}  // namespace moo
